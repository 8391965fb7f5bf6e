"""Automatic answers that are switched on and cannot be written: shown with their mailbox, and told
by a sync. That looks once a day, because templates take a while to load; nothing that ends them is
written without a word."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from sqlmodel import Session

from supportcli.desk import Desk
from supportcli.domain.mailbox import AutomaticKind, AutomaticRule, Mailbox
from supportcli.storage.setup import automatic_rules, mailboxes


def faults(desk: Desk) -> dict[str, dict[AutomaticKind, str]]:
    """Why automatic answers that are switched on cannot be written, by the mailbox's address."""
    found: dict[str, dict[AutomaticKind, str]] = {}
    with desk.db.read() as tx:
        for box, rule, why in _faulty(tx, mailboxes.mailboxes(tx)):
            found.setdefault(box.address, {})[rule.kind] = why
    return found


def due_warnings(desk: Desk) -> list[tuple[str, AutomaticKind, str]]:
    """What `faults` finds, looked for once a day."""
    today = desk.now().date()
    with desk.db.read() as tx:
        boxes = [box for box in mailboxes.mailboxes(tx) if not _checked(box, today)]
        found = [(box.address, rule.kind, why) for box, rule, why in _faulty(tx, boxes)]
    if boxes:
        with desk.db.write() as tx:
            for box in boxes:
                rules = [
                    replace(one, checked_on=today) for one in automatic_rules.rules(tx, box.id)
                ]
                automatic_rules.set_rules(tx, box.id, rules)
    return found


def _checked(box: Mailbox, today: date) -> bool:
    return all(rule.checked_on == today for rule in box.automatic)


def _faulty(tx: Session, boxes: Iterable[Mailbox]) -> Iterator[tuple[Mailbox, AutomaticRule, str]]:
    """The automatic answers of mailboxes that cannot be written, and why."""
    for box in boxes:
        for rule in box.automatic:
            if why := _fault(tx, rule, box.address):
                yield box, rule, why


def _fault(tx: Session, rule: AutomaticRule, address: str) -> str:
    from supportcli.domain.canned.responses import EVERYBODYS  # noqa: PLC0415  # a sync needs it once a day
    from supportcli.domain.canned.unattended import unfit  # noqa: PLC0415  # Jinja takes a while
    from supportcli.storage import canned  # noqa: PLC0415  # a sync needs it once a day
    from supportcli.storage.sla import calendars  # noqa: PLC0415  # a sync needs it once a day

    kept = canned.find(tx, rule.response, 0, EVERYBODYS)
    if kept is None:
        return f"there is no canned response “{rule.response}”"
    if why := unfit(kept.canned, address):
        return f"“{rule.response}” {why}"
    known = not rule.calendar or any(one.name == rule.calendar for one in calendars.calendars(tx))
    return "" if known else f"there is no calendar “{rule.calendar}”"
