"""What the shell offers for a ticket, an agent or a mailbox.

Completion must be quick and must never fail. Shells evaluate what it prints, so only words of
harmless characters are offered."""

import re
from collections.abc import Iterator
from contextlib import suppress

import typer

from supportcli.commands.options.location import settings_of
from supportcli.errors import SupportError

_HARMLESS = re.compile(r"[\w.+@-]+")
_HARMFUL = re.compile(r"[^\w.,-]+")

Offer = list[str | tuple[str, str]]
"""Words, or pairs of a word and its description."""


def ticket_numbers(ctx: typer.Context, incomplete: str) -> Offer:
    """Numbers of listed tickets, the newest first."""
    return list(_offered(ctx, "numbers", incomplete))


def agents(ctx: typer.Context, incomplete: str) -> Offer:
    """Addresses of agents, and the words for me and for nobody."""
    return [
        *(word for word in ("me", "none") if word.startswith(incomplete)),
        *_offered(ctx, "agents", incomplete),
    ]


def teams(ctx: typer.Context, incomplete: str) -> Offer:
    """Names of teams."""
    return list(_offered(ctx, "teams", incomplete))


def fields(ctx: typer.Context, incomplete: str) -> Offer:
    """Names of custom fields."""
    return list(_offered(ctx, "fields", incomplete))


def numbers_and_fields(ctx: typer.Context, incomplete: str) -> Offer:
    """Numbers of tickets, and names of custom fields with the sign behind them."""
    named = ((f"{name}=", title) for name, title in _offered(ctx, "fields", incomplete))
    return [*_offered(ctx, "numbers", incomplete), *named]


def mailboxes(ctx: typer.Context, incomplete: str) -> Offer:
    """Addresses of mailboxes."""
    return list(_offered(ctx, "mailboxes", incomplete))


def held_mails(ctx: typer.Context, incomplete: str) -> Offer:
    """Ids of held mails, the newest first."""
    return list(_offered(ctx, "held", incomplete))


def calendars(ctx: typer.Context, incomplete: str) -> Offer:
    """Names of calendars."""
    return list(_offered(ctx, "calendars", incomplete))


def policies(ctx: typer.Context, incomplete: str) -> Offer:
    """Names of service-level policies."""
    return list(_offered(ctx, "policies", incomplete))


def customers(ctx: typer.Context, incomplete: str) -> Offer:
    """Addresses of customers."""
    return list(_offered(ctx, "customers", incomplete))


def organisations(ctx: typer.Context, incomplete: str) -> Offer:
    """Domains of organisations: their names are no harmless words."""
    return list(_offered(ctx, "organisations", incomplete))


def zones(incomplete: str) -> list[str]:
    """Time zones."""
    from supportcli.domain.sla.calendar_text import list_zones

    return [zone for zone in list_zones() if zone.startswith(incomplete)]


def shortcuts(ctx: typer.Context, incomplete: str) -> Offer:
    """Shortcuts of canned responses that everybody has."""
    return list(_offered(ctx, "canned", incomplete))


def _offered(ctx: typer.Context, what: str, incomplete: str) -> Iterator[tuple[str, str]]:
    from supportcli.desk import peek

    with suppress(SupportError):
        for word, called in peek.words(settings_of(ctx), what, incomplete.removeprefix("#")):
            if _HARMLESS.fullmatch(word):
                yield word, _HARMFUL.sub(" ", called).strip()
