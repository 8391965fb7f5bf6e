"""Durations as people type and read them: `90m`, `1h30m`, `2d`. A day is 24 hours and a week seven
days, even if business hours are counted."""

import re

from supportcli.errors.sla import DurationInvalid

_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_PART = re.compile(r"(\d{1,6})\s*([smhdw])")
_WHOLE = re.compile(rf"(?:{_PART.pattern}\s*)+")
LONGEST = 10 * 366 * 86_400
"""The longest duration, in seconds."""


def seconds_of(text: str) -> int:
    """The seconds of `4h` or `1h30m`. DurationInvalid if it is no duration, zero, or too long."""
    plain = text.strip().lower()
    total = (
        sum(int(number) * _UNITS[unit] for number, unit in _PART.findall(plain))
        if _WHOLE.fullmatch(plain)
        else 0
    )
    if not 0 < total <= LONGEST:
        raise DurationInvalid(text)
    return total


def duration(seconds: int) -> str:
    """Seconds in the form that `seconds_of` reads, in hours at most: `26h`, `1h 30m`, `45s`.
    Negative ones begin with a minus."""
    minus, left = ("-", -seconds) if seconds < 0 else ("", seconds)
    hours, rest = divmod(left, 3_600)
    minutes, odd = divmod(rest, 60)
    parts = [
        f"{count}{unit}" for count, unit in ((hours, "h"), (minutes, "m"), (odd, "s")) if count
    ]
    return minus + (" ".join(parts) or "0m")
