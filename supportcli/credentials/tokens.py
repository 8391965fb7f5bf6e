"""Access tokens (RFC 6749, 1.4): what a mailbox that signs in by OAuth shows to its servers."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AccessTokens:
    """Where a mailbox's access tokens come from. They are asked for when they are needed, since one
    lives for about an hour."""

    source: Callable[[str], str]
    """A token other than the one that a server refused (empty: any)."""

    advice: str = "Check who signs in, and whether they may use this mailbox"
    """What to look at if a server refuses tokens that are fresh."""

    def current(self) -> str:
        """A token to sign in with. MailServerError if there is none."""
        return self.source("")

    def instead_of(self, refused: str) -> str:
        """A new token, after a server refused one. MailServerError if there is none."""
        return self.source(refused)
