"""Sending through a mailbox's SMTP server (RFC 5321), with each phase as a separate step, so that
an error shows what may have happened.

Before the final dot the server cannot have taken anything, and another attempt is safe. After it,
silence leaves this unknown (RFC 1047)."""

import base64
import re
import smtplib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace

from supportcli.channels.servers import bearer
from supportcli.channels.servers.envelope import MailEnvelope, Results, each, envelope
from supportcli.channels.servers.errors import Server, explained, tls_context
from supportcli.channels.servers.limits import SLOWEST, Allowance, AnswerEndless
from supportcli.channels.servers.smtp_client import BoundedSmtp, new_client
from supportcli.credentials import Credential
from supportcli.credentials.tokens import AccessTokens
from supportcli.domain.mailbox import Mailbox, Security
from supportcli.domain.replies import throttling
from supportcli.domain.replies.delivery import RecipientOutcome, RecipientResult
from supportcli.domain.setup.timeouts import SmtpTimeouts
from supportcli.errors.servers import ConnectionInsecure, LoginRefused
from supportcli.errors.tokens import TokensNotTaken

_READY, _OK, _START_INPUT, _CLOSING = 220, 250, 354, 421
_GO_ON, _LOGIN_LATER = 334, 454

_CHUNK = 65_536
_LINE_END = re.compile(rb"\r\n|\r|\n")
_DOT = re.compile(rb"^\.", re.MULTILINE)

_NO_MORE_RECIPIENTS = re.compile(r"\b[45]\.5\.3\b|too many recipients", re.IGNORECASE)
_TOO_MANY_RECIPIENTS = (452, 552)
"""452, or 552 of older servers (RFC 5321, 4.5.3.1.10); both also mean a mailbox that is full."""

_NO_MORE_MAILS = re.compile(r"connection|session", re.IGNORECASE)
"""In a refusal of MAIL: the server takes only so many mails over one connection."""


class _Refusal(Exception):
    """The server refused a step that concerns all recipients."""

    def __init__(self, code: int, words: bytes) -> None:
        super().__init__(code, words)
        self.code, self.words = code, words


class _OverNow(Exception):
    """The server ended a connection that had carried a mail before, and has not heard of the next
    one yet: because of a pause, or since it takes only so many over one connection."""


