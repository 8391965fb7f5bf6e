"""Tokens of Google for Gmail, by google-auth: of a person, in a browser that leads back to this
machine (RFC 8252) with PKCE (RFC 7636), and of a service account that acts as the mailbox's user
(domain-wide delegation)."""

import base64
import hashlib
import secrets
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from supportcli.credentials.grants import Grant
from supportcli.credentials.https import Https
from supportcli.credentials.issued import TokenRequest
from supportcli.credentials.loopback import Loopback
from supportcli.credentials.private_files import private_json
from supportcli.errors.tokens import OAuthExtraMissing, SignInFileWrong, SignInNeeded

SCOPE = "https://mail.google.com/"
"""IMAP and SMTP (developers.google.com/gmail/imap/xoauth2-protocol)."""

_ADVICE = "Check the client in Google's console (APIs & Services, Credentials)"
_ADVICE_DELEGATION = (
    "Check that the mailbox's user exists, and the service account's domain-wide delegation"
)

_CLIENT = ("client_id", "client_secret", "auth_uri", "token_uri")


def of_person(
    request: TokenRequest,
    config: Path,
    show: Callable[[str], None],
    wrong: Callable[[str], None],
    seconds: float,
) -> Grant:
    """Have a person sign in at the address that is shown; returns when their browser came back, or
    they have pasted the address that it ended at. `wrong` is told why another one that they paste
    does not help. SignInUnfinished if they do not within
    `seconds`, SignInRefused if Google refuses."""
    client = _client(request, config)
    verifier = secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    with Loopback(request.mailbox) as back:
        asked = {
            "client_id": client["client_id"],
            "redirect_uri": back.address,
            "response_type": "code",
            "scope": SCOPE,
            "state": back.state,
            "code_challenge": challenge.decode(),
            "code_challenge_method": "S256",
            "access_type": "offline",
            "prompt": "consent",
            "login_hint": request.sign_in.user or request.username,
        }
        show(f"{client['auth_uri']}?{urlencode(asked)}")
        code = back.code(seconds, wrong)
    https = Https(request.seconds)
    https.post(
        client["token_uri"],
        {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back.address,
            "client_id": client["client_id"],
            "client_secret": client["client_secret"],
            "code_verifier": verifier,
        },
        {"content-type": "application/x-www-form-urlencoded"},
    )
    return request.granted(https.given, Grant(), _ADVICE)


def renewed(request: TokenRequest, before: Grant, config: Path) -> Grant:
    """A new token for a person who has signed in before. SignInNeeded if nobody has."""
    if not before.refresh_token or before.made_for != request.sign_in.made_for:
        raise SignInNeeded(request.mailbox)
    client = _client(request, config)
    try:
        from google.oauth2.credentials import Credentials  # noqa: PLC0415  # an extra, and 227 ms
    except ImportError as error:
        raise OAuthExtraMissing("Google") from error
    person = Credentials(
        None,
        refresh_token=before.refresh_token,
        token_uri=client["token_uri"],
        client_id=client["client_id"],
        client_secret=client["client_secret"],
        scopes=[SCOPE],
    )
    return request.granted(_refreshed(person, request), before, _ADVICE)


def of_account(request: TokenRequest, before: Grant, config: Path) -> Grant:
    """A token for a service account that acts as the mailbox's user."""
    what = "the key of a service account, as Google's console gives it"
    name = request.sign_in.key_file
    info = private_json(name, config, what)
    try:
        from google.auth.exceptions import GoogleAuthError  # noqa: PLC0415
        from google.oauth2.service_account import Credentials  # noqa: PLC0415
    except ImportError as error:
        raise OAuthExtraMissing("Google") from error
    try:
        account = Credentials.from_service_account_info(
            info, scopes=[SCOPE], subject=request.username
        )
    except (ValueError, GoogleAuthError) as error:
        raise _wrong(name, config, what) from error
    granted = request.granted(_refreshed(account, request), before, _ADVICE_DELEGATION)
    return replace(granted, account=str(info.get("client_email", "")))


def _refreshed(credentials: Any, request: TokenRequest) -> dict[str, Any]:  # noqa: ANN401 - both kinds of google-auth
    """What Google answers when these ask for a token."""
    from google.auth.exceptions import RefreshError  # noqa: PLC0415

    https = Https(request.seconds, in_all=True)
    try:
        with request.understood():
            credentials.refresh(https)
    except RefreshError:
        if "error" not in https.given:  # without one it was no answer of Google's
            raise request.nonsense() from None
    return https.given


def _client(request: TokenRequest, config: Path) -> dict[str, str]:
    """The OAuth client in its file: of a desktop app, in Google's words “installed”."""
    what = "the JSON of an OAuth client of the type “Desktop app”"
    name = request.sign_in.client_file
    found = private_json(name, config, what).get("installed")
    if not isinstance(found, dict) or not all(isinstance(found.get(key), str) for key in _CLIENT):
        raise _wrong(name, config, what)
    return {key: found[key] for key in _CLIENT}


def _wrong(name: str, config: Path, what: str) -> SignInFileWrong:
    return SignInFileWrong(
        str(config.parent / Path(name).expanduser()),
        f"is not {what}",
        "Download it again from https://console.cloud.google.com/apis/credentials.",
    )
