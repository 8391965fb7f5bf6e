"""The clock. Everything below the commands takes `now` as an argument; this module is the only reader of the system's clock, and of its zone."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

Clock = Callable[[], datetime]
"""Answers with the present moment: an aware datetime in UTC."""


def utc_now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def system_zone() -> str:
    """The IANA zone of this machine, as TZ or /etc/localtime name it; UTC where neither names one."""
    from zoneinfo import available_timezones  # noqa: PLC0415  # who only asks for the time need not wait for it

    linked = str(Path("/etc/localtime").resolve())
    for said in (os.environ.get("TZ", "").removeprefix(":"), linked):
        name = said.rpartition("zoneinfo/")[2]
        if name in available_timezones() - {"localtime"}:
            return name
    return "UTC"
