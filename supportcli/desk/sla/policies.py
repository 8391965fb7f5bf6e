"""Service-level policies: setting them up, and changing them."""

import re
import shlex
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from supportcli.clock import system_zone
from supportcli.desk import Desk, running_targets
from supportcli.desk.gestures import authorize
from supportcli.domain.people import Action
from supportcli.domain.query.parse import parse_condition
from supportcli.domain.reports.period import beginning_of
from supportcli.domain.sla import policy_text
from supportcli.domain.sla.policy import Policy, Rulebook, TargetKind
from supportcli.domain.sla.policy_text import Terms
from supportcli.domain.text.words import nearest
from supportcli.errors import UsageError
from supportcli.errors.names import NameTaken, NotFound, Thing
from supportcli.errors.sla import PolicyInvalid
from supportcli.storage.sla import calendars, policies, targets
from supportcli.storage.sla.policies import KeptPolicy, KeptVersion
from supportcli.storage.tickets import search
from supportcli.storage.tickets.search import Asker

_NAME = re.compile(r"[^\W_][\w .&'-]{0,39}")
_NOBODY = Asker(None, datetime.min.replace(tzinfo=UTC))
"""Conditions cannot use “me” or the time."""

_NEW = 0
"""The id of a version that exists only in a simulation."""


@dataclass(frozen=True, slots=True)
class PolicyTexts:
    """What somebody types about a policy, as `domain.sla.policy_text` reads it; None leaves things
    as they are. `calendar` is for goals that name none (`clock`: every hour)."""

    when: str | None = None
    first_response: str | None = None
    next_response: str | None = None
    first_resolution: str | None = None
    resolution: str | None = None
    calendar: str | None = None
    pause: str | None = None
    warn: str | None = None
    position: int | None = None
    valid_from: str | None = None
    valid_to: str | None = None


@dataclass(frozen=True, slots=True)
class PolicyNow:
    """A policy, what it says about targets that start now, and its earlier versions, oldest
    first."""

    name: str
    position: int
    valid_from: datetime
    valid_to: datetime | None
    terms: Terms
    versions: tuple[tuple[datetime, Terms], ...]


@dataclass(frozen=True, slots=True)
class PolicyEdit:
    """A policy after an edit: whether anything changed, and whether the change also affects what
    ran before."""

    policy: PolicyNow
    changed: bool
    back_dated: bool


def list_policies(desk: Desk) -> list[PolicyNow]:
    """The policies, in the order in which they are checked."""
    now = desk.now()
    with desk.db.read() as tx:
        return [_now(one, _versions(tx, one), now) for one in policies.policies(tx)]


def policy(desk: Desk, name: str) -> PolicyNow:
    """One policy; NotFound if there is none with this name."""
    now = desk.now()
    with desk.db.read() as tx:
        one = _named(tx, name)
        return _now(one, _versions(tx, one), now)


def _named(tx: Session, name: str, hint: str = "") -> KeptPolicy:
    """The policy with this name, in upper or lower case; NotFound, with a hint of what else can be
    done."""
    known = {one.name.lower(): one for one in policies.policies(tx)}
    if found := known.get(" ".join(name.split()).lower()):
        return found
    near = known.get(nearest(name.lower(), known))
    raise NotFound(Thing.POLICY, name, nearest=near.name if near else "", hint=hint)


def _versions(tx: Session, one: KeptPolicy) -> list[KeptVersion]:
    return [version for version in policies.versions(tx) if version.policy_id == one.id]


def _now(one: KeptPolicy, versions: Sequence[KeptVersion], now: datetime) -> PolicyNow:
    said = tuple(
        (version.since, policy_text.of_definition(version.definition)) for version in versions
    )
    terms = next((terms for since, terms in reversed(said) if since <= now), said[0][1])
    return PolicyNow(one.name, one.position, one.valid_from, one.valid_to, terms, said)


