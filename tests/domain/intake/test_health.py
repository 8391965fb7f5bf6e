from datetime import UTC, datetime, timedelta

import pytest

from supportcli.domain.intake.health import MailboxHealth, after_pass
from supportcli.errors import SupportError
from supportcli.errors.servers import LoginRefused, MailServerUnreachable, ServerThrottled

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
UNREACHABLE = MailServerUnreachable("The server", "it hung up", "")
REFUSED = LoginRefused("The server", "help", "no", "help@shop.test")
THROTTLED = ServerThrottled("The server", "too much")
WORKED = MailboxHealth(synced_at=NOW - MINUTE)


def lived(*passes: tuple[int, SupportError | None], before: MailboxHealth = WORKED) -> list[bool]:
    """Whether each pass, so many minutes after `NOW`, had something to tell for the first time."""
    said = []
    for minutes, error in passes:
        found = after_pass(before, error, NOW + minutes * MINUTE, tells=True)
        said.append(found.failure_told and not before.failure_told)
        before = found
    return said


def test_a_short_break_is_not_worth_a_word() -> None:
    assert lived((0, UNREACHABLE), (14, UNREACHABLE), (15, None)) == [False] * 3


def test_a_long_one_is_told_once() -> None:
    passes = [(minutes, UNREACHABLE) for minutes in (0, 14, 15, 16, 90)]
    assert lived(*passes) == [False, False, True, False, False]


@pytest.mark.parametrize("error", [REFUSED, THROTTLED, SupportError("No disk.")])
def test_what_does_not_pass_by_itself_is_told_at_once(error: SupportError) -> None:
    assert lived((0, error), (1, error)) == [True, False]


def test_a_mailbox_that_never_worked_is_told_at_once() -> None:
    assert lived((0, UNREACHABLE), before=MailboxHealth()) == [True]


def test_what_a_person_saw_is_still_told_to_who_did_not() -> None:
    seen = after_pass(WORKED, REFUSED, NOW, tells=False)
    assert (seen.failure_told, seen.failure) == (False, REFUSED.sentence)
    assert after_pass(seen, REFUSED, NOW, tells=True).failure_told


def test_three_refused_logins_are_enough() -> None:
    health = WORKED
    for expected in (None, None, NOW + timedelta(hours=1)):
        health = after_pass(health, REFUSED, NOW, tells=True)
        assert health.paused_until == expected
    assert health.paused(NOW + 59 * MINUTE)
    assert not health.paused(NOW + 60 * MINUTE)
    assert after_pass(health, None, NOW, tells=True) == MailboxHealth(synced_at=NOW)


def test_a_server_that_cannot_be_reached_forgives_no_refused_login() -> None:
    health = WORKED
    for error in (REFUSED, REFUSED, UNREACHABLE, REFUSED):
        health = after_pass(health, error, NOW, tells=True)
    assert health.paused_until == NOW + timedelta(hours=1)


def test_a_throttled_server_is_left_alone_for_a_quarter_of_an_hour() -> None:
    health = after_pass(WORKED, THROTTLED, NOW, tells=True)
    assert health.paused(NOW + 14 * MINUTE)
    assert not health.paused(NOW + 15 * MINUTE)
