"""SMTP servers whose answers have no end: the reply stays, and the next one can be sent."""

from asyncio import StreamReader, StreamWriter
from contextlib import closing

import pytest

from supportcli.channels.servers.smtp import Smtp
from supportcli.domain.replies.delivery import RecipientOutcome
from supportcli.domain.setup.timeouts import SmtpTimeouts
from supportcli.errors.servers import MailServerUnreachable
from tests.channels.boxes import mailbox_at
from tests.servers.loop import Talker

SECRET = "s3cret-canary"
QUICK = SmtpTimeouts(connect=0.4, command=0.4, final_dot=0.4, whole=5.0)
ENDLESS = {
    "lines": (b"250-and more\r\n", 0.02),
    "a flood": (b"250-and more\r\n" * 5_000, 0.0),
    "bytes": (b"2", 0.05),
    "nothing": (b"", 0.05),
}


class Endless(Talker):
    """An SMTP server that never ends its answer to the commands that begin with `ever` ("" is the
    greeting)."""

    def __init__(self, ever: bytes, words: bytes, pause: float) -> None:
        super().__init__()
        self.ever, self.words, self.pause = ever, words, pause

    async def talk(self, reader: StreamReader, writer: StreamWriter) -> None:
        line, in_content = b"", False
        while True:
            if line.startswith(self.ever) and (self.ever or not line):
                await self.without_end(writer, self.words, self.pause)
            if not in_content:
                writer.write(
                    {b"": b"220 hello\r\n", b"DATA": b"354 go on\r\n"}.get(
                        line.strip().upper()[:4], b"250 ok\r\n"
                    )
                )
            in_content = line.strip().upper() == b"DATA" or (in_content and line != b".\r\n")
            if not (line := await reader.readline()):
                break


@pytest.mark.parametrize("name", ENDLESS)
@pytest.mark.parametrize("ever", [b"", b"ehlo"])
def test_a_server_that_never_ends_its_greeting_is_given_up(ever: bytes, name: str) -> None:
    with (
        Endless(ever, *ENDLESS[name]) as server,
        closing(Smtp(mailbox_at(smtp=server.port), SECRET, QUICK)) as connection,
        pytest.raises(MailServerUnreachable, match=r"within|end|silent|timed out"),
    ):
        connection.connect()


@pytest.mark.parametrize("name", ENDLESS)
@pytest.mark.parametrize("ever", [b"mail", b"rcpt", b"DATA"])
def test_before_the_final_dot_the_reply_waits_for_the_next_try(ever: bytes, name: str) -> None:
    before: list[bool] = []
    with (
        Endless(ever, *ENDLESS[name]) as server,
        closing(Smtp(mailbox_at(smtp=server.port), SECRET, QUICK)) as connection,
    ):
        (result,) = connection.submit(
            "help@shop.test",
            ["a@b.test"],
            b"Subject: x\r\n\r\nhi\r\n",
            lambda _to: before.append(True),
        )
    assert (result.outcome, before) == (RecipientOutcome.LATER, [])


@pytest.mark.parametrize("name", ENDLESS)
def test_behind_it_nobody_knows(name: str) -> None:
    with (
        Endless(b".", *ENDLESS[name]) as server,
        closing(Smtp(mailbox_at(smtp=server.port), SECRET, QUICK)) as connection,
    ):
        (result,) = connection.submit(
            "help@shop.test", ["a@b.test"], b"Subject: x\r\n\r\nhi\r\n", lambda _to: None
        )
    assert result.outcome is RecipientOutcome.UNKNOWN
