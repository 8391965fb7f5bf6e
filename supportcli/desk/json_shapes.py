"""What all shapes of `--json` share: a dict, people in it, and moments as ISO 8601 in UTC.

Golden tests pin the shapes. Text stays as it was written; JSON escapes what a terminal must not
see."""

from datetime import UTC, datetime
from typing import Any

from supportcli.domain.mail import Address

Shape = dict[str, Any]


def address(one: Address) -> dict[str, str]:
    """A name and an address as it was written."""
    return {"name": one.name, "address": one.written}


def time(at: datetime | None) -> str | None:
    """A moment as ISO 8601 in UTC, as in 2026-01-31T10:00:00+00:00."""
    return at.astimezone(UTC).isoformat() if at else None
