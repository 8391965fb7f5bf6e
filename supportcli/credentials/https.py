"""Requests to the servers that give tokens, for msal (`get`, `post`) and for google-auth (which
calls it): over verified TLS, through the system's proxy, without redirects, and never for long."""

import json
import ssl
import time
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit

from supportcli.errors.tokens import SignInUnreachable
from supportcli.terminal import clean

SECONDS = 20.0
"""How long an issuer may take, unless `[sign_in]` of config.toml says otherwise."""

_UNTIMELY = frozenset({9, 10})  # OpenSSL: not yet valid, has expired
_OF_CLOCK = "; or the clock of this machine is wrong"
_LARGEST = 1024 * 1024
_BUSY = 429


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """An answer, with the names that both libraries use."""

    status_code: int
    headers: Mapping[str, str]
    data: bytes

    @property
    def status(self) -> int:
        """As `status_code`."""
        return self.status_code

    @property
    def text(self) -> str:
        """The body as text."""
        return self.data.decode("utf-8", "replace")


class Https:
    """Asks one issuer. `given` is the last JSON object that it gave. It may take so many `seconds`
    (default: SECONDS) for each answer or, if nobody is there to wait, for all of them together."""

    def __init__(self, seconds: float | None = None, *, in_all: bool = False) -> None:
        self.given: dict[str, Any] = {}
        self._seconds = seconds or SECONDS
        self._ends = time.monotonic() + self._seconds if in_all else None

    def get(
        self,
        url: str,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        **_more: object,
    ) -> HttpAnswer:
        """GET, as msal asks for it."""
        return self(f"{url}?{urlencode(params)}" if params else url, headers=headers)

    def post(
        self,
        url: str,
        data: Mapping[str, str] | str | None = None,
        headers: Mapping[str, str] | None = None,
        **_more: object,
    ) -> HttpAnswer:
        """POST, as msal asks for it."""
        body = data if isinstance(data, str) else urlencode(data or {})
        return self(url, "POST", body.encode(), headers)

    def __call__(
        self,
        url: str,
        method: str = "GET",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        **_more: object,
    ) -> HttpAnswer:
        """Ask, as google-auth does. SignInUnreachable if there is no answer in time, or one that
        blames the server itself."""
        host = clean(urlsplit(url).netloc.rpartition("@")[2])
        try:
            answer = _asked(url, method, body, headers or {}, self._left())
        except (OSError, HTTPException, ValueError) as error:
            is_silent = isinstance(error, OSError)
            raise SignInUnreachable(host, self._cause(error), is_silent=is_silent) from error
        if answer.status_code >= 500 or answer.status_code == _BUSY:  # noqa: PLR2004 - RFC 9110, 15.6
            raise SignInUnreachable(host, f"it answered with HTTP {answer.status_code}")
        self.given = _object(answer.data)
        return answer

    def _left(self) -> float:
        """How many seconds the next answer may take."""
        return self._seconds if self._ends is None else max(0.01, self._ends - time.monotonic())

    def _cause(self, error: Exception) -> str:
        """Why there is no answer."""
        reason = error.reason if isinstance(error, URLError) else error
        match reason:
            case TimeoutError():
                return f"it did not answer within {self._seconds:g} seconds"
            case ssl.SSLCertVerificationError():
                said = clean(reason.verify_message)
                clock = _OF_CLOCK if reason.verify_code in _UNTIMELY else ""
                return f"its certificate cannot be trusted ({said}{clock})"
            case OSError():
                return clean(reason.strerror or str(reason)) or "the connection broke"
            case _:
                return clean(str(reason)[:200])


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect would carry secrets to another server."""

    def redirect_request(self, *_: object) -> None:
        """Follow none."""


def _asked(
    url: str, method: str, body: bytes | None, headers: Mapping[str, str], seconds: float
) -> HttpAnswer:
    if not url.startswith("https://"):
        raise ValueError("its address does not begin with https://")
    ends = time.monotonic() + seconds
    request = urllib.request.Request(
        f"https://{url.removeprefix('https://')}", body, dict(headers), method=method
    )
    opener = urllib.request.build_opener(
        _NoRedirects, urllib.request.HTTPSHandler(context=ssl.create_default_context())
    )
    try:
        with opener.open(request, timeout=seconds) as response:
            return _answer(response, ends)
    except HTTPError as refusal:
        with refusal:
            return _answer(refusal, ends)


def _answer(response: HTTPResponse | HTTPError, ends: float) -> HttpAnswer:
    """Read an answer, which may neither be endless nor drip."""
    data = b""
    while part := response.read1(_LARGEST):
        data += part
        if len(data) > _LARGEST:
            raise ValueError("its answer is too long")
        if time.monotonic() > ends:
            raise TimeoutError
    headers = {name.lower(): value for name, value in response.headers.items()}
    return HttpAnswer(response.status or 0, headers, data)


def _object(data: bytes) -> dict[str, Any]:
    """A JSON object; empty if it is none."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
