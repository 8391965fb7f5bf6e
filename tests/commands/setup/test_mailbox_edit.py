"""Further addresses and folders of a mailbox."""

import pytest
from sqlalchemy import text

from tests.commands.letters import letter
from tests.commands.program import Program
from tests.servers.dovecot import Dovecot

ADDRESS = "help@shop.test"


def shown(desk: Program) -> dict[str, list[str]]:
    (found,) = desk.rows("mailbox", "show", ADDRESS)
    return {name: found[name] for name in ("aliases", "folders")}


def test_aliases_and_folders_are_added_shown_and_removed(desk: Program) -> None:
    assert shown(desk) == {"aliases": [], "folders": []}
    ran = desk.run(
        *("mailbox", "edit", ADDRESS, "--alias", "Support@Shop.test", "--alias", "hi@b.test"),
        *("--folder", "Orders", "--folder", "Rückfragen & mehr", "--folder", "inbox"),
    )
    assert (ran.code, "support@shop.test" in ran.out) == (0, True)
    assert "nobody has looked for “Orders”, “Rückfragen & mehr”" in ran.err
    assert "has no secret for help@shop.test" in ran.err
    assert shown(desk) == {
        "aliases": ["hi@b.test", "support@shop.test"],
        "folders": ["INBOX", "Orders", "Rückfragen & mehr"],
    }
    show = desk.done("mailbox", "show", ADDRESS)
    assert "Also      hi@b.test, support@shop.test" in show
    assert "Folders   INBOX, Orders, Rückfragen & mehr" in show
    said = "support@shop.test is an alias now; hi@b.test is an alias now; Orders is read now; "
    assert said in ran.out
    gone = desk.done("mailbox", "edit", ADDRESS, "--no-alias", "hi@b.test", "--no-folder", "Orders")
    assert ": hi@b.test is no longer an alias; Orders is no longer read; " in gone
    again = desk.done("mailbox", "edit", ADDRESS, "--alias", "support@shop.test")
    assert ": support@shop.test is an alias already; " in again
    assert shown(desk) == {
        "aliases": ["support@shop.test"],
        "folders": ["INBOX", "Rückfragen & mehr"],
    }


@pytest.mark.parametrize(
    ("argv", "code", "words"),
    [
        ((), 2, "You did not say what to change."),
        (("--alias", "nobody"), 2, "nobody"),
        (("--alias", ADDRESS.upper()), 1, "help@shop.test is the address of this mailbox itself"),
        (("--alias", "sales@shop.test"), 1, "sales@shop.test is a mailbox of its own"),
        (("--alias", "info@shop.test"), 1, "info@shop.test is an alias of sales@shop.test"),
        (("--alias", "Bob@shop.test"), 1, "bob@shop.test is an agent's address"),
        (("--alias", "x@b.test", "--no-alias", "X@b.test"), 2, "“x@b.test” cannot be both"),
        (("--folder", "a", "--no-folder", "a"), 2, "“a” cannot be both added and removed"),
        (("--relay", "x@b.test", "--no-relay", "x@b.test"), 2, "“x@b.test” cannot be both"),
        (("--no-alias", "x@shop.test"), 1, "no alias x@shop.test"),
        (("--no-alias", "x@shop.test"), 1, "supportcli mailbox show help@shop.test"),
        (("--no-relay", "x@shop.test"), 1, "supportcli mailbox show help@shop.test"),
        (("--no-folder", "Orders"), 1, "no folder “Orders”"),
        (("--no-folder", "Orders"), 1, "supportcli mailbox show help@shop.test"),
        (("--after-import", "move:"), 2, "as in: move:Archive"),
        (("--after-import", "move:inbox"), 2, "it comes into INBOX"),
        (("--alias",), 2, "See: supportcli mailbox edit --help"),
        (("--no-folder", "inbox"), 1, "INBOX of help@shop.test is always read"),
        (("--folder", "a\nb"), 2, "line break"),
        (("--folder", ""), 2, "folder"),
    ],
)
def test_what_cannot_be_done_is_said(
    desk: Program, argv: tuple[str, ...], code: int, words: str
) -> None:
    desk.add_mailbox("sales@shop.test", 9, 9, "--alias", "info@shop.test")
    ran = desk.run("mailbox", "edit", ADDRESS, *argv)
    assert (ran.code, ran.out) == (code, "")
    assert words in ran.err
    assert shown(desk) == {"aliases": [], "folders": []}


