"""The sign-in of a mailbox: its tokens from where they are kept, renewed when it is time, and the
first time a person signs in."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from supportcli.clock import Clock
from supportcli.credentials import google, microsoft
from supportcli.credentials.grants import Grant, KeptGrant
from supportcli.credentials.issued import TokenRequest
from supportcli.credentials.tokens import AccessTokens
from supportcli.domain.mailbox import Mailbox
from supportcli.domain.sign_in import SignIn, SignInWay
from supportcli.errors.tokens import SignedInAsAnother

WAIT_SECONDS = 900.0
"""How long a person may take to sign in with Google; Microsoft sets its own limit, 15 minutes
too."""

_PERSON_ADVICE = (
    "The token is good. Check that {account} may use this mailbox (for a shared one: full access)"
)
_APP_ADVICE = (
    "The token is good. Check that the service principal was made with the Object ID of Enterprise "
    "applications, not of App registrations, and has full access to the mailbox"
)
_DELEGATION_ADVICE = "The token is good. Check that IMAP is on for the mailbox's user"


@dataclass(frozen=True, slots=True)
class Prompts:
    """How a person is told what to do: to type a code (Microsoft), to open an address (Google)."""

    device: Callable[[microsoft.DeviceCode], None]
    browser: Callable[[str], None]


@dataclass(frozen=True, slots=True)
class MailboxSignIn:
    """The sign-in of one mailbox on this machine, whose config.toml is at `config`."""

    mailbox: Mailbox
    sign_in: SignIn
    config: Path
    clock: Clock

    def access_tokens(self) -> AccessTokens:
        """Where the mailbox's access tokens come from."""
        return AccessTokens(self.token, self._advice())

    def token(self, refused: str) -> str:
        """A token other than the refused one: the kept one while it is fresh, else a new one, for
        which one process at a time asks."""
        kept = KeptGrant(self.sign_in.tokens, self.config)
        if fresh := self._fresh(kept.read(), refused):
            return fresh
        with kept.locked():
            before = kept.read()
            if fresh := self._fresh(before, refused):
                return fresh
            granted = self._renewed(before)
            kept.write(granted)
        return granted.access_token

    def ask_person(self, prompts: Prompts) -> str:
        """Have a person sign in and keep what is granted; returns who it was. SignedInAsAnother if
        it is not who was expected, and what the ways raise; then nothing is changed."""
        request = self._request()
        if self.sign_in.way is SignInWay.MICROSOFT:
            granted = microsoft.of_person(request, prompts.device)
        else:
            granted = google.of_person(request, self.config, prompts.browser, WAIT_SECONDS)
        expected = self.sign_in.user or self.mailbox.username
        if granted.account and granted.account != expected.lower():
            raise SignedInAsAnother(self.mailbox.address, granted.account, expected)
        kept = KeptGrant(self.sign_in.tokens, self.config)
        with kept.locked():
            kept.write(granted)
        return granted.account or expected

    def _fresh(self, kept: Grant, refused: str) -> str:
        """The kept token; empty if it is not for this sign-in, was refused, or ends soon."""
        is_ours = kept.made_for == self.sign_in.made_for and kept.access_token != refused
        lives = kept.use_until is not None and self.clock() < kept.use_until
        return kept.access_token if is_ours and lives else ""

    def _renewed(self, before: Grant) -> Grant:
        request = self._request()
        match self.sign_in.way:
            case SignInWay.MICROSOFT:
                return microsoft.renewed(request, before)
            case SignInWay.MICROSOFT_APP:
                return microsoft.of_app(request, before, self.config)
            case SignInWay.GOOGLE:
                return google.renewed(request, before, self.config)
            case SignInWay.GOOGLE_SERVICE_ACCOUNT:
                return google.of_account(request, before, self.config)

    def _request(self) -> TokenRequest:
        return TokenRequest(self.mailbox.address, self.mailbox.username, self.sign_in, self.clock())

    def _advice(self) -> str:
        """What to look at if a server refuses fresh tokens."""
        if self.sign_in.way is SignInWay.MICROSOFT_APP:
            return _APP_ADVICE
        if self.sign_in.way is SignInWay.GOOGLE_SERVICE_ACCOUNT:
            return _DELEGATION_ADVICE
        return _PERSON_ADVICE.format(account=self.sign_in.user or self.mailbox.username)
