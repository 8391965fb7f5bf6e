"""`mail verify` and `mail replay`: what they print, and their exit codes."""

from sqlalchemy import text

from tests.commands.letters import letter
from tests.commands.mail.test_sync import smtp, synced  # noqa: F401 - fixtures
from tests.commands.program import Program

INGEST = ("mail", "ingest", "-", "--mailbox", "help@shop.test")


def test_verify_counts_what_was_never_synced(synced: Program) -> None:  # noqa: F811
    inbox, *others = synced.done("mail", "verify").splitlines()
    assert inbox == "help@shop.test INBOX: 1 on the server, not synced yet"
    assert all(one.endswith(": 0 on the server, not synced yet") for one in others)
    row, *_ = synced.rows("mail", "verify", "help@shop.test")
    assert (row["on_server"], row["new"]) == (1, 1)


def test_verify_counts_and_names_what_is_missing(synced: Program) -> None:  # noqa: F811
    synced.done("sync")
    inbox, *others = synced.done("mail", "verify").splitlines()
    assert inbox == "help@shop.test INBOX: 1 on the server = 1 in tickets, 0 unaccounted"
    assert all(one.endswith(": 0 on the server = 0 in tickets, 0 unaccounted") for one in others)
    row, *_ = synced.rows("mail", "verify", "help@shop.test", "--deep")
    assert (row["on_server"], row["tickets"], row["compared"]) == (1, 1, 1)
    with synced.desk() as desk, desk.db.write() as tx:
        tx.connection().execute(text("DELETE FROM remote_mail"))
    ran = synced.run("mail", "verify")
    first, second, *_ = ran.out.splitlines()
    assert (ran.code, first) == (
        1,
        "help@shop.test INBOX: 1 on the server = 0 in tickets, 1 unaccounted",
    )
    uid = synced.run("mail", "verify", "--json").rows[0]["unaccounted"][0]["uid"]
    assert second.startswith(f"  UID {uid}: the desk has no record of it · ")
    assert second.endswith("· Maria Lopez <maria@acme.test> · Leak")
    assert synced.run("mail", "verify", "--json").code == 1


def test_verify_without_a_password_or_a_server_says_so(desk: Program) -> None:
    assert desk.run("mail", "verify").code == 78
    desk.done("mailbox", "trust", "help@shop.test", "--yes", "--secret", "command:echo x")
    ran = desk.run("mail", "verify")  # nobody listens there
    assert (ran.code, ran.out, "nothing listens there" in ran.err) == (69, "", True)


def test_replay_says_what_would_be_different(desk: Program) -> None:
    desk.done(*INGEST, stdin=letter())
    assert desk.done("mail", "replay", "--all") == "1 email decided again, none different.\n"
    told = desk.done("mail", "replay", 1)
    assert told.startswith(
        "mail 1 (#1:1): a new ticket of maria@acme.test by rule new ticket; now the same\n"
    )
    with desk.desk() as opened, opened.db.write() as tx:
        tx.connection().execute(text("UPDATE mail SET state = 'ignored', ticket_number = NULL"))
    told = desk.done("mail", "replay", "--since", "30d")
    assert told.startswith(
        "mail 1: ignored by rule new ticket; now: a new ticket of maria@acme.test by rule "
        "new ticket, because it names no ticket of ours\n"
    )
    (row,) = desk.rows("mail", "replay", "--mailbox", "help@shop.test")
    assert (row["id"], row["differs"], row["now"]["rule"]) == (1, True, "new ticket")
    for words, code, sentence in (
        ((), 2, "No emails were named."),
        (("x",), 2, "“x” is not the id of an email."),
        (("9",), 1, "There is no mail “9”."),
        (("--since", "soon"), 2, "“soon” is neither a number of days nor a date."),
    ):
        refused = desk.run("mail", "replay", *words)
        assert (refused.code, refused.err.splitlines()[0]) == (code, f"supportcli: {sentence}")
