"""Issue 10: somebody at a terminal writes to a chosen Cc and Bcc with two files, forwards with
attachments, and schedules a reply that is given up when the customer writes; each bad file, address
and time gets its sentence. What leaves is read from a real SMTP server."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.commands.letters import letter
from tests.commands.program import Program
from tests.commands.test_at_a_terminal import at
from tests.demo.terminal import Terminal
from tests.long import long_but
from tests.servers.pymap import Pymap
from tests.servers.smtp import SmtpServer


@dataclass(frozen=True, slots=True)
class Work:
    """Ada at her terminal, with a mailbox on real servers in which Maria has written."""

    program: Program
    imap: Pymap
    smtp: SmtpServer
    user: str
    password: str

    def do(self, *argv: str, code: int = 0) -> str:
        """Call the program in a terminal; answers with what stands on it."""
        environ = {"HELP": self.password}
        with at(self.program, *argv, environ=environ, columns=160) as terminal:
            assert terminal.ended() == code, terminal.text
            return " ".join(terminal.text.split())

    @contextmanager
    def inbox(self, size: tuple[int, int]) -> Iterator[Terminal]:
        """The inbox in a terminal of this size."""
        environ = {"HELP": self.password}
        with at(self.program, environ=environ, columns=size[0], lines=size[1]) as terminal:
            terminal.wait_for("Maria Lopez")
            yield terminal

    def sent(self) -> tuple[tuple[str, ...], EmailMessage, bytes]:
        """The envelope and the mail that left last."""
        last = self.smtp.received[-1]
        mail = message_from_bytes(last.raw, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        return tuple(sorted(last.recipients)), mail, last.raw


@pytest.fixture
def work(desk: Program, pymap: Pymap) -> Iterator[Work]:
    user, password = pymap.new_user()
    with SmtpServer(user=user, password=password) as smtp:
        desk.done("mailbox", "remove", "help@shop.test")
        desk.add_mailbox(
            "help@shop.test", pymap.port, smtp.port, "--user", user, "--secret", "env:HELP"
        )
        pymap.append(user, "INBOX", letter("The seal leaks.", "Leak", ("photo.jpg", b"\xff\xd8")))
        Path("offer.pdf").write_bytes(b"%PDF-1.7")
        Path("log.txt").write_text("line\n", encoding="utf-8")
        done = Work(desk, pymap, smtp, user, password)
        assert "1 new ticket" in done.do("sync")
        yield done


def names(mail: EmailMessage) -> list[str | None]:
    return [part.get_filename() for part in mail.iter_attachments()]


def test_a_chosen_cc_and_bcc_two_files_a_forward_and_a_time(work: Work) -> None:
    said = work.do(
        "ticket", "reply", "1", "--text", "Both are attached.", "--add-cc", "boss@acme.test",
        "--bcc", "audit@other.test", "--attach", "offer.pdf", "--attach", "log.txt", "--now",
    )  # fmt: skip
    assert "(Cc boss@acme.test; Bcc audit@other.test), with 2 files." in said
    envelope, mail, raw = work.sent()
    assert envelope == ("audit@other.test", "boss@acme.test", "maria@acme.test")
    assert (mail["Cc"], mail["Bcc"], b"audit" in raw) == ("boss@acme.test", None, False)
    assert names(mail) == ["offer.pdf", "log.txt"]

    work.do("ticket", "forward", "1", "--to", "sam@parts.test", "--text", "Which seal?", "--now")
    envelope, mail, _ = work.sent()
    assert (envelope, mail["Subject"]) == (("sam@parts.test",), "Fwd: Leak [#1]")
    assert names(mail) == ["photo.jpg"]
    forwarded = mail["Message-ID"]

    said = work.do("ticket", "reply", "1", "--text", "More to come.", "--at", "tomorrow 9:00")
    assert "Reply to #1 leaves on " in said
    assert "scheduled" in work.do("outbox", "list")
    more = letter("It fits.", "Re: Leak", message_id="<sam@parts.test>", In_Reply_To=forwarded)
    work.imap.append(work.user, "INBOX", more.replace(b"maria@acme.test", b"sam@parts.test"))
    work.do("sync")
    assert "scheduled" in work.do("outbox", "list"), "who was asked is not the customer"
    work.imap.append(
        work.user,
        "INBOX",
        letter("Never mind.", "Re: Leak", message_id="<two@acme.test>", In_Reply_To="<leak@acme.test>"),
    )  # fmt: skip
    work.do("sync")
    assert "given up: the customer wrote first" in work.do("outbox", "list")
    assert "More to come." in work.do("ticket", "draft", "1")
    assert "gave up a reply that was to leave later" in work.do("ticket", "show", "1")
    assert len(work.smtp.received) == 2


@long_but(3)
@pytest.mark.parametrize(
    ("option", "value", "sentence"),
    [
        ("--attach", "none.pdf", "none.pdf is not there; nothing was sent."),
        ("--attach", ".", ". is a folder; nothing was sent."),
        ("--attach", "huge.bin", "huge.bin would make an email of 41 MB; the most that can be sent is 25 MB."),
        ("--attach", "", "“” names no file; nothing was sent."),
        ("--bcc", "nobody", "“nobody” is not an email address."),
        ("--cc", "a..b@acme.test", "“a..b@acme.test” is not an email address."),
        ("--from", "me@home.test", "“me@home.test” is not an address of the mailbox help@shop.test."),
        ("--at", "noonish", "“noonish” is no time that can be understood."),
        ("--at", "yesterday", "“yesterday” is no time that can be understood."),
        ("--at", "today 0:00", "“today 0:00” is over"),
    ],
)  # fmt: skip
def test_what_cannot_be_has_its_sentence_at_a_terminal(
    work: Work, option: str, value: str, sentence: str
) -> None:
    with Path("huge.bin").open("wb") as huge:
        huge.truncate(30 * 2**20)
    code = 1 if option == "--from" else 2
    assert sentence in work.do("ticket", "reply", "1", "--text", "x", option, value, code=code)
    assert work.smtp.received == []


@long_but(1)
@pytest.mark.parametrize("size", [(80, 24), (160, 45)], ids=str)
def test_the_inbox_does_the_same(work: Work, size: tuple[int, int]) -> None:
    with work.inbox(size) as terminal:
        terminal.send("rLook at this.\x1b[Z\tboss@acme.test\taudit@other.test\t")
        terminal.send("The offer\toffer.pdf\r")
        terminal.wait_for("offer.pdf (8 bytes)")
        terminal.send("log.txt\r")
        terminal.wait_for("log.txt (5 bytes)")
        assert "The seal leaks." in terminal.text, "what is answered stays in sight"
        terminal.send("none.pdf\r")
        terminal.wait_for("none.pdf is not there")
        terminal.send("\x15\tsoon\r")
        terminal.wait_for("“soon” is no time that can be understood")
        terminal.send("\x15\r")
        terminal.wait_until_gone("Send at")
        terminal.wait_for("Bcc audit@other.test")
        terminal.send("\x13")
        terminal.wait_for("Send to #1?")
        terminal.send("\x13")
        terminal.wait_for("undo")
        _send_and_leave(terminal)
    envelope, mail, raw = work.sent()
    assert envelope == ("audit@other.test", "boss@acme.test", "maria@acme.test")
    assert (mail["Subject"], names(mail)) == ("The offer [#1]", ["offer.pdf", "log.txt"])
    assert b"audit" not in raw


@long_but(1)
@pytest.mark.parametrize("size", [(80, 24), (160, 45)], ids=str)
def test_the_inbox_forwards_with_attachments(work: Work, size: tuple[int, int]) -> None:
    with work.inbox(size) as terminal:
        terminal.send("P")
        terminal.wait_for("nobody yet")
        terminal.send("sam@@parts.test\t")
        terminal.wait_for("“sam@@parts.test” is not an email address.")
        terminal.send("\x15sam@parts.test\t")
        terminal.wait_for("Forward To sam@parts.test")
        terminal.send("\x1b")
        terminal.wait_until_gone("Send at")
        terminal.wait_for("Message of Maria Lopez, ")
        terminal.wait_for("File photo.jpg (2 bytes)")
        terminal.send("\x06log.txt\r")
        terminal.wait_for("Files photo.jpg, log.txt")
        terminal.send("\x1b")
        terminal.wait_until_gone("Send at")
        terminal.send("Which seal?\x13")
        terminal.wait_for("Forward #1?")
        terminal.send("\x13")
        terminal.wait_for("Forward of #1 leaves in ")
        _send_and_leave(terminal)
    envelope, mail, _ = work.sent()
    assert (envelope, names(mail)) == (("sam@parts.test",), ["photo.jpg", "log.txt"])


@long_but(1)
@pytest.mark.parametrize("size", [(80, 24), (160, 45)], ids=str)
def test_a_reply_that_was_scheduled_in_the_inbox_is_given_up(
    work: Work, size: tuple[int, int]
) -> None:
    with work.inbox(size) as terminal:
        terminal.send("rMore to come.\x1b[Z")
        terminal.wait_for("Send at")
        terminal.send("\x1b[A" + "\x1b[B" * 5)
        terminal.send("today 0:00\r")
        terminal.wait_for("“today 0:00” is over")
        terminal.send("\x15tomorrow 9:00\r")
        terminal.wait_until_gone("Send at")
        terminal.wait_for(" 09:00")
        terminal.send("\x13")
        terminal.wait_for("Send to #1 at ")
        terminal.send("\x13")
        terminal.wait_for("Reply to #1 leaves on ")
        terminal.send("q")
        assert terminal.ended() == 0
    (scheduled,) = work.program.rows("outbox", "list")
    assert (scheduled["state"], scheduled["scheduled_for"] is not None) == ("queued", True)
    work.imap.append(
        work.user,
        "INBOX",
        letter("Never mind.", "Re: Leak", message_id="<two@acme.test>", In_Reply_To="<leak@acme.test>"),
    )  # fmt: skip
    work.do("sync")
    with work.inbox(size) as terminal:
        terminal.send("r")
        terminal.wait_for("More to come.")
        terminal.send("\x1bqq")
        assert terminal.ended() == 0
    assert "given up: the customer wrote first" in work.do("outbox", "list")
    assert work.smtp.received == []


def _send_and_leave(terminal: Terminal) -> None:
    terminal.send("q")
    terminal.wait_for("send, then quit")
    terminal.send("s")
    assert terminal.ended() == 0
