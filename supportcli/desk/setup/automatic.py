"""What a mailbox answers by itself: switched on with a canned response that can be sent without
anybody looking at it, changed, and switched off."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import Session

from supportcli.desk import Desk
from supportcli.desk.canned.responses import found
from supportcli.desk.gestures import authorize
from supportcli.domain.canned.responses import EVERYBODYS
from supportcli.domain.mailbox import AutomaticKind, AutomaticRule, Mailbox, WhenOpen
from supportcli.domain.people import Action
from supportcli.domain.replies.automatic import A_DAY
from supportcli.domain.text.words import nearest
from supportcli.errors.names import NotFound, Thing
from supportcli.errors.replies import AutomaticUnfit
from supportcli.storage.setup import automatic_rules, mailboxes
from supportcli.storage.sla import calendars


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
    from supportcli.domain.canned.unattended import unfit  # noqa: PLC0415  # Jinja takes a while to load

    _check_times(wish, desk.now())
    with desk.db.write() as tx:
        me = desk.me(tx)
        authorize(me, Action.SET_UP)
        box = _mailbox(tx, address)
        kept = found(tx, me, wish.response, EVERYBODYS).canned
        if why := unfit(kept, box.address):
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
    return AutomaticUnfit(why, wish.kind.command)


def _check_times(wish: AutomaticWish, now: datetime) -> None:
    if wish.every < A_DAY:
        raise _unfit(wish, "Nobody may get it more than once a day")
    if wish.ends is not None and wish.ends <= max(now, wish.begins or now):
        raise _unfit(wish, "It would end before it begins")


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
