"""The clock. Everything below the commands takes `now` as an argument; this module is the only
reader of the system's clock, and of its zone."""

import os
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

Clock = Callable[[], datetime]
"""Returns the present moment: an aware datetime in UTC."""

LOCALTIME = Path("/etc/localtime")
"""The file that says which zone a machine is in."""

UTC_NAME = "UTC"
"""The zone of a machine that names none."""


def utc_now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def system_zone() -> str:
    """The IANA zone of this machine: the one that TZ or /etc/localtime names, or whose rules
    /etc/localtime copies; UTC if there is none."""
    for said in (os.environ.get("TZ", "").removeprefix(":"), str(LOCALTIME.resolve())):
        name = said.rpartition("zoneinfo/")[2]
        if name in _zones():
            return name
    return _copied(LOCALTIME.read_bytes()) if LOCALTIME.is_file() else UTC_NAME


@cache
def _zones() -> Collection[str]:
    from zoneinfo import available_timezones  # noqa: PLC0415  # the time alone does not need it

    return available_timezones() - {"localtime"}


@cache
def _copied(rules: bytes) -> str:
    """The zone with these rules; if there are several (Europe/Berlin is also Arctic/Longyearbyen),
    one that the zone folder lists as a place."""
    from zoneinfo import TZPATH  # noqa: PLC0415

    for folder in map(Path, TZPATH):
        same = [
            name
            for name in sorted(_zones())
            if (folder / name).is_file() and (folder / name).read_bytes() == rules
        ]
        table = folder / "zone1970.tab"
        places = table.read_text(encoding="utf-8").split() if same and table.is_file() else ()
        if same:
            return next((name for name in same if name in places), same[0])
    return UTC_NAME
