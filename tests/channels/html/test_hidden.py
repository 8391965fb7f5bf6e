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
    "left -100vw": "<p style='position:absolute;left:-100vw'>Only today</p><p>Hello</p>",
    "right": "<p style='position:absolute;right:-9999px'>Only today</p><p>Hello</p>",
    "bottom": "<p style='position:fixed;bottom:-9999px'>Only today</p><p>Hello</p>",
    "inset": "<p style='position:absolute;inset:-9999px auto auto -9999px'>Only today</p><p>Hello</p>",
    "margin": "<p style='margin:0 0 0 -9999px'>Only today</p><p>Hello</p>",
    "margin-top": "<p style='margin-top:-9999px'>Only today</p><p>Hello</p>",
    "translate": "<p style='transform:translateX(-9999px)'>Only today</p><p>Hello</p>",
    "translate prop": "<p style='translate:-9999px 0'>Only today</p><p>Hello</p>",
    "scale prop": "<p style='scale:0'>Only today</p><p>Hello</p>",
    "filter": "<p style='filter:opacity(0)'>Only today</p><p>Hello</p>",
    "-webkit-text-fill": "<p style='-webkit-text-fill-color:transparent'>Only today</p><p>Hello</p>",
    "content-visibility": "<p style='content-visibility:hidden'>Only today</p><p>Hello</p>",
    "max-width": "<p style='max-width:0;overflow:hidden;white-space:nowrap'>Only today</p><p>Hello</p>",
    "height 1px": "<p style='height:1px;overflow:hidden'>Only today</p><p>Hello</p>",
    "size 1pxx": "<p style='width:1px;height:1px;overflow:hidden;position:absolute'>Only today</p><p>Hello</p>",
    "opacity .001": "<p style='opacity:.001'>Only today</p><p>Hello</p>",
    "media screen": "<style>@media screen{.x{display:none}}</style><p class=x>Only today</p><p>Hello</p>",
    "hidden until-found": "<p hidden='until-found'>Only today</p><p>Hello</p>",
    "font tag size": "<p><font style='font-size:.1px'>Only today</font></p><p>Hello</p>",
    "visibility child": "<div style='visibility:hidden'><p>Only today</p></div><p>Hello</p>",
    "size of a size": "<div style='font-size:0'><span style='font-size:2em'>Only today</span></div><p>Hello</p>",
    "sheet: two classes": "<style>.a.x{display:none}</style><p class='a x'>Only today</p><p>Hello</p>",
    "sheet: name and classes": "<style>p.a.b{display:none}</style><p class='a b'>Only today</p><p>Hello</p>",
    "sheet: all screens": "<style>@media all{.x{display:none}}</style><p class=x>Only today</p><p>Hello</p>",
    "overflow-y": "<p style='max-height:0;overflow-y:hidden'>Only today</p><p>Hello</p>",
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
    "only in Word": "<p style='mso-hide:all'>Confirm</p>",
    "white on dark table": "<table style='background:#222'><tr><td style='color:#fff'>Confirm</td></tr></table>",
    "white on dark table bgcolor": "<table bgcolor=#222222><tr><td style='color:#fff'>Confirm</td></tr></table>",
    "white on dark tr": "<table><tr style='background:#222'><td style='color:#fff'>Confirm</td></tr></table>",
    "white on dark tr class": "<style>.d{background:#222}</style><table class=d><tr><td style='color:#fff'>Confirm</td></tr></table>",
    "white dark by td in sheet": "<style>td{background:#222}</style><table><tr><td style='color:#fff'>Confirm</td></tr></table>",
    "white dark by id": "<style>#m{background:#222}</style><div id=m><font color=white>Confirm</font></div>",
    "body class": "<style>body.x{background:#222}</style><body class=x><font color=white>Confirm</font></body>",
    "size0 wrapper": "<div style='font-size:0'><span style='font-size:14px'>Confirm</span></div>",
    "size0 wrapper by class": "<style>.t{font-size:14px}</style><div style='font-size:0'><span class=t>Confirm</span></div>",
    "size0 rem": "<div style='font-size:0'><p style='font-size:1rem'>Confirm</p></div>",
    "size0 large": "<div style='font-size:0'><p style='font-size:large'>Confirm</p></div>",
    "size0 font size": "<div style='font-size:0'><font size=3>Confirm</font></div>",
    "display none undone by media": "<style>.x{display:none} @media screen{.x{display:block}}</style><p class=x>Confirm</p>",
    "display none undone by media min": "<style>@media (min-width:600px){.x{display:block !important}}</style><p class=x style='display:none'>Confirm</p>",
    "media max": "<style>.m{display:none} @media (max-width:600px){.m{display:block!important}}</style><p class=m>Confirm</p>",
    "max-height visible": "<div style='max-height:0;overflow:visible'>Confirm</div>",
    "max-height no overflow": "<div style='max-height:0'>Confirm</div>",
    "visibility visible child": "<div style='visibility:hidden'><p style='visibility:visible'>Confirm</p></div>",
    "height0 visible": "<div style='height:0;overflow:visible'>Confirm</div>",
    "mso-hide all": "<!--[if !mso]><!--><div style='mso-hide:all'>Confirm</div><!--<![endif]-->",
    "white on dark td class sheet after": "<style>.dark{background-color:#000000}</style><table><tr><td class=dark><p style='color:#ffffff'>Confirm</p></td></tr></table>",
    "important color": "<style>.w{color:#000 !important}</style><p class=w style='color:#fff'>Confirm</p>",
    "important display": "<style>.w{display:block !important}</style><p class=w style='display:none'>Confirm</p>",
    "negative indent small": "<p style='margin-left:-100px;padding-left:100px'>Confirm</p>",
    "outlook list": "<p style='margin-left:.5in;text-indent:-.25in'>Confirm</p>",
    "text-indent -100": "<p style='margin-left:141.8pt;text-indent:-141.8pt'>Confirm</p>",
    "left -100 relative": "<div style='position:relative;left:-100px;margin-left:120px'>Confirm</div>",
    "static left": "<p style='left:-9999px'>Confirm</p>",
    "bg var": "<div style='background:var(--x)'><p style='color:#fff'>Confirm</p></div>",
    "width0": "<td style='width:0;overflow:hidden;white-space:nowrap;width:100%'>Confirm</td>",
    "color inherit": "<div style='color:#fff;background:#000'><p style='color:inherit'>Confirm</p></div>",
    "white on dark th": "<table><tr><th style='background-color:#4472C4;color:white'>Confirm</th></tr></table>",
    "thead": "<table><thead style='background:#4472C4;color:white'><tr><th>Confirm</th></tr></thead></table>",
    "tbody nested": "<table style='background:#4472C4;color:white'><tbody><tr><td>Confirm</td></tr></tbody></table>",
    "p in dark td unclosed p": "<table><tr><td bgcolor=black><p style='color:#fff'>Confirm<p style='color:#fff'></td></tr></table>",
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
        "<style>" + ".x.y{display:none}" * 20_000 + "</style>" + "<p class='x z'>x</p>" * 20_000,
        "<style>" + "@media x{" * 100_000 + "none</style>x",
        "<p style='white-space:pre'>x\n" * 30_000,
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
        "several classes",
        "screens",
        "spaces that count",
    ],
)
def test_crafted_pages_are_read_in_one_pass(html: str) -> None:
    assert "x" in html_to_text(html) or "td" in html
