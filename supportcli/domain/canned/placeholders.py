"""What canned responses may name of a ticket, how it becomes text, and the marks of missing values.
(Jinja, which is slow to load, is only in `templates`.)"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from supportcli.domain.people import Agent
from supportcli.domain.tickets.ticket import TicketLine
from supportcli.terminal import clean

VARIABLES: Mapping[str, tuple[str, ...]] = {
    "customer": ("name", "first_name", "address", "organisation"),
    "ticket": ("number", "subject", "status", "priority"),
    "agent": ("name", "first_name", "address"),
    "mailbox": ("name", "address"),
}
"""What a template may name, beside `ticket.fields.NAME`. (Organisations will be added here once a
desk can have them.)"""

LOOKUP = "lookup."
"""What comes before the name of a value that another system said about a customer."""

FIELDS = "fields."
"""What stands before the name of a custom field among the values of a ticket."""

_MOST_OF_A_VALUE = 500
CASES = ("upper", "lower", "capitalize", "title")
"""The filters of a template."""

_MARK = re.compile(r"⟦([^⟦⟧\n]+)\?⟧")
_FROM_DATA = str.maketrans("⟦⟧", "[]")
_NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|['’.-])*")
_TITLES = frozenset(
    {
        "mr",
        "mrs",
        "ms",
        "miss",
        "mx",
        "dr",
        "prof",
        "sir",
        "madam",
        "herr",
        "frau",
        "m",
        "mme",
        "mlle",
        "sr",
        "sra",
        "don",
        "doña",
    }
)
_FIRMS = frozenset(
    {"inc", "ltd", "llc", "gmbh", "ag", "kg", "co", "corp", "plc", "sa", "srl", "bv"}
)

Values = Mapping[str, Mapping[str, str]]
"""The values of VARIABLES; an empty text is a value that is unknown."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in a text, and its line, counted from 1 (0: it is on none)."""

    line: int
    sentence: str


def data(value: str) -> str:
    """A value as text on one line: without control characters, and without the two brackets that
    mark a missing value."""
    return clean(" ".join(value[:_MOST_OF_A_VALUE].split())).translate(_FROM_DATA)


def blanks(text: str) -> tuple[str, ...]:
    """What a text still lacks, each once: the words in its marks ⟦…?⟧, for a missing value or set
    by the response's author."""
    return tuple(dict.fromkeys(found[1] for found in _MARK.finditer(text)))


def without_marks(text: str) -> str:
    """A text without the marks of `blanks`."""
    return _MARK.sub("", text)


def stray_marks(text: str) -> tuple[int, ...]:
    """The lines, counted from 1, with a ⟦ or ⟧ that belongs to no mark of `blanks`: a customer
    would read them."""
    return tuple(
        place
        for place, line in enumerate(text.split("\n"), 1)
        if {"⟦", "⟧"} & set(_MARK.sub("", line))
    )


def values_of(line: TicketLine, agent: Agent, mailbox_name: str) -> Values:
    """The values of a ticket for the agent who answers it."""
    return {
        "customer": {
            "name": line.customer.name,
            "first_name": first_name(line.customer.name),
            "address": line.customer.address,
        },
        "ticket": {
            "number": str(line.number),
            "subject": line.subject,
            "status": line.status.value,
            "priority": str(line.priority),
            **{f"{FIELDS}{value.name}": value.text for value in line.fields},
        },
        "agent": {
            "name": agent.name,
            "first_name": first_name(agent.name),
            "address": agent.address,
        },
        "mailbox": {"name": mailbox_name, "address": line.mailbox},
    }


BELOW: Mapping[str, tuple[str, ...]] = {"ticket": (FIELDS,), "customer": (FIELDS, LOOKUP)}
"""Which groups have values with names of their own, and what comes before those."""


def about_customer(
    organisation: str, fields: Mapping[str, str], lookup: Mapping[str, str]
) -> Mapping[str, str]:
    """What else is known of a customer, as values of `customer`."""
    return {
        "organisation": organisation,
        **{f"{FIELDS}{name}": text for name, text in fields.items()},
        **{f"{LOOKUP}{name}": text for name, text in lookup.items()},
    }


def asks_about_customer(template: str) -> bool:
    """Whether a template may name what is known of a customer besides name and address."""
    return any(f"customer.{name}" in template for name in ("organisation", FIELDS, LOOKUP))


def without_customer(values: Values) -> Values:
    """The values for somebody else than the customer, who is nobody's business."""
    return {**values, "customer": dict.fromkeys(values["customer"], "")}


def foreign(values: Values) -> tuple[str, ...]:
    """The values that strangers wrote, as they may appear in a filled template: shown as they are,
    never as Markdown."""
    known = (
        values["customer"]["name"],
        values["customer"]["first_name"],
        values["customer"]["address"],
        values["ticket"]["subject"],
        *(text for name, text in values["ticket"].items() if name.startswith(FIELDS)),
        values["customer"].get("organisation", ""),
        *(text for name, text in values["customer"].items() if name.startswith((FIELDS, LOOKUP))),
    )
    texts = [text for value in known if (text := data(value))]
    return tuple(
        dict.fromkeys(
            said for text in texts for said in (text, *(getattr(text, case)() for case in CASES))
        )
    )


def first_name(name: str) -> str:
    """The name to greet somebody by: “Maria” for “Dr. Maria Lopez” and “Lopez, Maria”. A name that
    is no person's is returned unchanged, an address as ""."""
    whole = " ".join(name.split())
    if "@" in whole:
        return ""
    last, comma, first = whole.partition(",")
    if comma and first.strip() and first.strip().strip(".").lower() not in _FIRMS:
        return first_name(first) if _NAME.fullmatch(last.split(" ")[0]) else whole
    for word in whole.split(" "):
        if _NAME.fullmatch(word) and word.strip(".").lower() not in _TITLES:
            return word
        if not _NAME.fullmatch(word):
            return whole
    return whole
