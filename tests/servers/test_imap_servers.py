"""The IMAP servers of the tests keep what they are given, and change only what they are told to."""

import imaplib
import ssl
from datetime import UTC, datetime

import pytest

from tests.servers.dovecot import Dovecot
from tests.servers.imap import ImapServer
from tests.servers.process import START_SECONDS

WHEN = datetime(2026, 1, 31, 10, 0, 0, tzinfo=UTC)
LATIN = "Subject: Größe\r\n\r\n8 bit: ä\r\n.\r\nFrom me\r\n".encode("latin-1")


def test_mail_comes_back_byte_for_byte_with_its_date_and_flags(imap_server: ImapServer) -> None:
    user, _ = imap_server.new_user()
    first = imap_server.append(user, "INBOX", LATIN, WHEN)
    second = imap_server.append(user, "INBOX", b"Subject: b\r\n\r\n", flags=[r"\Seen", r"\Flagged"])
    one, two = imap_server.messages(user)
    assert (one.uid, one.raw, one.internal_date, one.flags) == (first, LATIN, WHEN, frozenset())
    assert (two.uid, two.raw, two.flags) == (
        second,
        b"Subject: b\r\n\r\n",
        frozenset({r"\Seen", r"\Flagged"}),
    )
    assert imap_server.messages(user) == [one, two]


def test_many_mails_at_once_keep_their_order(imap_server: ImapServer) -> None:
    user, _ = imap_server.new_user()
    mails = [
        (f"Subject: {number}\r\n\r\n".encode() + b"x" * number, WHEN) for number in range(1, 251)
    ]
    uids = imap_server.append_all(user, "INBOX", mails)
    assert uids == sorted(set(uids))
    assert [(mail.uid, mail.raw) for mail in imap_server.messages(user)] == [
        (uid, raw) for uid, (raw, _) in zip(uids, mails, strict=True)
    ]


def test_folders_are_made_on_demand_and_users_are_apart(imap_server: ImapServer) -> None:
    user, _ = imap_server.new_user()
    other, _ = imap_server.new_user()
    imap_server.append(user, "Old orders", b"Subject: a\r\n\r\n")
    assert [mail.raw for mail in imap_server.messages(user, "Old orders")] == [
        b"Subject: a\r\n\r\n"
    ]
    assert imap_server.messages(user) == []
    imap_server.create_folder(other, "Old orders")
    assert imap_server.messages(other, "Old orders") == []


def test_a_wrong_password_is_refused(imap_server: ImapServer) -> None:
    user, _ = imap_server.new_user()
    with (
        imaplib.IMAP4(imap_server.host, imap_server.port, timeout=START_SECONDS) as imap,
        pytest.raises(imaplib.IMAP4.error),
    ):
        imap.login(user, "wrong")


def test_flags_and_removal(imap_server: ImapServer) -> None:
    user, _ = imap_server.new_user()
    gone, kept = imap_server.append_all(
        user, "INBOX", [(b"Subject: a\r\n\r\n", None), (b"Subject: b\r\n\r\n", None)]
    )
    imap_server.store_flags(user, "INBOX", kept, r"\Answered")
    imap_server.expunge(user, "INBOX", gone)
    assert [(mail.uid, mail.flags) for mail in imap_server.messages(user)] == [
        (kept, frozenset({r"\Answered"}))
    ]


def test_uid_validity_can_be_set(imap_server: ImapServer) -> None:
    user, _ = imap_server.new_user()
    imap_server.append(user, "INBOX", b"Subject: a\r\n\r\n")
    imap_server.set_uid_validity(user, "INBOX", 777)
    assert imap_server.uid_validity(user) == 777
    assert [mail.raw for mail in imap_server.messages(user)] == [b"Subject: a\r\n\r\n"]


def test_a_kicked_user_hears_bye(imap_server: ImapServer) -> None:
    user, password = imap_server.new_user()
    imap = imaplib.IMAP4(imap_server.host, imap_server.port, timeout=START_SECONDS)
    imap.login(user, password)
    imap_server.kick(user)
    with pytest.raises(imaplib.IMAP4.abort):  # Dovecot cuts a moment after doveadm has asked it to
        [imap.noop() for _ in range(10_000)]
    imap.shutdown()


def test_tls_is_good_for_who_trusts_the_authority(dovecot: Dovecot) -> None:
    user, password = dovecot.new_user()
    trust = ssl.create_default_context(cafile=str(dovecot.certificates.authority))
    with imaplib.IMAP4_SSL(
        "localhost", dovecot.tls_port, ssl_context=trust, timeout=START_SECONDS
    ) as imap:
        assert imap.login(user, password)[0] == "OK"
    with imaplib.IMAP4(dovecot.host, dovecot.port, timeout=START_SECONDS) as imap:
        imap.starttls(trust)
        assert imap.login(user, password)[0] == "OK"


@pytest.mark.parametrize(
    ("trusted", "expired", "why"),
    [(False, False, "unable to get local issuer"), (True, True, "expired")],
)
def test_tls_is_refused_by_who_does_not_trust_it_or_when_it_expired(
    dovecot: Dovecot, trusted: bool, expired: bool, why: str
) -> None:
    context = ssl.create_default_context(
        cafile=str(dovecot.certificates.authority) if trusted else None
    )
    host = dovecot.expired_host if expired else dovecot.host
    with pytest.raises(ssl.SSLCertVerificationError, match=why):
        imaplib.IMAP4_SSL(host, dovecot.tls_port, ssl_context=context, timeout=START_SECONDS)
