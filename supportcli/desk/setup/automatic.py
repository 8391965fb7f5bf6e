"""What a mailbox answers by itself: switched on with a canned response that can be sent without
anybody looking at it, changed, and switched off."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import Session

from supportcli.desk import Desk
from supportcli.desk.canned.responses import found
from supportcli.desk.gestures import authorize
from supportcli.domain.canned import placeholders, templates
from supportcli.domain.canned.placeholders import Values
from supportcli.domain.canned.responses import Canned, Scope
from supportcli.domain.mailbox import AutomaticKind, AutomaticRule, Mailbox, WhenOpen
from supportcli.domain.people import Action
from supportcli.domain.replies.automatic import A_DAY
from supportcli.domain.text.words import nearest
from supportcli.errors.names import NotFound, Thing
from supportcli.errors.replies import AutomaticUnfit
from supportcli.storage.setup import automatic_rules, mailboxes
from supportcli.storage.sla import calendars

COMMANDS = {
    AutomaticKind.ACKNOWLEDGEMENT: "acknowledge",
    AutomaticKind.OUT_OF_OFFICE: "out-of-office",
}
"""The commands of `mailbox` that switch them on and off."""

_SAMPLE: Values = {
    "customer": dict.fromkeys(placeholders.VARIABLES["customer"], "")
    | {"address": "someone@customer.example"},
    "ticket": dict.fromkeys(placeholders.VARIABLES["ticket"], "1") | {"subject": ""},
    "agent": dict.fromkeys(placeholders.VARIABLES["agent"], "Help"),
    "mailbox": dict.fromkeys(placeholders.VARIABLES["mailbox"], "Help"),
}
"""What is known at least: customers without a name, emails without a subject."""


@dataclass(frozen=True, slots=True)
class AutomaticWish:
    """What to switch on. `calendar` is empty for the only one of the desk."""

    kind: AutomaticKind
    response: str
    when: WhenOpen = WhenOpen.ALWAYS
    calendar: str = ""
    begins: datetime | None = None
    ends: datetime | None = None
    every: timedelta = A_DAY
    domain_limit: int = 10


def switch_on(desk: Desk, address: str, wish: AutomaticWish) -> Mailbox:
    """Let a mailbox answer by itself, from now on; the same kind again replaces what was said, and
    goes on since it was switched on, unless it is over.

    NotFound; AutomaticUnfit if the response cannot be sent unread, or if the times make no sense;
    NotAllowed if I am not an admin."""
    _check_times(wish, desk.now())
    with desk.db.write() as tx:
        me = desk.me(tx)
        authorize(me, Action.SET_UP)
        box = _mailbox(tx, address)
        kept = found(tx, me, wish.response, Scope.ALL).canned
        if why := fault_of(kept, box):
            raise _unfit(wish, f"“{kept.shortcut}” {why}")
        calendar = _calendar(tx, wish) if wish.when is not WhenOpen.ALWAYS else ""
        rule = AutomaticRule(
            wish.kind,
            kept.shortcut,
            _since(box, wish.kind, desk.now()),
            wish.when,
            calendar,
            wish.begins,
            wish.ends,
            wish.every,
            wish.domain_limit,
        )
        return _put(tx, box, [*_others(box, wish.kind), rule])


def switch_off(desk: Desk, address: str, kind: AutomaticKind) -> Mailbox:
    """Let a mailbox answer no longer by itself; nothing happens if it does not.

    NotFound; NotAllowed if I am not an admin."""
    with desk.db.write() as tx:
        authorize(desk.me(tx), Action.SET_UP)
        box = _mailbox(tx, address)
        return _put(tx, box, _others(box, kind))


def _others(box: Mailbox, kind: AutomaticKind) -> list[AutomaticRule]:
    return [one for one in box.automatic if one.kind is not kind]


def _put(tx: Session, box: Mailbox, rules: Sequence[AutomaticRule]) -> Mailbox:
    automatic_rules.set_rules(tx, box.id, rules)
    return replace(box, automatic=tuple(rules))


def _since(box: Mailbox, kind: AutomaticKind, now: datetime) -> datetime:
    """When this kind was switched on: now, unless it is on."""
    on = [one for one in box.automatic if one.kind is kind]
    return next((one.since for one in on if one.ends is None or one.ends > now), now)


def _unfit(wish: AutomaticWish, why: str) -> AutomaticUnfit:
    return AutomaticUnfit(why, COMMANDS[wish.kind])


def _check_times(wish: AutomaticWish, now: datetime) -> None:
    if wish.every < A_DAY:
        raise _unfit(wish, "Nobody may get it more than once a day")
    if wish.ends is not None and wish.ends <= max(now, wish.begins or now):
        raise _unfit(wish, "It would end before it begins")


def fault_of(kept: Canned, box: Mailbox) -> str:
    """Why a response cannot be sent by itself; "" if it can."""
    if kept.mailbox not in {"", box.address}:
        return f"is for {kept.mailbox} only"
    if kept.files or kept.macro:
        return "has files or a macro, which an automatic answer cannot take along"
    for body in kept.bodies:
        if not body.text.strip():
            return "has no text"
        if missing := templates.fill(body.text, _SAMPLE).missing:
            return f"needs {missing[0]}, which may be unknown: give it a default"
    return ""


def _calendar(tx: Session, wish: AutomaticWish) -> str:
    """The name of the calendar that opening hours are read from."""
    names = [one.name for one in calendars.calendars(tx)]
    if wish.calendar:
        if wish.calendar not in names:
            near = nearest(wish.calendar, names)
            raise NotFound(Thing.CALENDAR, wish.calendar, nearest=near)
        return wish.calendar
    if len(names) != 1:
        raise _unfit(wish, "Say which calendar has the opening hours: --calendar NAME")
    return names[0]


def _mailbox(tx: Session, address: str) -> Mailbox:
    box = mailboxes.mailbox_by_address(tx, address)
    if box is None or not box.active:
        raise NotFound(Thing.MAILBOX, address)
    return box
