"""What only came in has nothing to count for reports of work, which therefore are not asked."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

import supportcli.domain.reports  # noqa: F401  # fills the registry
from supportcli.domain.reports.registry import REPORTS
from supportcli.domain.reports.table import Frame
from supportcli.domain.reports.ticket_life import Life, LifeStep, TargetLife, TicketLabels
from supportcli.domain.text.periods import Period
from supportcli.domain.tickets.ticket import Priority, Status

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
CAME = NOW - timedelta(days=2)
FRAME = Frame(Period(NOW - timedelta(days=7), NOW), ZoneInfo("UTC"))


def untouched(status: Status | None) -> Life:
    """A ticket that came in two days ago, and a target of it that is overdue."""
    step = LifeStep(CAME, "created", status=status, waits=True, since=CAME, written_at=CAME)
    late = TargetLife("first-response", CAME, breached_at=NOW - timedelta(hours=1))
    labels = TicketLabels(1, "help@shop.test", Priority.NORMAL, None, ())
    return Life(labels, CAME, False, (step,), (late,), untouched=True)


@pytest.mark.parametrize("status", [None, Status.NEW, Status.OPEN, Status.PENDING, Status.ON_HOLD])
@pytest.mark.parametrize("name", list(REPORTS))
def test_reports_of_work_count_nothing_in_it(name: str, status: Status | None) -> None:
    facts = list(REPORTS[name].counts(untouched(status), FRAME))
    waits = status in {Status.PENDING, Status.ON_HOLD}
    assert (not facts) is (REPORTS[name].of_work or (name == "workload" and waits))
