"""Customers in a table: what its columns mean, and what its values mean."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from supportcli.domain.people import people_of
from supportcli.domain.people.customers import (
    LONGEST_NOTE,
    CustomerChanges,
    field_name,
    language_code,
)
from supportcli.errors.people import LanguageInvalid
from supportcli.errors.setup import AddressInvalid

_MORE = "more"
"""What holds further addresses, in as many columns as there are."""

_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "address": ("address", "email", "emailaddress", "mail", "primaryemail", "emails"),
    _MORE: ("addresses", "otheremails", "otheraddresses", "secondaryemail", "additionalemails"),
    "name": ("name", "fullname", "customer", "customername", "contact", "contactname"),
    "first": ("firstname", "givenname"),
    "last": ("lastname", "surname", "familyname"),
    "organisation": ("organisation", "organization", "company", "companyname", "account"),
    "vip": ("vip",),
    "language": ("language", "lang", "locale", "preferredlanguage"),
    "zone": ("timezone", "zone", "tz"),
    "notes": ("notes", "note", "comment", "comments", "description"),
}
"""What a column may hold, and the headings by which it is known (lower-case letters only)."""

_YES = frozenset({"yes", "y", "true", "1", "x", "vip", "ja", "oui", "si", "sí"})
_NO = frozenset({"", "no", "n", "false", "0", "-", "nein", "non"})


class CustomerRowRefused(Exception):
    """A row that is no customer, or no headings. `reason` says what is wrong (“no address:
    acme.test”)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class CustomerColumns:
    """What the columns of a table hold, by their places: parts of a customer, fields by name, and
    `more` addresses."""

    parts: Mapping[str, int]
    fields: Mapping[str, int]
    more: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class CustomerRecord:
    """A customer in a table: all addresses, the first one being the one to write to, and what the
    row says about them. Empty cells say nothing."""

    name: str
    addresses: tuple[str, ...]
    changes: CustomerChanges


def columns_of(headings: Sequence[str]) -> CustomerColumns:
    """What the columns with these headings hold: a second column of addresses holds further ones,
    and one that is nothing else is a field. FieldInvalid for a heading that cannot name a field,
    CustomerRowRefused for two of one name."""
    parts: dict[str, int] = {}
    fields: dict[str, int] = {}
    more: list[int] = []
    for place, heading in enumerate(headings):
        key = re.sub(r"[^a-z]", "", heading.lower())
        part = next((one for one, keys in _HEADINGS.items() if key in keys), None)
        if part == _MORE or (part == "address" and part in parts):
            more.append(place)
        elif part is not None and part not in parts:
            parts[part] = place
        elif heading.strip():
            name = field_name(heading)
            if name in fields:
                raise CustomerRowRefused(f"has two columns “{heading.strip()}”")
            fields[name] = place
    return CustomerColumns(parts, fields, tuple(more))


def customer_record(cells: Sequence[str], columns: CustomerColumns) -> CustomerRecord:
    """The customer in a row. CustomerRowRefused if it has no address, or a value that cannot be
    read."""
    parts = {name: _cell(cells, place) for name, place in columns.parts.items()}
    more = (_cell(cells, place) for place in columns.more)
    addresses = _addresses(" ".join((parts.get("address", ""), *more)))
    called = parts.get("name") or f"{parts.get('first', '')} {parts.get('last', '')}".strip()
    try:
        language = language_code(parts.get("language", ""))
    except LanguageInvalid as error:
        raise CustomerRowRefused(f"no language: {parts['language']}") from error
    found = {name: _cell(cells, place) for name, place in columns.fields.items()}
    changes = CustomerChanges(
        name=called or None,
        organisation=parts.get("organisation") or None,
        vip=_vip(parts.get("vip", "")),
        language=language or None,
        zone=parts.get("zone") or None,
        notes=parts.get("notes", "")[:LONGEST_NOTE] or None,
        fields={name: value[:LONGEST_NOTE] for name, value in found.items() if value},
        addresses=addresses,
    )
    return CustomerRecord(called, addresses, changes)


def _cell(cells: Sequence[str], place: int) -> str:
    return cells[place].strip() if place < len(cells) else ""


def _addresses(typed: str) -> tuple[str, ...]:
    """Addresses with a comma, a semicolon or a space between them, each once."""
    found = []
    for one in re.split(r"[\s,;]+", typed):
        try:
            found += [person.written for person in people_of(one)]
        except AddressInvalid as error:
            raise CustomerRowRefused(f"no address: {one}") from error
    if not found:
        raise CustomerRowRefused("it has no address")
    return tuple(dict.fromkeys(found))


def _vip(typed: str) -> bool | None:
    """Whether a cell says VIP; None where it is empty. CustomerRowRefused."""
    if typed.lower() in _YES:
        return True
    if typed.lower() in _NO:
        return False if typed else None
    raise CustomerRowRefused(f"vip is neither yes nor no: {typed}")
