"""Raw bytes → `Mail`. It never raises, and never recurses on anything a sender controls. Broken
mail yields defects; hostile mail is held.

The parser is our own walk (`parts`) with the standard library's codecs. `benchmarks/parse.py`
compares it with that library's two parsers, which raise on real mail and take minutes on hostile
mail."""

import hashlib
import re
from dataclasses import replace
from datetime import tzinfo

from supportcli.channels.bounces.delivery_reports import read_bounce
from supportcli.channels.encodings import transfer
from supportcli.channels.folding.answers.coloured_answers import Painted
from supportcli.channels.folding.quotes import fold, hides_painted
from supportcli.channels.forwarded import attached_mails
from supportcli.channels.forwarded.forwarded_author import forwarded_author
from supportcli.channels.headers import authentication
from supportcli.channels.headers.addresses import parse_addresses
from supportcli.channels.headers.answered_mail import Answered
from supportcli.channels.headers.auto_submitted import (
    automatic_sign,
    judged,
)
from supportcli.channels.headers.dates import parse_date, zone_of
from supportcli.channels.headers.encoded_words import header_text
from supportcli.channels.headers.header_block import Headers, OverBudget, read_headers
from supportcli.channels.headers.message_ids import message_ids
from supportcli.channels.invitations.calendars import invitations
from supportcli.channels.parts.file_names import file_name
from supportcli.channels.parts.leading_bytes import from_its_headers
from supportcli.channels.parts.locked import notes
from supportcli.channels.parts.structure import Part, Structure, walk
from supportcli.channels.parts.texts import Texts
from supportcli.channels.parts.unpacking import unpack
from supportcli.domain.mail import Address, Attachment, Fold, Mail, MailKind

_NAMES = {
    **dict.fromkeys(("text/calendar", "text/x-vcalendar", "application/ics"), "invitation.ics"),
    **dict.fromkeys(("text/vcard", "text/x-vcard"), "contact.vcf"),
    "message/rfc822": "message.eml",
}

_TEXT_LIMIT = 25 * 1024 * 1024
"""The most bytes of text in a mail; with more it is held: nobody wrote or reads them."""

_FOLDED_LIMIT = 256 * 1024
"""The most characters of a text that is folded."""

_DELIVERED_TO = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to")
_ORIGINAL_IDS = (
    "x-original-message-id",
    "x-google-original-message-id",
    "x-microsoft-original-message-id",
)
_LONE_RETURN = re.compile(rb"\r(?!\n)")
_ONCE = ("from", "message-id", "date", "subject", "content-type")


def parse(raw: bytes) -> Mail:
    """The mail in `raw`. Any bytes are a mail.

    `held` is set if a limit is exceeded (100 levels, 1,000 parts, 10,000 headers, 64 KiB in a
    header, 25 MiB of text), or if the parser itself fails. Then the values are those that could be
    read (of a long header its beginning, and all of the text), and the raw mail waits for a person
    or a better parser."""
    sha256, size = hashlib.sha256(raw).hexdigest(), len(raw)
    mail: Mail | None = None
    try:
        raw, misplaced = from_its_headers(raw)
        structure = walk(raw)
        unpack(structure, raw)
        structure.defects[:0] = [misplaced] if misplaced else []
        mail = _with_headers(sha256, size, structure.root, raw)
        if structure.over is not None:
            return replace(mail, held=structure.over)
        mail = _with_content(mail, structure, raw)
        return mail if structure.cut is None else replace(mail, held=mail.held or structure.cut)
    except Exception as error:  # noqa: BLE001 - the promise of this function: a mail that breaks the parser never stops the mail behind it
        mail = mail or Mail(sha256=sha256, size=size)
        return replace(mail, held=f"the parser failed on it ({type(error).__name__})")


def attachment(raw: bytes, part: int) -> bytes:
    """The decoded content of one part of a raw mail, `part` as in `Attachment.part`. Raises
    IndexError if the mail has no such part."""
    raw, _ = from_its_headers(raw)
    structure = walk(raw)
    if part >= len(structure.parts):
        unpack(structure, raw)
    return _content(structure.parts[part], raw)[0]


