"""Tokens of Microsoft 365 for Exchange Online, by msal: of a person by device code (RFC 8628), and
of an app by its secret or certificate (client credentials).

One token is good for IMAP and SMTP. Which mailbox it opens is said in the login (XOAUTH2), so that
a person with full access opens a shared mailbox."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from supportcli.credentials import certificates
from supportcli.credentials.grants import Grant
from supportcli.credentials.https import Https
from supportcli.credentials.issued import STUMBLES, TokenRequest
from supportcli.credentials.private_files import private_bytes
from supportcli.credentials.references import resolve
from supportcli.domain.sign_in import SignIn
from supportcli.errors import ConfigurationError
from supportcli.errors.tokens import (
    ClientSecretUnavailable,
    OAuthExtraMissing,
    SignInFileWrong,
    SignInNeeded,
    SignInUnfinished,
)

if TYPE_CHECKING:
    import msal

AUTHORITY = "https://login.microsoftonline.com"

_RESOURCES = {
    "login.microsoftonline.us": "https://outlook.office365.us",
    "login.partner.microsoftonline.cn": "https://partner.outlook.cn",
}
"""Exchange Online of the national clouds, by their login servers."""

_NEW_CERTIFICATE = (
    "Set the clock if it is wrong. Else make a new certificate, upload it under Certificates & "
    "secrets, and run: supportcli mailbox sign-in {mailbox} --certificate FILE"
)
_LONGEST_WAIT = 24 * 3600
"""No device code lives for so long."""

_PERSON = "https://outlook.office.com"
_APP = "https://outlook.office365.com"

_ADVICE = (
    "Check the app's registration, and its two IDs; give them again with: supportcli mailbox "
    "sign-in … --client-id ID --tenant ID"
)


@dataclass(frozen=True, slots=True)
class DeviceCode:
    """What a person has to do: open `address` in any browser, within `seconds`, and type `code`."""

    address: str
    code: str
    seconds: int


def of_person(request: TokenRequest, show: Callable[[DeviceCode], None]) -> Grant:
    """Have a person sign in; returns when they have. SignInUnfinished if they do not in time,
    SignInRefused if Microsoft refuses."""
    app = _app(request, by_person=True)
    with request.understood():
        flow = app.initiate_device_flow(scopes=_scopes(request.sign_in))
        if "user_code" not in flow:
            request.granted(flow, Grant(), _ADVICE)  # raises what it says
    show(_device_code(request, flow))
    with request.understood():
        said = app.acquire_token_by_device_flow(flow)
        claims = said.get("id_token_claims") or {}
        account = str(claims.get("preferred_username") or claims.get("email") or "")
    error = str(said.get("error"))
    if error in {"authorization_pending", "slow_down", "expired_token", "code_expired"}:
        raise SignInUnfinished(request.mailbox, "nobody entered the code in time")
    if error in {"access_denied", "authorization_declined"}:
        raise SignInUnfinished(request.mailbox, "the person in the browser declined")
    return replace(request.granted(said, Grant(), _ADVICE), account=account.lower())


def _device_code(request: TokenRequest, flow: Mapping[str, Any]) -> DeviceCode:
    """What a person has to do, if the answer is one that msal can wait for."""
    code, address, seconds = flow["user_code"], flow.get("verification_uri"), flow["expires_in"]
    texts = (code, address, flow.get("device_code"))
    waits = all(0 < one <= _LONGEST_WAIT for one in (flow["interval"], seconds))
    if not waits or not all(isinstance(one, str) and one for one in texts):
        raise request.nonsense()
    return DeviceCode(str(address), code, seconds)


def renewed(request: TokenRequest, before: Grant) -> Grant:
    """A new token for a person who has signed in before. SignInNeeded if nobody has."""
    if not before.refresh_token or before.made_for != request.sign_in.made_for:
        raise SignInNeeded(request.mailbox)
    app = _app(request)
    with request.understood():
        said = app.acquire_token_by_refresh_token(
            before.refresh_token, scopes=_scopes(request.sign_in)
        )
    return request.granted(said, before, _ADVICE)


def of_app(request: TokenRequest, before: Grant, config: Path) -> Grant:
    """A token for the app itself."""
    try:
        credential = _credential(request, config)
    except ImportError as error:
        raise OAuthExtraMissing("Microsoft") from error
    scopes = [f"{_resource(request.sign_in, _APP)}/.default"]
    app = _app(request, credential)
    with request.understood():
        said = app.acquire_token_for_client(scopes)
    return request.granted(said, before, _ADVICE)


def _app(
    request: TokenRequest, credential: object = None, *, by_person: bool = False
) -> "msal.ClientApplication":
    """The app at Microsoft's server, whose addresses are asked for first."""
    try:
        import msal  # noqa: PLC0415  # an extra, and 209 ms
    except ImportError as error:
        raise OAuthExtraMissing("Microsoft") from error
    sign_in, https = request.sign_in, Https(request.seconds, in_all=not by_person)
    kind = msal.PublicClientApplication
    more: dict[str, Any] = {}
    if credential is not None:
        kind, more = msal.ConfidentialClientApplication, {"client_credential": credential}
    authority = sign_in.authority or AUTHORITY
    try:
        return kind(
            sign_in.client_id,
            authority=f"{authority}/{sign_in.tenant}",
            instance_discovery=False,
            http_client=https,
            **more,
        )
    except STUMBLES:
        if "error" in https.given:  # an unknown directory is said here
            request.granted(https.given, Grant(), _ADVICE)
        raise request.nonsense() from None


def _scopes(sign_in: SignIn) -> list[str]:
    """Rights of a person; msal adds offline_access, for the next token."""
    resource = _resource(sign_in, _PERSON)
    return [f"{resource}/IMAP.AccessAsUser.All", f"{resource}/SMTP.Send"]


def _resource(sign_in: SignIn, usual: str) -> str:
    return _RESOURCES.get(urlsplit(sign_in.authority).netloc, usual)


def _credential(request: TokenRequest, config: Path) -> object:
    """The app's secret, or its certificate with its key, if its days are not over."""
    sign_in = request.sign_in
    if sign_in.client_secret:
        try:
            return resolve(sign_in.client_secret, config)
        except ConfigurationError as error:
            raise ClientSecretUnavailable(error) from error
    pem = private_bytes(sign_in.certificate, config).decode("ascii", "replace")
    path = str(config.parent / Path(sign_in.certificate).expanduser())
    try:
        key, certificate = certificates.pair(pem)
    except certificates.CertificateFaulty as wrong:
        raise SignInFileWrong(path, wrong.what, wrong.hint) from wrong
    if what := certificates.out_of_date(certificate, request.now):
        raise SignInFileWrong(path, what, _NEW_CERTIFICATE.format(mailbox=request.mailbox))
    return {"private_key": key, "public_certificate": certificate}
