"""Logging in with access tokens, on servers that validate them."""

from asyncio import StreamReader, StreamWriter
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from supportcli.channels.servers import bearer
from supportcli.channels.servers.imap import Imap
from supportcli.channels.servers.smtp import Smtp
from supportcli.credentials.tokens import AccessTokens
from supportcli.errors import SupportError
from supportcli.errors.servers import LoginRefused
from supportcli.errors.tokens import TokensNotTaken, TokenUnavailable
from tests.channels.boxes import mailbox_at
from tests.channels.servers.exchange import Exchange
from tests.servers import jwt
from tests.servers.dovecot import Dovecot, TokenDovecot
from tests.servers.loop import Talker
from tests.servers.smtp import Phase, Reply, SmtpServer

USER = "help@shop.test"
EXPIRED = jwt.token(USER, life=-60)
STRANGER = jwt.token("eve@shop.test")
FORGED = jwt.token(USER, key=b"another key")


class Giver:
    """Gives these tokens one after the other, and remembers which were refused."""

    def __init__(self, *tokens: str) -> None:
        self.left = list(tokens)
        self.refused: list[str] = []

    def __call__(self, refused: str) -> str:
        if refused:
            self.refused.append(refused)
        if not self.left:
            raise TokenUnavailable("give", "it prints nothing", "Try the command by itself.")
        return self.left.pop(0)


@pytest.fixture
def smtp_server() -> Iterator[SmtpServer]:
    with SmtpServer(token_user=jwt.user_of) as server:
        yield server


@pytest.fixture(params=["imap", "smtp"])
def login(
    request: pytest.FixtureRequest, token_dovecot: TokenDovecot, smtp_server: SmtpServer
) -> Callable[[Giver], str]:
    """Logs in to each kind of server in turn, as help@shop.test."""

    def run(giver: Giver) -> str:
        box = mailbox_at(imap=token_dovecot.port, smtp=smtp_server.port, user=USER)
        connection = (Imap if request.param == "imap" else Smtp)(box, AccessTokens(giver))
        with closing(connection):
            return connection.login()

    return run


def test_a_token_lets_its_user_in(login: Callable[[Giver], str]) -> None:
    assert login(Giver(jwt.token(USER))) == f"as {USER}"


def test_oauthbearer_is_spoken_where_there_is_nothing_else(
    token_dovecot: TokenDovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bearer, "MECHANISMS", ("OAUTHBEARER",))
    box = mailbox_at(imap=token_dovecot.port, user=USER)
    giver = Giver(EXPIRED, jwt.token(USER))
    with closing(Imap(box, AccessTokens(giver))) as imap:
        assert imap.login() == f"as {USER}"
        assert imap.examine("INBOX").exists == 0
    assert giver.refused == [EXPIRED]


def test_the_strange_characters_of_a_name_stay_in_it() -> None:
    asking = bearer.BearerExchange("OAUTHBEARER", "a=b,c", mailbox_at().imap, "T")
    assert asking.answer(b"") == b"n,a=a=3Db=2Cc,\1host=127.0.0.1\1port=9\1auth=Bearer T\1\1"
    assert asking.answer(b'{"status":"invalid_token"}') == b"\1"
    assert asking.why == "status invalid_token"


@pytest.mark.parametrize("said", [b"", b"\xff", b"[]", b'{"status":{}}', b"[" * 100_000])
def test_what_a_server_says_against_a_token_may_be_anything(said: bytes) -> None:
    asking = bearer.BearerExchange("XOAUTH2", USER, mailbox_at().imap, "T")
    assert asking.against(said) == b""
    assert asking.why == ""


def test_a_token_that_has_expired_is_replaced_once(login: Callable[[Giver], str]) -> None:
    giver = Giver(EXPIRED, jwt.token(USER))
    assert login(giver) == f"as {USER}"
    assert giver.refused == [EXPIRED]


