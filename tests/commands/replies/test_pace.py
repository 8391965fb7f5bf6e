"""What commands say about how a mailbox sends, and about replies that wait."""

from collections.abc import Iterator

import pytest

from tests.commands.mail.test_sync import synced
from tests.commands.program import Program
from tests.servers.smtp import Phase, Reply, SmtpServer

__all__ = ["synced"]

ADDRESS = "help@shop.test"


@pytest.fixture
def smtp() -> Iterator[SmtpServer]:
    """Takes mail of whoever logs in with the password."""
    with SmtpServer(user="nobody yet") as server:
        yield server


def test_cron_hears_once_of_a_reply_that_waits_for_hours(synced: Program, smtp: SmtpServer) -> None:
    synced.done("sync")
    synced.done("ticket", "reply", 1, "--text", "Yes.")
    smtp.on(Phase.MAIL, *[Reply("451 4.3.0 not now")] * 20)
    said = []
    for _ in range(12):
        synced.clock.tick(minutes=30)
        ran = synced.run("sync")
        assert (ran.code, ran.out) == (0, "")
        said += [ran.err] if ran.err else []
    (once,) = said
    assert once.splitlines() == [
        f"supportcli: {ADDRESS}: 1 reply has not been sent for four hours.",
        "See why with: supportcli outbox list",
    ]
    assert "451 4.3.0 not now" in synced.done("outbox", "list")
    assert "NOT SENT" in synced.done("ticket", "list")
    (row,) = synced.rows("outbox", "list")
    assert (row["state"], row["copy"]) == ("late", None)


def test_a_mailbox_says_how_it_sends(desk: Program) -> None:
    said = desk.done(
        "mailbox", "edit", ADDRESS, "--per-minute", 20, "--per-hour", 500, "--sent-copies", "never"
    )
    sentence = (
        "Replies leave at most 20 a minute and 500 an hour; no copy is put into the folder of sent "
        "mail"
    )
    assert f"{sentence}." in said
    assert sentence in desk.done("mailbox", "show", ADDRESS)
    (row,) = desk.rows("mailbox", "show", ADDRESS)
    assert (row["per_minute"], row["per_hour"], row["sent_copies"]) == (20, 500, "never")
    wrong = desk.run("mailbox", "edit", ADDRESS, "--per-hour", "many")
    assert (wrong.code, wrong.out) == (2, "")
    assert "“many” is no number of replies; nothing was changed." in wrong.err