def headers(raw: bytes) -> tuple[str | None, tuple[str, ...], tuple[str, ...]]:
    """Message-ID, In-Reply-To and References of a raw mail (or of its headers alone), for sorting
    mails into threads.

    It reads only the first header block; if that exceeds a limit, as far as it was read."""
    try:
        block, _, _ = read_headers(from_its_headers(raw)[0], 0, 0)
    except OverBudget as over:
        block = over.headers or Headers()
    return _message_id(block), _ids(block, "in-reply-to"), _ids(block, "references")


def zone(raw: bytes) -> tzinfo | None:
    """How far from UTC the clock of a raw mail's author was, as its Date header says; None if it
    does not."""
    try:
        block, _, _ = read_headers(from_its_headers(raw)[0], 0, 0)
    except OverBudget as over:
        block = over.headers or Headers()
    return zone_of(header_text(block.first("date") or b""))


def _with_headers(sha256: str, size: int, root: Part, raw: bytes) -> Mail:
    """A mail with the content of its headers."""
    block, charset = root.headers, root.charset
    sent = parse_date(header_text(block.first("date") or b""))
    topic = block.first("thread-topic")
    message_id = _message_id(block)
    senders = _addresses(block, "from", charset)
    return Mail(
        sha256=sha256,
        size=size,
        message_id=message_id,
        in_reply_to=_ids(block, "in-reply-to"),
        references=_ids(block, "references"),
        subject=header_text(block.first("subject") or b"", charset),
        sender=_sender(senders, block, charset),
        senders=senders,
        original_from=_addresses(block, "x-original-from", charset),
        reply_to=_addresses(block, "reply-to", charset),
        to=_addresses(block, "to", charset),
        cc=_addresses(block, "cc", charset),
        delivered_to=tuple(
            dict.fromkeys(
                one.address
                for name in _DELIVERED_TO
                for one in _addresses(block, name, charset)
                if one.address
            )
        ),
        original_ids=tuple(one for name in _ORIGINAL_IDS for one in _ids(block, name)),
        authentication=authentication.values(block),
        sent=sent,
        automatic=automatic_sign(block),
        thread_topic=header_text(topic, charset) if topic is not None else None,
        thread_index="".join(block.plain("thread-index").split()) or None,
        fingerprint=_fingerprint(message_id, block, raw[root.start :]),
        defects=_header_defects(
            block, mail_has_date=sent is not None, mail_has_id=message_id is not None
        ),
    )


def _with_content(mail: Mail, structure: Structure, raw: bytes) -> Mail:
    """`mail` with its text, its attachments, and the kind of mail that follows from them."""
    texts = Texts(raw, structure.parts)
    if texts.size() > _TEXT_LIMIT:
        return replace(mail, held=f"{texts.size():,} bytes of text")
    text = texts.body() or "\n\n".join(structure.packed_texts)
    invited, unread = invitations(structure.parts, raw, text)
    locked = notes(structure.parts, raw)
    attachments, damaged = _attachments(structure, texts, raw)
    bounce = read_bounce(raw, structure, mail.subject, text)
    kind, answered = MailKind.MAIL, ""
    if bounce is not None and bounce.recipients and bounce.certain:
        kind = MailKind.BOUNCE
    elif bounce is not None and bounce.certain:
        kind = MailKind.AUTO_REPLY
    else:
        is_answer, answered = judged(structure.root.headers, mail.subject, mail.automatic)
        kind = MailKind.AUTO_REPLY if is_answer else MailKind.MAIL
    return replace(
        mail,
        kind=kind,
        answered_subject=answered,
        text="\n\n".join(filter(None, (text, *invited, *locked))),
        folds=_folds(text, Answered.of(mail), texts.painted()),
        attachments=attachments,
        forwarded=forwarded_author(
            attached_mails.authors(structure.parts, raw),
            mail.subject,
            text,
            answers=bool(mail.in_reply_to or mail.references),
        )
        if kind is MailKind.MAIL
        else None,
        bounce=bounce,
        defects=tuple(
            dict.fromkeys((*mail.defects, *structure.defects, *texts.defects, *unread, *damaged))
        ),
    )


