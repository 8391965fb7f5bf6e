"""A quote of our own text is compared with what we stored: what somebody wrote between its lines is
never folded, and the lines it answers are marked and stay."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportcli.channels import mime
from supportcli.channels.comparison.answered_lines import with_answers
from supportcli.channels.folding.quotes import fold
from supportcli.domain.mail import Fold, FoldKind, unfolded

OURS = (
    "Hello Mia,\n\nthank you for your order of seventeen lamps. Before we send them, please answer\n"
    "these questions.\n\n1. Which colour do you want for the shades?\n2. Is the address in Hamburg still right?\n"
    "3. Do you need an invoice with VAT?\n\nWe will send the lamps on Monday.\n\nAda, Shop"
)
BLOCK = "From: Shop <help@shop.test>\nSent: Monday, March 2, 2026 10:00 AM\nTo: Mia\nSubject: Order 17\n\n"
ATTRIBUTION = "On Mon, Mar 2, 2026 at 10:00 AM Shop <help@shop.test> wrote:\n"


def marked(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def read(text: str, *ours: str, quoted: str = "") -> tuple[str, str, str]:
    """What is new in a text, what is marked as answered, and what is folded as a quote."""
    folds = with_answers(text, fold(text), ours or (OURS,), (quoted,) if quoted else ())
    assert list(folds) == sorted(folds)
    assert all(one.start < one.end for one in folds)
    assert all(one.end <= other.start for one, other in pairwise(folds))

    def of(kind: FoldKind) -> str:
        return "".join(text[one.start : one.end] for one in folds if one.kind is kind).strip()

    new = re.sub(r"\n{3,}", "\n\n", unfolded(text, folds))
    return new, of(FoldKind.ANSWERED), of(FoldKind.QUOTE)


def with_answer(line: str, answer: str) -> str:
    """Our text with an answer below a line."""
    return OURS.replace(line, f"{line}\n{answer}")


COLOUR, VAT = "1. Which colour do you want for the shades?", "3. Do you need an invoice with VAT?"


@pytest.mark.parametrize("answer", ["red", "Red, please.", "yes", "17", "We want the colour red."])
def test_outlook_answers_below_a_block_of_headers(answer: str) -> None:
    text = f"Hi Ada, thanks!\n\n{BLOCK}{with_answer(COLOUR, answer)}"
    new, answered, quoted = read(text)
    assert new == f"Hi Ada, thanks!\n\n{answer}"
    assert answered == COLOUR
    assert "Hello Mia" in quoted
    assert "on Monday" in quoted


def test_several_answers() -> None:
    inner = with_answer(COLOUR, "red").replace(VAT, f"{VAT}\nYes, and the number is DE123.")
    new, answered, _ = read(f"Thanks\n\n{BLOCK}{inner}")
    assert new == "Thanks\n\nred\nYes, and the number is DE123."
    assert answered == f"{COLOUR}\n2. Is the address in Hamburg still right?\n{VAT}"


def test_an_answer_within_our_line() -> None:
    new, _, _ = read(f"Thanks\n\n{BLOCK}{OURS.replace(COLOUR, COLOUR + ' RED')}")
    assert new == f"Thanks\n\n{COLOUR} RED"


def test_a_word_of_ours_that_was_changed() -> None:
    new, _, _ = read(f"Thanks\n\n{BLOCK}{OURS.replace('on Monday', 'on Friday')}")
    assert new == "Thanks\n\nWe will send the lamps on Friday."


def test_answers_that_carry_the_marks_of_the_quote() -> None:
    text = f"Thanks\n\n{ATTRIBUTION}{marked(with_answer(COLOUR, 'red'))}"
    new, answered, _ = read(text)
    assert new == "Thanks\n\n> red"
    assert answered == f"> {COLOUR}"


def test_an_answer_at_the_end_of_our_text() -> None:
    new, _, _ = read(f"Thanks\n\n{BLOCK}{OURS}\n\nPlease not on Monday, we are closed.")
    assert new == "Thanks\n\nPlease not on Monday, we are closed."


UNCHANGED = {
    "as it was": OURS,
    "wrapped": OURS.replace("lamps. Before we send them,", "lamps.\nBefore we send\nthem,"),
    "joined": OURS.replace("answer\nthese", "answer these"),
    "formatted": OURS.replace("VAT", "*VAT*").replace("Hello", "**Hello**"),
    "with an older mail": f"{OURS}\n\nOn Sun, Mar 1, 2026 at 9:00 AM Mia <mia@b.test> wrote:\n> I order seventeen lamps\n> Mia",
    "with another block": f"{OURS}\n\nFrom: Mia <mia@b.test>\nSent: Sunday, March 1, 2026 9:00 AM\nTo: Shop\nSubject: Order\n\nI order seventeen lamps",
    "with a disclaimer": f"{OURS}\n\nThis message is confidential. {'If you are not the intended recipient, delete it. ' * 8}",
    "with a banner": f"[EXTERNAL] Be careful with this message.\n\n{OURS}",
    "with links": OURS.replace("VAT?", "VAT? <https://safe.test/?url=https%3A%2F%2Fshop.test>"),
    "cut": OURS[: OURS.index("2. Is")],
}


@pytest.mark.parametrize("name", UNCHANGED)
def test_a_quote_without_answers_stays_folded(name: str) -> None:
    for quote in (f"{BLOCK}{UNCHANGED[name]}", f"{ATTRIBUTION}{marked(UNCHANGED[name])}"):
        text = f"Red, please.\n\n{quote}"
        assert with_answers(text, fold(text), (OURS,)) == fold(text)


OLDER = "On Sun, Mar 1, 2026 at 9:00 AM Mia <mia@b.test> wrote:\n> I order seventeen lamps\n> Mia"


@pytest.mark.parametrize("end", ["\nPS: cancel it", "\n\nPlease\ncancel.\n\nMia"])
def test_words_below_the_older_mail_that_we_quoted(end: str) -> None:
    text = f"See.\n\n{BLOCK}{OURS}\n\n{OLDER}{end}"
    assert read(text)[0] == f"See.\n\n{end.strip()}"


FIRST = "I order seventeen lamps\nand pay when they come.\nMia"
QUOTING = "On Sun, Mar 1, 2026 at 9:00 AM Mia <mia@b.test> wrote:"


@pytest.mark.parametrize("place", ["lamps", "come.", "Mia"])
@pytest.mark.parametrize("block", [True, False])
def test_words_added_to_the_older_mail_that_ours_quotes(place: str, *, block: bool) -> None:
    changed = FIRST.replace(place, f"{place}\nTwo more, please")
    inner = f"{OURS}\n\n{QUOTING}\n{marked(changed)}"
    text = f"See.\n\n{BLOCK}{inner}" if block else f"See.\n\n{ATTRIBUTION}{marked(inner)}"
    mark = "> " if block else "> > "
    assert read(text, quoted=FIRST)[0] == f"See.\n\n{mark}Two more, please"


OLD = {
    "as it was": FIRST,
    "wrapped": FIRST.replace("lamps\nand pay when", "lamps and pay\nwhen"),
    "cut": "I order seventeen lamps",
    "another": "Please send me the offer that you made to my neighbour.\nMia",
    "cut, and a line that nobody knows": "I order seventeen lamps\nScanned by a gateway",
}


@pytest.mark.parametrize("name", OLD)
def test_the_older_mail_that_ours_quotes_stays_folded(name: str) -> None:
    inner = f"{OURS}\n\n{QUOTING}\n{marked(OLD[name])}"
    for quote in (f"{BLOCK}{inner}", f"{ATTRIBUTION}{marked(inner)}"):
        for end in ("", f"\n\nThis message is confidential. {'Delete it. ' * 40}"):
            assert read(f"See.\n\n{quote}{end}", quoted=FIRST) == read(f"See.\n\n{quote}{end}")


def test_the_rest_of_a_broken_line_is_no_answer() -> None:
    older = f"{OLDER}\n> and I would like to have them in the {'very ' * 5}colour of my\nhouse"
    assert read(f"Red.\n\n{BLOCK}{OURS}\n\n{older}")[0] == "Red."


@pytest.mark.parametrize(
    "answer",
    ["✔", "\N{THUMBS UP SIGN}", ":-)", "?", "[image: my door.jpg]", "\N{HEAVY BLACK HEART}\ufe0f"],
)
def test_answers_without_a_word(answer: str) -> None:
    assert read(f"ok\n\n{BLOCK}{with_answer(COLOUR, answer)}")[0] == f"ok\n\n{answer}"


@pytest.mark.parametrize(
    "line", [f"{COLOUR} \N{THUMBS UP SIGN}", COLOUR.replace("for the", "~~for the~~")]
)
def test_our_line_with_a_mark_is_an_answer(line: str) -> None:
    assert read(f"ok\n\n{BLOCK}{OURS.replace(COLOUR, line)}")[0] == f"ok\n\n{line}"


@pytest.mark.parametrize("line", ["-----", "────", "•", "[image: logo.png]", "…"])
def test_a_line_without_a_word_that_answers_nothing(line: str) -> None:
    assert read(f"ok\n\n{BLOCK}{OURS}\n\n{line}")[0] == "ok"


def test_older_mail_that_is_stored_too_is_compared() -> None:
    older = "I order seventeen lamps for our new house in Hamburg.\n\nMia"
    quote = f"{OURS}\n\nOn Sun, Mar 1, 2026 at 9:00 AM Mia <mia@b.test> wrote:\n\n{older}"
    text = f"Red, please.\n\n{BLOCK}{quote}"
    assert read(text, OURS, older)[0] == "Red, please."


def test_our_lines_in_a_text_without_folds_are_marked() -> None:
    text = f"See below.\n\n{BLOCK}{with_answer(COLOUR, 'red')}"
    folds = with_answers(text, (), (OURS,))
    assert {one.kind for one in folds} == {FoldKind.ANSWERED}
    assert unfolded(text, folds).split("\n")[-1] == "red"
    assert "Hello Mia" not in unfolded(text, folds)


@pytest.mark.parametrize("top", ["See my answers below.", "Siehe meine Antworten unten"])
def test_answers_that_the_sender_announces_are_marked_too(top: str) -> None:
    """Then the quote is in no fold."""
    lines = OURS.split("\n")
    inner = "\n".join(f"{line}\nANSWER {at}" if line else line for at, line in enumerate(lines))
    text = f"{top}\n\n{BLOCK}{inner}"
    assert fold(text) == ()
    new, answered, quoted = read(text)
    assert [line for line in new.split("\n") if line][-8:] == [
        f"ANSWER {at}" for at, line in enumerate(lines) if line
    ]
    assert quoted == ""
    assert {*answered.split("\n")} >= {COLOUR, VAT, "Hello Mia,"}


def test_what_a_customer_says_in_our_words_is_theirs() -> None:
    text = f"{OURS}\n\nThat is what you wrote. Red!\n\n{ATTRIBUTION}{marked(OURS)}"
    folds = with_answers(text, fold(text), (OURS,))
    assert OURS in unfolded(text, folds)


def test_our_text_alone_is_not_marked() -> None:
    assert with_answers(OURS, (), (OURS,)) == ()


@pytest.mark.parametrize("ours", [(), ("",), ("Something else that we wrote about lamps.",)])
def test_a_quote_of_something_else_stays_as_it_was(ours: tuple[str, ...]) -> None:
    text = f"Thanks\n\n{BLOCK}{with_answer(COLOUR, 'red')}"
    assert with_answers(text, fold(text), ours) == fold(text)


def test_signatures_stay_folded() -> None:
    text = f"Thanks\n\n{BLOCK}{with_answer(COLOUR, 'red')}\n\n-- \nMia"
    signature = Fold(len(text) - 7, len(text), FoldKind.SIGNATURE)
    folds = with_answers(text, (Fold(8, len(text) - 7, FoldKind.QUOTE), signature), (OURS,))
    assert folds[-1] == signature


LINES = st.lists(
    st.sampled_from([*OURS.split("\n"), "red", "yes", "", "> red", "On Monday Ada wrote:"]),
    max_size=30,
)


@given(LINES, st.booleans())
def test_each_word_of_the_sender_is_shown(lines: list[str], folded: bool) -> None:
    text = "\n".join(lines)
    before = (Fold(0, len(text), FoldKind.QUOTE),) if folded and text else ()
    folds = with_answers(text, before, (OURS,), ("yes\nred\nyes",))
    hidden = "".join(text[one.start : one.end] for one in folds if one.kind is FoldKind.QUOTE)
    if not folded:
        assert hidden == ""
    assert all(0 <= one.start < one.end <= len(text) for one in folds)


@pytest.mark.parametrize(
    ("line", "ours"),
    [
        ("a b c d e f", "a b c d e " * 20_000),
        ("x", "x " * 100_000),
        ("a", "a b " * 50_000),
        ("> " * 50 + "a b", "a b " * 30_000),
    ],
)
def test_crafted_texts_are_compared_in_one_pass(line: str, ours: str) -> None:
    text = f"Thanks\n\n{BLOCK}" + f"{line}\n" * 6_000
    folds = (Fold(8, len(text), FoldKind.QUOTE),)
    found = with_answers(text, folds, (ours,) * 10, (ours,) * 10)
    assert all(0 <= fold.start <= fold.end <= len(text) for fold in found)


def test_coloured_answers_of_outlook() -> None:
    page = "".join(f"<p class=MsoNormal>{line}</p>" for line in OURS.split("\n"))
    page = page.replace(
        f"{COLOUR}</p>",
        f"{COLOUR}</p><p class=MsoNormal><span style='color:red'>Red, please</span></p>",
    )
    head = "<div style='border:none;border-top:solid #E1E1E1 1.0pt'><p class=MsoNormal><b>From:</b> Shop &lt;help@shop.test&gt;<br><b>Sent:</b> Monday, March 2, 2026 10:00 AM<br><b>To:</b> Mia<br><b>Subject:</b> Order 17</p></div>"
    raw = f"From: mia@b.test\nSubject: Re: Order 17\nContent-Type: text/html\n\n<p class=MsoNormal>See below.</p>{head}{page}".encode()
    mail = mime.parse(raw)
    folds = with_answers(mail.text, mail.folds, (OURS,))
    kept = unfolded(mail.text, folds)
    assert "Red, please" in kept
    assert COLOUR not in kept
    assert COLOUR in "".join(
        mail.text[one.start : one.end] for one in folds if one.kind is FoldKind.ANSWERED
    )
