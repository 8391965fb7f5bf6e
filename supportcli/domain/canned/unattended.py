"""Whether a canned response can be sent without anybody looking at it."""

from supportcli.domain.canned import placeholders, templates
from supportcli.domain.canned.placeholders import Values
from supportcli.domain.canned.responses import Canned

_SAMPLE: Values = {
    "customer": dict.fromkeys(placeholders.VARIABLES["customer"], "")
    | {"address": "someone@customer.example"},
    "ticket": dict.fromkeys(placeholders.VARIABLES["ticket"], "1") | {"subject": ""},
    "agent": dict.fromkeys(placeholders.VARIABLES["agent"], "Help"),
    "mailbox": dict.fromkeys(placeholders.VARIABLES["mailbox"], "Help"),
}
"""What is known at least: customers without a name, emails without a subject."""


def unfit(kept: Canned, mailbox: str) -> str:
    """Why a mailbox cannot send a response by itself; "" if it can."""
    if kept.mailbox not in {"", mailbox}:
        return f"is for {kept.mailbox} only"
    if kept.files or kept.macro:
        return "has files or a macro, which an automatic answer cannot take along"
    for body in kept.bodies:
        if not body.text.strip():
            return "has no text"
        if missing := templates.fill(body.text, _SAMPLE).missing:
            return f"needs {missing[0]}, which may be unknown: give it a default"
    return ""
