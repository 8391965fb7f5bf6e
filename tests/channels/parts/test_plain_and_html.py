"""Of two forms of a text the plain one is read, unless it leaves out what somebody wrote."""

from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportcli.channels import mime
from supportcli.channels.html.text import html_to_text
from supportcli.channels.parts.plain_and_html import Read, TextForm, adds_nothing, to_read

HEAD = "From: Mia <mia@berg.test>\nTo: help@shop.test\nSubject: Re: Lamp\nMessage-ID: <2@berg.test>\nIn-Reply-To: <1@shop.test>\nMIME-Version: 1.0\n"
SAID = "On Sun, Aug 2, 2026 at 2:02 PM Ada Lind <help@shop.test> wrote:"
OLD = "Which lamp would you like, the blue one or the red one?"
OUTLOOK = "From: Ada Lind <help@shop.test>\nSent: Sunday, August 2, 2026 2:02 PM\nTo: Mia Berg\nSubject: Lamp"


def both(plain: str, page: str) -> str:
    """The text of a mail with a plain form and a page."""
    parts = "".join(
        f"--b\nContent-Type: text/{kind}; charset=utf-8\n\n{said}\n"
        for kind, said in (("plain", plain), ("html", page))
    )
    return mime.parse(
        f"{HEAD}Content-Type: multipart/alternative; boundary=b\n\n{parts}--b--\n".encode()
    ).text


STUBS = (
    "Diese E-Mail ist im HTML-Format.",
    "Votre messagerie ne supporte pas le HTML.",
    "Su programa de correo no admite HTML.",
    "Tämä viesti on HTML-muodossa.",
    "Wiadomość zawiera treść w formacie HTML, której Twój program nie pokazuje.",
    "このメールはHTML形式です。",
    "Это письмо в формате HTML.",
    "[cid:image001.png]",
    "[image: Logo]",
    "https://mail.test/view/17",
    "-- \nMia Berg",
    f"{SAID}\n\n> {OLD}",
    f"> {SAID}\n> {OLD}",
    f"{OUTLOOK}\n\n{OLD}",
)
REPLIES = (
    "blue please, on Thursday",
    "Blue",
    "Die blaue, bitte.",
    "I would like the red one",
    "青いランプをお願いします。",
    "Да, синюю.",
)
QUOTED = (
    "",
    f'<div class="gmail_quote"><div class="gmail_attr">{escape(SAID)}<br></div><blockquote class="gmail_quote">{OLD}</blockquote></div>',
    f"<div>{escape(OUTLOOK)}</div><div>{OLD}</div>".replace("\n", "<br>"),
)


@pytest.mark.parametrize("stub", STUBS)
def test_words_that_only_the_page_has_are_read(stub: str) -> None:
    for reply in REPLIES[:1] + REPLIES[2:] if OUTLOOK in stub else REPLIES:
        for quote in (QUOTED[0], QUOTED[2]) if OUTLOOK in stub else QUOTED[:2]:
            assert both(stub, f"<div>{reply}</div>{quote}").startswith(reply), (reply, quote)


@pytest.mark.parametrize(
    ("plain", "page"),
    [
        ("Blue, please.\n\nMia", "<p>Blue, <b>p</b>lease.</p><p>Mia</p>"),
        (
            "Blue.\n\n-- \nMia <https://berg.test/>\n[cid:logo.png@01]",
            '<p>Blue.</p><a href="https://berg.test/">Mia</a> <img src="cid:logo">',
        ),
        (
            f"Blue.\n\n{SAID}\n\n> {OLD}",
            f"<style>p {{color: red}}</style><!-- x --><p>Blue.</p>{QUOTED[1]}",
        ),
        (f"Blue.\n\n{OUTLOOK}\n\n{OLD}", f"<p>Blue.</p>{QUOTED[2]}"),
        (f"Blue.\n\n{OUTLOOK}\n\n{OLD}", f'<p>Blue.</p><div name="quote">{OUTLOOK}<br>{OLD}</div>'),
        ("Blue & <green> one.", "<p>Blue &amp; &lt;green&gt; one.</p>"),
        ("青いランプを\nお願いします。", "<p>青いランプをお願いします。</p>"),
        ("Blue.", '<img src="cid:logo" alt="Logo">'),
    ],
)
def test_the_plain_form_is_read_where_it_leaves_nothing_out(plain: str, page: str) -> None:
    assert both(plain, page).split() == plain.split()


def test_a_line_that_only_the_page_has_is_read_with_the_others() -> None:
    assert "On Thursday I am at home" in both(
        "Blue, please.", "<p>Blue, please.</p><p>On Thursday I am at home.</p>"
    )


def test_two_forms_without_a_line_in_common_are_both_read() -> None:
    assert (
        both("Your order 17 leaves today.\n\nTwo lamps.", "<p>View it</p>")
        == "View it\n\nYour order 17 leaves today.\n\nTwo lamps."
    )


WORDS = st.lists(
    st.sampled_from(["blue", "red", "lamp", "the", "a", "Größe", "青"]), min_size=1, max_size=12
)


@given(WORDS, WORDS)
def test_a_page_loses_nothing_to_its_own_text(above: list[str], below: list[str]) -> None:
    page = f"<p>{' '.join(above)}</p><blockquote type=cite>{' '.join(below)}</blockquote>"
    plain = html_to_text(page)
    assert adds_nothing(page, TextForm(plain))
    assert to_read(TextForm(plain), plain) is Read.PLAIN
