import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from supportcli.desk.canned import responses
from supportcli.storage import canned
from tests.commands.letters import letter
from tests.commands.program import Program, golden
from tests.desk.levels import promise
from tests.servers.dovecot import Dovecot
from tests.servers.imap import ImapServer
from tests.servers.proxy import Break, Proxy
from tests.servers.smtp import Drop, Phase, Reply, SmtpServer

ADDRESS = "help@shop.test"
QUIET = ("", "")
UNNEEDED = {
    "supportcli.channels.mime",
    "supportcli.desk.gestures",
    "supportcli.desk.mail.intake",
    "supportcli.desk.running_targets",
    "supportcli.desk.team",
    "supportcli.domain.sla.policy",
    "supportcli.storage.mail.surroundings",
    "supportcli.storage.tables.imports",
    "supportcli.storage.tickets.messages",
}
"""What only decides mail, moves clocks or sets up."""
LEAVES = "Reply to #1 leaves now, to Maria Lopez <maria@acme.test>."


@pytest.fixture
def smtp() -> Iterator[SmtpServer]:
    """Takes mail of whoever logs in with the password."""
    with SmtpServer(user="nobody yet") as server:
        yield server


@pytest.fixture
def synced(
    desk: Program, imap_server: ImapServer, smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> Program:
    """A desk whose one mailbox is on real servers; Maria has written."""
    return with_mailbox(desk, imap_server, smtp, monkeypatch, imap_server.port)


def with_mailbox(
    desk: Program, server: ImapServer, smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch, port: int
) -> Program:
    desk.done("mailbox", "remove", "help@shop.test")
    user, password = server.new_user()
    smtp.user, smtp.password = user, password
    monkeypatch.setenv("HELP_PASSWORD", password)
    desk.add_mailbox(ADDRESS, port, smtp.port, "--user", user, "--secret", "env:HELP_PASSWORD")
    server.append(user, "INBOX", letter())
    return desk


def test_cron_hears_nothing_of_mail_that_comes_in(synced: Program) -> None:
    ran = synced.run("sync")
    assert (ran.code, ran.out, ran.err) == (0, *QUIET)
    assert [row["subject"] for row in synced.rows("ticket", "list")] == ["Leak"]


def test_what_a_sync_did_as_json(synced: Program) -> None:
    first, again = synced.done("sync", "--json"), synced.done("sync", ADDRESS, "--json")
    golden("sync.jsonl", first + again)


def test_an_automatic_answer_that_cannot_be_written_is_told_once_a_day(synced: Program) -> None:
    synced.done("canned", "add", "got", "--title", "Got it", "--text", "Got it.")
    synced.done("mailbox", "acknowledge", ADDRESS, "got")
    with synced.desk() as desk, desk.db.write() as tx:
        canned.remove(tx, responses.canned(desk, "got").id, desk.now())
    ran = synced.run("sync")
    assert (ran.code, ran.out) == (0, "")
    assert ran.err.startswith(
        "supportcli: help@shop.test answers nobody by itself: there is no canned response “got”.\n"
    )
    synced.done("sync")
    synced.clock.tick(days=1)
    assert synced.run("sync").err == ran.err


def test_a_sync_with_nothing_new_loads_only_what_it_needs(synced: Program) -> None:
    synced.done("sync")
    run = "import json, sys; from supportcli.__main__ import main; main(['sync']); print(json.dumps(sorted(sys.modules)))"
    said = subprocess.run(
        [sys.executable, "-c", run], env=os.environ, capture_output=True, check=True
    )
    loaded = set(json.loads(said.stdout))
    assert "supportcli.desk.mail.sync" in loaded
    assert loaded & UNNEEDED == set()


def test_a_sync_counts_what_time_has_brought(synced: Program) -> None:
    with synced.desk() as desk:
        promise(desk, first_response="2h", warnings=[600])
    synced.write_in()
    synced.clock.tick(hours=3)
    assert synced.rows("sync")[-1] == {"service_levels": {"warned": 1, "breached": 1}}
    assert synced.rows("sync")[-1] == {"service_levels": {"warned": 0, "breached": 0}}


def test_a_reply_leaves_with_the_sync_after_its_ten_seconds(
    synced: Program, smtp: SmtpServer
) -> None:
    synced.done("sync")
    synced.done("ticket", "reply", 1, "--text", "It is on its way.")
    synced.done("sync")
    assert smtp.accepted() == []
    synced.clock.tick(seconds=11)
    synced.done("sync")
    (mail,) = smtp.wait_for(1)
    assert (mail.sender, mail.recipients) == (ADDRESS, ("maria@acme.test",))
    assert [message["state"] for message in synced.rows("ticket", "show", 1)[0]["messages"]] == [
        None,
        "sent",
    ]
    assert synced.run("ticket", "undo").code == 1


def test_a_reply_that_is_sent_at_once(synced: Program, smtp: SmtpServer) -> None:
    synced.done("sync")
    assert synced.done("ticket", "reply", 1, "--text", "Now.", "--now").splitlines() == [
        LEAVES,
        "The reply to #1 is sent.",
    ]
    assert len(smtp.accepted()) == 1


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Reply("550 5.1.1 no such user"), "1 reply failed"),
        (Drop(), "1 reply may or may not have arrived"),
    ],
)
def test_cron_hears_once_of_a_reply_that_nobody_may_have(
    synced: Program, smtp: SmtpServer, answer: Reply | Drop, words: str
) -> None:
    synced.done("sync")
    synced.done("ticket", "reply", 1, "--text", "It is the burr.")
    synced.clock.tick(seconds=11)
    smtp.on(Phase.END, answer)
    ran = synced.run("sync")
    hint = "See why, and what to do, with: supportcli outbox list\n"
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == f"supportcli: help@shop.test: {words}.\n{hint}"
    synced.clock.tick(minutes=1)
    assert synced.done("sync") == ""


