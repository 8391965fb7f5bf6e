"""Tickets in files, row by row or line by line: what the columns of a table mean, and what their
values mean."""

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TypeVar

from supportcli.domain.mail import Address, Attachment, Fold
from supportcli.domain.people import address_of
from supportcli.domain.tickets.tags import fitted
from supportcli.domain.tickets.ticket import Direction, Priority, Status
from supportcli.errors.setup import AddressInvalid

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "number": (
        "number",
        "id",
        "ticketid",
        "ticketnumber",
        "ticket",
        "ticketno",
        "caseid",
        "casenumber",
    ),
    "subject": ("subject", "title", "summary", "topic"),
    "text": ("text", "description", "body", "message", "comment", "content", "details"),
    "customer": (
        "requesteremail",
        "customeremail",
        "contactemail",
        "fromemail",
        "email",
        "emailaddress",
        "customer",
        "from",
    ),
    "name": (
        "customername",
        "requester",
        "requestername",
        "contactname",
        "fullname",
        "name",
        "contact",
    ),
    "created": (
        "created",
        "createdat",
        "createdtime",
        "createddate",
        "datecreated",
        "creationdate",
        "opened",
        "openedat",
    ),
    "updated": ("updated", "updatedat", "updatedtime", "lastupdatetime", "lastupdated", "modified"),
    "date": ("date", "sentat", "messagedate"),
    "status": ("status", "state", "ticketstatus", "currentstatus"),
    "priority": ("priority", "urgency"),
    "tags": ("tags", "labels", "tag"),
    "assignee": (
        "assignee",
        "agent",
        "assigneeemail",
        "agentemail",
        "owner",
        "assignedto",
        "agentassigned",
    ),
    "team": ("team", "group", "assignedgroup", "groupname"),
    "fields": ("fields", "customfields"),
    "direction": ("direction",),
    "author": ("author", "authoremail"),
    "author_name": ("authorname",),
    "message_id": ("messageid",),
    "mailbox": ("mailbox",),
}
"""The fields of a ticket and its messages that a table may hold, and the headings by which each is
guessed (lower-case letters and digits only)."""

_STATUSES = {
    **{status.value: status for status in Status if status is not Status.MERGED},
    "merged": Status.SOLVED,
    **dict.fromkeys(("resolved", "done", "completed"), Status.SOLVED),
    **dict.fromkeys(("hold", "onhold", "on hold", "waiting on third party"), Status.ON_HOLD),
    **dict.fromkeys(
        ("waiting", "answered", "waiting on customer", "awaiting reply", "waiting for customer"),
        Status.PENDING,
    ),
    **dict.fromkeys(("in progress", "reopened", "active"), Status.OPEN),
}
_PRIORITIES = {
    **{str(one): one for one in Priority},
    "medium": Priority.NORMAL,
    "critical": Priority.URGENT,
    "": Priority.NORMAL,
}
_DIRECTIONS = {
    **{one.value: one for one in Direction},
    **dict.fromkeys(("", "incoming", "inbound", "customer"), Direction.IN),
    **dict.fromkeys(("outgoing", "outbound", "agent", "reply"), Direction.OUT),
    **dict.fromkeys(("private", "internal"), Direction.NOTE),
}
_SEPARATORS = re.compile(r"[,;\s]+")
_MAY_BE_A_HYPHEN = frozenset(
    {"number", "created", "updated", "date", "status", "priority", "tags", "assignee", "team"}
)
"""The fields in which a single hyphen means "empty", as Zendesk writes it."""
_FORMULA = "=+-@＝＋－＠\t\r\n'"  # the wide ones in an East Asian spreadsheet
_SKIPPED = ' "\0\u00a0\u3000'
_NUMBER = re.compile(r"#?([1-9]\d{0,8})")


T = TypeVar("T")


class RowRefused(Exception):
    """A row or line that cannot become a message. `reason` says what is wrong (“no address:
    acme.test”)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Entry:
    """A message in a file. `agent` is the address or name of its author, if it was one of us;
    `state` says how far a reply had come; `raw` holds the bytes of its mail, if they came along."""

    direction: Direction
    at: datetime
    sender: Address
    text: str
    subject: str = ""
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    message_id: str | None = None
    date: datetime | None = None
    folds: tuple[Fold, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    references: tuple[str, ...] = ()
    remark: str | None = None
    agent: str | None = None
    state: str | None = None
    raw: bytes | None = None
    unverified: bool = False
    newcomer: bool = False
    forwarded: bool = False
    automatic: bool = False
    """The desk that exported it wrote it by itself."""
    channel: str = ""
    """How the message came, as the desk that exported it names it."""


@dataclass(frozen=True, slots=True)
class Record:
    """A ticket in a file. `key` identifies it there (rows with the same key are messages of one
    ticket), `row` is this row of it. Values that the file does not have are empty."""

    key: str
    row: str
    subject: str
    customer: Address
    created_at: datetime
    entries: tuple[Entry, ...]
    number: int | None = None
    status: Status | None = None
    priority: Priority = Priority.NORMAL
    assignee: str = ""
    team: str = ""
    mailbox: str = ""
    tags: tuple[str, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    """The names of custom fields and their values, as typed."""
    updated_at: datetime | None = None
    solved_at: datetime | None = None
    merged_into: int | None = None
    """The number in the file of the ticket that has its messages; it has none itself then."""


def guess(headings: Sequence[str]) -> dict[str, str]:
    """What the columns of a table mean, as far as their headings say: field → heading."""
    plain = {re.sub(r"[\W_]+", "", heading.lower()): heading for heading in reversed(headings)}
    found = {
        name: next((plain[one] for one in known if one in plain), None)
        for name, known in HEADINGS.items()
    }
    return {name: heading for name, heading in found.items() if heading is not None}


def missing(columns: Mapping[str, str]) -> list[str]:
    """The required fields that a table lacks: whose ticket it is, and something of what it is
    about."""
    wanted = [] if "customer" in columns else ["customer"]
    return wanted if {"subject", "text"} & columns.keys() else [*wanted, "subject or text"]


def shielded(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula
    (owasp.org/www-community/attacks/CSV_Injection): anything that could be one gets a `'` in
    front."""
    return f"'{cell}" if _like_a_formula(cell) else cell


