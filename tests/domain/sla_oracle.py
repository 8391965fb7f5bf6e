"""Service-level targets by walking minutes: what `domain.sla.targets` has to say, told by somebody
who shares no code with it.

The oracle goes from minute to minute, asks the wall clock of the zone whether the desk is open, and
counts on its fingers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
OVER = frozenset({"solved", "spam", "deleted"})

Week = tuple[tuple[tuple[int, int], ...], ...]


@dataclass(frozen=True)
class Policy:
    """For whom (a tag, or anybody), what it promises by kind and priority in minutes, by which
    hours (no zone: always), in which statuses resolution stands still, and from which minute to
    which it is valid."""

    name: str
    tag: str | None
    goals: Mapping[tuple[str, str], int]
    zone: str | None
    week: Week
    pauses: frozenset[str]
    since: int
    until: int | None


@dataclass(frozen=True)
class Action:
    """What happened to the ticket in a minute, and how it was afterwards. `what`: customer | reply
    | other. `taken_back`: a reply that was undone later. `undoes`: the number of the action that this
    one undid. `by`: the number of the one to which the status is owed."""

    at: int
    what: str
    status: str
    priority: str
    tags: frozenset[str]
    taken_back: bool = False
    undoes: int | None = None
    by: int = 0


@dataclass
class Told:
    """What the oracle says of a target, in minutes since the beginning. `state`: running | met |
    not needed | unowed (no policy is for it any more) | sealed (and it would have ended since) |
    lapsed (its policy ended)."""

    kind: str
    ordinal: int
    started: int
    state: str = "running"
    policy: Policy | None = None
    current: Policy | None = None
    priority: str = ""
    ended: int | None = None
    ended_by: int | None = None
    breached: int | None = None
    counted: dict[str, int] = field(default_factory=dict)

    @property
    def is_response(self) -> bool:
        return "response" in self.kind


@lru_cache(maxsize=512)
def open_minutes(base: datetime, count: int, zone: str | None, week: Week) -> bytes:
    """For each minute since `base` whether the desk is open in it."""
    if zone is None:
        return bytes([1]) * count
    place, found = ZoneInfo(zone), bytearray(count)
    for minute in range(count):
        wall = (base + minute * MINUTE).astimezone(place)
        of_day = wall.hour * 60 + wall.minute
        found[minute] = any(start <= of_day < end for start, end in week[wall.weekday()])
    return bytes(found)


def walk(
    base: datetime, actions: Sequence[Action], policies: Sequence[Policy], now: int
) -> list[Told]:
    """All targets that were ever promised, as they stand in the minute `now`."""
    hours = {
        policy.name: open_minutes(base, now + 1, policy.zone, policy.week) for policy in policies
    }
    told: list[Told] = []
    waiting = Waiting()
    for minute in range(now + 1):
        for one in told:
            lapse(one, minute)
        for number, action in [
            (number, action) for number, action in enumerate(actions) if action.at == minute
        ]:
            ends = action.status in OVER and (number == 0 or actions[number - 1].status not in OVER)
            by = owed_to(actions, number) if action.undoes is not None else number
            take(told, waiting, policies, number, replace(action, by=by), ends=ends)
        for one in told:
            look(one, minute)
        done = [action for action in actions if action.at <= minute]
        if done and minute < now:
            count(told, policies, hours, minute, done[-1].status)
    return [one for one in told if one.policy]


def owed_to(actions: Sequence[Action], number: int) -> int:
    """The action that brought the ticket to the status that it has after action `number`: one that
    was undone leaves the status to the one that had brought it before."""
    action = actions[number]
    if number == 0 or action.status == actions[number - 1].status:
        return owed_to(actions, number - 1) if number else 0
    undoes = action.undoes
    return number if undoes is None else owed_to(actions, undoes - 1) if undoes else 0


def take(
    told: list[Told],
    waiting: "Waiting",
    policies: Sequence[Policy],
    number: int,
    action: Action,
    *,
    ends: bool,
) -> None:
    """What a action begins, does to what runs, and brings another policy to. `ends`: by it the ticket
    came to be over."""
    waiting.hear(number, action, ends=ends)
    if waiting.began == number:
        begin(told, action)
    for one in told:
        if not one.is_response:
            move(one, action, over=action.status in OVER)
        elif one is last_response(told) and not action.taken_back:
            move(one, action, over=ends)
        owe(one, action, policies)


def look(one: Told, minute: int) -> None:
    """Whether a target is breached at the beginning of a minute."""
    if (
        one.state == "running"
        and one.policy
        and one.breached is None
        and one.counted.get(one.policy.name, 0) >= goal(one)
    ):
        one.breached = minute


def last_response(told: Sequence[Told]) -> Told | None:
    return next((one for one in reversed(told) if one.is_response), None)


@dataclass
class Waiting:
    """Whether a customer waits for an answer: `began` is the action by which they began to, `cleared`
    the one that ended it."""

    began: int | None = None
    cleared: int | None = None
    before: int | None = None

    def hear(self, number: int, action: Action, *, ends: bool) -> None:
        """Take a action."""
        if action.undoes is not None and action.undoes == self.cleared:
            self.began, self.cleared = self.before, None
        if action.taken_back:
            return
        if action.what == "customer" and action.status not in OVER and self.began is None:
            self.began = number
        elif self.began is not None and (action.what == "reply" or ends):
            self.began, self.cleared, self.before = None, action.by, self.began


def begin(told: list[Told], action: Action) -> None:
    """A customer who did not wait yet starts a response; the first one starts the ticket's
    resolutions too."""
    kinds = ["next-response"] if told else ["first-response", "first-resolution", "resolution"]
    told.extend(Told(kind, 1 + sum(one.kind == kind for one in told), action.at) for kind in kinds)


def move(one: Told, action: Action, *, over: bool) -> None:
    """What a action does to a target."""
    meets = action.what == "reply" if one.is_response else action.status == "solved"
    if one.state == "running" and (meets or over):
        one.state, one.ended, one.ended_by = "met" if meets else "not needed", action.at, action.by
    elif one.state == "unowed" and (meets or over):
        one.state, one.ended_by = "sealed", action.by
    elif one.state == "sealed" and action.undoes is not None and action.undoes == one.ended_by:
        one.state, one.ended_by = "unowed", None
    elif one.state in {"met", "not needed"} and comes_back(one, action):
        one.state, one.ended, one.ended_by = "running", None, None


def comes_back(one: Told, action: Action) -> bool:
    """Whether a action takes back what had ended a target."""
    undone = action.undoes is not None and action.undoes == one.ended_by
    if one.is_response:
        return one.state == "not needed" and undone
    return action.status not in OVER and (
        undone or (one.state == "met" and one.kind == "resolution")
    )


def owe(one: Told, action: Action, policies: Sequence[Policy]) -> None:
    """A action may have brought another policy, or taken all of them away."""
    if one.state not in {"running", "unowed"}:
        return
    fits = (
        each
        for each in policies
        if each.since <= one.started
        and action.at < (each.until or 10**9)
        and each.tag in {None, *action.tags}
    )
    policy = next(fits, None)
    if policy is None or (one.kind, action.priority) not in policy.goals:
        if one.policy and one.state == "running":
            one.state, one.ended = "unowed", action.at
        return
    if one.state == "unowed":
        one.state, one.ended = "running", None
    one.current = policy
    if one.breached is None:
        one.policy, one.priority = policy, action.priority


def goal(one: Told) -> int:
    assert one.policy
    return one.policy.goals[one.kind, one.priority]


def lapse(one: Told, minute: int) -> None:
    """Nothing runs when its policy has ended."""
    until = one.current.until if one.current else None
    if until is not None and until <= minute and one.state == "running":
        one.state, one.ended, one.ended_by = "lapsed", until, None


def count(
    told: Sequence[Told],
    policies: Sequence[Policy],
    hours: Mapping[str, bytes],
    minute: int,
    status: str,
) -> None:
    """Count the minute, by every policy's hours, for what runs in it."""
    for one in told:
        for policy in policies:
            stands_still = not one.is_response and status in policy.pauses
            if one.state == "running" and hours[policy.name][minute] and not stands_still:
                one.counted[policy.name] = one.counted.get(policy.name, 0) + 1
