"""What the search terms of other programs (Gmail, notmuch, Help Scout) are called here, for “did
you mean”. Pure."""

import re
from collections.abc import Callable, Mapping

_PLACES: Mapping[str, str] = {
    "all": "status:any",
    "anywhere": "status:any",
    "archive": "is:solved",
    "drafts": "has:draft",
    "done": "is:solved",
    "inbox": "is:unsolved",
    "mine": "assignee:me",
    "sent": "answered:me",
    "snoozed": "is:snoozed",
    "spam": "is:spam",
    "starred": "is:followed",
    "trash": "is:deleted",
    "unread": "is:unread",
}
"""What `in:` names elsewhere."""

IS_ALSO: Mapping[str, str] = {
    "archived": "solved",
    "done": "solved",
    "important": "vip",
    "inbox": "unsolved",
    "read": "-is:unread",
    "resolved": "solved",
    "starred": "followed",
    "trash": "deleted",
}
"""What `is:` names elsewhere, and the word for it here."""

_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}
_AGE = re.compile(r"([0-9]{1,4})([dwmy])")


def _aged(sign: str, value: str) -> str:
    found = _AGE.fullmatch(value)
    return f"created:{sign}{int(found[1]) * _DAYS[found[2]]}d" if found else f"created:{sign}7d"


def _dated(sign: str, value: str) -> str:
    return f"created:{sign}{value.replace('/', '-')}"


_TERMS: Mapping[str, Callable[[str], str]] = {
    "in": lambda value: _PLACES.get(value.lower(), ""),
    "folder": lambda value: _PLACES.get(value.lower(), ""),
    **dict.fromkeys(("label", "labels", "l"), "tag:{}".format),
    **dict.fromkeys(("before", "older"), lambda value: _dated("<", value)),
    **dict.fromkeys(("after", "newer", "since"), lambda value: _dated(">=", value)),
    "older_than": lambda value: _aged(">", value),
    "newer_than": lambda value: _aged("<", value),
    **dict.fromkeys(("to", "deliveredto"), "mailbox:{}".format),
    "filename": lambda _: "has:attachment",
    **dict.fromkeys(("assigned", "owner"), "assignee:{}".format),
    **dict.fromkeys(("sent", "by", "replied"), "answered:{}".format),
    **dict.fromkeys(("org", "company"), "organisation:{}".format),
}


def meant(term: str, value: str) -> str:
    """What a term with its value is called here; "" if no other program is known to have it."""
    found = _TERMS.get(term)
    written = f'"{value}"' if " " in value else value
    return found(written) if found is not None else ""
