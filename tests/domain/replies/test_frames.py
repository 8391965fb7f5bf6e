"""A frame has one place for the text, and nothing that runs, hides or reports."""

import pytest

from supportcli.domain.replies import frames

GOOD = """<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>Mill Shop</title>
<style>p { color: #222; /* url(//no.test) */ } .x { background: url(data:image/png;base64,AA==) }</style></head>
<body style="font-family: sans-serif">
<!--[if mso]><table><tr><td><![endif]-->
<table width="600"><tr><td>{{ body }}</td></tr></table>
<p><a href="https://shop.test/">Mill Shop</a> · <a href="mailto:help@shop.test">write</a>
<img alt="" src="data:image/gif;base64,R0lGODlhAQABAAAAACw="></p></body></html>
"""


def test_a_plain_one_is_fine() -> None:
    assert frames.faults(GOOD) == []
    assert frames.loads_from(GOOD) == ()
    assert frames.faults("<table><tr><td>{{body}}</td></tr></table>") == []


@pytest.mark.parametrize(
    ("html", "line", "words"),
    [
        ("<p>Hello</p>", 0, "no place"),
        ("{{ body }}\n{{body}}", 0, "2 places"),
        ("<p title='{{ body }}'>x</p>", 0, "inside a tag"),
        ("<!-- {{ body }} --><p>x</p>", 0, "inside a tag or a comment"),
        ("<!--[if mso]>{{ body }}<![endif]-->", 0, "inside a tag or a comment"),
        ("<html><head>\n<title>{{ body }}</title></head></html>", 2, "inside <head>"),
        ("<style>{{ body }}</style>", 1, "inside <style>"),
        ("<a href='https://a.test'>{{ body }}</a>", 1, "inside <a>"),
        ("<div style='display: none'><p>{{ body }}</p></div>", 1, "inside <div>"),
        ("<div hidden>{{ body }}</div>", 1, "inside <div>"),
        ("<div style='text-indent:-9999px'>{{ body }}</div>", 1, "inside <div>"),
        ("<style>\n.m{display:none}</style><div class=m>{{ body }}</div>", 1, "“.m” hides the text"),
        ("<div class='a m'>{{ body }}</div>\n<style>img,DIV.m{x:y;font-size:0}</style>", 2, "“DIV.m”"),
        ("<style>#t td { opacity: 0 }</style><table id=t><td>{{ body }}", 1, "“#t td” hides"),
        ("<style>@media print { p:first-child { display:none } }</style>{{ body }}", 1, "hides"),
        ("<style>*{visibility:hidden}</style>{{ body }}", 1, "“*” hides"),
        ("<style>body > blockquote{display:none}</style>{{ body }}", 1, "hides"),
        ("<style>html{color:transparent}</style>{{ body }}", 1, "“html” hides"),
        ("<!--[if mso]><style>p{mso-hide:all}</style><![endif]-->{{ body }}", 1, "hides"),
        ("<p>\n<script>x()</script>{{ body }}", 2, "<script> has no place"),
        ("<iframe src='https://a.test'></iframe>{{ body }}", 1, "<iframe> has no place"),
        ("<body onload='x()'>{{ body }}", 1, "onload on <body>"),
        ("<a href='java\nscript:x()'>a</a>{{ body }}", 1, "href on <a>"),
        ("<a href='&#106;avascript:x()'>a</a>{{ body }}", 1, "href on <a>"),
        ("<img src='cid:logo'>{{ body }}", 1, "src has to begin"),
        ("<img src='logo.png'>{{ body }}", 1, "src has to begin"),
        ("<img src='data:image/svg+xml;base64,AA=='>{{ body }}", 1, "src has to begin"),
        ("<p>\n\n<img src='https://pixel.test/1.gif'>{{ body }}", 3, "from pixel.test"),
        ("<img src=' //pixel.test/1.gif'>{{ body }}", 1, "from pixel.test"),
        ("<img srcset='https://a.test/1 1x, https://b.test/2 2x' src='data:image/png;base64,'>{{ body }}", 1, "from a.test"),
        ("<td background='http://a.test/x'>{{ body }}</td>", 1, "from a.test"),
        ("<p style='background: url( \"https://a.test/x\")'>{{ body }}</p>", 1, "from a.test"),
        ("<style>\np { background: URL(//a.test/x) }</style>{{ body }}", 1, "from a.test"),
        ("<style>@import 'https://a.test/x.css';</style>{{ body }}", 1, "“@import”"),
        ("<p style='background: u\\72l(https://a.test)'>{{ body }}</p>", 1, "no place in the style"),
        ("<!--[if mso]><img src='https://a.test/x'><![endif]-->{{ body }}", 1, "from a.test"),
        ("<meta http-equiv='refresh' content='0; url=https://a.test'>{{ body }}", 1, "refresh"),
        ("<meta charset='iso-8859-1'>{{ body }}", 1, "not UTF-8"),
        ("<p>{{ body }}\n\x1b[31m", 2, "control character"),
        ("x" * 50_001, 0, "50,001 characters"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_line(html: str, line: int, words: str) -> None:
    first, *_ = frames.faults(html)
    assert (first.line, words in first.sentence) == (line, True), first


@pytest.mark.parametrize(
    "css",
    [
        ".preheader{display:none}",
        "@media (max-width:600px) { .wide, td.side { display:none } }",
        "#other p { display:none }",
        ".preheader p { font-size:0 }",
        "p { font-size:0.9em; line-height:0; opacity:0.8; color:#222 }",
        "img { height:0 }",
        "/* p { display:none } */ p { margin:0 }",
    ],
)
def test_a_style_may_hide_something_else(css: str) -> None:
    page = f"<style>{css}</style><i class=preheader>News</i><td class=main>{{{{ body }}}}</td>"
    assert frames.faults(page) == []


def test_the_team_may_want_pictures_from_the_web() -> None:
    html = "<img src='https://img.shop.test/logo.png'>{{ body }}"
    assert frames.faults(html, remote=True) == []
    assert frames.loads_from(html) == ("img.shop.test",)


def test_the_text_stands_in_its_place_and_is_not_read_again() -> None:
    page = frames.around(GOOD, "<p>{{ body }} \\1</p>")
    assert "<td><p>{{ body }} \\1</p></td>" in page
    assert page.count("<html>") == 1
    assert frames.around("<i>{{body}}</i>", "x").endswith("<body>\n<i>x</i></body></html>\n")