@dataclass(frozen=True, slots=True)
class _Mail:
    """A mail to be submitted."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    before_final_dot: Callable[[Sequence[str]], None]


class Smtp:
    """One connection to a mailbox's SMTP server, opened when it is first needed and kept for the
    next mail."""

    def __init__(
        self, mailbox: Mailbox, secret: Credential, patience: SmtpTimeouts | None = None
    ) -> None:
        self._server = Server.of("SMTP", mailbox.smtp, mailbox, secret)
        self._username = mailbox.username
        self._secret = secret
        self._patience = patience or SmtpTimeouts()
        self._allowance = Allowance(self._patience.connect, self._patience.whole)
        self._connection: BoundedSmtp | None = None
        self._logged_in = False
        self._carried = 0
        self.largest_mail: int | None = None
        """The most bytes of a mail that the server takes, as it said when it was connected; 0 if it
        named no limit."""

    def connect(self) -> str:
        """Connect, with TLS as the mailbox says; returns what protects the connection. Raises
        CertificateRefused or MailServerUnreachable."""
        endpoint = self._server.endpoint
        with self._guarded():
            self._allowance.silence = self._patience.connect
            smtp = new_client(endpoint.security, self._allowance)
            self._connection, self._carried = smtp, 0
            smtp._host = endpoint.host  # type: ignore[attr-defined]  # noqa: SLF001 - the name TLS verifies; only the constructor that connects sets it
            _expect(_READY, smtp.connect(endpoint.host, endpoint.port))
            smtp.at_once()
            self._wait(self._patience.command)
            _greet(smtp)
            if endpoint.security is Security.STARTTLS:
                self._start_tls(smtp)
            self.largest_mail = smtp.largest or 0
        return "without TLS" if endpoint.security is Security.NONE else "TLS, certificate verified"

    def _start_tls(self, smtp: BoundedSmtp) -> None:
        """STARTTLS or nothing: never fall back to an unprotected connection, over which the
        password would go next."""
        if not smtp.has_extn("starttls"):
            raise ConnectionInsecure(str(self._server), "it offers no STARTTLS")
        _expect(_READY, smtp.starttls(context=tls_context()))
        _greet(smtp)

    def login(self) -> str:
        """Log in, if the server offers it. LoginRefused if it refuses."""
        smtp = self._connected()
        if not smtp.has_extn("auth"):
            self._logged_in = True
            return "the server asks for no login"
        if isinstance(self._secret, AccessTokens):
            bearer.sign_in(self._secret, self._present)
        else:
            with self._guarded():
                self._check_login(*_authenticate(smtp, self._username, self._secret))
        self._logged_in = True
        return f"as {self._username}"

    def _check_login(self, code: int, words: bytes, why: str = "") -> None:
        """LoginRefused if an answer to AUTH is a refusal (RFC 4954, section 6)."""
        if code in {_CLOSING, _LOGIN_LATER}:
            raise _Refusal(code, words)
        if code // 100 != _OK // 100:
            raise LoginRefused(
                str(self._server),
                self._username,
                f"{code} {self._server.said(words)}" + (f" ({why})" if why else ""),
                self._server.mailbox,
                self._secret.advice if isinstance(self._secret, AccessTokens) else "",
            )

    def _present(self, token: str) -> None:
        """Log in with an access token; a refusal ends the connection."""
        self._server = replace(self._server, secret=token)
        smtp = self._connected()
        with self._guarded():
            mechanism = bearer.mechanism_of(smtp.esmtp_features["auth"].upper().split())
            if mechanism is None:
                raise TokensNotTaken(str(self._server))
            asking = bearer.BearerExchange(mechanism, self._username, self._server.endpoint, token)
            code, words = smtp.docmd("AUTH", f"{mechanism} {_base64(asking.first)}")
            if code == _GO_ON:
                code, words = smtp.docmd(_base64(asking.against(_decoded(words))))
            self._check_login(code, words, asking.why)

    def submit(
        self,
        sender: str,
        recipients: Sequence[str],
        content: bytes,
        before_final_dot: Callable[[Sequence[str]], None],
    ) -> tuple[RecipientResult, ...]:
        """Send a mail (`Channel.submit`). If the server refuses one without a sender, as some do
        (RFC 3834, 3.3 wants none in automatic mail), it is sent from the mailbox's address."""
        told: list[str] = []

        def tell(to: Sequence[str]) -> None:
            if not told:  # a second try, after a refusal of the whole mail, is for the same people
                before_final_dot(to)
            told.extend(to)

        mail = _Mail(sender, tuple(recipients), _lines(content), tell)
        results = self._once(mail)
        if not sender and {one.outcome for one in results} == {RecipientOutcome.REFUSED}:
            return self._once(replace(mail, sender=self._server.mailbox))
        return results

    def _once(self, mail: _Mail) -> tuple[RecipientResult, ...]:
        """Send a mail, over a new connection if the server ends this one before it."""
        try:
            return self._submitted(mail)
        except _OverNow:
            return self._submitted(mail)

    def _submitted(self, mail: _Mail) -> tuple[RecipientResult, ...]:
        """One try. Raises _OverNow, and nothing was sent, if a new connection is needed."""
        smtp = self._ready()
        results: Results = {}
        try:
            wanted = envelope(smtp, mail.sender, mail.recipients, mail.content, results)
            accepted = self._envelope(smtp, wanted, results)
            if accepted:
                self._content(smtp, wanted.content)
                mail.before_final_dot(accepted)
                results |= each(accepted, *self._final_dot(smtp))
        except _Refusal as no:
            results |= each(_rest(mail, results), *self._refusal(no.code, no.words))
            self._recover(smtp, no.code)
        except (smtplib.SMTPException, AnswerEndless) as broke:
            self._drop()
            words = (
                "the connection broke before the email was complete "
                f"({self._server.said(str(broke))})"
            )
            results |= each(_rest(mail, results), RecipientOutcome.LATER, words)
        except BaseException:
            self._drop()
            raise
        return tuple(results[recipient] for recipient in mail.recipients if recipient in results)

    def _envelope(self, smtp: BoundedSmtp, wanted: MailEnvelope, results: Results) -> list[str]:
        """MAIL and RCPT. Returns the recipients that the server accepts; those it refuses are in
        `results`. Those for whom it has no room beside these are in neither."""
        if not wanted.recipients:
            return []
        self._begin(smtp, wanted.sender, wanted.options)
        accepted: list[str] = []
        for recipient, address in wanted.recipients.items():
            code, words = smtp.rcpt(address)
            outcome, answer = self._refusal(code, words)
            if code == _CLOSING:
                raise _Refusal(code, words)
            if code // 100 == _OK // 100:
                accepted.append(recipient)
            elif code in _TOO_MANY_RECIPIENTS and _NO_MORE_RECIPIENTS.search(answer):
                if accepted:
                    break
                results |= each([recipient], RecipientOutcome.LATER, answer)
            else:
                results |= each([recipient], outcome, answer)
        if not accepted:
            smtp.rset()
        return accepted

    def _begin(self, smtp: BoundedSmtp, sender: str, options: Sequence[str]) -> None:
        """MAIL, or _OverNow if the server ends a connection that has carried a mail before."""
        used, self._carried = self._carried > 0, self._carried + 1
        try:
            code, words = smtp.mail(sender, options)
        except smtplib.SMTPServerDisconnected as gone:
            if not used:
                raise
            raise _OverNow from gone
        ends = code == _CLOSING or (
            code // 100 == _CLOSING // 100 and _NO_MORE_MAILS.search(self._server.said(words))
        )
        if used and ends:
            self._drop()
            raise _OverNow
        _expect(_OK, (code, words))

    def _content(self, smtp: BoundedSmtp, content: bytes) -> None:
        """DATA and the mail without the final dot. A leading dot on a line is doubled."""
        _expect(_START_INPUT, smtp.docmd("DATA"))
        whole = _DOT.sub(b"..", content)
        sending = Allowance(self._patience.command)
        sending.begin(self._patience.command + len(whole) / SLOWEST, 0)
        for start in range(0, len(whole), _CHUNK):
            self._wait(sending.wait())
            smtp.send(whole[start : start + _CHUNK])

    def _final_dot(self, smtp: BoundedSmtp) -> tuple[RecipientOutcome, str]:
        """Send the final dot; returns the server's result for the mail."""
        try:
            self._allowance.progress()
            self._wait(self._patience.final_dot)
            smtp.send(b".\r\n")
            code, words = smtp.getreply()
            self._wait(self._patience.command)
        except (smtplib.SMTPException, OSError) as silent:
            self._drop()
            return (
                RecipientOutcome.UNKNOWN,
                (
                    "the server received the whole email but did not say whether it accepted it "
                    f"({self._server.said(str(silent))})"
                ),
            )
        self._recover(smtp, code, reset=False)
        outcome, answer = self._meaning(code, words)
        if outcome is RecipientOutcome.UNKNOWN:
            answer = (
                "the server received the whole email, and its answer says neither yes nor no "
                f"(“{answer}”)"
            )
        return outcome, answer

    def _recover(self, smtp: BoundedSmtp, code: int, *, reset: bool = True) -> None:
        """Make the connection ready for the next mail, or give it up if it is ending or out of
        step."""
        if code == _CLOSING or code // 100 not in ((4, 5) if reset else (2, 4, 5)):
            self._drop()
        elif reset:
            with suppress(smtplib.SMTPException, OSError):
                smtp.rset()

    def close(self) -> None:
        """QUIT, regardless of the answer: a mail that was taken stays taken."""
        smtp = self._connection
        if smtp is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._wait(self._patience.connect)
                smtp.quit()
            self._drop()

    def _ready(self) -> BoundedSmtp:
        """The connection, logged in; signing in may have needed a new one."""
        smtp = self._connected()
        if self._logged_in:
            return smtp
        self.login()
        return self._connection or self._connected()

    def _connected(self) -> BoundedSmtp:
        if self._connection is not None and self._spoke_unasked(self._connection):
            self._drop()
        if self._connection is None or self._connection.sock is None:
            self.connect()
        if self._connection is None:  # pragma: no cover - connect() raises or sets it
            raise AssertionError
        return self._connection

    def _spoke_unasked(self, smtp: BoundedSmtp) -> bool:
        """Whether the server said something unasked: that it is leaving, or a second answer, so
        that every later one would be taken for that of another command and recipient."""
        if smtp.sock is None or smtp.file is None:
            return False
        try:
            smtp.sock.settimeout(0)
            return bool(smtp.file.peek(1))
        except (OSError, AnswerEndless):
            return True
        finally:
            self._wait(self._patience.command)

    def _wait(self, seconds: float) -> None:
        self._allowance.silence = seconds
        if self._connection is not None and self._connection.sock is not None:
            self._connection.sock.settimeout(seconds)

    def _drop(self) -> None:
        smtp, self._connection, self._logged_in = self._connection, None, False
        if smtp is not None:
            smtp.close()

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """Turn errors before a mail is begun into ours, and give the connection up."""
        try:
            with explained(self._server):
                try:
                    yield
                except smtplib.SMTPResponseException as no:
                    raise self._server.unreachable(
                        f"it answered {self._meaning(no.smtp_code, _bytes(no.smtp_error))[1]}"
                    ) from no
                except _Refusal as no:
                    raise self._server.unreachable(
                        f"it answered {self._meaning(no.code, no.words)[1]}"
                    ) from no
                except smtplib.SMTPException as broke:
                    raise self._server.unreachable(
                        f"it hung up, or could not be understood ({self._server.said(str(broke))})"
                    ) from broke
        except BaseException:
            self._drop()
            raise

    def _meaning(self, code: int, words: bytes) -> tuple[RecipientOutcome, str]:
        """What an answer means for a recipient (RFC 5321, 4.2.1). Anything but a refusal or a yes
        counts as silence."""
        answer = (
            f"{code} {self._server.said(words)}".strip() if code > 0 else self._server.said(words)
        )
        match code // 100:
            case 2:
                return RecipientOutcome.ACCEPTED, answer
            case 4:
                return RecipientOutcome.LATER, answer
            case 5 if not throttling.passes(answer):
                return RecipientOutcome.REFUSED, answer
            case 5:
                return RecipientOutcome.LATER, answer
            case _:
                return RecipientOutcome.UNKNOWN, answer

    def _refusal(self, code: int, words: bytes) -> tuple[RecipientOutcome, str]:
        """What an unexpected answer to a step means. Nothing was sent yet, so anything that is not
        final may be tried again."""
        outcome, answer = self._meaning(code, words)
        return (outcome if outcome is RecipientOutcome.REFUSED else RecipientOutcome.LATER), answer


