"""What a new desk starts with, so that nobody starts from nothing. All of it is meant to be edited;
`init --no-starters` leaves it out.

The canned responses are files as `canned export` writes them (`starter_set/`). The calendar has
office hours, for goals that count by them; the policy promises a minimum, by the clock."""

from datetime import datetime
from importlib.resources import files

from sqlmodel import Session

from supportcli.clock import system_zone
from supportcli.desk.canned import text_format
from supportcli.domain.canned.responses import Canned
from supportcli.domain.sla import policy_text
from supportcli.domain.sla.calendar import Calendar
from supportcli.domain.sla.calendar_text import week_of
from supportcli.domain.sla.policy import TargetKind
from supportcli.domain.sla.policy_text import Terms
from supportcli.storage import canned as rows
from supportcli.storage.sla import calendars, policies
from supportcli.storage.sla.policies import KeptPolicy, KeptVersion

CALENDAR, WEEK = "office", "mon-fri 9:00-17:00"
"""The calendar, in the zone of the machine where the desk is founded, and its week."""

POLICY, FIRST_RESPONSE, WARNINGS = "Standard", "24h", "4h,1h"
"""The policy for all tickets, what it promises, and how long before a breach it warns."""

_SET = files("supportcli.desk.setup") / "starter_set"


def starter_responses() -> list[Canned]:
    """The canned responses and macros of the set, by shortcut."""
    texts = (
        (file.name.removesuffix(".md"), file.read_text(encoding="utf-8"))
        for file in _SET.iterdir()
        if file.name.endswith(".md")
    )
    return [text_format.read(text, name).canned for name, text in sorted(texts)]


def furnish(tx: Session, now: datetime) -> None:
    """Give a new desk its starters; the policy is valid from now on."""
    for response in starter_responses():
        rows.add(tx, response, None, now)
    calendars.add_calendar(
        tx, Calendar(CALENDAR, system_zone(), week_of(WEEK)), agent_id=None, now=now
    )
    goals = policy_text.goals_of(TargetKind.FIRST_RESPONSE, FIRST_RESPONSE, None, ())
    terms = Terms(goals=goals, warnings=policy_text.warnings_of(WARNINGS))
    number = policies.add(tx, KeptPolicy(0, POLICY, 1, now, None), now)
    policies.add_version(
        tx, KeptVersion(0, number, now, policy_text.to_definition(terms), now), None
    )