def test_an_alias_is_an_address_of_ours(desk: Program) -> None:
    desk.done("mailbox", "edit", ADDRESS, "--alias", "hi@other.test")
    to_both = letter(Cc="hi@other.test, Bob <bob@acme.test>")
    desk.done("mail", "ingest", "-", "--mailbox", ADDRESS, stdin=to_both)
    (reply,) = desk.rows("ticket", "reply", 1, "--text", "Hello.", "--yes")
    assert [one["address"] for one in reply["to"] + reply["cc"]] == [
        "maria@acme.test",
        "bob@acme.test",
    ]
    own = letter(message_id="<own@x>").replace(b"maria@acme.test", b"hi@other.test")
    desk.run("mail", "ingest", "-", "--mailbox", ADDRESS, stdin=own)
    (held,) = desk.rows("mail", "held")
    assert "hi@other.test, our own address" in held["cause"]


def test_a_folder_that_is_added_later_is_read_and_one_that_is_left_is_not_found_again(
    desk: Program,
) -> None:
    desk.run("mailbox", "edit", ADDRESS, "--folder", "Orders")
    with desk.desk() as found, found.db.read() as tx:
        rows = tx.connection().execute(text("SELECT name, role FROM folder ORDER BY name")).all()
    assert [(*row,) for row in rows] == [("INBOX", "inbox"), ("Orders", "inbox")]


def test_a_customers_address_is_no_alias(desk: Program) -> None:
    for subject in ("Leak", "More", "Spam"):
        desk.write_in(subject)
    desk.done("ticket", "spam", 3)
    ran = desk.run("mailbox", "edit", ADDRESS, "--alias", "Maria@acme.test")
    assert (ran.code, ran.out) == (1, "")
    assert "a customer's address: #1, #2 are tickets of theirs; nothing was changed" in ran.err


def test_a_mailbox_is_no_alias_of_itself_on_a_desk_without_mailboxes(desk: Program) -> None:
    desk.done("mailbox", "remove", ADDRESS)
    ran = desk.run(
        *("mailbox", "add", "five@b.test", "--history", "all", "--imap", "i.test:993"),
        *("--smtp", "s.test:465", "--alias", "five@b.test"),
    )
    assert (ran.code, ran.out) == (1, "")
    assert "five@b.test is the address of this mailbox itself" in ran.err


def test_what_happens_on_the_server_is_said(desk: Program) -> None:
    edit = ("mailbox", "edit", ADDRESS)
    assert "are marked as read" in desk.done(*edit, "--after-import", "seen")
    assert "are marked as read" in desk.done(*edit, "--alias", "hi@b.test")
    assert "stay as they are" in desk.done(*edit, "--after-import", "nothing")
    assert "on the server" not in desk.done(*edit, "--alias", "ho@b.test")


@pytest.fixture
def user(dovecot: Dovecot) -> str:
    return dovecot.new_user()[0]


@pytest.fixture
def reading(desk: Program, dovecot: Dovecot, user: str, monkeypatch: pytest.MonkeyPatch) -> Program:
    """A desk whose mailbox is on Dovecot, with a folder “Aufträge”."""
    monkeypatch.setenv("HELP_PASSWORD", dovecot.password(user))
    dovecot.create_folder(user, "Auftr&AOQ-ge")
    desk.done("mailbox", "remove", ADDRESS)
    server = ("--user", user, "--secret", "env:HELP_PASSWORD")
    for wrong in (("--folder", "Auftrage"), ("--after-import", "move:Auftrage")):
        refused = desk.run(
            *("mailbox", "add", ADDRESS, *server, "--imap", f"127.0.0.1:{dovecot.port}"),
            *("--smtp", "127.0.0.1:9", "--security", "none", "--history", "all", *wrong),
        )
        assert (refused.code, "Did you mean “Aufträge”?" in refused.err) == (1, True), refused
    desk.add_mailbox(ADDRESS, dovecot.port, 9, *server, "--folder", "Aufträge")
    dovecot.append(user, "INBOX", letter())
    dovecot.append(user, "Auftr&AOQ-ge", letter(subject="Two", message_id="<two@x>"))
    return desk


