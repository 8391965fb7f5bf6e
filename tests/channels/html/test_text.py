"""HTML → text: whatever the tags say, each word that a reader would see is there, in order."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportcli.channels import mime
from supportcli.channels.html.text import html_to_text

WORDS = st.lists(st.from_regex(r"[a-zäß€0-9]{1,8}", fullmatch=True), min_size=1, max_size=30)
TAGS = st.sampled_from(
    [
        *(
            "<p>",
            "</p>",
            "<div>",
            "</div>",
            "<b>",
            "</b>",
            "<br>",
            "<br/>",
            "<li>",
            "</li>",
            "<ul>",
            "</ul>",
            "<ol>",
            "</ol>",
            "<td>",
            "</td>",
            "<tr>",
        ),
        *(
            "<table>",
            "</table>",
            "<blockquote>",
            "</blockquote>",
            "<pre>",
            "</pre>",
            "<span class='a b'>",
            "</span>",
            "<a href='#x'>",
            "</a>",
            "<hr>",
        ),
        *(
            "<P CLASS=MsoNormal>",
            "<!-- no -->",
            "<style>p{}</style>",
            "<script>if (a < b) c()</script>",
            "<![endif]>",
            "<font color=red",
            " ",
            "\n",
        ),
    ]
)


@given(WORDS, st.data())
def test_each_word_is_there_in_order(words: list[str], data: st.DataObject) -> None:
    html = "".join(f"{word} {data.draw(TAGS)}" for word in words)
    seen = re.sub(r"<font color=red", " ", html_to_text(html))
    rest = iter(re.findall(r"[a-zäß€0-9]+", seen))
    assert all(word in rest for word in words)


@given(st.text(max_size=300))
def test_any_text_is_html(text: str) -> None:
    assert isinstance(html_to_text(text), str)


@given(
    st.lists(
        TAGS
        | st.sampled_from(["word", '"', "'", "<", ">", "=", "&amp;", "&#0;", "<img src=cid:a>"]),
        max_size=40,
    ).map("".join)
)
def test_any_tags_are_html(html: str) -> None:
    page = html_to_text(html)
    assert page == page.strip("\n")
    assert "\n\n\n" not in page


def test_a_link_is_shown_once_where_its_words_are_its_address() -> None:
    assert (
        html_to_text('<a href="https://www.shop.test/">shop.test</a> <a href="tel:+4922">+4922</a>')
        == "shop.test +4922"
    )


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<div style='white-space:pre-wrap'>a  b\nc\n  d</div><p>e  f", "a  b\nc\n  d\n\ne f"),
        ("<span style='white-space: PRE'>\ta</span> <b>b\nc</b>", "\ta b c"),
        ("<style>.x{white-space:pre-line}</style><p class=x>a\nb</p>c\nd", "a\nb\n\nc d"),
        (
            "<div style='white-space:pre-wrap'>\n<p>a\n<p style='white-space:normal'>b\nc",
            "a\n\nb c",
        ),
        ("word<listing>a\n  b</listing>after", "word\n\na\n  b\n\nafter"),
        ("word<xmp>a\n  b</xmp>after", "word\n\na\n  b\n\nafter"),
        ("a<dialog open>b</dialog>c<menu><li>d</menu>", "a\nb\nc\n\n- d"),
        ("He said <q>no way</q>.", "He said “no way”."),
        ("10 m<sup>2</sup>, H<sub>2</sub>O, 1<sup>st</sup>", "10 m², H2O, 1st"),
        ("2<SUP class=x> 10 </SUP> bytes, 19<sup>99</sup> €", "2¹⁰ bytes, 19⁹⁹ €"),
        ("<ol type=a start=3><li>x<li>y</ol>", "c. x\nd. y"),
        ("<ol type=A start=26><li>x<li>y</ol>", "Z. x\nAA. y"),
        ("<ol type=i start=4><li>x<li>y<li value=9>z</ol>", "iv. x\nv. y\nix. z"),
        ("<ol style='list-style:upper-roman'><li>x<ol><li>y</ol><li>z</ol>", "I. x\n  1. y\nII. z"),
        ("<ol start=-1 type=a><li>w<li>x<li>y</ol>", "-1. w\n0. x\na. y"),
        ("<ol start=4000 type=I><li>x</ol>", "4000. x"),
    ],
)
def test_what_elements_show_besides_words(html: str, text: str) -> None:
    assert html_to_text(html) == text


def test_quotes_of_quotes_are_marked_as_such() -> None:
    html = "<div>ok</div><blockquote><p>one</p><blockquote>two</blockquote>three</blockquote>four"
    assert html_to_text(html) == "ok\n\n> one\n>\n> > two\n>\n> three\n\nfour"


def test_a_page_of_too_many_tags_keeps_its_words() -> None:
    assert html_to_text("<p>hello</p>" + "<b>x</b> " * 300_000).startswith("hello\nx x x")


SHOWN = {
    "<p>My words:</p><textarea>I want my money back</textarea>": "My words:\n\nI want my money back",
    "<form>Order: <input value='4711 &amp; 4712'><input type=hidden value=x></form>": "Order: 4711 & 4712",
    "<svg><style>.a{}</style><text>Cancel</text><text>it</text></svg>": "Cancel\nit",
    "<p>x = <math><mi>y</mi><mo>+</mo><mn>1</mn></math></p>": "x = y+1",
    "<select><option>red<option>blue</select>": "red\nblue",
    "<p>The red one. <s>Cancel it.</s> <del>No</del>w</p></s>": "The red one. ~~Cancel it.~~ ~~No~~w",
    "<p>Was <strike> 19 </strike> 9</p>": "Was ~~19~~ 9",
}


@pytest.mark.parametrize("html", SHOWN)
def test_words_in_rare_elements_are_read(html: str) -> None:
    assert html_to_text(html) == SHOWN[html]


@pytest.mark.parametrize("nothing", ["&#1;", "&#x1f;", "&#127;&#xfffe;"])
def test_an_entity_for_no_character_is_nothing(nothing: str) -> None:
    assert html_to_text(f"<p>{nothing}</p><p>Is it <b>{nothing}</b>sent?</p>") == "Is it sent?"


def test_a_script_ends_where_its_end_tag_is() -> None:
    page = "<p>One</p><script>if (a<b) '</p>'</script><p>two</p><STYLE>p>b{}</STYLE ><i>three</i>"
    assert html_to_text(page) == "One\n\ntwo\n\nthree"


def test_padding_does_not_turn_off_marks() -> None:
    padded = "<b></b>" * 240_000 + "<p>Go to <a href='http://evil.test/'>http://bank.test/</a></p>"
    assert html_to_text(padded) == "Go to http://bank.test/ <http://evil.test/>"


def test_an_endless_page_is_named() -> None:
    page = b"<td>cell</td>" * 300_000
    read = mime.parse(b"From: a@b.test\nContent-Type: text/html\n\n" + page)
    assert read.defects == ("a page of 600,000 tags is read without links, tables and marks",)
    assert read.text.startswith("cell cell ")


COMMENTS = {
    "<!-- note --!><p>Cancel it</p>": "Cancel it",
    "One<!-->two--> three": "Onetwo--> three",
    "One<!---> two": "One two",
    "<!-- a -- b -->One": "One",
    "One<!-- without an end <p>two</p>": "One without an end\n\ntwo",
    "One<!-- a --><!-- b <table><tr><td>two</td></tr></table>": "One b\ntwo",
}


@pytest.mark.parametrize("html", COMMENTS)
def test_a_comment_ends_where_browsers_end_it_and_hides_nothing_if_it_does_not(html: str) -> None:
    """WHATWG HTML, 13.2.5.43 to 13.2.5.51."""
    assert html_to_text(html) == COMMENTS[html]