def _folds(text: str, answered: Answered, pages: list[Painted]) -> tuple[Fold, ...]:
    """The folds of a text; none if somebody typed into a quote in their own colour."""
    if len(text) > _FOLDED_LIMIT or any(
        hides_painted(page, answered) for page in pages if len(page.text) <= _FOLDED_LIMIT
    ):
        return ()
    return fold(text, answered)


def _attachments(
    structure: Structure, texts: Texts, raw: bytes
) -> tuple[tuple[Attachment, ...], list[str]]:
    found, defects = [], []
    for place, part in enumerate(structure.parts):
        if not texts.is_file(place):
            continue
        data, defect = _content(part, raw)
        if defect:
            defects.append(defect)
        ids = message_ids(part.headers.first("content-id") or b"")
        inline = part.disposition == "inline" or (part.disposition != "attachment" and bool(ids))
        found.append(
            Attachment(
                part=place,
                name=file_name(part.name or _name_of(part, locked=place in texts.locked)),
                type=part.type,
                size=len(data),
                sha256=hashlib.sha256(data).hexdigest(),
                inline=inline,
                content_id=ids[0] if ids else None,
            )
        )
    return tuple(found), defects


def _name_of(part: Part, *, locked: bool) -> str:
    """The name of a file that came without one, if it is known what it is."""
    return "message.asc" if locked else _NAMES.get(part.type, "")


def _content(part: Part, raw: bytes) -> tuple[bytes, str | None]:
    return transfer.decode(part.body(raw), part.headers.plain("content-transfer-encoding"))


def _message_id(block: Headers) -> str | None:
    ids = message_ids(block.first("message-id") or b"")
    return ids[0] if ids else None


def _ids(block: Headers, name: str) -> tuple[str, ...]:
    values = block.all(name)
    if len(values) == 1:
        return message_ids(values[0])
    return tuple(dict.fromkeys(one for value in values for one in message_ids(value)))


def _addresses(block: Headers, name: str, charset: str | None) -> tuple[Address, ...]:
    values = block.all(name)
    if not values:
        return ()
    found = [one for value in values for one in parse_addresses(value, charset)]
    return tuple(dict.fromkeys(found) if len(found) > 1 else found)


def _sender(authors: tuple[Address, ...], block: Headers, charset: str | None) -> Address | None:
    """The author of the mail: the first address in From (`authors`), else that in Sender with the
    name from From; if nobody has an address, the first name."""
    found = next((author for author in authors if author.address), None)
    if found is not None:
        return found
    posted = next((one for one in _addresses(block, "sender", charset) if one.address), None)
    if posted is not None:
        return replace(posted, name=authors[0].name) if authors and not posted.name else posted
    return authors[0] if authors else None


def _header_defects(block: Headers, *, mail_has_date: bool, mail_has_id: bool) -> tuple[str, ...]:
    defects = [
        f"{name} appears {len(block.all(name))} times" for name in _ONCE if len(block.all(name)) > 1
    ]
    if "date" in block and not mail_has_date:
        defects.append("the date cannot be read")
    if "message-id" in block and not mail_has_id:
        defects.append("the Message-ID is not valid")
    return tuple(defects)


def _fingerprint(message_id: str | None, block: Headers, body: bytes) -> str:
    """A hash that two copies of one mail share although they came by different ways: without trace
    headers and line ends. The subject counts: a robot may say the same about two subjects in one
    second, without a Message-ID."""
    digest = hashlib.sha256()
    for value in (
        (message_id or "").encode(),
        block.first("date") or b"",
        block.first("from") or b"",
        block.first("subject") or b"",
    ):
        digest.update(b" ".join(value.split()) + b"\0")
    # to remove one byte takes a tenth of the time of replacing two
    lone = _LONE_RETURN.search(body) is not None
    body = body.replace(b"\r\n", b"\n") if lone else body.replace(b"\r", b"")
    digest.update(body.rstrip(b"\n"))
    return digest.hexdigest()
