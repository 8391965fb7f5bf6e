"""Signs that an answer to a mail would be answered by a program, or go to a list: those that no
verdict about the mail itself needs (`auto_submitted` has the others)."""

import re

from supportcli.channels.headers.header_block import Headers, OverBudget, read_headers

INSTANCE = "X-Supportcli-Instance"
"""The header of our automatic mail: which desk has sent it."""

_SUPPRESSES = re.compile(r"(?i)\b(?:all|oof|autoreply|dr|rn|nrn)\b")
_LISTS = ("mailing-list", "x-mailing-list", "x-beenthere", "x-mailman-version")
_SPAM = re.compile(r"(?i)(?:yes|true|spam|1)\b")
_RETURNED = re.compile(r"(?i)<?(?:bounces?|returns?|errors?|owner|mailer-daemon)\b[^@]*@")
_BY_FILTERS = {
    **dict.fromkeys(("x-spam-flag", "x-spam-status", "x-spam", "x-gm-spam"), _SPAM),
    **dict.fromkeys(("x-barracuda-spam-flag", "x-barracuda-spam-status"), _SPAM),
    **dict.fromkeys(("x-mailgun-sflag", "x-dspam-result", "x-bogosity"), _SPAM),
    "x-spam-level": re.compile(r"[*+]{5}"),
    "x-rspamd-action": re.compile(r"(?i)(?:reject|add header|rewrite subject)\b"),
    "x-spamd-result": re.compile(r"(?i)\w+: true\b"),
    "x-yahoofilteredbulk": re.compile("."),
    "x-ms-exchange-organization-scl": re.compile(r"[5-9]\b"),
    "x-forefront-antispam-report": re.compile(r"(?i)(?:.*;)?\s*(?:SCL:[5-9]|SFV:(?:SPM|SK[BS]))\b"),
}
"""Headers whose value says that a filter took it for spam: SpamAssassin, Barracuda, DSPAM, Rspamd,
Yahoo, and Microsoft's spam confidence level (5 and more: spam) and verdict."""

_BY_PROGRAMS = {
    "content-type": re.compile(r"(?i)text/calendar\b"),
    "feedback-id": re.compile(r"(?i)(?!.*:\s*(?:fastmail|proton)\s*$)."),
    "sender": re.compile(
        r"(?i)(?:.*<)?\s*(?:owner-[^@<>]{0,64}|"
        r"[^@<>]{0,64}-(?:bounces|owner|request|errors)(?:[+=][^@<>]{0,128})?)@"
    ),
    **dict.fromkeys(
        (
            "x-ms-exchange-inbox-rules-loop",
            "x-ms-exchange-generated-message-source",
            "x-otrs-loop",
            "x-znuny-loop",
            "x-freshdesk-ticket",
            "x-github-reason",
            "x-gitlab-notificationreason",
            "x-jira-fingerprint",
        ),
        re.compile("."),
    ),
}
"""Headers whose value says that a calendar, a rule of a mailbox, another help desk, a tracker, a
list or a sender of many mails wrote it. (Fastmail and Proton put their Feedback-ID into the mail of
people.)"""

_MARKS = {**_BY_FILTERS, **_BY_PROGRAMS}


def loop_sign(raw: bytes) -> str:
    """The header, with its value, that warns of a loop; "" if there is none."""
    block = _headers(raw)
    for name in block:
        if name.startswith(("x-supportcli-", "list-")):
            return f"{name.title()}: {block.plain(name)}"
    for name in (*_LISTS, *(one for one in _MARKS if _MARKS[one].match(block.plain(one)))):
        if name in block:
            return f"{name.title()}: {block.plain(name)}"
    suppresses = block.plain("x-auto-response-suppress")
    if _SUPPRESSES.search(suppresses):
        return f"X-Auto-Response-Suppress: {suppresses}"
    sender = block.plain("return-path")
    return f"Return-Path: {sender}" if _RETURNED.match(sender) else ""


def _headers(raw: bytes) -> Headers:
    try:
        return read_headers(raw if b"\n" in raw else raw.replace(b"\r", b"\n"), 0, 0)[0]
    except OverBudget as over:
        return over.headers or Headers()
