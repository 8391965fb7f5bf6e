"""Calendars in the database, on both engines: versions are kept whole and come back in order."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from supportcli.domain.people import Role
from supportcli.domain.sla.calendar import Calendar, Interval, OwnDay
from supportcli.storage.engine.database import Database
from supportcli.storage.sla import calendars
from supportcli.storage.tickets import people
from tests.domain.calendars import NINE_TO_FIVE, office, week_of_one

NOW = datetime(2026, 3, 1, 9, 0, 0, 250, tzinfo=UTC)
EVE = OwnDay(12, 24, (Interval(540, 720),), "Weihnacht \u2603\0")
OFFICE = office("Europe/Berlin", EVE, holidays={date(2026, 12, 25): "Christmas Day"})
DAILY = Calendar("office", "Europe/Berlin", week_of_one(NINE_TO_FIVE))


def test_versions_come_back_as_they_were_in_the_order_in_which_they_hold(db: Database) -> None:
    with db.write() as tx:
        ada = people.add_agent(tx, "Ada Byron", "ada@shop.test", Role.ADMIN, now=NOW)
        number = calendars.add_calendar(tx, OFFICE, agent_id=None, now=NOW)
        calendars.add_calendar(
            tx, Calendar("always", "UTC", week_of_one((Interval(0, 1440),))), agent_id=ada, now=NOW
        )
        planned = calendars.add_version(
            tx, number, DAILY, since=NOW + timedelta(days=30), agent_id=ada, now=NOW
        )
        early = calendars.add_version(
            tx, number, DAILY, since=NOW - timedelta(days=30), agent_id=ada, now=NOW
        )
    with db.read() as tx:
        always, found = calendars.calendars(tx)
    assert (always.name, found.name, found.id) == ("always", "office", number)
    assert [version.author for version in found.versions] == ["Ada Byron", None, "Ada Byron"]
    assert [version.calendar for version in found.versions] == [DAILY, OFFICE, DAILY]
    assert found.at(NOW) == found.versions[1]
    assert found.at(NOW - timedelta(microseconds=1)).id == early
    assert found.at(NOW - timedelta(days=3000)).id == early, (
        "what started before any version counts by the first"
    )
    assert found.at(NOW + timedelta(days=30)).id == planned


def test_of_two_versions_from_the_same_moment_the_later_one_counts(db: Database) -> None:
    with db.write() as tx:
        number = calendars.add_calendar(tx, OFFICE, agent_id=None, now=NOW)
        second = calendars.add_version(tx, number, DAILY, since=NOW, agent_id=None, now=NOW)
    with db.read() as tx:
        assert calendars.calendars(tx)[0].at(NOW).id == second


def test_a_name_is_there_once(db: Database) -> None:
    with db.write() as tx:
        calendars.add_calendar(tx, OFFICE, agent_id=None, now=NOW)
        with pytest.raises(IntegrityError):
            calendars.add_calendar(tx, DAILY, agent_id=None, now=NOW)
        tx.rollback()
