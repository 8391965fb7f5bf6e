"""The addresses in a ticket: those of the web that stand there, and those that the agent's own
patterns make of its words."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from supportcli.desk import Desk
from supportcli.desk.tickets import reading
from supportcli.desk.tickets.related import pattern_process
from supportcli.domain.text.link_patterns import LinkPattern, filled
from supportcli.domain.text.web_addresses import WebAddress, numbered, understood, web_addresses
from supportcli.domain.tickets.ticket import Message

SECONDS = 2.0
"""How long all patterns may look."""


@dataclass(frozen=True, slots=True)
class TicketLinks:
    """The addresses, the newest first, each with the first message that has it. `slow` is a pattern
    that took too long: it, and those after it, found nothing. `numbers` are those that addresses
    have in the conversation; what patterns made comes after them."""

    found: Sequence[tuple[WebAddress, Message]]
    slow: str = ""
    numbers: Mapping[str, int] = field(default_factory=dict)


def links_of(desk: Desk, number: int, last: int | None = None) -> TicketLinks:
    """The addresses in a ticket, or in its newest `last` messages. NotFound."""
    messages = reading.ticket(desk, number, last).messages
    patterns = desk.settings.links
    matched, slow = _matched(patterns, [one.text for one in messages])
    first: dict[WebAddress, Message] = {}
    for place, message in enumerate(messages):
        for address in web_addresses(message.text):
            first.setdefault(address, message)
        for pattern, found in zip(patterns, matched, strict=False):
            for groups in found[place]:
                made = _address(pattern, groups)
                if made is not None:
                    first.setdefault(made, message)
    numbers = numbered(message.text for message in messages)
    for address in first:
        numbers.setdefault(address.url, len(numbers) + 1)
    return TicketLinks(tuple(reversed(first.items())), slow, numbers)


def _address(pattern: LinkPattern, groups: Sequence[str]) -> WebAddress | None:
    safe = [quote(group.encode("utf-8", "replace"), safe="") for group in groups]
    return understood(filled(pattern.address, safe), groups[0])


def _matched(
    patterns: Sequence[LinkPattern], texts: Sequence[str]
) -> tuple[list[list[list[list[str]]]], str]:
    """What each pattern finds in each text, up to one that is too slow, and that pattern."""
    if not patterns or not texts:
        return [], ""
    asked = json.dumps([[one.pattern for one in patterns], texts]).encode("ascii")
    try:
        told = subprocess.run(
            [sys.executable, "-I", "-S", pattern_process.__file__],
            input=asked,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            check=False,
        ).stdout
    except subprocess.TimeoutExpired as error:
        told = error.stdout or b""
    lines = told.split(b"\n")[:-1]
    slow = patterns[len(lines)].pattern if len(lines) < len(patterns) else ""
    return [json.loads(line) for line in lines], slow
