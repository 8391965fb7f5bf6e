"""Which parts of a mail are its text."""

import pytest

from supportcli.channels import mime

HEAD = b"From: a@b.test\nSubject: s\nMIME-Version: 1.0\n"


def mixed(*parts: bytes, end: bytes = b"") -> bytes:
    body = b"".join(b"--m\n" + one + b"\n" for one in parts)
    return HEAD + b"Content-Type: multipart/mixed; boundary=m\n\n" + body + b"--m--\n" + end


TEXT, LAST = b"Content-Type: text/plain\n\nfirst words", b"Content-Type: text/plain\n\nlast words"
IMAGE = b"Content-Type: image/png; name=pic.png\nContent-Disposition: inline\n\nPNG"


def test_an_image_between_two_texts_is_named_where_it_is() -> None:
    read = mime.parse(mixed(TEXT, IMAGE, LAST))
    assert read.text == "first words\n\n[image: pic.png]\n\nlast words"
    assert mime.parse(mixed(TEXT, IMAGE)).text == "first words"


@pytest.mark.parametrize(
    "style", ["text-decoration:line-through", "text-decoration-line: line-through"]
)
def test_words_that_a_style_strikes_out_are_marked(style: str) -> None:
    page = f'<p>Send red. <span style="{style}">Cancel it.</span> Now.</p>'
    raw = HEAD + b"Content-Type: text/html\n\n" + page.encode()
    assert mime.parse(raw).text == "Send red. ~~Cancel it.~~ Now."


@pytest.mark.parametrize("location", [b"http://x.test/a/p.png", b"p.png"])
@pytest.mark.parametrize(("name", "shown"), [(b"; name=pic.png", "pic.png"), (b"", "p.png")])
def test_an_image_is_placed_by_its_location(location: bytes, name: bytes, shown: str) -> None:
    page = b'Content-Type: text/html\n\n<p>see <img src="%s"> here <img src="q.png"></p>' % location
    image = b"Content-Type: image/png%s\nContent-Location: %s\n\nPNG" % (name, location)
    assert mime.parse(mixed(page, image)).text == f"see [image: {shown}] here"


@pytest.mark.parametrize(
    ("kind", "text"), [(b"text/x-foo", "my words"), (b"text/vcard", ""), (b"text/css", "")]
)
def test_a_text_of_an_unknown_kind_is_plain(kind: bytes, text: str) -> None:
    assert mime.parse(HEAD + b"Content-Type: " + kind + b"\n\nmy words").text == text


@pytest.mark.parametrize("kind", [b"text/rtf", b"application/rtf; name=letter.rtf"])
@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"{\\rtf1\\ansi My {\\b words} here\\par caf\\'e9 caf\xe9}", "My words here\ncafé café"),
        (b"{\\rtf1\\ansi\\fromhtml1 {\\*\\htmltag <p>My <b>words</b>}}", "My words"),
        (b"My words", "My words"),
    ],
)
def test_a_mail_in_rtf_is_read(kind: bytes, body: bytes, text: str) -> None:
    mail = mime.parse(HEAD + b"Content-Type: " + kind + b"\n\n" + body)
    assert (mail.text, mail.attachments) == (text, ())
    assert mail.defects == (() if body.startswith(b"{") else ("RTF is shown as it is: no RTF",))


def test_an_rtf_beside_a_text_is_a_file() -> None:
    part = b"Content-Type: text/rtf\n\n{\\rtf1 My words}\n"
    mail = mime.parse(mixed(TEXT, part))
    assert [one.type for one in mail.attachments] == ["text/rtf"]


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (b"please cancel", True),
        (b"This is a multi-part message in MIME format.", False),
        (b"This is a MIME-encapsulated message", False),
        (b"Dies ist eine mehrteilige Nachricht im MIME-Format.", False),
        (b"This is an OpenPGP/MIME signed message (RFC 4880 and 3156)", False),
        (b"This is an S/MIME signed message", False),
        (b" \n", False),
    ],
)
def test_words_before_the_first_boundary_are_named(words: bytes, *, named: bool) -> None:
    defects = ("there is text before the first boundary",) if named else ()
    raw = mixed(TEXT).replace(b"\n\n--m", b"\n\n" + words + b"\n--m", 1)
    assert mime.parse(raw).defects == defects
    inner = b"Content-Type: multipart/mixed; boundary=i\n\n" + words + b"\n--i\n\nx\n--i--\n"
    assert mime.parse(mixed(inner)).defects == defects


def test_words_between_two_parts_are_named() -> None:
    inner = b"Content-Type: multipart/mixed; boundary=i\n\n--i\n\nx\n--i--\nplease cancel"
    assert mime.parse(mixed(inner, LAST)).defects == ("there is text between two parts",)


@pytest.mark.parametrize("end", [b"", b"\n \n", b"please cancel\n"])
def test_words_after_the_last_boundary_are_named(end: bytes) -> None:
    defects = ("there is text after the last boundary",) if end.strip() else ()
    assert mime.parse(mixed(TEXT, end=end)).defects == defects
