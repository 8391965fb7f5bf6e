"""The servers of the providers that host the mail of most small teams, as they publish them, and
what each asks for."""

from dataclasses import dataclass

from supportcli.domain.mail_domains import domain_of
from supportcli.domain.mailbox import Endpoint, Mailbox, Security


@dataclass(frozen=True, slots=True)
class Host:
    """A mail provider: its servers, the domains whose mail it surely hosts, and what kind of
    password it needs. `files_sent`: it files what is sent through its SMTP server in the folder of
    sent mail. `a_minute`: how many mails it takes in a minute."""

    name: str
    imap: Endpoint
    smtp: Endpoint
    domains: frozenset[str]
    password: str
    files_sent: bool = False
    a_minute: int | None = None


HOSTS = {
    "gmail": Host(
        "Gmail",
        Endpoint("imap.gmail.com", 993, Security.TLS),
        Endpoint("smtp.gmail.com", 465, Security.TLS),
        frozenset({"gmail.com", "googlemail.com"}),
        (
            "Gmail wants an app password (turn on 2-step verification, then "
            "https://myaccount.google.com/apppasswords), or a sign-in with an app of your "
            "organisation (google, google-service-account)."
        ),
        files_sent=True,
    ),
    "microsoft365": Host(
        "Microsoft 365",
        Endpoint("outlook.office365.com", 993, Security.TLS),
        Endpoint("smtp.office365.com", 587, Security.STARTTLS),
        frozenset({"outlook.com", "hotmail.com", "live.com", "msn.com"}),
        (
            "Microsoft 365 takes no passwords for IMAP, and turns them off for SMTP: a person "
            "signs in (microsoft), or an app of your organisation does (microsoft-app)."
        ),
        files_sent=True,
        a_minute=30,
    ),
    "fastmail": Host(
        "Fastmail",
        Endpoint("imap.fastmail.com", 993, Security.TLS),
        Endpoint("smtp.fastmail.com", 465, Security.TLS),
        frozenset({"fastmail.com", "fastmail.fm"}),
        "Fastmail wants an app password: Settings, Privacy & Security, App passwords.",
    ),
    "icloud": Host(
        "iCloud",
        Endpoint("imap.mail.me.com", 993, Security.TLS),
        Endpoint("smtp.mail.me.com", 587, Security.STARTTLS),
        frozenset({"icloud.com", "me.com", "mac.com"}),
        "iCloud wants an app-specific password: https://account.apple.com, Sign-In and Security.",
    ),
}


def host_of(address: str) -> Host | None:
    """The provider that surely hosts the mail of this address; None if only its owner knows."""
    domain = domain_of(address)
    return next((host for host in HOSTS.values() if domain in host.domains), None)


def provider_of(mailbox: Mailbox) -> Host | None:
    """The provider whose SMTP server a mailbox sends through; None if it is none of these."""
    used = mailbox.smtp.host.lower()
    return next((host for host in HOSTS.values() if host.smtp.host == used), None)
