"""Who types into a quote, in a colour or behind an arrow, has it shown; what mail programs paint
has nothing to say."""

from html import escape

import pytest

from supportcli.channels import mime
from supportcli.channels.folding.answers.announced_answers import (
    announces_answers,
    points_to_answer,
)
from supportcli.channels.folding.answers.coloured_answers import has_colours

HEAD = "From: Mia Berg <mia@berg.test>\nTo: Ada Lind <help@shop.test>\nSubject: Re: Lamp\nMessage-ID: <2@berg.test>\nIn-Reply-To: <1@shop.test>\n"
SAID = "On Sun, Aug 2, 2026 at 2:02 PM Ada Lind <help@shop.test> wrote:"
BLOCK = "<b>From:</b> Ada Lind &lt;help@shop.test&gt;<br><b>Sent:</b> Sunday, August 2, 2026 2:02 PM<br><b>To:</b> Mia<br><b>Subject:</b> Lamp<br>"
OLDER = "<b>From:</b> Mia &lt;mia@berg.test&gt;<br><b>Sent:</b> Saturday, August 1, 2026 2:02 PM<br><b>To:</b> Ada<br><b>Subject:</b> Lamp<br>"
PAGES = {
    "gmail": f'<div class="gmail_quote"><div class="gmail_attr">{escape(SAID)}<br></div><blockquote class="gmail_quote">{{}}</blockquote></div>',
    "apple": f'<blockquote type="cite"><div>{escape(SAID)}</div><br>{{}}</blockquote>',
    "outlook": f'<div style="border:none;border-top:solid #E1E1E1 1.0pt"><p class="MsoNormal">{BLOCK}</p></div>{{}}',
    "outlook on the web": f'<div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><font color="#000000">{BLOCK}</font></div>{{}}',
    "gmx": f'<div name="quote">{BLOCK}<div>{{}}</div></div>',
    "yahoo, painted": f'<blockquote><div style="color:#6D00F6;"><div>{escape(SAID)}</div></div>{{}}</blockquote>',
}
QUESTION = "<div>Hello Mia,</div><div>Which size would you like?{}</div><div>Ada</div>"
TYPED = (
    ' <font color="#ff0000">Kingfisher</font>',
    " <font color=red>Kingfisher</font>",
    ' <span style="color:rgb(0, 0, 255)">Kingfisher</span>',
    " <span style='font-size:11pt;color:#00B050'>Kingfisher</span>",
    '</div><div style="COLOR: blue">Kingfisher',
    "</div><p style='color:#c00'><b>Kingfisher</b></p><div>",
    ' <b><span style="color: darkgreen">Kingfisher</span></b>',
    " <span style='background:yellow;mso-highlight:yellow'>Kingfisher</span>",
    ' <span style="background-color: rgb(255, 255, 0);">Kingfisher</span>',
    " <mark>Kingfisher</mark>",
    ' <span style="text-decoration: line-through">Kingfisher</span>',
)
PAINTED_BY_PROGRAMS = (
    "",
    ' <font color="#000000">Or which colour?</font>',
    ' <span style="color:windowtext">Or which colour?</span>',
    ' <span style="color:rgb(34,34,34)">Or which colour?</span>',
    ' <font color="#888888">--<br>Ada</font>',
    ' <a href="https://shop.test/"><span style="color:#0563C1">our shop</span></a>',
    ' <span style="background-color:#ff0000">Or which colour?</span>',
    ' <span style="border-left-color:red">Or which colour?</span>',
)


def reply(page: str, plain: str = "") -> str:
    """The reply that is read in a mail with this page, and a plain form of it if there is one."""
    kind = "Content-Type: text/html; charset=utf-8\n\n"
    if not plain:
        return mime.parse(f"{HEAD}MIME-Version: 1.0\n{kind}{page}\n".encode()).reply
    forms = f"--b\nContent-Type: text/plain; charset=utf-8\n\n{plain}\n--b\n{kind}{page}\n--b--\n"
    return mime.parse(
        f"{HEAD}MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=b\n\n{forms}".encode()
    ).reply


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
@pytest.mark.parametrize("above", ["Hi Ada, thanks.", "The lamp hums. Please help."])
def test_what_is_typed_into_a_quote_in_a_colour_stays(page: str, above: str) -> None:
    for typed in TYPED:
        assert "Kingfisher" in reply(f"<div>{above}</div>{page.format(QUESTION.format(typed))}"), (
            typed
        )


