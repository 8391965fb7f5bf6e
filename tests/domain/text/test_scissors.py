"""A text and what it answers in one file: what is below is never part of the text, and no word of the
text is lost."""

from hypothesis import given
from hypothesis import strategies as st

from supportcli.domain.text.scissors import SCISSORS, above, added_below, with_below

TEXTS = st.lists(st.one_of(st.just(SCISSORS), st.just(f"> {SCISSORS}"), st.text())).map("\n".join)


@given(TEXTS, st.lists(st.text(st.characters(exclude_characters="\n"))), TEXTS)
def test_what_is_below_is_never_part_of_the_text(text: str, notes: list[str], quoted: str) -> None:
    assert above(with_below(text, notes, quoted)) == text.rstrip("\n")
    assert added_below(with_below(text, notes, quoted)) == ""


@given(st.text(), TEXTS)
def test_a_line_that_was_changed_is_no_border(text: str, quoted: str) -> None:
    written = with_below("", [], quoted).replace("8<", "").replace(">8", "8", 1)
    first = written.index("# Everything")
    assert SCISSORS not in written[:first].split("\n")
    assert above(f"{text.replace('>8', '')}{written[:first]}{quoted.replace('>8', '')}") is None


def test_what_is_written_between_the_quoted_lines_is_not_lost() -> None:
    written = with_below("Dear Mia,", ["To: Mia"], "Is it free?\nWhen does it come?")
    written = written.replace("> Is it free?\n", "> Is it free?\nYes.\n\n")
    assert added_below(f"{written}On Monday.\n") == "Yes.\nOn Monday."
    assert above(f"{written}On Monday.\n") == "Dear Mia,"
