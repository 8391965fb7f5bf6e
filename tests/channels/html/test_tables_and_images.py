"""Tables, lists and images of a page as text."""

import pytest

from supportcli.channels import mime
from supportcli.channels.html.text import html_to_text

WORD = (
    "<table class=MsoTableGrid border=1 cellspacing=0><tr><td><p class=MsoNormal>Item</p></td><td><p>Qty</p></td></tr>"
    "<tr><td><p>Red lamp,<br>large</p><p>on sale</p></td><td></td></tr></table>"
)

PAGES = {
    "a table of Word": (WORD, "Item | Qty\nRed lamp, large on sale |"),
    "an empty cell keeps its place": (
        "<table border=1><tr><td>a<td><td>c<tr><td><td>b<td></table>after",
        "a |  | c\n | b |\nafter",
    ),
    "a layout has no cells without words": (
        "<table border=0><tr><td></td><td><p>Hello</p><p>you</p></td><td></td></tr></table>",
        "Hello\n\nyou",
    ),
    "a head makes a table": (
        "<table><thead><tr><th><p>Item</p></th><th></th></tr></thead><tr><td><div>a</div></td><td>1</td></tr></table>",
        "Item |\na | 1",
    ),
    "a list in a cell stays a list": (
        "<table border=1><tr><td>a</td><td>b<ul><li>c<li>d</ul></td></tr></table>e",
        "a | b\n\n- c\n- d\n\ne",
    ),
    "a table in a layout": (
        "<table><tr><td><p>Hi</p><table border='1'><tr><td><p>a</p></td><td><p>b</p></td></tr></table><p>Bye</p></td></tr></table>",
        "Hi\n\na | b\n\nBye",
    ),
    "a table that never ends": (
        "<table border=1><tr><td><p>a</p><td>b</tr><p>one</p><p>two</p>",
        "a | b\n\none\n\ntwo",
    ),
    "numbers go on": (
        "<ol start=3><li>c<li>d</ol><ol><li value=7>x<li>y</ol>",
        "3. c\n4. d\n\n7. x\n8. y",
    ),
    "wild numbers": ("<ol start=99999999999999><li>a</ol><ol start=x><li>b</ol>", "1. a\n\n1. b"),
    "headings": ("<h1>Order</h1><p>one</p><h2>Lamps</h2>two", "Order\n\none\n\nLamps\n\ntwo"),
    "preformatted": ("<pre>a  b\n  c</pre>d", "a  b\n  c\n\nd"),
    "nested lists": (
        "<ul><li>a<ol><li>b<ul><li>c</ul></ol><li>d</ul>",
        "- a\n  1. b\n    - c\n- d",
    ),
    "another address than it says": (
        "<a href='https://evil.test/login'>https://bank.test</a>",
        "https://bank.test <https://evil.test/login>",
    ),
    "a pixel": ("Hello<img src='http://t.test/a.gif' width=1 height=1 alt='open'>", "Hello"),
    "a pixel by style": (
        "Hello<img src='http://t.test/a.gif' alt=x style='width:1px;height:1px'>",
        "Hello",
    ),
    "a hidden image": ("Hello<img src='http://t.test/a.gif' alt=x style='display:none'>", "Hello"),
    "a picture from elsewhere": (
        "<img src='http://x.test/a.png' width=100 alt='Our lamp'>",
        "Our lamp",
    ),
    "a picture in the page": ("see <img src='data:image/png;base64,AAAA'>", "see [image]"),
}


@pytest.mark.parametrize("name", PAGES)
def test_page(name: str) -> None:
    html, text = PAGES[name]
    assert html_to_text(html) == text


def related(html: bytes, *images: bytes) -> bytes:
    return (
        b"From: mia@b.test\nContent-Type: multipart/related; boundary=r\n\n--r\nContent-Type: text/html\n\n"
        + html
        + b"".join(b"\n--r\n" + one + b"\n\n" + b"x" * 40_000 for one in images)
        + b"\n--r--\n"
    )


def image(name: bytes, cid: bytes) -> bytes:
    return b'Content-Type: image/png; name="' + name + b'"\nContent-ID: <' + cid + b">"


def test_an_image_is_named_where_it_is() -> None:
    html = b"<p>before</p><img src='cid:a%40b' alt='cid:a@b'><p>between <img src=CID:c@d alt='the lamp'></p>"
    read = mime.parse(related(html, image(b"photo.png", b"a@b"), image(b"", b"c@d")))
    assert read.text == "before\n\n[image: photo.png]\n\nbetween [image: the lamp]"


def test_an_image_that_is_not_there_leaves_a_mark() -> None:
    assert mime.parse(related(b"a <img src=cid:x@y> b")).text == "a [image] b"


def test_the_mark_of_an_image_in_a_plain_text_is_its_name() -> None:
    raw = (
        b"From: mia@b.test\nContent-Type: multipart/related; boundary=r\n\n--r\nContent-Type: text/plain\n\n"
        b"see [cid:image001.png@01DA.B] and [cid:gone@x]\n--r\n"
        + image(b"photo.png", b"image001.png@01DA.B")
        + b"\n\nPNG\n--r--\n"
    )
    assert mime.parse(raw).text == "see [image: photo.png] and [cid:gone@x]"


@pytest.mark.parametrize(
    "html",
    [
        "<table border=1><tr><td>" * 20_000,
        "<table border=1>" + "<td>" * 40_000,
        "<table border=1><tr>" + "<td><ul>" * 30_000,
    ],
    ids=["tables", "cells", "lists"],
)
def test_crafted_tables_are_read_in_one_pass(html: str) -> None:
    assert len(html_to_text(html)) < 1_000_000
