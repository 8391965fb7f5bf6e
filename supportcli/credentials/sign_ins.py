"""The sign-in of a mailbox: its tokens from where they are kept, renewed when it is time, and the
first time a person signs in."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from supportcli.clock import Clock
from supportcli.credentials.grants import Grant, KeptGrant
from supportcli.credentials.issued import TokenRequest
from supportcli.credentials.tokens import AccessTokens, Silences
from supportcli.domain.mailbox import Mailbox
from supportcli.domain.sign_in import SignIn, SignInWay
from supportcli.errors.tokens import SignedInAsAnother

if TYPE_CHECKING:
    from supportcli.credentials.ways import Prompts

_PERSON_ADVICE = (
    "The token is good. Check that {account} may use this mailbox (for a shared one: full access)"
)
_APP_ADVICE = (
    "The token is good. Check that the service principal was made with the Object ID of Enterprise "
    "applications, not of App registrations, and has full access to the mailbox"
)
_DELEGATION_ADVICE = "The token is good. Check that IMAP is on for the mailbox's user"


@dataclass(frozen=True, slots=True)
class MailboxSignIn:
    """The sign-in of one mailbox on this machine, whose config.toml is at `config`."""

    mailbox: Mailbox
    sign_in: SignIn
    config: Path
    clock: Clock
    seconds: float | None = None
    """How long the issuer may take; None for the usual time."""

    def access_tokens(self, silences: Silences | None = None) -> AccessTokens:
        """Where the mailbox's access tokens come from; `silences` are those of a pass."""
        issuer = self.sign_in.authority or self.sign_in.way.provider
        names = (issuer, f"{self.mailbox.address} at {issuer}")
        shared = {} if silences is None else silences
        return AccessTokens(self.token, self._advice(), names, shared)

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

    def ask_app(self) -> None:
        """Have an app or account show that it can sign in now, even if a token is kept; the new one
        is kept instead."""
        kept = KeptGrant(self.sign_in.tokens, self.config)
        with kept.locked():
            kept.write(self._renewed(kept.read()))

    def ask_person(self, prompts: "Prompts") -> str:
        """Have a person sign in and keep what is granted; returns who it was. SignedInAsAnother if
        it is not who was expected, and what the ways raise; then nothing is changed."""
        from supportcli.credentials import ways  # noqa: PLC0415  # http and TLS, for once an hour

        granted = ways.of_person(self._request(), self.config, prompts)
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
        from supportcli.credentials import ways  # noqa: PLC0415  # http and TLS, for once an hour

        return ways.renewed(self._request(), before, self.config)

    def _request(self) -> TokenRequest:
        user, now = self.mailbox.username, self.clock()
        return TokenRequest(self.mailbox.address, user, self.sign_in, now, self.seconds)

    def _advice(self) -> str:
        """What to look at if a server refuses fresh tokens."""
        if self.sign_in.way is SignInWay.MICROSOFT_APP:
            return _APP_ADVICE
        if self.sign_in.way is SignInWay.GOOGLE_SERVICE_ACCOUNT:
            return _DELEGATION_ADVICE
        return _PERSON_ADVICE.format(account=self.sign_in.user or self.mailbox.username)
