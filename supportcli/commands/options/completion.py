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


def views(ctx: typer.Context, incomplete: str) -> Offer:
    """Names of views: the built-in ones of one word, and those of everybody and of teams."""
    from supportcli.domain.tickets.saved_views import BUILT_IN

    built_in = (one.name for one in BUILT_IN if _HARMLESS.fullmatch(one.name))
    return [
        *(name for name in built_in if name.startswith(incomplete)),
        *_offered(ctx, "views", incomplete),
    ]


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


class _BehindColon(str):
    """A value that bash puts behind the colon that is the last of its words. (Typer leaves out what
    does not begin with that word.)"""

    __slots__ = ()

    def startswith(self, *_: object) -> bool:
        """It fits."""
        return True


def queries(ctx: typer.Context, incomplete: str) -> Offer:
    """How a query may go on: terms, and values behind a colon. Bash hands over what stands before a
    colon, the colon, and what stands behind it as words of their own, and replaces only the
    last."""
    from supportcli.domain.query.completion import continuation

    def of_desk(kind: str, begin: str) -> list[str]:
        return [word for word, _ in _offered(ctx, kind, begin)]

    before: list[str] = list(ctx.params.get("query") or ctx.params.get("tickets") or ())
    if incomplete == ":" and before:
        return list(map(_BehindColon, continuation(f"{before[-1]}:", of_desk).words))
    term = f"{before[-2]}:" if len(before) > 1 and before[-1] == ":" else ""
    found = continuation(term + incomplete, of_desk)
    typed = incomplete[: max(found.start - len(term), 0)]
    return [f"{typed}{word}" for word in found.words]


def queries_or_numbers(ctx: typer.Context, incomplete: str) -> Offer:
    """Numbers of listed tickets, and terms of queries."""
    return [*ticket_numbers(ctx, incomplete), *queries(ctx, incomplete)]


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