def test_a_folder_that_the_server_does_not_have_is_not_taken(reading: Program) -> None:
    edit = ("mailbox", "edit", ADDRESS)
    for argv in (("--folder", "Größe/ü"), ("--after-import", "move:Größe/ü")):
        ran = reading.run(*edit, *argv)
        assert (ran.code, ran.out) == (1, "")
        assert f"There is no folder “Größe/ü” on the mail server of {ADDRESS}" in ran.err
        assert "It has: Aufträge, INBOX, Junk, Sent, Trash" in ran.err
    assert "are moved to Aufträge" in reading.done(*edit, "--after-import", "move:Aufträge")


def test_nothing_is_moved_to_sent_mail_or_to_junk(reading: Program) -> None:
    for folder, what in (("Junk", "junk"), ("Sent", "sent mail")):
        for _ in range(2):  # the second time the desk knows the folder, and asks no server
            ran = reading.run("mailbox", "edit", ADDRESS, "--after-import", f"move:{folder}")
            assert (ran.code, ran.out) == (1, ""), ran
            assert f"“{folder}” is the folder of {what} of {ADDRESS}" in ran.err
            reading.run("sync")


def test_a_folder_that_is_renamed_on_the_server_is_named_with_the_cure(
    reading: Program, dovecot: Dovecot, user: str
) -> None:
    dovecot.create_folder(user, "Done")
    reading.done("mailbox", "edit", ADDRESS, "--after-import", "move:Done")
    with dovecot.login(user) as imap:
        imap.rename("Auftr&AOQ-ge", "Bestellungen")
        imap.delete("Done")
    synced = reading.run("sync")
    cure = f"supportcli mailbox edit {ADDRESS} --no-folder 'Aufträge'"
    gone = f"The folder “Aufträge” is not on the mail server of {ADDRESS}."
    assert (synced.code, gone in synced.err, cure in synced.err) == (69, True, True)
    assert [row["subject"] for row in reading.rows("ticket", "list")] == ["Leak"]
    verified = reading.run("mail", "verify")
    assert (verified.code, gone in verified.err, cure in verified.err) == (69, True, True)
    assert "INBOX: 1 on the server = 1 in tickets" in verified.out
    tested = reading.run("mailbox", "test", ADDRESS)
    assert f"FAILED  folder Aufträge: {gone}\n        Create it there, or run: {cure}" in tested.out
    assert "ok      folder Junk: 0 emails" in tested.out
    moved = "FAILED  folder Done, for emails that became messages: The folder “Done”, which"
    assert (moved in tested.out, "--after-import nothing" in tested.out) == (True, True)
    reading.done("mailbox", "edit", ADDRESS, "--no-folder", "Aufträge")
    assert reading.run("sync").code == 75
    failing = reading.done("mailbox", "show", ADDRESS)
    assert "The folder “Done”, which emails are moved into, is not on the mail server" in failing
    reading.done("mailbox", "edit", ADDRESS, "--after-import", "nothing")
    assert reading.run("sync").code == 0


def test_a_new_secret_ends_the_pause(desk: Program) -> None:
    with desk.desk() as found, found.db.write() as tx:
        later = "UPDATE mailbox SET refused_logins = 3, paused_until = '2026-03-02 10:00:00'"
        tx.connection().execute(text(later))
    assert "Paused" in desk.done("mailbox", "show", ADDRESS)
    desk.done("mailbox", "trust", ADDRESS, "--secret", "env:X", "--yes")
    assert "Paused" not in desk.done("mailbox", "show", ADDRESS)
