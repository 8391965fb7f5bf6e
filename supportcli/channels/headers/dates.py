"""The Date header → a moment in UTC, or None: an impossible date is no reason to lose a mail."""

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime, parsedate_tz

_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:\.\d{1,6})?\s*(?:Z|[+-]\d\d:?\d\d)?")
_COMMENT = re.compile(r"\([^()]*\)")
_LAST_WHOLE_OFFSET = 86_399


def parse_date(value: str) -> datetime | None:
    """The moment in a Date header, in UTC; a date without a zone is taken as UTC (RFC 5322, section
    3.3, "-0000").

    None if it cannot be read or does not exist: 31 February, 25 o'clock."""
    text = (_COMMENT.sub(" ", value) if "(" in value else value).strip()
    try:
        return _rfc5322(text) or _iso(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def zone_of(value: str) -> timezone | None:
    """How far from UTC the clock was that wrote a Date header; None if it does not say (RFC 5322,
    section 3.3, "-0000")."""
    try:
        offset = parsedate_to_datetime(_COMMENT.sub(" ", value).strip()).utcoffset()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return timezone(offset) if offset is not None else None


def _rfc5322(text: str) -> datetime | None:
    parts = parsedate_tz(text)
    if parts is None:
        return None
    offset = parts[9] or 0
    if abs(offset) > _LAST_WHOLE_OFFSET:
        offset = 0
    year, month, day, hour, minute, second = parts[:6]
    leap = timedelta(seconds=1) if second == 60 else timedelta(0)  # noqa: PLR2004 - a leap second
    moment = datetime(
        year, month, day, hour, minute, min(second, 59), tzinfo=timezone(timedelta(seconds=offset))
    )
    return (moment + leap).astimezone(UTC)


def _iso(text: str) -> datetime | None:
    found = _ISO.search(text)
    if found is None:
        return None
    moment = datetime.fromisoformat(found[0].replace(" ", "T", 1).replace(" ", ""))
    return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
