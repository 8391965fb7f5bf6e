"""Access tokens (RFC 6749, 1.4): what a mailbox that signs in by OAuth shows to its servers."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from supportcli.errors.tokens import SignInUnreachable

_QUIET_SECONDS = 60.0
"""An issuer that does not answer is not asked again for so long: a sync needs tokens for IMAP, and
for SMTP, and shall not wait for each."""


@dataclass(slots=True)
class AccessTokens:
    """Where a mailbox's access tokens come from. They are asked for when they are needed, since one
    lives for about an hour."""

    source: Callable[[str], str]
    """A token other than the one that a server refused (empty: any)."""

    advice: str = "Check who signs in, and whether they may use this mailbox"
    """What to look at if a server refuses tokens that are fresh."""
    _silent: SignInUnreachable | None = field(default=None, init=False)
    _quiet_until: float = field(default=0.0, init=False)

    def current(self) -> str:
        """A token to sign in with. MailServerError if there is none."""
        return self._asked("")

    def instead_of(self, refused: str) -> str:
        """A new token, after a server refused one. MailServerError if there is none."""
        return self._asked(refused)

    def _asked(self, refused: str) -> str:
        if self._silent is not None and time.monotonic() < self._quiet_until:
            raise self._silent
        try:
            return self.source(refused)
        except SignInUnreachable as silent:
            self._silent, self._quiet_until = silent, time.monotonic() + _QUIET_SECONDS
            raise