def test_an_inbox_that_syncs_shows_such_replies_by_itself(
    synced: Program, smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced.done("sync")
    synced.done("ticket", "reply", 1, "--text", "It is the burr.")
    synced.clock.tick(seconds=11)
    smtp.on(Phase.END, Drop())
    monkeypatch.setenv("SUPPORTCLI_IN_INBOX", "1")
    assert synced.done("sync") == ""


def test_nobody_has_to_send_an_automatic_answer_again(synced: Program, smtp: SmtpServer) -> None:
    synced.done("canned", "add", "got", "--title", "Got it", "--text", "Got it.")
    synced.done("mailbox", "acknowledge", ADDRESS, "got")
    smtp.on(Phase.END, Reply("550 5.1.1 no such user"))
    assert synced.done("sync") == ""


def test_what_can_be_done_about_a_reply_that_is_stuck(synced: Program, smtp: SmtpServer) -> None:
    synced.done("sync")
    for answer in (Reply("451 4.7.1 greylisted"), Reply("550 5.1.1 no such user"), Drop()):
        smtp.on(Phase.END, answer)
    said = [
        synced.run("ticket", "reply", 1, "--text", "Now.", "--now"),
        *(synced.run("outbox", "retry", 1) for _ in range(2)),
    ]
    assert [ran.code for ran in said] == [75, 1, 1]
    uncertain = synced.done("outbox", "list")
    last = synced.run("outbox", "retry", 1)
    assert (last.code, last.out) == (0, "The reply to #1 is sent.\n")
    assert [ran.out.strip() for ran in said] == [LEAVES, "", ""]
    golden("outbox.txt", "".join(ran.err for ran in said) + uncertain)
    assert synced.done("outbox", "list", "--json") == ""
    every = synced.done("outbox", "list", "--all", "--json")
    golden("outbox-all.jsonl", every.replace('"no folder"', '"filed"'))  # pymap has none for it
    refused = synced.run("outbox", "cancel", 1)
    assert (refused.code, refused.out) == (1, "")
    assert (
        refused.err
        == "supportcli: Reply 1 is sent and cannot be cancelled.\nSee where it stands with: supportcli outbox list --all\n"
    )
    assert synced.run("outbox", "send", 99).err.startswith("supportcli: ")


def test_a_refusal_is_said_beside_the_json(synced: Program, smtp: SmtpServer) -> None:
    synced.done("sync")
    smtp.on(Phase.END, Reply("550 5.1.1 no such user"))
    refused = synced.run("ticket", "reply", 1, "--text", "Now.", "--now", "--json")
    assert (refused.code, refused.rows[0]["state"]) == (1, "failed")
    assert refused.err.startswith(
        "supportcli: Sending the reply to #1 failed: maria@acme.test: 550 5.1.1 no such user.\n"
    )


def test_words_of_ours_are_not_said_to_be_the_servers(synced: Program) -> None:
    synced.done(
        "mail",
        "ingest",
        "-",
        "--mailbox",
        ADDRESS,
        stdin=letter().replace(b"<maria@", "<jürgen@".encode()),
    )
    failed = synced.run("ticket", "reply", 1, "--text", "XL.", "--now")
    assert failed.code == 1
    assert failed.err.splitlines()[0].startswith(
        "supportcli: Sending the reply to #1 failed: jürgen@acme.test: this server cannot send to "
    )


def test_a_reply_that_waits_can_be_sent_or_given_up(synced: Program, smtp: SmtpServer) -> None:
    synced.done("sync")
    for text in ("One.", "Two."):
        synced.done("ticket", "reply", 1, "--text", text)
    assert (
        synced.done("outbox", "cancel", 2) == "The reply to #1 is cancelled and will not be sent.\n"
    )
    assert synced.done("outbox", "send", 1) == "The reply to #1 is sent.\n"
    synced.clock.tick(seconds=11)
    synced.done("sync")
    assert len(smtp.accepted()) == 1


def test_cron_hears_when_a_mailbox_starts_failing_and_when_it_is_back(
    desk: Program,
    imap_server: ImapServer,
    smtp: SmtpServer,
    proxy_to: Callable[[int], Proxy],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    proxy = proxy_to(imap_server.port)
    with_mailbox(desk, imap_server, smtp, monkeypatch, proxy.port)
    proxy.break_always(Break(after=0))
    starts = desk.run("sync")
    assert starts.code == 69
    assert starts.err.startswith(
        f"supportcli: The IMAP server 127.0.0.1:{proxy.port} of {ADDRESS} cannot be used: "
    )
    assert len(starts.err.splitlines()) == 2
    for _ in range(2):
        still = desk.run("sync")
        assert (still.code, still.out, still.err) == (75, *QUIET)
    assert desk.rows("mailbox", "list")[0]["failing_since"] == "2026-03-02T09:00:00+00:00"
    proxy.break_always(None)
    back = desk.run("sync")
    assert (back.code, back.out, back.err) == (
        0,
        "",
        f"supportcli: {ADDRESS}: works again, caught up on 1 email.\n",
    )
    assert desk.run("sync").err == ""


def test_a_second_sync_says_that_one_is_running(synced: Program) -> None:
    from supportcli.desk.setup.founding import mailbox
    from supportcli.storage.engine.locks import mailbox_lock

    with synced.desk() as desk, mailbox_lock(desk.db, mailbox(desk, ADDRESS).id, "sync") as held:
        assert held
        ran = synced.run("sync")
    assert (ran.code, ran.out, ran.err) == (
        0,
        "",
        f"supportcli: {ADDRESS}: another sync is already running.\n",
    )


def test_who_holds_no_secret_is_told_so(desk: Program) -> None:
    ran = desk.run("sync")
    assert (ran.code, ran.out) == (78, "")
    assert "has no secret for help@shop.test" in ran.err


def test_each_mailbox_without_its_secret_is_named(desk: Program) -> None:
    servers = "--imap", "127.0.0.1:1", "--smtp", "127.0.0.1:2", "--history", "none"
    for name in ("sales", "orders"):
        desk.done("mailbox", "add", f"{name}@shop.test", *servers, "--secret", "env:HELP_PASSWORD")
    ran = desk.run("sync")
    told = [line for line in ran.err.splitlines() if line.startswith("supportcli: ")]
    assert (ran.code, len(told), len(set(told))) == (78, 2, 2)
    assert "sales@shop.test: " in ran.err
    assert "orders@shop.test: " in ran.err
    desk.done("mailbox", "show", "sales@shop.test")


def test_a_mailbox_is_tried_step_by_step(
    synced: Program, smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = synced.done("mailbox", "test", ADDRESS)
    golden("mailbox-test.txt", good.replace(str(smtp.user), "USER"))
    assert all(row["ok"] for row in synced.rows("mailbox", "test", ADDRESS))
    monkeypatch.setenv("HELP_PASSWORD", "wrong")
    wrong = synced.run("mailbox", "test", ADDRESS)
    assert wrong.code == 77
    assert "FAILED  IMAP login: " in wrong.out
    assert "INBOX" not in wrong.out
    assert "ok      SMTP connection" in wrong.out
    assert "FAILED  SMTP login: " in wrong.out


def test_sent_mail_and_junk_of_a_real_server(
    desk: Program, dovecot: Dovecot, smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced = with_mailbox(desk, dovecot, smtp, monkeypatch, dovecot.port)
    user = str(smtp.user)
    synced.done("sync")
    answer = letter(
        "Turn it off.", "Re: Leak", message_id="<phone@shop.test>", In_Reply_To="<leak@acme.test>"
    )
    dovecot.append(
        user, "Sent", answer.replace(b"Maria Lopez <maria@acme.test>", b"Ada Byron <ada@shop.test>")
    )
    pills = letter("Buy!", "Pills", message_id="<pills@spam.test>").replace(
        b"maria@acme.test", b"x@spam.test"
    )
    dovecot.append(user, "Junk", pills)
    dovecot.append(user, "Junk", letter("More", "Other", message_id="<other@acme.test>"))
    before = [dovecot.messages(user, folder) for folder in ("INBOX", "Sent", "Junk")]
    synced.done("sync")
    messages = synced.rows("ticket", "show", 1)[0]["messages"]
    assert [one["direction"] for one in messages] == ["in", "out"]
    assert {row["subject"] for row in synced.rows("ticket", "list")} == {"Leak", "Other"}
    assert synced.rows("mail", "held") == []
    assert (
        "1 email is in a provider's junk: supportcli mail held --junk"
        in synced.run("mail", "held").err
    )
    (held,) = synced.rows("mail", "held", "--junk")
    assert held["rule"] == "junk"
    assert "junk folder" in synced.done("mail", "held", "--junk")
    assert before == [dovecot.messages(user, folder) for folder in ("INBOX", "Sent", "Junk")]
