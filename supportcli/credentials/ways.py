"""Asking Microsoft and Google, each way as it is done. It is loaded when a token has to be renewed,
about once an hour."""

import logging
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from supportcli.credentials import google, microsoft
from supportcli.credentials.grants import Grant
from supportcli.credentials.issued import TokenRequest
from supportcli.domain.sign_in import SignInWay
from supportcli.errors.tokens import OAuthExtraMissing

_TALKERS = ("msal", "google", "requests", "urllib3")
"""Libraries that log what an issuer answers: tokens, and anything else that a server sends."""

for _name in _TALKERS:
    _log = logging.getLogger(_name)
    _log.addHandler(logging.NullHandler())
    _log.propagate = False
    _log.setLevel(logging.CRITICAL + 1)
warnings.filterwarnings("ignore", module=rf"({'|'.join(_TALKERS)})(\.|$)")

WAIT_SECONDS = 900.0
"""How long a person may take to sign in with Google; Microsoft sets its own limit, 15 minutes
too."""


@dataclass(frozen=True, slots=True)
class Prompts:
    """How a person is told what to do: to type a code (Microsoft), to open an address (Google)."""

    device: Callable[[microsoft.DeviceCode], None]
    browser: Callable[[str], None]
    wrong: Callable[[str], None] = lambda _why: None
    """What is said of an address that a person pastes and that does not help."""


_LIBRARIES = {
    SignInWay.MICROSOFT: "msal",
    SignInWay.MICROSOFT_APP: "msal",
    SignInWay.GOOGLE: "google.oauth2.credentials",
    SignInWay.GOOGLE_SERVICE_ACCOUNT: "google.oauth2.service_account",
}


def check_installed(way: SignInWay) -> None:
    """OAuthExtraMissing if the library of a way is not installed. It is not loaded."""
    try:
        found = find_spec(_LIBRARIES[way])
    except ImportError:  # not even the package that it is in
        found = None
    if found is None:
        raise OAuthExtraMissing(way.provider)


def renewed(request: TokenRequest, before: Grant, config: Path) -> Grant:
    """A new grant after `before`, without anybody being there."""
    match request.sign_in.way:
        case SignInWay.MICROSOFT:
            return microsoft.renewed(request, before)
        case SignInWay.MICROSOFT_APP:
            return microsoft.of_app(request, before, config)
        case SignInWay.GOOGLE:
            return google.renewed(request, before, config)
        case SignInWay.GOOGLE_SERVICE_ACCOUNT:
            return google.of_account(request, before, config)


def of_person(request: TokenRequest, config: Path, prompts: Prompts) -> Grant:
    """The first grant of a person, who signs in meanwhile."""
    if request.sign_in.way is SignInWay.MICROSOFT:
        return microsoft.of_person(request, prompts.device)
    return google.of_person(request, config, prompts.browser, prompts.wrong, WAIT_SECONDS)
