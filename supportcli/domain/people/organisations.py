"""An organisation: the people at its domains, what the team knows about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any

from supportcli.domain.mail_domains import ascii_domain, is_public, lowered_domain
from supportcli.domain.people import address_of
from supportcli.domain.text.words import folded
from supportcli.errors.people import DomainInvalid, OrganisationUnnamed
from supportcli.errors.setup import AddressInvalid


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """An organisation and its `domains`, in ASCII; who writes from one of them for the first time
    is a member."""

    id: int
    name: str
    since: datetime
    domains: tuple[str, ...] = ()
    notes: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    members: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationChanges:
    """What to change of an organisation, as `CustomerChanges` has it."""

    name: str | None = None
    notes: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    domains: tuple[str, ...] = ()
    no_domains: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return any(getattr(self, one.name) not in (None, (), {}) for one in fields(self))


def organisation_shape(one: Organisation) -> dict[str, Any]:
    """An organisation as the history keeps it."""
    return {
        "name": one.name,
        "notes": one.notes,
        "fields": dict(one.fields),
        "domains": list(one.domains),
    }


def organisation_of(one: Organisation, values: Mapping[str, Any]) -> Organisation:
    """An organisation with these values of a shape."""
    return replace(
        one,
        name=values.get("name", one.name),
        notes=values.get("notes", one.notes),
        fields=values.get("fields", one.fields),
        domains=tuple(values.get("domains", one.domains)),
    )


def name_of(typed: str) -> str:
    """The name of an organisation. OrganisationUnnamed if nothing can be read in it."""
    name = " ".join("".join(char for char in typed if char.isprintable()).split())
    if not name:
        raise OrganisationUnnamed
    return name


def name_key(name: str) -> str:
    """What two spellings of an organisation's name have in common."""
    return " ".join(folded(name).split())


def domain_of_organisation(typed: str) -> str:
    """A domain as typed, with or without an @ before it, in ASCII. DomainInvalid if it is none, or
    if everybody can have an address there."""
    domain = typed.strip().removeprefix("@")
    try:
        address_of(f"somebody@{domain}")
    except AddressInvalid:
        raise DomainInvalid(typed) from None
    if "." not in domain or domain.startswith(".") or domain.endswith("."):
        raise DomainInvalid(typed)
    if is_public(lowered_domain(domain)):
        raise DomainInvalid(typed, is_public=True)
    return ascii_domain(lowered_domain(domain))
