"""What a reader of a page cannot see is marked: neither shown as if it were said, nor dropped."""

import pytest

from supportcli.channels import mime
from supportcli.channels.html.text import html_to_text

PADDING = "&#8199;&zwnj;&nbsp;&#847;&shy;" * 50

HIDDEN = {
    "display": "<div style='display:none'>Only today</div><p>Hello</p>",
    "display, spaced": "<div style='color:red; DISPLAY : none !important'>Only today</div><p>Hello</p>",
    "visibility": "<p style='visibility:hidden'>Only today</p><p>Hello</p>",
    "height": "<div style='max-height:0px;overflow:hidden'>Only today</div><p>Hello</p>",
    "no height": "<div style='height:0;overflow:hidden'>Only today</div><p>Hello</p>",
    "opacity": "<p style='opacity:0;'>Only today</p><p>Hello</p>",
    "beside the page": "<p style='position:absolute;left:-9999px'>Only today</p><p>Hello</p>",
    "word": "<p style='mso-hide:all'>Only today</p><p>Hello</p>",
    "attribute": "<p hidden>Only today</p><p>Hello</p>",
    "aria": "<p aria-hidden=true>Only today</p><p>Hello</p>",
    "padded": f"<div style='display:none'>Only today{PADDING}</div><p>Hello</p>",
    "no size": "<p style='font-size:0'>Only today</p><p>Hello</p>",
    "one pixel": '<p><span style="font-size: 1px;">Only today</span></p><p>Hello</p>',
    "white": "<p style='color:#fff'>Only today</p><p>Hello</p>",
    "white font": "<p><font color=white>Only today</font></p><p>Hello</p>",
    "white on white": "<div style='background-color:#ffffff'><p style='color:#FFFFFF'>Only today</p></div><p>Hello</p>",
    "white by numbers": "<p style='color: rgb(255, 255,255)'>Only today</p><p>Hello</p>",
    "color:transparent": "<p style='color:transparent'>Only today</p><p>Hello</p>",
    "color:#FFFFFFFF": "<p style='color:#FFFFFFFF'>Only today</p><p>Hello</p>",
    "color:#ffff": "<p style='color:#ffff'>Only today</p><p>Hello</p>",
    "color:#00000000": "<p style='color:#00000000'>Only today</p><p>Hello</p>",
    "color:hsl(0,0%,100%)": "<p style='color:hsl(0,0%,100%)'>Only today</p><p>Hello</p>",
    "color:rgb(100%,100%,100%)": "<p style='color:rgb(100%,100%,100%)'>Only today</p><p>Hello</p>",
    "color:rgb(255 255 255)": "<p style='color:rgb(255 255 255)'>Only today</p><p>Hello</p>",
    "color:rgba(0,0,0,0)": "<p style='color:rgba(0,0,0,0)'>Only today</p><p>Hello</p>",
    "color:#fefefe": "<p style='color:#fefefe'>Only today</p><p>Hello</p>",
    "color:snow": "<p style='color:snow'>Only today</p><p>Hello</p>",
    "font-size:0.01em": "<p style='font-size:0.01em'>Only today</p><p>Hello</p>",
    "font:0/0 a": "<p style='font:0/0 a'>Only today</p><p>Hello</p>",
    "display/**/:none": "<p style='display/**/:none'>Only today</p><p>Hello</p>",
    "display:block;display:none": "<p style='display:block;display:none'>Only today</p><p>Hello</p>",
    "display:none!important;display:block": "<p style='display:none!important;display:block'>Only today</p><p>Hello</p>",
    "clip-path:inset(100%)": "<p style='clip-path:inset(100%)'>Only today</p><p>Hello</p>",
    "clip:rect(0,0,0,0)": "<p style='clip:rect(0,0,0,0)'>Only today</p><p>Hello</p>",
    "transform:scale(0)": "<p style='transform:scale(0)'>Only today</p><p>Hello</p>",
    "zoom:0": "<p style='zoom:0'>Only today</p><p>Hello</p>",
    "margin-left:-99999px": "<p style='margin-left:-99999px'>Only today</p><p>Hello</p>",
    "visibility:collapse": "<p style='visibility:collapse'>Only today</p><p>Hello</p>",
    "background:#123456;color:#123456": "<p style='background:#123456;color:#123456'>Only today</p><p>Hello</p>",
    "sheet: class": "<style>.x{display:none}</style><p class=x>Only today</p><p>Hello</p>",
    "sheet: id": "<style>#y{color:#fff}</style><p id=y>Only today</p><p>Hello</p>",
    "sheet: class, no size": "<style>.a, .z{font-size:0px}</style><p class='q z'>Only today</p><p>Hello</p>",
    "sheet: class of a name": "<style>P.x{display:none}</style><p class=x>Only today</p><p>Hello</p>",
    "sheet: class within": "<style>.q{color:red} body .x{display:none}</style><p class=x>Only today</p><p>Hello</p>",
    "sheet: comment": "<style><!-- /* x{ */ .x{display:none} --></style><p class=x>Only today</p><p>Hello</p>",
    "sheet: name": "<style>p{margin:0} u{display:none}</style><u>Only today</u><p>Hello</p>",
    "body": "<body bgcolor='#123456'><p style='color:#123456'>Only today</p><p style='color:#fff'>Hello</p>",
    "in pieces": "<div style='display:none'><p>Only</p><p>today</p></div><p>Hello</p>",
}