def add_policy(desk: Desk, name: str, texts: PolicyTexts) -> PolicyNow:
    """Add a policy, after the others unless a position is given; it is valid for what starts now or
    later unless `valid_from` says otherwise.

    NameTaken, NotFound for a calendar, PolicyInvalid, QueryError for its condition, PeriodInvalid;
    NotAllowed if I am not
    an admin."""
    called, now = " ".join(name.split()), desk.now()
    if not _NAME.fullmatch(called):
        raise PolicyInvalid(
            name,
            "is not a name for a policy",
            "Use up to 40 letters, digits and spaces, as in Standard.",
        )
    with desk.db.write() as tx:
        me = desk.me(tx)
        authorize(me, Action.SET_UP)
        there = policies.policies(tx)
        if any(one.name.lower() == called.lower() for one in there):
            raise NameTaken(Thing.POLICY, called)
        terms = _promising(tx, called, texts)
        kept = _dated(KeptPolicy(0, called, len(there) + 1, now, None), texts, now)
        number = policies.add(tx, kept, now)
        policies.add_version(
            tx,
            KeptVersion(0, number, kept.valid_from, policy_text.to_definition(terms), now),
            me.id,
        )
        _move(tx, replace(kept, id=number), texts.position)
        return _now(_named(tx, called), _versions(tx, _named(tx, called)), now)


def edit_policy(desk: Desk, name: str, texts: PolicyTexts, since: str | None = None) -> PolicyEdit:
    """Change what a policy promises to what starts now or later, or from `since` on; later versions
    are changed in the same way.

    If `since` is before its start, it starts then. Its end (`valid_to`), its start and its position
    apply to everything; the next tick handles what runs at a new end.

    NotFound, and what `add_policy` raises; UsageError if there is no change."""
    _something(texts, "edit")
    now = desk.now()
    with desk.db.write() as tx:
        me = desk.me(tx)
        authorize(me, Action.SET_UP)
        one = _named(tx, name)
        begin = _moment("--since", since, now) or now
        edited = _edited(tx, one, texts, begin)
        for at, terms in edited:
            policies.add_version(
                tx, KeptVersion(0, one.id, at, policy_text.to_definition(terms), now), me.id
            )
        dated = _dated(replace(one, valid_from=min(begin, one.valid_from)), texts, now)
        policies.change(tx, one.id, valid_from=dated.valid_from, valid_to=dated.valid_to)
        _move(tx, one, texts.position)
        after = _named(tx, name)
        if after.valid_to != one.valid_to:
            targets.look_again(tx, now)
        back_dated = (bool(edited) and begin < now) or _differed_before(one, after, now)
        return PolicyEdit(
            _now(after, _versions(tx, after), now), bool(edited) or after != one, back_dated
        )


def _differed_before(one: KeptPolicy, other: KeptPolicy, now: datetime) -> bool:
    """Whether two rows of a policy differ for the time before now."""
    moments = ((one.valid_from, other.valid_from), (one.valid_to, other.valid_to))
    passed = any(a != b and any(at is not None and at <= now for at in (a, b)) for a, b in moments)
    return passed or one.position != other.position


def _something(texts: PolicyTexts, command: str) -> None:
    if texts == PolicyTexts():
        raise UsageError(
            "You did not say what to change.",
            f"See what you can change: supportcli sla {command} --help",
        )


def _edited(
    tx: Session, one: KeptPolicy, texts: PolicyTexts, begin: datetime
) -> list[tuple[datetime, Terms]]:
    """The versions of a policy that the texts change, from `begin` on: the one valid then, and each
    later one. (None if nothing changes.)"""
    versions = _versions(tx, one)
    moments = [begin, *sorted({version.since for version in versions if version.since > begin})]
    before = [(at, _now(one, versions, at).terms) for at in moments]
    after = [(at, _terms(tx, terms, texts)) for at, terms in before]
    if any(
        was.goals and not now_is.goals for (_, was), (_, now_is) in zip(before, after, strict=True)
    ):
        raise PolicyInvalid(
            one.name,
            "would have no goals",
            f"To end it: supportcli sla edit {shlex.quote(one.name)} --to now",
        )
    return after if after != before else []


def _dated(one: KeptPolicy, texts: PolicyTexts, now: datetime) -> KeptPolicy:
    """A policy with the start and the end from the texts; PolicyInvalid if it would end before it
    starts."""
    begins = _moment("--from", texts.valid_from, now) or one.valid_from
    never = texts.valid_to is not None and texts.valid_to.lower() == "never"
    ends = None if never else _moment("--to", texts.valid_to, now) or one.valid_to
    if ends is not None and ends < begins:
        raise PolicyInvalid(
            one.name, "would end before it starts", "Give a later --to, or an earlier --from."
        )
    return replace(one, valid_from=begins, valid_to=ends)


def _moment(option: str, text: str | None, now: datetime) -> datetime | None:
    if text is None:
        return None
    return (
        now if text.lower() == "now" else beginning_of(option, text, now, ZoneInfo(system_zone()))
    )


