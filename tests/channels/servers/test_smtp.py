"""Sending through real SMTP servers, with a fault in each phase: what may have arrived, and what is
said."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest

from supportcli.channels import mime
from supportcli.channels.compose.outgoing import ReplyMail, compose
from supportcli.channels.servers.smtp import Smtp
from supportcli.domain.mail import Address
from supportcli.domain.mailbox import Security
from supportcli.domain.replies.delivery import RecipientOutcome, RecipientResult
from supportcli.domain.setup.timeouts import SmtpTimeouts
from supportcli.errors.replies import AddressRefused
from supportcli.errors.servers import (
    CertificateRefused,
    ConnectionInsecure,
    LoginRefused,
    MailServerUnreachable,
)
from supportcli.terminal import clean
from tests.channels.boxes import mailbox_at
from tests.servers.certificates import Certificates
from tests.servers.proxy import Break, Direction, Proxy
from tests.servers.smtp import SIZE_LIMIT, USUAL, Answer, Drop, Phase, Reply, SmtpServer, Stall
from tests.servers.smtp_sink import SmtpSink

USER, SECRET = "help@shop.test", "secret-ü"
GRACE, EVE = "grace@customer.test", "eve@elsewhere.test"
CONTENT = b"Subject: hi\r\n\r\n.\r\n..two\r\n.end\r\n"
BRIEF = SmtpTimeouts(connect=5, command=0.3, final_dot=0.3)


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with SmtpServer(user=USER, password=SECRET) as server:
        yield server


@contextmanager
def sending(
    server: SmtpServer | SmtpSink | Proxy,
    security: Security = Security.NONE,
    patience: SmtpTimeouts | None = None,
) -> Iterator[Smtp]:
    port = (
        server.tls_port
        if isinstance(server, SmtpServer) and security is Security.TLS
        else server.port
    )
    host = "127.0.0.1" if security is Security.NONE else "localhost"
    with closing(
        Smtp(mailbox_at(smtp=port, security=security, host=host), SECRET, patience)
    ) as smtp:
        yield smtp


class Dot:
    """Counts how often a mail came to its final dot, and for whom."""

    def __init__(self) -> None:
        self.count = 0
        self.to: tuple[str, ...] = ()

    def __call__(self, to: Sequence[str]) -> None:
        self.count += 1
        self.to = tuple(to)


def submit(
    smtp: Smtp,
    *recipients: str,
    content: bytes = CONTENT,
    dot: Callable[[Sequence[str]], None] = lambda _to: None,
) -> tuple[RecipientResult, ...]:
    return smtp.submit(USER, recipients or (GRACE,), content, dot)


def outcomes(results: tuple[RecipientResult, ...]) -> list[RecipientOutcome]:
    return [result.outcome for result in results]


def test_a_mail_arrives_byte_for_byte_with_its_envelope(server: SmtpServer) -> None:
    dot = Dot()
    with sending(server) as smtp:
        assert submit(smtp, GRACE, EVE, dot=dot) == (
            RecipientResult(GRACE, RecipientOutcome.ACCEPTED, "250 2.0.0 OK"),
            RecipientResult(EVE, RecipientOutcome.ACCEPTED, "250 2.0.0 OK"),
        )
    (mail,) = server.accepted()
    assert (mail.sender, mail.recipients, mail.raw, mail.user) == (
        USER,
        (GRACE, EVE),
        CONTENT,
        USER,
    )
    assert dot.count == 1


def without_sender(smtp: Smtp) -> tuple[RecipientResult, ...]:
    dot = Dot()
    results = smtp.submit("", [GRACE, EVE], CONTENT, dot)
    assert dot.count <= 1
    return results


def test_an_automatic_mail_has_no_sender(server: SmtpServer) -> None:
    with sending(server) as smtp:
        assert outcomes(without_sender(smtp)) == [RecipientOutcome.ACCEPTED] * 2
    (mail,) = server.accepted()
    assert mail.sender in {"", "<>"}


@pytest.mark.parametrize("phase", [Phase.MAIL, Phase.RCPT, Phase.END])
def test_if_a_server_wants_a_sender_it_is_the_mailbox(server: SmtpServer, phase: Phase) -> None:
    no = Reply("550 5.7.60 not permitted to send as this sender")
    server.on(phase, *[no] * (2 if phase is Phase.RCPT else 1))
    with sending(server) as smtp:
        assert outcomes(without_sender(smtp)) == [RecipientOutcome.ACCEPTED] * 2
    (mail,) = server.accepted()
    assert mail.sender == USER


def test_a_server_that_is_busy_is_not_asked_twice(server: SmtpServer) -> None:
    server.on(Phase.MAIL, Reply("451 4.7.1 later"))
    with sending(server) as smtp:
        assert outcomes(without_sender(smtp)) == [RecipientOutcome.LATER] * 2
    assert server.accepted() == []


def test_postfix_sees_the_same_mail(smtp_sink: Callable[..., SmtpSink]) -> None:
    sink = smtp_sink()
    with sending(sink) as smtp:
        submit(smtp)
    (mail,) = sink.wait_for(1)
    assert (mail.recipients, mail.raw) == ((GRACE,), CONTENT.replace(b"\r\n", b"\n"))


@pytest.mark.parametrize(
    "content",
    [
        b"a\r\n.\rMAIL FROM:<x>\r\n",
        b"a\n.\nMAIL FROM:<x>\n",
        b"a\r.\r\nMAIL FROM:<x>",
        b"a\r\n\r\n.\r\nRSET",
    ],
)
def test_no_text_ends_the_mail_early(server: SmtpServer, content: bytes) -> None:
    with sending(server) as smtp:
        assert outcomes(submit(smtp, content=content)) == [RecipientOutcome.ACCEPTED]
    (mail,) = server.received
    assert b"\r" not in mail.raw.replace(b"\r\n", b"")
    assert mail.raw.split() == content.split()
    assert server.commands.count("MAIL FROM:<x>") == 0


def test_several_mails_use_one_connection(server: SmtpServer) -> None:
    with sending(server) as smtp:
        for _ in range(3):
            submit(smtp)
    assert len(server.accepted()) == 3
    assert [command.split()[0] for command in server.commands].count("AUTH") == 1


TEMPORARY, PERMANENT = Reply("451 4.3.0 try \x1b[31mlater"), Reply("550 5.1.1 no such user")


@pytest.mark.parametrize("phase", [Phase.MAIL, Phase.RCPT, Phase.DATA, Phase.END])
@pytest.mark.parametrize(
    ("answer", "outcome"),
    [(TEMPORARY, RecipientOutcome.LATER), (PERMANENT, RecipientOutcome.REFUSED)],
)
def test_a_refusal_in_any_phase_says_whether_to_try_again(
    server: SmtpServer, phase: Phase, answer: Reply, outcome: RecipientOutcome
) -> None:
    server.on(phase, answer)
    dot = Dot()
    with sending(server) as smtp:
        (result,) = submit(smtp, dot=dot)
        assert result.outcome is outcome
        assert result.answer.startswith(answer.text[:9])
        assert "\x1b" not in result.answer
        assert outcomes(submit(smtp)) == [
            RecipientOutcome.ACCEPTED
        ]  # the next mail is not touched by it
    assert dot.count == (phase is Phase.END)
    assert len(server.accepted()) == 1


@pytest.mark.parametrize("phase", [Phase.MAIL, Phase.RCPT, Phase.DATA])
@pytest.mark.parametrize("answer", [Drop(), Stall(), Reply("421 4.3.2 closing"), Reply("nonsense")])
def test_whatever_happens_before_the_dot_is_safe_to_try_again(
    server: SmtpServer, phase: Phase, answer: Answer
) -> None:
    server.on(phase, answer)
    dot = Dot()
    with sending(server, patience=BRIEF) as smtp:
        assert outcomes(submit(smtp, dot=dot)) == [RecipientOutcome.LATER]
        assert dot.count == 0
        assert server.received == []
        assert outcomes(submit(smtp)) == [RecipientOutcome.ACCEPTED]


def test_a_line_that_breaks_within_the_mail_is_safe_to_try_again(server: SmtpServer) -> None:
    with Proxy(server.port) as proxy:
        proxy.break_line(Break(Direction.UP, pattern=b"Subject", beyond=500_000))
        with sending(proxy) as smtp:
            dot = Dot()
            assert outcomes(
                submit(smtp, content=CONTENT + b"x" * 76 + b"\r\n" * 4_000_000, dot=dot)
            ) == [RecipientOutcome.LATER]
    assert (dot.count, server.received) == (0, [])


@pytest.mark.parametrize("accepted", [False, True])
@pytest.mark.parametrize("answer", [Drop, Stall])
def test_silence_after_the_dot_means_that_nobody_knows(
    server: SmtpServer, answer: type[Drop | Stall], accepted: bool
) -> None:
    server.on(Phase.END, answer(accepted=accepted))
    with sending(server, patience=BRIEF) as smtp:
        (result,) = submit(smtp)
    assert result.outcome is RecipientOutcome.UNKNOWN
    assert "did not say" in result.answer
    assert len(server.accepted()) == accepted


def test_postfix_hanging_up_behind_the_dot_is_silence_too(
    smtp_sink: Callable[..., SmtpSink],
) -> None:
    with sending(smtp_sink("-q", ".")) as smtp:
        assert outcomes(submit(smtp)) == [RecipientOutcome.UNKNOWN]


@pytest.mark.parametrize("words", ["nonsense", "25", "354 eh", "na\x1b[2J-na"])
def test_nonsense_after_the_dot_is_as_good_as_silence_and_said_whole(
    server: SmtpServer, words: str
) -> None:
    server.on(Phase.END, Reply(words))
    with sending(server) as smtp:
        (result,) = submit(smtp)
    assert result.outcome is RecipientOutcome.UNKNOWN
    assert result.answer.endswith(f"its answer says neither yes nor no (“{clean(words)}”)")


def test_nonsense_before_the_dot_is_said_whole(server: SmtpServer) -> None:
    server.on(Phase.MAIL, Reply("250-first\r\nbanana"))
    with sending(server) as smtp:
        (result,) = submit(smtp)
    assert (result.outcome, result.answer) == (RecipientOutcome.LATER, "first banana")


@pytest.mark.parametrize("answer", [Drop(), Stall(), Reply("500 what?")])
def test_what_happens_to_quit_changes_nothing(server: SmtpServer, answer: Answer) -> None:
    server.on(Phase.QUIT, answer)
    with sending(server, patience=SmtpTimeouts(connect=0.3)) as smtp:
        assert outcomes(submit(smtp)) == [RecipientOutcome.ACCEPTED]


def test_each_recipient_has_a_result_of_its_own(server: SmtpServer) -> None:
    server.on(Phase.RCPT, TEMPORARY, about="later")
    server.on(Phase.RCPT, PERMANENT, about="never")
    with sending(server) as smtp:
        dot = Dot()
        results = submit(smtp, GRACE, "later@x.test", "never@x.test", "no address", EVE, dot=dot)
    assert dot.to == (GRACE, EVE)
    assert outcomes(results) == [
        RecipientOutcome.ACCEPTED,
        RecipientOutcome.LATER,
        RecipientOutcome.REFUSED,
        RecipientOutcome.REFUSED,
        RecipientOutcome.ACCEPTED,
    ]
    assert server.accepted()[0].recipients == (GRACE, EVE)


def test_too_many_recipients_are_sent_to_in_turn(server: SmtpServer) -> None:
    server.on(Phase.RCPT, USUAL, Reply("452 4.5.3 too many recipients"))
    with sending(server) as smtp:
        (first,) = submit(smtp, GRACE, EVE)
        assert (first.address, first.outcome) == (GRACE, RecipientOutcome.ACCEPTED)
        assert outcomes(submit(smtp, EVE)) == [RecipientOutcome.ACCEPTED]


def test_a_server_without_room_for_anybody_is_asked_later(server: SmtpServer) -> None:
    server.on(Phase.RCPT, *[Reply("452 4.5.3 too many recipients")] * 2)
    with sending(server) as smtp:
        assert outcomes(submit(smtp, GRACE, EVE)) == [RecipientOutcome.LATER] * 2


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ("552 5.5.3 too many recipients", None),
        ("552 5.2.2 mailbox full", RecipientOutcome.REFUSED),
        ("452 4.2.2 mailbox full", RecipientOutcome.LATER),
    ],
)
def test_a_full_mailbox_is_no_full_server(
    server: SmtpServer, said: str, outcome: RecipientOutcome | None
) -> None:
    server.on(Phase.RCPT, USUAL, Reply(said))
    with sending(server) as smtp:
        results = submit(smtp, GRACE, EVE)
    assert outcomes(results) == [RecipientOutcome.ACCEPTED, *([outcome] if outcome else [])]


@pytest.mark.parametrize(
    "answer",
    [
        Drop(),
        Reply("421 4.7.0 too many messages, closing"),
        Reply("452 4.3.2 too many messages in this connection"),
    ],
)
def test_the_next_mail_gets_a_new_connection_if_the_server_ends_this_one(
    server: SmtpServer, answer: Answer
) -> None:
    server.on(Phase.MAIL, USUAL, answer)
    with sending(server) as smtp:
        for _ in range(3):
            assert outcomes(submit(smtp)) == [RecipientOutcome.ACCEPTED]
    assert len(server.accepted()) == 3
    assert sum(command.startswith("EHLO") for command in server.commands) == 2


def test_a_server_that_ends_each_connection_is_tried_once_more_and_no_oftener(
    server: SmtpServer,
) -> None:
    with sending(server) as smtp:
        submit(smtp)
        server.on(Phase.MAIL, *[Reply("421 4.7.0 closing")] * 2)
        assert outcomes(submit(smtp)) == [RecipientOutcome.LATER]
    assert sum(command.startswith("EHLO") for command in server.commands) == 2


def test_a_limit_of_a_day_is_never_for_good(server: SmtpServer) -> None:
    server.on(Phase.MAIL, Reply("550 5.4.5 Daily user sending limit exceeded"))
    with sending(server) as smtp:
        assert outcomes(submit(smtp)) == [RecipientOutcome.LATER]


def test_a_mail_above_the_size_of_the_server_is_refused_unsent(server: SmtpServer) -> None:
    with sending(server) as smtp:
        (result,) = submit(smtp, content=b"Subject: x\r\n\r\n" + b"x" * SIZE_LIMIT)
        assert smtp.largest_mail == SIZE_LIMIT
        assert outcomes(submit(smtp)) == [RecipientOutcome.ACCEPTED]
    assert result.outcome is RecipientOutcome.REFUSED
    assert result.answer.startswith("this server takes emails of at most 67,108,864 bytes")
    assert [one.split()[0] for one in server.commands].count("MAIL") == 1


def test_a_server_without_a_size_takes_mails_of_any(server: SmtpServer) -> None:
    server.on(Phase.EHLO, Reply("250 mx.shop.test"))
    with sending(server) as smtp:
        assert smtp.largest_mail is None
        submit(smtp)
        assert smtp.largest_mail == 0


def test_only_who_needs_smtputf8_is_refused_without_it(server: SmtpServer) -> None:
    with sending(server) as smtp:
        results = submit(smtp, GRACE, "jürgen@customer.test", "eve@bücher.test")
    assert outcomes(results) == [
        RecipientOutcome.ACCEPTED,
        RecipientOutcome.REFUSED,
        RecipientOutcome.ACCEPTED,
    ]
    (mail,) = server.accepted()
    assert mail.recipients == (GRACE, "eve@xn--bcher-kva.test")
    assert not [one for one in mail.options if "UTF8" in one]


def with_both(*cc: Address) -> bytes:
    return compose(
        ReplyMail(
            ticket=7,
            message_id="<supportcli.7.x@shop.test>",
            sender=Address("Ada", USER),
            to=(Address("Grace", GRACE),),
            cc=cc,
            subject="Grüße",
            text="Hello.",
            sent=datetime(2026, 3, 3, 9, tzinfo=UTC),
        )
    )


def test_letters_beyond_ascii_stay_an_address_where_the_server_knows_them() -> None:
    content = with_both(Address("Jürgen", "jürgen@bücher.test"), Address("", "eve@elsewhere.test"))
    with SmtpServer(user=USER, password=SECRET, utf8=True) as server, sending(server) as smtp:
        submit(smtp, "jürgen@bücher.test", content=content)
        submit(smtp, GRACE, content=content)
    mail, plain = server.accepted()
    assert "SMTPUTF8" in mail.options
    assert mail.raw == content
    assert plain.raw.isascii(), "the servers behind this one may not know them"
    assert not [one for one in plain.options if "UTF8" in one]
    assert "<jürgen@xn--bcher-kva.test>, eve@elsewhere.test\r\n".encode() in mail.raw
    assert b"Subject: Re: =?utf-8?" in mail.raw, "nothing else needs SMTPUTF8"
    read = mime.parse(mail.raw)
    assert [one.address for one in read.cc] == ["jürgen@xn--bcher-kva.test", "eve@elsewhere.test"]


def test_letters_beyond_ascii_are_left_out_where_the_server_does_not(server: SmtpServer) -> None:
    content = with_both(*(Address("Jürgen, the 2nd", f"jürgen{n}@x.test") for n in range(5)))
    with sending(server) as smtp:
        results = submit(smtp, GRACE, "jürgen0@x.test", content=content)
    assert outcomes(results) == [RecipientOutcome.ACCEPTED, RecipientOutcome.REFUSED]
    (mail,) = server.accepted()
    assert mail.raw.isascii()
    assert max(map(len, mail.raw.splitlines())) <= 78
    read = message_from_bytes(mail.raw, policy=policy.default)
    assert [one.addr_spec for one in read["To"].addresses] == [GRACE]
    assert read["Cc"].addresses == ()
    assert [one.display_name for one in read["Cc"].groups] == [
        f"Jürgen, the 2nd jürgen{n}@x.test" for n in range(5)
    ]
    assert mail.raw.partition(b"\r\n\r\n")[2] == content.partition(b"\r\n\r\n")[2]


def test_no_mail_asks_for_smtputf8_that_does_without() -> None:
    with SmtpServer(user=USER, password=SECRET, utf8=True) as server, sending(server) as smtp:
        submit(smtp)
        submit(smtp, "jürgen@customer.test")
    first, second = server.accepted()
    assert "SMTPUTF8" not in first.options
    assert "SMTPUTF8" in second.options


def test_text_of_eight_bits_is_announced(server: SmtpServer) -> None:
    content = "Subject: hi\r\n\r\nGrüße\r\n".encode()
    with sending(server) as smtp:
        assert outcomes(submit(smtp, content=content)) == [RecipientOutcome.ACCEPTED]
    (mail,) = server.accepted()
    assert "BODY=8BITMIME" in mail.options
    assert mail.raw == content


@pytest.mark.parametrize("local", ["Grace.Hopper", "O'Brien+x", '"two words"'])
def test_a_local_part_keeps_its_case(server: SmtpServer, local: str) -> None:
    with sending(server) as smtp:
        submit(smtp, f"{local}@Customer.TEST")
    assert server.accepted()[0].recipients == (f"{local}@Customer.TEST",)


def test_a_hang_up_between_recipients_keeps_what_was_refused(server: SmtpServer) -> None:
    server.on(Phase.RCPT, PERMANENT, Drop())
    with sending(server) as smtp:
        assert outcomes(submit(smtp, "never@x.test", GRACE, EVE)) == [
            RecipientOutcome.REFUSED,
            RecipientOutcome.LATER,
            RecipientOutcome.LATER,
        ]


def test_trouble_of_our_own_before_the_dot_leaves_the_mail_unsent(server: SmtpServer) -> None:
    def disk_full(_to: Sequence[str]) -> None:
        raise OSError("disk full")

    with sending(server) as smtp:
        with pytest.raises(OSError, match="disk full"):
            submit(smtp, dot=disk_full)
        assert server.received == []
        assert outcomes(submit(smtp)) == [RecipientOutcome.ACCEPTED]


@pytest.mark.parametrize("security", [Security.NONE, Security.TLS])
@pytest.mark.parametrize("words", ["250 2.0.0 OK", "421 4.4.2 idle for too long"])
def test_what_a_server_says_unasked_is_no_answer_to_the_next_mail(
    certificates: Certificates, monkeypatch: pytest.MonkeyPatch, security: Security, words: str
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.authority))
    with (
        SmtpServer(user=USER, password=SECRET, certificates=certificates) as server,
        sending(server, security) as smtp,
    ):
        server.on(Phase.END, Reply(f"250 2.0.0 OK\r\n{words}"))
        server.on(Phase.RCPT, USUAL, PERMANENT)
        assert outcomes(submit(smtp)) == [RecipientOutcome.ACCEPTED]
        assert outcomes(submit(smtp, "never@x.test", GRACE)) == [
            RecipientOutcome.REFUSED,
            RecipientOutcome.ACCEPTED,
        ]


def test_an_answer_out_of_step_ends_the_connection(server: SmtpServer) -> None:
    server.on(Phase.DATA, Reply("250 2.1.5 OK"))
    with sending(server) as smtp:
        assert outcomes(submit(smtp)) == [RecipientOutcome.LATER]
        assert outcomes(submit(smtp)) == [RecipientOutcome.ACCEPTED]
    assert sum(command.startswith("EHLO") for command in server.commands) == 2


@pytest.mark.parametrize(
    ("recipient", "content"),
    [("jürgen@customer.test", CONTENT), (GRACE, "To: jürgen@customer.test\r\n\r\n".encode())],
    ids=["envelope", "header"],
)
def test_letters_beyond_ascii_need_a_server_that_knows_them(
    server: SmtpServer, recipient: str, content: bytes
) -> None:
    with sending(server) as smtp:
        (result,) = submit(smtp, recipient, content=content)
    assert result.outcome is RecipientOutcome.REFUSED
    assert result.answer.startswith("this server cannot send"), (
        "words of ours, without a code that nobody said"
    )
    assert "SMTPUTF8" in result.answer
    with SmtpServer(user=USER, password=SECRET, utf8=True) as knowing, sending(knowing) as smtp:
        assert outcomes(submit(smtp, recipient, content=content)) == [RecipientOutcome.ACCEPTED]
        assert knowing.accepted()[0].recipients == (recipient,)


@pytest.mark.parametrize(
    "address", ["a@b>\r\nRCPT TO:<all@shop.test", "a@b\nDATA", "a@b\0", "a@b> SIZE=1 <c@d"]
)
def test_no_address_smuggles_in_a_command(server: SmtpServer, address: str) -> None:
    with sending(server) as smtp:
        assert outcomes(submit(smtp, address)) == [RecipientOutcome.REFUSED]
        with pytest.raises(AddressRefused):
            smtp.submit(address, (GRACE,), CONTENT, lambda _to: None)
    assert not [command for command in server.commands if command.startswith("RCPT")]


def test_a_wrong_password_names_server_and_user(server: SmtpServer) -> None:
    with (
        closing(Smtp(mailbox_at(smtp=server.port), "wrong")) as smtp,
        pytest.raises(LoginRefused) as refused,
    ):
        submit(smtp)
    assert refused.value.exit_code == 77
    assert f"127.0.0.1:{server.port}" in refused.value.sentence
    assert USER in refused.value.sentence


def test_a_login_that_fails_for_now_is_no_wrong_password(server: SmtpServer) -> None:
    server.on(Phase.AUTH, Reply("454 4.7.0 temporary authentication failure"))
    with sending(server) as smtp, pytest.raises(MailServerUnreachable, match="454"):
        submit(smtp)


@pytest.mark.parametrize("phase", [Phase.CONNECT, Phase.EHLO, Phase.AUTH])
@pytest.mark.parametrize("answer", [Drop(), Stall(), Reply("421 4.3.2 not now")])
def test_a_server_that_will_not_talk_is_named(
    server: SmtpServer, phase: Phase, answer: Answer
) -> None:
    server.on(phase, answer)
    patience = SmtpTimeouts(connect=0.3, command=0.3)
    with (
        sending(server, patience=patience) as smtp,
        pytest.raises(MailServerUnreachable, match=f"127.0.0.1:{server.port} of help@shop.test"),
    ):
        submit(smtp)


def test_a_host_that_is_not_known_or_does_not_listen_is_named() -> None:
    for mailbox, said in (
        (mailbox_at(smtp=465, host="no-such-host.invalid"), "no host"),
        (mailbox_at(smtp=1), "nothing listens"),
    ):
        with (
            closing(Smtp(mailbox, SECRET)) as smtp,
            pytest.raises(MailServerUnreachable, match=said),
        ):
            submit(smtp)


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_tls_is_verified_and_used(
    certificates: Certificates, monkeypatch: pytest.MonkeyPatch, security: Security
) -> None:
    with SmtpServer(USER, SECRET, certificates) as server:
        with sending(server, security) as smtp, pytest.raises(CertificateRefused):
            submit(smtp)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificates.authority))
        with sending(server, security) as smtp:
            assert outcomes(submit(smtp)) == [RecipientOutcome.ACCEPTED]
        assert server.accepted()[0].tls
    expired = SmtpServer(USER, SECRET, certificates, expired=True)
    with (
        expired,
        sending(expired, security) as smtp,
        pytest.raises(CertificateRefused, match="expired"),
    ):
        submit(smtp)


def test_without_starttls_no_password_is_sent(server: SmtpServer) -> None:
    with (
        sending(server, Security.STARTTLS) as smtp,
        pytest.raises(ConnectionInsecure, match="STARTTLS"),
    ):
        submit(smtp)
    assert not [command for command in server.commands if command.startswith(("AUTH", "MAIL"))]
