"""A ticket as one line of an export: the shape of `ticket show --json`, plus what is needed to
import it again."""

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from supportcli.desk import json_shapes
from supportcli.desk.tickets import ticket_json
from supportcli.domain.imports.records import Entry, Record, RowRefused
from supportcli.domain.mail import Address, Attachment, Fold, FoldKind
from supportcli.domain.tickets.ticket import Direction, Message, Priority, Status, Ticket

T = TypeVar("T")

_MOST = 2**31 - 1
_SHA256 = re.compile("[0-9a-f]{64}")


def line_of(
    ticket: Ticket,
    solved_at: datetime | None,
    more: Mapping[int, Mapping[str, Any]],
    raws: Mapping[int, bytes],
) -> dict[str, Any]:
    """A ticket as a line, solved at `solved_at`: `more` holds the references and agent of each
    message by id, `raws` the mails to include."""
    shape = ticket_json.exported(ticket)
    for written, message in zip(shape["messages"], ticket.messages, strict=True):
        written.update({**_beside(message), **more.get(message.id, {})})
        for told, file in zip(written["attachments"], message.attachments, strict=True):
            told["part"] = file.part
        if message.id in raws:
            written["raw"] = base64.b64encode(raws[message.id]).decode("ascii")
    return {
        **shape,
        "solved_at": json_shapes.time(solved_at),
        "merged_into": ticket.merged_into,
    }


def json_line(shape: dict[str, Any]) -> bytes:
    """A line as bytes: always ASCII."""
    return json.dumps(shape, ensure_ascii=True).encode("ascii") + b"\n"


def _beside(message: Message) -> dict[str, Any]:
    return {
        "created_at": json_shapes.time(message.created_at),
        "subject": message.subject,
        "reply_to": [json_shapes.address(one) for one in message.reply_to],
        "folds": [[fold.start, fold.end, fold.kind.value] for fold in message.folds],
        "remark": message.remark,
    }


def record_of_line(content: bytes) -> Record:
    """The ticket in a line; RowRefused if there is none."""
    try:
        told = _Told(json.loads(content))
    except (ValueError, RecursionError) as error:
        raise RowRefused(f"not JSON: {error}") from None
    customer = told.person("customer")
    if not customer.address:
        raise RowRefused("no customer: there is no address")
    status = told.of("status", Status)
    merged = status is Status.MERGED
    into = (told.maybe("merged_into", told.whole) or None) if merged else None
    if merged and into is None:
        raise RowRefused("it was merged into another ticket, which it does not name")
    messages = told.several("messages", lambda one: _entry(_Told(one)))
    created_at = told.time("created_at")
    key = json.dumps(
        [told.text("mailbox"), told.whole("number"), created_at.isoformat(), customer.address]
    )
    return Record(
        key=key,
        row=key,
        subject=told.text("subject"),
        customer=customer,
        created_at=created_at,
        entries=messages if into is None else (),
        number=told.whole("number"),
        status=status,
        priority=told.of("priority", Priority.of),
        assignee=told.maybe("assignee", told.text) or "",
        team=told.maybe("team", told.text) or "",
        mailbox=told.text("mailbox"),
        tags=told.several("tags", str),
        fields=told.maybe("fields", lambda name: told.of(name, _fields)) or (),
        updated_at=told.time("updated_at"),
        solved_at=told.maybe("solved_at", told.time),
        merged_into=into,
    )


def _entry(told: "_Told") -> Entry:
    folds = told.several("folds", lambda one: Fold(int(one[0]), int(one[1]), FoldKind(one[2])))
    raw = told.maybe("raw", told.text)
    return Entry(
        direction=told.of("direction", Direction),
        at=told.time("created_at"),
        sender=told.person("from"),
        text=told.text("text"),
        subject=told.text("subject"),
        to=told.several("to", _person),
        cc=told.several("cc", _person),
        bcc=told.maybe("bcc", lambda name: told.several(name, _person)) or (),
        reply_to=told.several("reply_to", _person),
        message_id=told.maybe("message_id", told.text),
        date=told.time("date"),
        folds=folds,
        attachments=told.several("attachments", lambda one: _file(_Told(one))),
        references=told.several("references", str),
        remark=told.maybe("remark", told.text),
        unverified=bool(told.maybe("unverified", lambda name: told.of(name, _truth))),
        newcomer=bool(told.maybe("new_participant", lambda name: told.of(name, _truth))),
        forwarded=bool(told.maybe("forwarded", lambda name: told.of(name, _truth))),
        automatic=bool(told.maybe("automatic", lambda name: told.of(name, _truth))),
        channel=told.maybe("channel", told.text) or "",
        agent=told.maybe("agent", told.text),
        state=told.maybe("state", told.text),
        raw=_bytes(raw) if raw is not None else None,
    )


def _fields(values: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Custom fields as they are typed: JSON has numbers and truths."""
    words = {True: "yes", False: "no"}
    return tuple(
        (name, words[value] if isinstance(value, bool) else str(value))
        for name, value in values.items()
    )


def _file(told: "_Told") -> Attachment:
    content_id = told.maybe("content_id", told.text)
    return Attachment(
        part=told.whole("part"),
        name=told.text("name"),
        type=told.text("type"),
        size=told.whole("size"),
        sha256=told.of("sha256", _digest),
        inline=told.of("inline", bool),
        content_id=content_id,
    )


def _person(one: Any) -> Address:  # noqa: ANN401 - any JSON
    return Address.of(str(one["name"]), str(one["address"]))


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise RowRefused(f"invalid raw: {error}") from None


class _Told:
    """A JSON object whose values are read by name; RowRefused names the one that is missing or of
    another kind."""

    def __init__(self, value: Any) -> None:  # noqa: ANN401 - any JSON
        if not isinstance(value, dict):
            raise RowRefused("not a ticket: it is not a JSON object")
        self._value = value

    def of(self, name: str, kind: Callable[[Any], T]) -> T:
        """A value, made by `kind`."""
        try:
            return kind(self._value[name])
        except (KeyError, ValueError, TypeError, IndexError, AttributeError, OverflowError):
            shown = repr(self._value.get(name))[:60]
            raise RowRefused(
                f"invalid {name}: {shown}" if name in self._value else f"missing {name}"
            ) from None

    def maybe(self, name: str, ask: Callable[[str], T]) -> T | None:
        """A value that may be null or missing."""
        return ask(name) if self._value.get(name) is not None else None

    def text(self, name: str) -> str:
        """A string."""
        return self.of(name, _string)

    def whole(self, name: str) -> int:
        """A number that either database can hold."""
        return self.of(name, _whole)

    def time(self, name: str) -> datetime:
        """A moment."""
        return self.of(name, lambda text: datetime.fromisoformat(text).astimezone(UTC))

    def person(self, name: str) -> Address:
        """A name and an address."""
        return self.of(name, _person)

    def several(self, name: str, kind: Callable[[Any], T]) -> tuple[T, ...]:
        """The values of a list."""
        return self.of(name, lambda found: tuple(kind(one) for one in found))


def _whole(value: Any) -> int:  # noqa: ANN401 - any JSON
    if not 0 <= int(value) <= _MOST:
        raise ValueError
    return int(value)


def _digest(value: Any) -> str:  # noqa: ANN401 - any JSON
    if not _SHA256.fullmatch(value):
        raise ValueError
    return _string(value)


def _truth(value: Any) -> bool:  # noqa: ANN401 - any JSON
    if not isinstance(value, bool):
        raise TypeError
    return value


def _string(value: Any) -> str:  # noqa: ANN401 - any JSON
    if not isinstance(value, str):
        raise TypeError
    return value
