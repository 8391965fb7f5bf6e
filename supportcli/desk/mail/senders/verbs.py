"""Block a sender, or say whether one is a machine; list what was said, and undo it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlmodel import Session

from supportcli.desk import Desk
from supportcli.desk.gestures import Gesture
from supportcli.desk.team import Team, team_of
from supportcli.domain.people import Action
from supportcli.domain.senders import Block, Judgement, SenderRule, who_of
from supportcli.errors.names import NotFound, Thing
from supportcli.errors.setup import SenderIsOurs
from supportcli.storage.mail import senders
from supportcli.storage.mail.senders import SenderEvent


def rules(desk: Desk) -> list[SenderRule]:
    """What was decided about senders, by whom it is about."""
    with desk.db.read() as tx:
        return list(senders.every(tx).rules.values())


def block(desk: Desk, typed: str, how: Block = Block.HOLD) -> SenderRule:
    """Hold or put away all further mail of an address, or of a domain and all below it. Mail that
    is here stays where it is.

    SenderInvalid; SenderIsOurs; NotAllowed if I may not work on tickets."""
    with desk.db.write() as tx:
        gesture, rule = _begin(desk, tx, typed)
        return _write(gesture, rule, replace(rule, blocked=how))


def unblock(desk: Desk, typed: str) -> SenderRule:
    """Let the mail of a sender in again. What was held meanwhile waits, and can be decided again.

    SenderInvalid; NotFound if it is not blocked; NotAllowed if I may not work on tickets."""
    with desk.db.write() as tx:
        gesture, rule = _begin(desk, tx, typed)
        if rule.blocked is None:
            above = senders.every(tx).blocked(rule.who)
            hint = (
                f"{above.who} is blocked: supportcli mail unblock {above.who}"
                if above is not None
                else "It is not blocked."
            )
            raise NotFound(Thing.SENDER, rule.who, hint=hint)
        return _write(gesture, rule, replace(rule, blocked=None))


def judge(desk: Desk, typed: str, what: Judgement | None) -> SenderRule:
    """Say that a sender is a machine (its mail reopens nothing and moves no clock) or a person,
    even if their mails look different; None leaves that to the mails again.

    SenderInvalid; SenderIsOurs; NotFound if nothing was said that could be forgotten; NotAllowed
    if I may not work on tickets."""
    with desk.db.write() as tx:
        gesture, rule = _begin(desk, tx, typed)
        if what is None and rule.judged is None:
            raise NotFound(Thing.SENDER, rule.who)
        return _write(gesture, rule, replace(rule, judged=what))


def undo_last(desk: Desk) -> SenderRule | None:
    """Undo my last decision about a sender, if I have decided nothing about held mail since.
    Returns the rule as it is now; None if there is nothing to undo."""
    with desk.db.write() as tx:
        back = take_back(Gesture.begin(desk, tx))
        return back[-1] if back else None


def take_back(gesture: Gesture, wanted: str | None = None) -> list[SenderRule]:
    """Within an undo: as `undo_last`, or for the verb with this gesture. Returns the rules as they
    are now."""
    done = []
    for event in reversed(senders.undoable(gesture.tx, gesture.agent.address, wanted)):
        now_is = senders.every(gesture.tx).rules.get(event.who, SenderRule(event.who))
        done.append(_rule(event.who, event.before))
        _write(gesture, now_is, done[-1], undoes=event.gesture)
    return done


def do_again(gesture: Gesture, undone: str) -> tuple[str, ...]:
    """Within a redo: decide again what the undo with this gesture took back, where nobody has
    decided otherwise since. Returns about whom."""
    every, again = senders.every(gesture.tx).rules, []
    for event in reversed(senders.of_gesture(gesture.tx, undone)):
        now_is = every.get(event.who, SenderRule(event.who))
        if event.undoes is not None and _shape(now_is) == _plain(event.after):
            _write(gesture, now_is, _rule(event.who, event.before), redoes=undone)
            again.append(event.who)
    return tuple(again)


def block_each(gesture: Gesture, addresses: Sequence[str], how: Block | None) -> bool:
    """Block several addresses of one person in the verb that runs, or with None let them in;
    whether that changes anything. SenderIsOurs."""
    changed = False
    for address in addresses:
        rule = _known(gesture.tx, who_of(address))
        changed |= rule.blocked != how
        _write(gesture, rule, replace(rule, blocked=how))
    return changed


def _begin(desk: Desk, tx: Session, typed: str) -> tuple[Gesture, SenderRule]:
    """A verb about a sender, and what was decided about them before."""
    who = who_of(typed)
    gesture = Gesture.begin(desk, tx, Action.WORK)
    return gesture, _known(tx, who)


def _known(tx: Session, who: str) -> SenderRule:
    """What was decided about a sender; SenderIsOurs."""
    if _is_ours(who, team_of(tx)):
        raise SenderIsOurs(who)
    return senders.every(tx).rules.get(who, SenderRule(who))


def _is_ours(who: str, us: Team) -> bool:
    if who.startswith("@"):
        return any(one == who[1:] or one.endswith(f".{who[1:]}") for one in us.domains)
    return us.is_team(who)


def _write(
    gesture: Gesture,
    before: SenderRule,
    after: SenderRule,
    undoes: str | None = None,
    redoes: str | None = None,
) -> SenderRule:
    """Write a rule with its event, unless nothing changes."""
    if (before.judged, before.blocked) == (after.judged, after.blocked):
        return before
    written = replace(after, by=gesture.agent.name, at=gesture.now)
    senders.put(gesture.tx, written)
    event = SenderEvent(
        gesture.now,
        gesture.agent.address,
        gesture.id,
        after.who,
        _shape(before),
        _shape(after) | ({senders.REDOES: redoes} if redoes else {}),
        undoes,
    )
    senders.record(gesture.tx, event)
    return written


def _shape(rule: SenderRule) -> dict[str, Any]:
    return {"judged": rule.judged, "blocked": rule.blocked}


def _plain(shape: Mapping[str, Any]) -> dict[str, Any]:
    return {name: shape.get(name) for name in ("judged", "blocked")}


def _rule(who: str, shape: Any) -> SenderRule:  # noqa: ANN401 - a column of JSON
    judged, blocked = shape.get("judged"), shape.get("blocked")
    return SenderRule(
        who, Judgement(judged) if judged else None, Block(blocked) if blocked else None
    )