@pytest.mark.parametrize("bad", [EXPIRED, STRANGER, FORGED, "opaque"])
def test_a_token_that_is_refused_twice_is_not_tried_again(
    login: Callable[[Giver], str], bad: str
) -> None:
    giver = Giver(bad, bad, jwt.token(USER))
    with pytest.raises(LoginRefused) as refused:
        login(giver)
    assert len(giver.left) == 1
    said = refused.value.sentence + refused.value.hint
    assert bad not in said
    assert "password" not in said
    assert f"supportcli mailbox test {USER}" in refused.value.hint
    assert "status " in refused.value.sentence, "what the server said in its challenge"
    assert refused.value.exit_code == 77


def test_without_another_token_its_own_error_is_raised(login: Callable[[Giver], str]) -> None:
    with pytest.raises(TokenUnavailable):
        login(Giver(EXPIRED))


def test_a_server_that_takes_no_tokens_gets_none(dovecot: Dovecot) -> None:
    with SmtpServer(USER, "secret") as server:
        box = mailbox_at(imap=dovecot.port, smtp=server.port)
        for connection in (
            Imap(box, AccessTokens(Giver("T"))),
            Smtp(box, AccessTokens(Giver("T"))),
        ):
            with closing(connection), pytest.raises(TokensNotTaken, match="takes no tokens"):
                connection.login()
    assert not [command for command in server.commands if command.startswith("AUTH")]


@pytest.mark.parametrize(
    ("words", "remedy"),
    [
        (
            "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. Visit https://aka.ms/smtp_auth_disabled for more information.",
            f"Set-CASMailbox -Identity {USER} -SmtpClientAuthenticationDisabled $false",
        ),
        (
            "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox. Visit https://aka.ms/smtp_auth_disabled for more information.",
            f"Set-CASMailbox -Identity {USER} -SmtpClientAuthenticationDisabled $false",
        ),
    ],
)
def test_a_refusal_that_no_token_helps_against_costs_no_second_one(
    smtp_server: SmtpServer, words: str, remedy: str
) -> None:
    smtp_server.on(Phase.AUTH, Reply(words))
    giver = Giver("T1", "T2")
    with (
        closing(Smtp(mailbox_at(smtp=smtp_server.port), AccessTokens(giver))) as smtp,
        pytest.raises(LoginRefused) as refused,
    ):
        smtp.login()
    assert remedy in refused.value.hint
    assert giver.left == ["T2"]


def test_a_mailbox_that_somebody_else_may_not_open_says_which_right_is_missing() -> None:
    with Exchange() as server:
        asks: list[Callable[[Imap], object]] = [lambda imap: imap.examine("INBOX"), Imap.folders]
        for ask in asks:
            with (
                closing(Imap(mailbox_at(imap=server.port), AccessTokens(Giver("T")))) as imap,
                pytest.raises(SupportError) as refused,
            ):
                ask(imap)
            assert isinstance(refused.value, LoginRefused)
            assert f"Add-MailboxPermission -Identity {USER}" in refused.value.hint


class Repeater(Talker):
    """Repeats the token in its refusal, as no server should."""

    async def talk(self, reader: StreamReader, writer: StreamWriter) -> None:
        writer.write(b"220 ready\r\n")
        while line := await reader.readline():
            if line.upper().startswith(b"EHLO"):
                writer.write(b"250-hello\r\n250 AUTH XOAUTH2\r\n")
            else:
                writer.write(b"535 5.7.3 not with " + line.strip() + b" T0KEN-T0KEN\r\n")


def test_a_token_that_a_server_repeats_is_in_no_error() -> None:
    with Repeater() as server:
        tokens = AccessTokens(Giver("T0KEN-T0KEN", "T0KEN-T0KEN"))
        with (
            closing(Smtp(mailbox_at(smtp=server.port), tokens)) as smtp,
            pytest.raises(LoginRefused) as refused,
        ):
            smtp.login()
    assert "T0KEN" not in refused.value.sentence
    assert "VDBLRU4" not in refused.value.sentence
    assert refused.value.sentence.endswith("535 5.7.3 not with AUTH XOAUTH2 … ….")