def unshielded(cell: str) -> str:
    """The cell before `shielded` changed it."""
    return cell[1:] if cell[:1] == "'" and _like_a_formula(cell[1:]) else cell


def _like_a_formula(cell: str) -> bool:
    """Whether a spreadsheet may take a cell for a formula. Some skip quotation marks and spaces
    before one."""
    return any(begin[:1] and begin[0] in _FORMULA for begin in (cell, cell.lstrip(_SKIPPED)))


def record_of(cells: Mapping[str, str], row: str, dates: str | None, now: datetime) -> Record:
    """The ticket, with one message, in a row. `cells` are by field, `row` names the row, `dates` is
    the format of dates (strptime) if they are not ISO 8601. RowRefused if the row holds no
    message."""
    cells = {
        name: "" if name in _MAY_BE_A_HYPHEN and cell.strip() == "-" else cell
        for name, cell in cells.items()
    }
    customer = _customer(cells)
    created = _date(cells, "created", dates, now)
    sent = _date(cells, "date", dates, now) or created
    text, subject = cells.get("text"), cells.get("subject")
    if not ((text or "").strip() or (subject or "").strip() or cells.get("number", "").strip()):
        raise RowRefused("empty: it has neither a subject nor a text")
    subject = (text or "").strip().split("\n")[0][:100] if subject is None else subject.strip()
    number = _NUMBER.fullmatch(cells.get("number", "").strip())
    return Record(
        key=cells.get("number", "").strip() or row,
        row=row,
        subject=subject,
        customer=customer,
        created_at=created or sent or now,
        entries=(_entry(cells, customer, subject if text is None else text, sent, now),),
        number=int(number[1]) if number else None,
        status=_named(cells, "status", _STATUSES | {"": None}),
        priority=_named(cells, "priority", _PRIORITIES),
        assignee=cells.get("assignee", "").strip(),
        team=cells.get("team", "").strip(),
        mailbox=cells.get("mailbox", "").strip().lower(),
        tags=tags_of(cells.get("tags", "")),
        fields=fields_of(cells.get("fields", "")),
        updated_at=_date(cells, "updated", dates, now),
    )


def tags_of(cell: str) -> tuple[str, ...]:
    """The tags in a cell, each one word in lower case."""
    return tuple(sorted({fitted(word) for word in _SEPARATORS.split(cell)} - {""}))


def fields_of(cell: str) -> tuple[tuple[str, str], ...]:
    """The custom fields in a cell, written as in `plan=pro 'note=a b'`. RowRefused."""
    try:
        words = shlex.split(cell)
    except ValueError:
        raise RowRefused(f"invalid fields: {cell}") from None
    pairs = [word.partition("=") for word in words]
    if any(not sign for _, sign, _ in pairs):
        raise RowRefused(f"invalid fields: {cell}")
    return tuple((name, value) for name, _, value in pairs)


def _customer(cells: Mapping[str, str]) -> Address:
    typed = cells.get("customer", "").strip()
    if not typed:
        raise RowRefused("no customer: the cell of their address is empty")
    try:
        found = address_of(typed, received=True)
    except AddressInvalid:
        raise RowRefused(f"invalid address: {typed}") from None
    name = " ".join(cells.get("name", "").split())
    return Address(found.name or name, found.address, found.spelled)


def _entry(
    cells: Mapping[str, str], customer: Address, text: str, sent: datetime | None, now: datetime
) -> Entry:
    direction = _named(cells, "direction", _DIRECTIONS)
    author, name = (
        Address.of("", cells.get("author", "").strip()),
        " ".join(cells.get("author_name", "").split()),
    )
    if direction is not Direction.IN:
        sender = replace(author, name=name)
    elif author.address in {"", customer.address}:
        sender = replace(customer, name=name or customer.name)
    else:
        sender = replace(author, name=name)
    return Entry(
        direction,
        sent or now,
        sender,
        text,
        subject=cells.get("subject", "").strip(),
        message_id=cells.get("message_id", "").strip() or None,
        date=sent,
        agent=None if direction is Direction.IN else author.address or name,
    )


def _date(cells: Mapping[str, str], name: str, dates: str | None, now: datetime) -> datetime | None:
    """The moment in a cell, taken as UTC if it names no zone, and never after `now`."""
    typed = cells.get(name, "").strip()
    if not typed:
        return None
    try:
        found = (
            datetime.strptime(typed, dates)  # noqa: DTZ007 - see below
            if dates
            else datetime.fromisoformat(typed.removesuffix(" UTC").strip())
        )
        return min((found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC), now)
    except (ValueError, OverflowError):
        wanted = f"as {dates}" if dates else "as 2026-01-31 10:00"
        raise RowRefused(
            f"invalid date: {typed} ({name}, expected {wanted}; use --dates for another format)"
        ) from None


def _named(cells: Mapping[str, str], name: str, known: Mapping[str, T]) -> T:
    typed = " ".join(cells.get(name, "").lower().split())
    if typed not in known:
        raise RowRefused(f"invalid {name}: {typed}")
    return known[typed]
