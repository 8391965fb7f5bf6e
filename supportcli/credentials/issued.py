"""What an issuer answers, as a grant or as our error."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from supportcli.credentials.grants import Grant
from supportcli.credentials.programs import is_token
from supportcli.domain.sign_in import SignIn
from supportcli.errors.tokens import SignInRefused, SignInUnreachable
from supportcli.terminal import clean

EARLY = timedelta(minutes=5)
"""A token is renewed so long before it ends: a sync with much new mail takes a while."""

_SHORT_LIFE = 600
"""Of a token of which the issuer does not say how long it lives (RFC 6749, 5.1, lets it)."""

_LONGEST_LIFE = 366 * 24 * 3600
_WORDS = 300

NONSENSE = "its answer could not be understood"

STUMBLES = (ValueError, TypeError, AttributeError, LookupError, ArithmeticError, RecursionError)
"""What a library raises that takes an answer for what it should be."""


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """Who asks an issuer for a token: for which mailbox, whose user is `username`, and when. The
    issuer may take so many `seconds`, None for as many as usual."""

    mailbox: str
    username: str
    sign_in: SignIn
    now: datetime
    seconds: float | None = None

    @contextmanager
    def understood(self) -> Iterator[None]:
        """While a library reads what the issuer answers. SignInUnreachable if it stumbles: over the
        page of a proxy, half of an answer, a text where a number should be. Its own error is left
        out, since it may have tokens in it."""
        try:
            yield
        except STUMBLES:
            raise self.nonsense() from None

    def nonsense(self) -> SignInUnreachable:
        """The error for an answer that makes no sense."""
        return SignInUnreachable(f"of {self.sign_in.way.provider}", NONSENSE)

    def granted(self, said: Mapping[str, Any], before: Grant, advice: str) -> Grant:
        """The grant in an answer; `before` is the one that it replaces. SignInRefused if it is a
        refusal, SignInUnreachable if it makes no sense."""
        provider = self.sign_in.way.provider
        token = said.get("access_token")
        if token is None and _passes(said):
            raise SignInUnreachable(f"of {provider}", f"it says: {_words(said)}")
        if token is None and isinstance(said.get("error"), str):
            raise SignInRefused(provider, self.mailbox, _words(said), advice)
        if not isinstance(token, str) or not is_token(token):
            raise self.nonsense()
        life = timedelta(seconds=_seconds(said.get("expires_in", _SHORT_LIFE)))
        if not life:
            raise self.nonsense()
        return replace(
            before,
            made_for=self.sign_in.made_for,
            access_token=token,
            use_until=self.now + max(life - EARLY, life / 2),
            refresh_token=str(said.get("refresh_token") or before.refresh_token),
            refresh_ends=self._refresh_ends(said) or before.refresh_ends,
        )

    def _refresh_ends(self, said: Mapping[str, Any]) -> date | None:
        """When Google will end the sign-in, which it says of apps in testing."""
        left = _seconds(said.get("refresh_token_expires_in"))
        return (self.now + timedelta(seconds=left)).date() if left else None


_PASSING = re.compile(r"AADSTS90033\b|^(?:temporarily_unavailable|server_error|internal_failure)$")


def _passes(said: Mapping[str, Any]) -> bool:
    """Whether an issuer refuses because of a trouble of its own (RFC 6749, 4.1.2.1, and what
    Microsoft calls a transient error)."""
    words = (str(said.get("error") or ""), str(said.get("error_description") or ""))
    return any(_PASSING.search(one) for one in words)


def _seconds(said: object) -> int:
    """How many seconds from now on an issuer means; 0 if they make no sense."""
    try:
        found = float(str(said))
    except ValueError:
        return 0
    return int(found) if 0 < found <= _LONGEST_LIFE else 0


def _words(said: Mapping[str, Any]) -> str:
    """Why an issuer refuses, in a line. Microsoft adds lines with numbers of its own."""
    described = str(said.get("error_description") or "").partition("Trace ID")[0]
    words = " ".join(f"{said['error']}: {described}".split()).rstrip(".: ")
    return clean(words[:_WORDS])
