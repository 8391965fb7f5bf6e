"""What the team knows about a customer, how an edit and a merge change that, and how the history
keeps it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from supportcli.domain.mail import Address
from supportcli.domain.mail_domains import lowered
from supportcli.errors.people import FieldInvalid, LanguageInvalid

LONGEST_NOTE = 20_000
"""Characters of a note, and of a field's value, at most."""

_FIELD = re.compile(r"[^\W_][\w -]{0,39}")
_LANGUAGE = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """Somebody who writes to the desk. `address` is the one they used last, `addresses` are all, in
    lower case; `language` is a code as in `de`, `zone` an IANA name; empty: not known."""

    id: int
    name: str
    address: str
    addresses: tuple[str, ...]
    since: datetime
    organisation_id: int | None = None
    organisation: str = ""
    vip: bool = False
    language: str = ""
    zone: str = ""
    notes: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    merged_into: int | None = None

    @property
    def person(self) -> Address:
        """Their name and the address they used last."""
        return Address.of(self.name, self.address)

    def local_time(self, now: datetime) -> datetime | None:
        """The time where they are; None if their zone is unknown."""
        return now.astimezone(ZoneInfo(self.zone)) if self.zone else None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerChanges:
    """What to change of a customer; None leaves a value as it is, "" removes it. `fields` are set,
    or removed if their value is empty; addresses are added or removed."""

    name: str | None = None
    organisation: str | None = None
    vip: bool | None = None
    language: str | None = None
    zone: str | None = None
    notes: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    addresses: tuple[str, ...] = ()
    no_addresses: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return any(getattr(self, one.name) not in (None, (), {}) for one in fields(self))


_KEPT = ("name", "organisation_id", "vip", "language", "zone", "notes")
"""What the history keeps as it is."""


def shape(customer: Customer) -> dict[str, Any]:
    """A customer as the history keeps them."""
    return {
        **{name: getattr(customer, name) for name in _KEPT},
        "fields": dict(customer.fields),
        "addresses": list(customer.addresses),
    }


def differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The names of what two shapes say differently, in order."""
    return [name for name, value in after.items() if before.get(name) != value]


def restored(customer: Customer, values: Mapping[str, Any]) -> Customer:
    """A customer with these values of a shape."""
    known = {name: value for name, value in values.items() if name in {*_KEPT, "fields"}}
    back = replace(customer, **known)
    return replace(back, addresses=tuple(values.get("addresses", customer.addresses)))


def edited(customer: Customer, changes: CustomerChanges, organisation: int | None) -> Customer:
    """A customer after an edit, `organisation` being the id that its name means."""
    gone = {lowered(one) for one in changes.no_addresses}
    added = (lowered(one) for one in changes.addresses)
    simple = ("name", "vip", "language", "zone", "notes")
    values = {name: value for name in simple if (value := getattr(changes, name, None)) is not None}
    if changes.organisation is not None:
        values["organisation_id"] = organisation
    return replace(
        customer,
        **values,
        fields=with_fields(customer.fields, changes.fields),
        addresses=tuple(sorted({one for one in {*customer.addresses, *added} if one not in gone})),
    )


def merged(kept: Customer, gone: Customer) -> Customer:
    """A customer who takes another one in: what is known of one of them stays, and the kept one's
    word counts where both have one. Notes are joined."""
    notes = [one for one in (kept.notes, gone.notes) if one]
    return replace(
        kept,
        name=kept.name or gone.name,
        organisation_id=kept.organisation_id or gone.organisation_id,
        vip=kept.vip or gone.vip,
        language=kept.language or gone.language,
        zone=kept.zone or gone.zone,
        notes="\n\n".join(dict.fromkeys(notes)),
        fields={**gone.fields, **kept.fields},
        addresses=tuple(sorted({*kept.addresses, *gone.addresses})),
    )


def with_fields(before: Mapping[str, str], changes: Mapping[str, str]) -> dict[str, str]:
    """Free-form fields after a change, by name; an empty value removes one."""
    after = {**before, **changes}
    return {name: after[name] for name in sorted(after) if after[name]}


def field_of(typed: str) -> tuple[str, str]:
    """A field as typed: `plan=pro`, or `plan=` to remove it. FieldInvalid."""
    name, equals, value = typed.partition("=")
    if not equals:
        raise FieldInvalid(typed)
    return field_name(name), value.strip()[:LONGEST_NOTE]


def field_name(typed: str) -> str:
    """The name of a field: lower case, one word for templates. FieldInvalid."""
    if not _FIELD.fullmatch(typed.strip()):
        raise FieldInvalid(typed)
    return re.sub(r"[\s-]+", "_", typed.strip().lower())


def language_code(typed: str) -> str:
    """A language as typed: `de`, `de-AT`; "" stays empty. LanguageInvalid."""
    code = re.split(r"[-_]", typed.strip().lower())[0]
    if code and not _LANGUAGE.fullmatch(code):
        raise LanguageInvalid(typed)
    return code
