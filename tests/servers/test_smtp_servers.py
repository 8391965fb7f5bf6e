"""The SMTP servers of the tests keep envelopes and bytes, and fail where the script says."""

import smtplib
import ssl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.servers.certificates import Certificates
from tests.servers.process import START_SECONDS, wait_until
from tests.servers.smtp import USUAL, Drop, Phase, Reply, SmtpServer, Stall
from tests.servers.smtp_sink import SmtpSink

RAW = b"Subject: a\r\n\r\n.dot\r\n..\r\nend\r\n"
FROM, TO = "help@shop.test", ["bob@customer.test", "eve@customer.test"]


def client(port: int, timeout: float = START_SECONDS) -> smtplib.SMTP:
    return smtplib.SMTP("127.0.0.1", port, timeout=timeout)


def test_envelope_and_bytes_arrive_as_sent(smtp: SmtpServer) -> None:
    with client(smtp.port) as session:
        session.sendmail(FROM, TO, RAW)
    (mail,) = smtp.wait_for(1)
    assert (mail.sender, mail.recipients, mail.raw, mail.accepted, mail.user, mail.tls) == (
        FROM,
        tuple(TO),
        RAW,
        True,
        None,
        False,
    )
    assert smtp.commands[-1] == "QUIT"


@pytest.mark.parametrize("phase", [Phase.MAIL, Phase.DATA, Phase.END])
def test_a_scripted_reply_comes_once(smtp: SmtpServer, phase: Phase) -> None:
    smtp.on(phase, Reply("451 4.3.0 try later"))
    with client(smtp.port) as session:
        with pytest.raises(smtplib.SMTPException, match=r"4\.3\.0 try later"):
            session.sendmail(FROM, TO, RAW)
        session.rset()
        session.sendmail(FROM, TO, RAW)
    assert len(smtp.wait_for(1)) == 1


def test_recipients_are_refused_by_order_or_by_name(smtp: SmtpServer) -> None:
    smtp.on(Phase.RCPT, USUAL, Reply("450 4.2.1 busy"))
    with client(smtp.port) as session:
        assert session.sendmail(FROM, TO, RAW) == {TO[1]: (450, b"4.2.1 busy")}
        smtp.on(Phase.RCPT, Reply("550 5.1.1 no such user"), about="bob@")
        assert session.sendmail(FROM, TO[::-1], RAW) == {TO[0]: (550, b"5.1.1 no such user")}
    assert [mail.recipients for mail in smtp.accepted()] == [(TO[0],), (TO[1],)]


@pytest.mark.parametrize("phase", list(Phase))
def test_the_line_drops_in_every_phase(phase: Phase, certificates: Certificates) -> None:
    with SmtpServer("help@shop.test", "secret", certificates) as smtp:
        smtp.on(phase, Drop())
        with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
            dialogue(smtp, certificates)
        assert smtp.accepted() == ([] if phase is not Phase.QUIT else smtp.received)
        assert len(smtp.received) == (phase in {Phase.END, Phase.QUIT})


def dialogue(smtp: SmtpServer, certificates: Certificates) -> None:
    session = client(smtp.port)
    try:
        session.starttls(context=ssl.create_default_context(cafile=str(certificates.authority)))
        session.login("help@shop.test", "secret")
        session.sendmail(FROM, TO, RAW)
        session.quit()
    finally:
        session.close()


def test_a_mail_can_be_accepted_although_the_answer_is_lost(smtp: SmtpServer) -> None:
    smtp.on(Phase.END, Drop(accepted=True))
    with pytest.raises(smtplib.SMTPServerDisconnected), client(smtp.port) as session:
        session.sendmail(FROM, TO, RAW)
    assert [mail.raw for mail in smtp.accepted()] == [RAW]


def test_a_stalled_server_answers_nothing_and_does_not_hang_at_its_end() -> None:
    with ThreadPoolExecutor() as beside:
        with SmtpServer() as smtp:
            smtp.on(Phase.EHLO, Stall())
            session = client(smtp.port)
            waiting = beside.submit(session.ehlo)
            wait_until(lambda: any(line.startswith("EHLO") for line in smtp.commands), "EHLO")
            assert not waiting.done()
        assert isinstance(waiting.exception(), smtplib.SMTPServerDisconnected)
    session.close()


def test_login_is_needed_where_there_is_a_user() -> None:
    with SmtpServer("help@shop.test", "secret") as smtp, client(smtp.port) as session:
        with pytest.raises(smtplib.SMTPSenderRefused, match="530"):
            session.sendmail(FROM, TO, RAW)
        with pytest.raises(smtplib.SMTPAuthenticationError):
            session.login("help@shop.test", "wrong")
        session.login("help@shop.test", "secret")
        session.sendmail(FROM, TO, RAW)
        assert smtp.wait_for(1)[0].user == "help@shop.test"


def test_tls_from_the_start_and_by_starttls(certificates: Certificates) -> None:
    trust = ssl.create_default_context(cafile=str(certificates.authority))
    with SmtpServer(certificates=certificates) as smtp:
        with smtplib.SMTP_SSL(
            "127.0.0.1", smtp.tls_port, context=trust, timeout=START_SECONDS
        ) as session:
            session.sendmail(FROM, TO, RAW)
        with client(smtp.port) as session:
            session.starttls(context=trust)
            session.sendmail(FROM, TO, RAW)
        assert [mail.tls for mail in smtp.wait_for(2)] == [True, True]


def test_an_expired_certificate_is_refused(certificates: Certificates) -> None:
    trust = ssl.create_default_context(cafile=str(certificates.authority))
    with (
        SmtpServer(certificates=certificates, expired=True) as smtp,
        pytest.raises(ssl.SSLCertVerificationError, match="expired"),
    ):
        smtplib.SMTP_SSL("127.0.0.1", smtp.tls_port, context=trust, timeout=START_SECONDS)


def test_smtp_sink_writes_down_what_it_got(smtp_sink: Callable[..., SmtpSink]) -> None:
    sink = smtp_sink()
    with client(sink.port) as session:
        session.sendmail(FROM, TO, RAW)
    (mail,) = sink.wait_for(1)
    assert (mail.sender, mail.recipients, mail.raw) == (
        FROM,
        tuple(TO),
        RAW.replace(b"\r\n", b"\n"),
    )


def test_smtp_sink_hangs_up_behind_the_final_dot(smtp_sink: Callable[..., SmtpSink]) -> None:
    sink = smtp_sink("-q", ".")
    with pytest.raises(smtplib.SMTPServerDisconnected), client(sink.port) as session:
        session.sendmail(FROM, TO, RAW)


def test_smtp_sink_refuses_recipients(smtp_sink: Callable[..., SmtpSink]) -> None:
    sink = smtp_sink("-f", "RCPT")
    with client(sink.port) as session, pytest.raises(smtplib.SMTPRecipientsRefused):
        session.sendmail(FROM, TO, RAW)
    assert sink.mails() == []