def test_what_is_typed_in_a_colour_stays_where_the_plain_form_is_read() -> None:
    page = f"<div>Thanks.</div>{PAGES['gmail'].format(QUESTION.format(TYPED[0]))}"
    plain = f"Thanks.\n\n{SAID}\n\n> Hello Mia,\n> Which size would you like? Kingfisher\n> Ada"
    assert reply(page, plain).split() == plain.split()
    assert reply(page.replace("ff0000", "000000"), plain) == "Thanks."


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_an_ordinary_quote_folds_whatever_programs_paint(page: str) -> None:
    for painted in PAINTED_BY_PROGRAMS:
        for above in (
            "Thanks.",
            '<span style="color:#1F497D">Thanks.</span>',
            '<font color="blue">Thanks.</font>',
        ):
            assert (
                reply(f"<div>{above}</div>{page.format(QUESTION.format(painted))}") == "Thanks."
            ), painted


@pytest.mark.parametrize("name", ["outlook", "outlook on the web", "gmx"])
def test_what_was_painted_in_older_mail_folds(name: str) -> None:
    older = f'<div>{OLDER}</div><div style="color:#1F497D">It hums. <b>Help!</b></div>'
    assert (
        reply(
            f'<div style="color:#1F497D">Thanks.</div>{PAGES[name].format(QUESTION.format("") + older)}'
        )
        == "Thanks."
    )


@pytest.mark.parametrize(
    "arrow", ["--> Ten", "==> Ten", "-----> Ten", "-->Ten", "-> Ten", "=> Ten", ">> Ten", "→ Ten"]
)
def test_an_arrow_behind_a_question_points_to_an_answer(arrow: str) -> None:
    block = "From: Ada Lind <help@shop.test>\nSent: Sunday, August 2, 2026 2:02 PM\nTo: Mia\nSubject: Lamp\n\n"
    for quote in (f"{SAID}\n\n> Which size? {arrow}\n> Ada", f"{block}Which size? {arrow}\nAda"):
        body = f"Hi Ada, thanks.\n\n{quote}"
        said = mime.parse(
            f"{HEAD}MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{body}\n".encode()
        ).reply
        assert said.split() == body.split()


@pytest.mark.parametrize(
    ("line", "points"),
    [
        ("> The size --> ten", True),
        ("> --> ten", True),
        ("> > Which size? --> ten", False),
        (">> Which size? --> ten", False),
        ("> Settings -> Account", False),
        ("> Choose Menu > Orders > Return", False),
        ("> Order here: --> https://shop.test/", False),
        ("> ------>", False),
        ("> Which size?", False),
        ("> a => b", False),
    ],
)
def test_an_arrow_points_to_words(line: str, points: bool) -> None:
    assert points_to_answer([line]) == points


@pytest.mark.parametrize(
    "said",
    [
        "In blue",
        "in rot",
        "In Rot.",
        "en rouge",
        "IN CAPS",
        "in het rood",
        "красным",
        "i rött",
        "in blu",
    ],
)
def test_a_colour_alone_announces_answers(said: str) -> None:
    assert announces_answers(said)


@pytest.mark.parametrize(
    "said",
    ["Blue", "blau", "In blue please", "rot", "I like it in red", "Red or green?", "In Rotterdam"],
)
def test_a_colour_is_an_answer_else(said: str) -> None:
    assert not announces_answers(said)


@pytest.mark.parametrize(
    ("styles", "coloured"),
    [("color:#f00", True), ('color="#0000FF80"', True), ("color:rgba(255, 0, 0, .5)", True), ("color: Crimson", True), ("color:#333", False),
     ("color:inherit", False), ("background-color:red", False), ("color", False), ("color:", False), ("color:rgb(999,999,999)", False)],
)  # fmt: skip
def test_a_colour_is_what_is_not_grey(styles: str, coloured: bool) -> None:
    assert has_colours(styles) == coloured
