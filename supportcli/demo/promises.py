"""What the shop promises its customers: service levels by the clock, so that they run at any hour,
and canned responses."""

from contextlib import closing
from datetime import datetime

from supportcli.config import Settings
from supportcli.desk import open_desk
from supportcli.desk.canned import responses
from supportcli.desk.setup.starters import CALENDAR, WEEK, starter_responses
from supportcli.desk.sla import policies, recomputation
from supportcli.desk.sla.calendars import CalendarTexts, add_calendar
from supportcli.desk.sla.policies import PolicyTexts

POLICIES = {
    "VIP": PolicyTexts(
        when="tag:vip",
        first_response="4h",
        next_response="urgent=1h 4h",
        resolution="2d",
        pause="pending,on-hold",
        warn="1h,15m",
    ),
    "Standard": PolicyTexts(
        first_response="urgent=1h high=2h 12h",
        next_response="urgent=1h high=2h 12h",
        resolution="3d",
        pause="pending,on-hold",
        warn="1h,15m",
    ),
}
"""The policies by name, in order of precedence."""


def promise(settings: Settings, since: datetime) -> None:
    """Set up calendar, policies and canned responses as of `since`, and compute the targets of the
    existing tickets: the colleague's verbs come after the mails in the history, and a breach that
    has been recorded stays."""
    with closing(open_desk(settings, lambda: since)) as desk:
        add_calendar(desk, CALENDAR, CalendarTexts("Europe/Berlin", WEEK))
        for name, texts in POLICIES.items():
            policies.add_policy(desk, name, texts)
        for response in starter_responses():
            responses.add(desk, response, {})
    with closing(open_desk(settings)) as desk:
        recomputation.recompute(desk, lambda _done, _total: None)
