"""Any bytes are a mail: nothing that a sender may write makes the parser raise, hold what is small,
or make values that cannot be kept."""

import dataclasses
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from supportcli.channels import mime
from supportcli.desk.mail.parsing import as_json
from supportcli.domain.mail import Mail

CORPUS = [
    path.read_bytes() for path in sorted((Path(__file__).parent.parent / "corpus").glob("*.eml"))
]
PIECES = st.sampled_from(
    [
        b"=?",
        b"?=",
        b"?Q?",
        b"\r",
        b"\n",
        b"\0",
        b"<",
        b">",
        b"@",
        b'"',
        b"--",
        b"\n--b1\n",
        b"\n\n",
        b";",
        b"=",
        b"\xff",
        b"\x1b$B",
        b"&#x0;",
    ]
)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    raw = draw(st.sampled_from(CORPUS))[:4_000]
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(raw)))
        piece = draw(
            PIECES | st.binary(max_size=8) | st.sampled_from(CORPUS).map(lambda other: other[:300])
        )
        raw = raw[:at] + piece + raw[at + draw(st.integers(0, 40)) :]
    return raw


def strings(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return [
            text for one in dataclasses.fields(value) for text in strings(getattr(value, one.name))
        ]
    return [text for one in value for text in strings(one)] if isinstance(value, tuple) else []


def check(mail: Mail, raw: bytes) -> None:
    assert mail.size == len(raw)
    assert mail.held is None or "failed" not in mail.held
    assert all("\0" not in text and text.encode() is not None for text in strings(mail))
    assert sorted(f"{mail.reply} {mail.quoted} {mail.signature}".split()) == sorted(
        mail.text.split()
    )
    for found in mail.attachments:
        assert len(mime.attachment(raw, found.part)) == found.size
    assert mime.headers(raw) == (mail.message_id, mail.in_reply_to, mail.references)
    assert as_json("x", mail)["sha256"] == mail.sha256


@given(st.binary(max_size=2_000))
def test_any_bytes_are_a_mail(raw: bytes) -> None:
    check(mime.parse(raw), raw)


@given(mutated())
def test_damaged_mail_is_a_mail(raw: bytes) -> None:
    check(mime.parse(raw), raw)


@given(st.text(st.characters(exclude_characters="\0\r", exclude_categories=["Cs"]), max_size=300))
def test_text_arrives_letter_by_letter(text: str) -> None:
    mail = mime.parse(
        b"From: a@b.test\nContent-Type: text/plain; charset=utf-8\n\n" + text.encode()
    )
    assert mail.text == text.removeprefix("\ufeff").strip(
        "\n"
    ).rstrip() or text.lstrip().startswith("<")


@given(
    st.sampled_from(
        [raw for raw in CORPUS if raw.startswith((b"From:", b"Return-Path:")) and b"\n" in raw]
    ),
    st.sampled_from(
        [b"Received: from x by y\r\n", b"X-Spam: no\nX-Loop: x\n", b"Return-Path: <a@b.test>\n"]
    ),
)
def test_copies_of_one_mail_have_one_fingerprint(raw: bytes, trace: bytes) -> None:
    fingerprint = mime.parse(raw).fingerprint
    assert len(fingerprint) == 64
    assert mime.parse(trace + raw).fingerprint == fingerprint
    assert (
        mime.parse(raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")).fingerprint == fingerprint
    )


def test_different_mails_have_different_fingerprints() -> None:
    head = b"From: a@b.test\nDate: Sat, 31 Jan 2026 10:00:00 +0000\nMessage-ID: <1@b.test>\n"
    mails = [
        head + b"\none",
        head + b"\ntwo",
        head.replace(b"1@", b"2@") + b"\none",
        head.replace(b"31", b"30") + b"\none",
        head.replace(b"a@", b"c@") + b"\none",
    ]
    assert len({mime.parse(raw).fingerprint for raw in mails}) == len(mails)