@pytest.mark.parametrize("name", HIDDEN)
def test_hidden_text_is_marked(name: str) -> None:
    assert html_to_text(HIDDEN[name]).split() == ["[hidden:", "Only", "today]", "Hello"]


def test_hidden_words_stay_in_their_line() -> None:
    html = "<p>Please <span style='display:none'>do not</span> pay.</p>"
    assert html_to_text(html) == "Please [hidden: do not] pay."


SEEN = {
    "button": "<a href='#' style='background:#06c;color:#fff'>Confirm</a>",
    "cell": "<table><tr><td bgcolor=navy><font color=white>Confirm</font></td></tr></table>",
    "table in a cell": "<table><tr><td bgcolor='#024003'><table><tr><td><font color='#FFFFFF'>Confirm</table></table>",
    "image behind": "<div style='background:url(x.png)'><p style='color:white'>Confirm</p></div>",
    "class": "<style>.b{background:#06c}</style><a class=b style='color:#fff'>Confirm</a>",
    "again": "<td style='font-size:0px'><div style='font-size:13px'>Confirm</div></td>",
    "small": "<p style='font-size:10px'>Confirm</p>",
    "half": "<p style='opacity:0.5'>Confirm</p>",
    "height": "<p style='line-height:0;height:0'>Confirm</p>",
    "shown": "<p style='display:block' aria-hidden=false>Confirm</p>",
    "white edge": "<p style='border-color:#fff;background-color:#fff'>Confirm</p>",
    "dark again": "<div style='color:#fff'><p style='color:#000'>Confirm</p></div>",
    "link": "<div style='color:#fff'><a href='#'>Confirm</a></div>",
    "after": "<p style='color:#fff'></p><p>Confirm</p>",
    "next cell": "<table><tr><td style='color:#fff'><td>Confirm</table>",
    "said again": "<p style='display:none;display:block'>Confirm</p>",
    "only some screens": "<style>@media (max-width:600px){.x{display:none}} .y{color:red}</style><p class=x>Confirm</p>",
    "another class": "<style>.x{display:none}</style><p class=y>Confirm</p>",
    "sheet, overruled": "<style>.x{display:none}</style><p class=x style='display:block'>Confirm</p>",
    "sheet, shown": "<style>.x{display:none} .x{display:block}</style><p class=x>Confirm</p>",
    "dark page": "<body bgcolor=black><p style='color:#fff'>Confirm</p>",
    "small em": "<p style='font-size:0.8em;font:10px arial'>Confirm</p>",
    "nearly transparent": "<p style='color:rgba(0,0,0,.87)'>Confirm</p>",
    "moved a little": "<p style='margin-left:-9px;clip-path:inset(0);transform:scale(0.9)'>Confirm</p>",
    "padding": f"<div style='display:none'>{PADDING}</div>Confirm",
}


@pytest.mark.parametrize("name", SEEN)
def test_text_that_can_be_seen_is_not_marked(name: str) -> None:
    assert html_to_text(SEEN[name]) == "Confirm"


def test_much_hidden_text_is_cut() -> None:
    text = html_to_text(f"<div style='display:none'>{'word ' * 500}</div>Hello")
    assert text.startswith("[hidden: word word")
    assert "… 2,499 characters]" in text
    assert len(text) < 400


def test_the_mark_cannot_be_closed_from_within() -> None:
    html = "<p style='display:none'>a] I agree [b</p>"
    assert html_to_text(html) == "[hidden: a) I agree (b]"


def test_a_hidden_line_does_not_make_the_page_say_more_than_the_text() -> None:
    raw = (
        b"From: a@b.test\nContent-Type: multipart/alternative; boundary=m\n\n--m\nContent-Type: text/plain\n\n"
        b"The lamp is broken.\n--m\nContent-Type: text/html\n\n<div style='display:none'>Read our great offer of "
        b"today</div><p>The lamp is <b>broken</b>.</p>\n--m--\n"
    )
    assert mime.parse(raw).text == "The lamp is broken."


@pytest.mark.parametrize(
    "html",
    [
        "<p style='color:#fff'>x" * 15_000,
        "<b>" * 20_000 + "<i style='font-size:0'>x</u>" * 10_000,
        "<td style='color:white'>" * 15_000 + "</tr>" * 15_000,
        "<p style='" + "color:#fff;" * 100_000 + "'>x",
        "<p style='color" + " " * 1_000_000 + ":#fff'>x",
        "<p style='display:none'>x</p>" * 30_000,
        "<style>" + ".x{display:none}" * 20_000 + "</style>" + "<p class=x>x</p>" * 20_000,
        "<style>" + "{" * 200_000 + "none</style>x",
        "<style>" * 30_000 + ".x{display:none}x",
        "<style>/*" + "none /*" * 50_000 + "</style>x",
        "<p class='" + "x " * 200_000 + "'>x<style>.x{display:none}</style>",
    ],
    ids=[
        "never closed",
        "never opened",
        "cells",
        "one style",
        "spaces",
        "hidden",
        "rules",
        "braces",
        "sheets",
        "comments",
        "classes",
    ],
)
def test_crafted_pages_are_read_in_one_pass(html: str) -> None:
    assert "x" in html_to_text(html) or "td" in html