def _move(tx: Session, one: KeptPolicy, position: int | None) -> None:
    """Move a policy to a place among the others, which make room."""
    if position is None:
        return
    others = [other for other in policies.policies(tx) if other.id != one.id]
    others.insert(max(position - 1, 0), one)
    for place, other in enumerate(others, 1):
        policies.change(tx, other.id, position=place)


def _terms(tx: Session, before: Terms, texts: PolicyTexts) -> Terms:
    """What a policy says when the texts have changed it."""
    known = [one.name for one in calendars.calendars(tx)]
    if (condition := parse_condition(texts.when or "")) is not None:
        # Who knows agents and mailboxes refuses one that there is not.
        search.condition(tx, condition, _NOBODY)
    counts_by = _calendar(texts.calendar, known)
    goals = dict(before.goals)
    if texts.calendar is not None:
        goals = {key: replace(goal, calendar=counts_by) for key, goal in goals.items()}
    elif goals:
        used = [goal.calendar for goal in goals.values()]
        counts_by = max(used, key=used.count)
    for kind in TargetKind:
        text = getattr(texts, kind.value.replace("-", "_"))
        if text is not None:
            goals = {key: goal for key, goal in goals.items() if key[0] is not kind}
            goals |= policy_text.goals_of(kind, text, counts_by, known)
    warnings = before.warnings
    if texts.warn is not None:
        warnings = policy_text.warnings_of(texts.warn)
        policy_text.check_warnings(warnings, goals)
    return Terms(
        when=before.when if texts.when is None else " ".join(texts.when.split()),
        goals=goals,
        pauses=before.pauses if texts.pause is None else policy_text.pauses_of(texts.pause),
        warnings=warnings,
    )


def _calendar(name: str | None, known: Collection[str]) -> str | None:
    if name is None or name.lower() == policy_text.CLOCK_NAME:
        return None
    found = next((one for one in known if one.lower() == name.strip().lower()), None)
    if found is None:
        raise NotFound(Thing.CALENDAR, name, nearest=nearest(name, known))
    return found


def _promising(tx: Session, called: str, texts: PolicyTexts) -> Terms:
    """What the texts make a new policy say; PolicyInvalid if that promises nothing."""
    terms = _terms(tx, Terms(), texts)
    if not terms.goals:
        raise PolicyInvalid(
            called,
            "has no goals",
            "Give one, as in --first-response '4h' or --resolution 'urgent=1d 3d'.",
        )
    return terms


def imagined(
    tx: Session, name: str, texts: PolicyTexts, since: str, now: datetime, *, new: bool = False
) -> Rulebook:
    """The rulebook as it would be if a policy had said this since then; `new`: if the desk had one
    more policy, with this name.

    NotFound, or NameTaken for a new one; UsageError if there is no change; and what `add_policy`
    and `edit_policy` raise, except NotAllowed: everybody may ask."""
    _something(texts, "simulate")
    begin = _moment("--since", since, now) or now
    rules = running_targets.rulebook(tx)
    book = running_targets.with_calendars(tx, rules)
    if new:
        others, place = list(book.policies), len(book.policies)
        made = _thought_of(tx, name, texts, begin, others)
    else:
        one = _named(tx, name, "To try a new one, add --new.")
        place = next(at for at, there in enumerate(book.policies) if there.name == one.name)
        others = [there for there in book.policies if there.name != one.name]
        made = _revised(tx, book.policies[place], one, texts, begin)
    others.insert(max(place if texts.position is None else texts.position - 1, 0), made)
    return replace(book, policies=tuple(others))


def _thought_of(
    tx: Session, name: str, texts: PolicyTexts, begin: datetime, others: Sequence[Policy]
) -> Policy:
    """A policy that the desk does not have, behind the others."""
    called = " ".join(name.split())
    if there := [one.name for one in others if one.name.lower() == called.lower()]:
        raise NameTaken(Thing.POLICY, there[0], "To try a change of it, leave out --new.")
    said = policy_text.version_of(_NEW, begin, _promising(tx, called, texts))
    return Policy(called, len(others) + 1, begin, (said,))


def _revised(
    tx: Session, there: Policy, one: KeptPolicy, texts: PolicyTexts, begin: datetime
) -> Policy:
    """A policy as it would be with what the texts say from `begin` on."""
    edited = [
        policy_text.version_of(_NEW, at, terms) for at, terms in _edited(tx, one, texts, begin)
    ]
    versions = sorted([*there.versions, *edited], key=lambda version: version.since)
    return replace(there, versions=tuple(versions), valid_from=min(there.valid_from, begin))
