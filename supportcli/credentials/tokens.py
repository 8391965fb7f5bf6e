"""Access tokens (RFC 6749, 1.4): what a mailbox that signs in by OAuth shows to its servers."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from supportcli.errors.tokens import SignInUnreachable

_QUIET_SECONDS = 60.0
"""An issuer that does not answer is not asked again for so long: a pass needs tokens for IMAP and
for SMTP, of each mailbox, and shall not wait for each."""


Silences = dict[str, tuple[float, SignInUnreachable]]
"""Who gave no answer just now: until when they are left alone, and what was said. A pass over many
mailboxes has one of these for all of them."""


@dataclass(frozen=True, slots=True)
class AccessTokens:
    """Where a mailbox's access tokens come from. They are asked for when they are needed, since one
    lives for about an hour."""

    source: Callable[[str], str]
    """A token other than the one that a server refused (empty: any)."""

    advice: str = "Check who signs in, and whether they may use this mailbox"
    """What to look at if a server refuses tokens that are fresh."""
    names: tuple[str, str] = ("", "")
    """The issuer, and this mailbox there. A silent issuer is silent for each mailbox; an answer
    that makes no sense is one to this mailbox."""
    silences: Silences = field(default_factory=dict)

    def current(self) -> str:
        """A token to sign in with. MailServerError if there is none."""
        return self._asked("")

    def instead_of(self, refused: str) -> str:
        """A new token, after a server refused one. MailServerError if there is none."""
        return self._asked(refused)

    def _asked(self, refused: str) -> str:
        for name in self.names:
            until, said = self.silences.get(name, (0.0, None))
            if said is not None and time.monotonic() < until:
                raise said
        try:
            return self.source(refused)
        except SignInUnreachable as none:
            name = self.names[0 if none.is_silent else 1]
            self.silences[name] = time.monotonic() + _QUIET_SECONDS, none
            raise
