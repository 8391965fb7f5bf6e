"""`supportcli mail parse`: how the program reads a mail, without a database."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from supportcli.channels import mime
from supportcli.channels.files import archives
from supportcli.domain.mail import Address, Mail
from supportcli.errors.mail import MailUnreadable


def parse_files(paths: Iterable[Path]) -> Iterator[tuple[str, Mail]]:
    """Each mail of each file with the file's name as it was given: one from a file with one mail,
    all from an mbox.

    MailUnreadable if a file cannot be read.
    """
    for path in paths:
        for raw in archives.mails_of(_content(path)):
            yield str(path), mime.parse(raw)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise MailUnreadable(str(path), error.strerror or str(error)) from error


def as_json(file: str, mail: Mail) -> dict[str, Any]:
    """The public shape of a parsed mail, one object per mail; tests pin the fields and their
    meaning."""
    return {
        "file": file,
        "sha256": mail.sha256,
        "kind": mail.kind.value,
        "message_id": mail.message_id,
        "in_reply_to": list(mail.in_reply_to),
        "references": list(mail.references),
        "subject": mail.subject,
        "from": _address(mail.sender) if mail.sender else None,
        "reply_to": [_address(one) for one in mail.reply_to],
        "to": [_address(one) for one in mail.to],
        "cc": [_address(one) for one in mail.cc],
        "date": mail.sent.isoformat() if mail.sent else None,
        "text": mail.text,
        "reply": mail.reply,
        "quoted": mail.quoted,
        "signature": mail.signature,
        "attachments": [
            {
                "name": one.name,
                "type": one.type,
                "size": one.size,
                "sha256": one.sha256,
                "inline": one.inline,
                "content_id": one.content_id,
            }
            for one in mail.attachments
        ],
        "bounce": _bounce(mail),
        "defects": list(mail.defects),
        "held": mail.held,
    }


def _address(address: Address) -> dict[str, str]:
    return {"name": address.name, "address": address.address}


def _bounce(mail: Mail) -> dict[str, Any] | None:
    if mail.bounce is None or not mail.bounce.recipients:
        return None
    recipients = [
        {"address": one.address, "status": one.status, "hard": one.hard}
        for one in mail.bounce.recipients
    ]
    return {"recipients": recipients, "message_id": mail.bounce.message_id}
