"""Logging in with an access token: SASL XOAUTH2 (Gmail, Microsoft) and OAUTHBEARER (RFC 7628).

A server that refuses a token says why as JSON in a challenge, and gives its answer only after the
client has replied to that: with nothing for XOAUTH2, with one %x01 for OAUTHBEARER (RFC 7628,
3.2.3)."""

import json
from collections.abc import Callable, Collection

from supportcli.credentials.tokens import AccessTokens
from supportcli.domain.mailbox import Endpoint
from supportcli.errors.servers import LoginRefused

MECHANISMS = ("XOAUTH2", "OAUTHBEARER")
"""Those we know, the most usual first: Microsoft has XOAUTH2 only."""


def mechanism_of(offered: Collection[str]) -> str | None:
    """The mechanism to use with a server that offers these; None if it takes no tokens."""
    return next((one for one in MECHANISMS if one in offered), None)


class BearerExchange:
    """One login with a token. `answer` replies to each challenge of the server; `why` is then what
    the server said against the token."""

    def __init__(self, mechanism: str, username: str, endpoint: Endpoint, token: str) -> None:
        self.why = ""
        bearer = f"auth=Bearer {token}\1\1"
        if mechanism == "OAUTHBEARER":
            name = username.replace("=", "=3D").replace(",", "=2C")
            place = f"host={endpoint.host}\1port={endpoint.port}\1"
            self.first = f"n,a={name},\1{place}{bearer}".encode()
            self._last = b"\1"
        else:
            self.first = f"user={username}\1{bearer}".encode()
            self._last = b""
        self._begun = False

    def answer(self, challenge: bytes) -> bytes:
        """What to answer to a challenge. The first one is empty, and asks for the token."""
        if not self._begun:
            self._begun = True
            return self.first
        return self.against(challenge)

    def against(self, challenge: bytes) -> bytes:
        """What to answer to the reason of a refusal."""
        self.why = _status(challenge)
        return self._last


def _status(challenge: bytes) -> str:
    """“status 401”; empty if the server gives none."""
    try:
        said = json.loads(challenge)
    except (ValueError, RecursionError):
        return ""
    status = said.get("status") if isinstance(said, dict) else None
    return f"status {str(status)[:20]}" if status else ""


def sign_in(tokens: AccessTokens, present: Callable[[str], None]) -> None:
    """Log in with a token: `present` it, and if the server refuses it, once more with a new one.
    LoginRefused if that is refused too; MailServerError if there is no token."""
    token = tokens.current()
    try:
        present(token)
    except LoginRefused as refused:
        if not refused.new_token_helps:
            raise
        present(tokens.instead_of(token))
