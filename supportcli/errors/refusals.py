"""What Microsoft and Google say when they let nobody in, each with what an admin has to do. The
sources are the providers' own pages and the reports of other mail programs:
docs/sign-in.md names the steps."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KnownRefusal:
    """A refusal that a provider is known to give. `remedy` is what to do, with {mailbox} for the
    mailbox's address; `provider` is who means it so, if others use the same words, which RFC 6749
    (section 5.2) gives to all. A new token does not help."""

    pattern: re.Pattern[str]
    remedy: str
    provider: str = ""


def _known(pattern: str, remedy: str, provider: str = "") -> KnownRefusal:
    return KnownRefusal(re.compile(pattern, re.IGNORECASE | re.DOTALL), remedy, provider)


MICROSOFT, GOOGLE = "Microsoft", "Google"

NOT_CONNECTED = "authenticated but not connected"
"""What Exchange answers to each command of somebody who has no right to the mailbox."""

_AGAIN = "supportcli mailbox sign-in {mailbox}"
_SIGN_IN = f"Sign in again: {_AGAIN}"

_NEW_SECRET = (
    "Put it where the reference of the old one leads, or name another place: "
    f"{_AGAIN} --client-secret REFERENCE"
)
_IDS = (
    "Check the Application (client) ID and the Directory (tenant) ID: both are on the app "
    f"registration's first page. Give them again: {_AGAIN} --client-id ID --tenant ID"
)
_CLOCK = (
    "The clock of this machine is wrong by minutes or more: set it (timedatectl shows whether it "
    "is kept by NTP), then try again."
)

_SMTP_AUTH = (
    "An Exchange admin has to allow it for this mailbox: Set-CASMailbox -Identity {mailbox} "
    "-SmtpClientAuthenticationDisabled $false"
)

KNOWN = (
    # SMTP, Microsoft
    _known(
        r"5\.7\.139.*disabled for the tenant",
        "SMTP AUTH is off in the whole organisation; what is set for a mailbox wins over that. "
        + _SMTP_AUTH,
    ),
    _known(r"5\.7\.139.*disabled for the mailbox", f"SMTP AUTH is off here. {_SMTP_AUTH}"),
    _known(
        r"5\.7\.139.*(basic authentication is disabled|security defaults)",
        "Passwords are off here. Sign in with Microsoft instead: "
        "supportcli mailbox sign-in {mailbox} --way microsoft",
    ),
    _known(
        r"550 5\.7\.30\b|basic authentication is not supported",
        "Microsoft takes no passwords for SMTP any more. Sign in instead: supportcli mailbox "
        "sign-in {mailbox} --way microsoft, or --way microsoft-app",
    ),
    # IMAP, Microsoft
    _known(
        NOT_CONNECTED,
        "The token is good, but not for this mailbox. Give who signs in full access to it "
        "(Add-MailboxPermission -Identity {mailbox} -AccessRights FullAccess -User …; for an app, "
        "its service principal), wait some minutes, and check the name of the mailbox.",
    ),
    # Microsoft's token endpoint
    _known(
        r"AADSTS7000215\b",
        "The client secret is wrong: it is the Value that the portal shows once, not the Secret "
        f"ID. Make a new one. {_NEW_SECRET}",
    ),
    _known(
        r"AADSTS7000222\b",
        "The client secret has expired. Make a new one under Certificates & secrets. "
        f"{_NEW_SECRET}",
    ),
    _known(
        r"AADSTS700027\b.*expired",
        "The certificate has expired. Make a new one, upload it under Certificates & secrets, and "
        f"sign in with it: {_AGAIN} --certificate FILE",
    ),
    _known(
        r"AADSTS700027\b",
        "The app does not have this certificate: upload it under Certificates & secrets.",
    ),
    _known(
        r"AADSTS700024\b",
        f"{_CLOCK} An assertion of the app counts for some minutes only.",
    ),
    _known(
        r"AADSTS7000218\b",
        "Turn on “Allow public client flows” under Authentication of the app's registration.",
    ),
    _known(
        r"AADSTS700016\b",
        f"Microsoft finds no such app in this directory. {_IDS}",
    ),
    _known(
        r"AADSTS90002\b",
        f"Microsoft knows no such directory. {_IDS}",
    ),
    _known(
        r"AADSTS900144\b",
        f"The request lacks a value. {_IDS} A token command of your own has to name the scope when "
        "it renews, too.",
    ),
    _known(
        r"AADSTS50173\b",
        f"The password was changed, or the sessions were ended, since the sign-in. {_SIGN_IN}",
    ),
    _known(r"AADSTS700082\b", f"The sign-in was not used for too long. {_SIGN_IN}"),
    _known(
        r"AADSTS65001\b",
        "Nobody has consented yet. An admin has to open API permissions of the app's registration "
        f"and press “Grant admin consent”. Then sign in again: {_SIGN_IN.partition(': ')[2]}",
    ),
    _known(
        r"AADSTS50076\b|AADSTS50079\b",
        "A second factor is asked for, and only a person can give it. " + _SIGN_IN,
    ),
    _known(
        r"AADSTS53003\b|AADSTS530003\b",
        "A Conditional Access policy forbids it: an admin has to allow this app or this machine.",
    ),
    _known(
        r"AADSTS50105\b",
        "Only assigned users may use this app. An admin has to assign who signs in (Enterprise "
        "applications, Users and groups), or turn “Assignment required” off under Properties.",
    ),
    _known(
        r"AADSTS70000\b",
        f"The sign-in belongs to another app or directory, or was withdrawn. {_SIGN_IN}. {_IDS}",
    ),
    _known(
        r"unauthorized_client",
        "The app may not sign in this way. Check that it is enabled (Enterprise applications, "
        "Properties), and its API permissions and Authentication (App registrations); the number "
        "is explained at https://login.microsoftonline.com/error.",
        MICROSOFT,
    ),
    _known(
        r"invalid_grant.*(expired|revoked)",
        f"The sign-in has ended. {_SIGN_IN}",
        MICROSOFT,
    ),
    # Google
    _known(r"invalid jwt.*(short-lived|reasonable timeframe)|\biat\b.*\bexp\b", _CLOCK, GOOGLE),
    _known(
        r"invalid jwt signature",
        "The key of the service account was deleted or disabled. Make a new one in Google's "
        "console (IAM & Admin, Service accounts, Keys, Add key, JSON), and sign in with it: "
        f"{_AGAIN} --key-file FILE",
        GOOGLE,
    ),
    _known(
        r"invalid_grant.*account not found",
        "Google knows no such service account: it was deleted. Restore it within 30 days, or make "
        "another one with its key and its domain-wide delegation, and sign in with that: "
        f"{_AGAIN} --key-file FILE",
        GOOGLE,
    ),
    _known(
        r"disabled_client",
        "The OAuth client or the service account is disabled. Enable it in Google's console "
        f"(APIs & Services, Credentials; IAM & Admin, Service accounts), then: {_AGAIN}",
        GOOGLE,
    ),
    _known(
        r"deleted_client|invalid_client",
        "Google knows no such OAuth client, or it has another secret. Make one in Google's console "
        "(APIs & Services, Credentials, Desktop app), download its JSON, and sign in with it: "
        f"{_AGAIN} --client-file FILE",
        GOOGLE,
    ),
    _known(
        r"admin_policy_enforced",
        "A policy of your organisation forbids it. A Workspace admin has to trust this app under "
        f"Security, Access and data control, API controls. Then: {_AGAIN}",
        GOOGLE,
    ),
    _known(
        r"access_denied",
        "Google does not let this account use the app. Check in the Admin console that the account "
        "is active and may use Gmail, and in Google's console that the app is internal or has it "
        f"as a test user. Then: {_AGAIN}",
        GOOGLE,
    ),
    _known(
        "application-specific password",
        "Google takes only an app password here (https://myaccount.google.com/apppasswords), or "
        "sign in instead: supportcli mailbox sign-in {mailbox} --way google",
    ),
    _known(
        r"unauthorized_client",
        "An admin has to give the service account's client ID the scope https://mail.google.com/ "
        "under Security, API controls, Domain-wide delegation; that takes up to a day to count.",
        GOOGLE,
    ),
    _known(
        r"invalid_grant.*(expired|revoked)|expired or revoked",
        "Google ends the sign-ins of an app that is “in testing” after seven days: make the app "
        f"internal, or publish it. {_SIGN_IN}",
        GOOGLE,
    ),
)


def known_refusal(words: str, provider: str = "") -> KnownRefusal | None:
    """The refusal that the words of a server are, which is the `provider`'s if that is known; None
    if it is not one we know."""
    whose = MICROSOFT if "AADSTS" in words else provider
    return next(
        (
            one
            for one in KNOWN
            if one.provider in ("", whose or one.provider) and one.pattern.search(words)
        ),
        None,
    )