def _lines(content: bytes) -> bytes:
    """A mail whose lines all end with CRLF, also the last: a bare CR or LF before a dot would let a
    mail smuggle in a second one."""
    return _LINE_END.sub(b"\r\n", content).removesuffix(b"\r\n") + b"\r\n"


def _rest(mail: _Mail, results: Results) -> list[str]:
    """The recipients without a result."""
    return [recipient for recipient in mail.recipients if recipient not in results]


def _greet(smtp: BoundedSmtp) -> None:
    """EHLO. A server without it has no login and no TLS, and cannot be a mailbox's submission
    server (RFC 6409)."""
    _expect(_OK, smtp.ehlo())


def _expect(code: int, answer: tuple[int, bytes]) -> None:
    if answer[0] != code:
        raise _Refusal(*answer)


def _authenticate(smtp: BoundedSmtp, username: str, password: str) -> tuple[int, bytes]:
    """AUTH PLAIN (RFC 4616), else LOGIN: smtplib's own methods accept no password that is not
    ASCII."""
    if "PLAIN" in smtp.esmtp_features["auth"].upper().split():
        both = f"{chr(0)}{username}{chr(0)}{password}".encode()
        return smtp.docmd("AUTH", f"PLAIN {_base64(both)}")
    code, words = smtp.docmd("AUTH", f"LOGIN {_base64(username.encode())}")
    return smtp.docmd(_base64(password.encode())) if code == _GO_ON else (code, words)


def _base64(text: bytes) -> str:
    return base64.b64encode(text).decode()


def _decoded(text: bytes) -> bytes:
    """What a challenge says; nothing if it is not Base64."""
    try:
        return base64.b64decode(text)
    except ValueError:
        return b""


def _bytes(words: bytes | str) -> bytes:
    return words if isinstance(words, bytes) else words.encode()
