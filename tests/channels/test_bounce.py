"""Which failures prove that an address can never work: `hard` marks a customer's address, so a full mailbox or a filter must not."""

import pytest

from supportcli.channels.failures import Failure, is_dead, status_of

DEAD = [
    ("5.1.1", "550 5.1.1 <mia@berg.test>: Recipient address rejected: User unknown in virtual mailbox table"),
    ("5.1.1", "550-5.1.1 The email account that you tried to reach does not exist. Please try double-checking the address"),
    ("5.1.10", "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup"),
    ("4.1.1", "450 4.1.1 <mia@berg.test>: Recipient address rejected: User unknown in virtual alias table"),
    ("5.2.1", "550 5.2.1 <mia@berg.test>... User Unknown"),
    ("5.0.0", "550 No such user here (in reply to RCPT TO command)"),
    ("", "Sorry, no mailbox here by that name. (#5.1.1)"),
    ("", "User mia (mia@berg.test) not listed in Domino Directory"),
    ("", "Sorry, I couldn't find any host named berg.test. (#5.1.2)"),
    ("5.1.2", "550 Host unknown"),
    ("5.4.4", "(Illegal host/domain name found)"),
    ("5.1.6", "551 mia has moved to mia@other.test"),
]
ALIVE = [
    ("5.2.2", "552 5.2.2 <mia@berg.test>: Mailbox full"),
    ("5.1.1", "550 5.1.1 <mia@berg.test>: over quota"),
    ("5.1.1", "550 5.7.1 IP address blacklisted by recipient"),
    ("5.1.1", "550 5.1.1 this account is disabled"),
    ("5.1.1", "x-unix; procmail: Couldn't create /var/spool/mail/mia: No such user"),
    ("5.1.8", "553 5.1.8 Domain of sender address help@shop.test does not exist"),
    ("5.7.1", "550 5.7.1 550 User unknown"),
    ("5.0.0", "550 User unknown (in reply to end of DATA command)"),
    ("5.0.0", "550 Unknown user"),
    ("5.7.26", "550-5.7.26 Unauthenticated email is not accepted due to the domain's DMARC policy"),
    ("4.4.1", "connect to berg.test[192.0.2.1]:25: Connection timed out"),
    ("5.2.3", "552 5.2.3 Message size exceeds fixed maximum message size"),
    ("5.3.0", "Host does not accept mail"),
    ("5.0.0", "554 Transaction failed"),
    ("", ""),
]


@pytest.mark.parametrize(("status", "reason"), DEAD)
def test_the_servers_words_prove_that_the_address_is_dead(status: str, reason: str) -> None:
    assert is_dead(Failure("mia@berg.test", status, reason))


@pytest.mark.parametrize(("status", "reason"), ALIVE)
def test_nothing_else_proves_it(status: str, reason: str) -> None:
    assert not is_dead(Failure("mia@berg.test", status, reason))


def test_a_delayed_mail_proves_nothing() -> None:
    assert not is_dead(Failure("mia@berg.test", "4.1.1", "450 4.1.1 User unknown", delayed=True))


@pytest.mark.parametrize(
    ("status", "reason", "wanted"),
    [
        ("5.1.1", "", "5.1.1"),
        ("5.0.0", "550 5.7.1 denied", "5.7.1"),
        ("", "421 Service not available", "4.0.0"),
        ("", "host mx[192.0.2.1] said: 550 no", "5.0.0"),
        ("", "nobody home", "5.0.0"),
        ("", "connect to 5.1.1.7:25", "5.0.0"),
    ],
)
def test_the_status_is_the_most_exact_one_that_is_named(status: str, reason: str, wanted: str) -> None:
    assert status_of(Failure("mia@berg.test", status, reason)) == wanted
