"""An issuer of access tokens on loopback: the endpoints of Microsoft and Google that msal and
google-auth call, over TLS with a certificate of the tests, with a clock of its own.

with Issuer(certificates) as issuer:
    issuer.approve("ada@shop.test")            # the person types the code in their browser
    issuer.refuse("invalid_grant", "AADSTS50173: …")   # from now on; issuer.refuse() ends it
"""

import base64
import hashlib
import json
import secrets
import ssl
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt as pyjwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509 import load_pem_x509_certificate

from tests.servers import jwt
from tests.servers.certificates import Certificates
from tests.servers.process import LOOPBACK

TENANT = "11111111-2222-3333-4444-555555555555"
CLIENT_ID = "66666666-7777-8888-9999-000000000000"
CLIENT_SECRET = "shop~app~secret"
GOOGLE_SECRET = "GOCSPX-shop"
MAILBOX = "help@shop.test"
PERSON = "ada@shop.test"

REFUSALS = {
    "AADSTS7000215": ("invalid_client", "AADSTS7000215: Invalid client secret provided.", "Value"),
    "AADSTS70000": ("invalid_grant", "AADSTS70000: Provided grant is invalid.", "--client-id"),
    "AADSTS700016": ("unauthorized_client", "AADSTS700016: Application not found.", "--client-id"),
    "AADSTS900144": ("invalid_request", "AADSTS900144: must contain 'scope'.", "scope"),
    "AADSTS50173": ("invalid_grant", "AADSTS50173: The grant has expired.", "sign-in"),
    "AADSTS65001": ("invalid_grant", "AADSTS65001: has not consented.", "Grant admin consent"),
    "AADSTS50076": ("interaction_required", "AADSTS50076: MFA.", "second factor"),
    "AADSTS7000222": (
        "invalid_client",
        "AADSTS7000222: The provided client secret keys are expired.",
        "Make a new one under Certificates & secrets",
    ),
    "AADSTS90002": ("invalid_request", "AADSTS90002: Tenant not found.", "--tenant"),
    "AADSTS700027": (
        "invalid_client",
        "AADSTS700027: The certificate is not registered on application.",
        "upload it",
    ),
    "AADSTS700027 expired": (
        "invalid_client",
        "AADSTS700027: The certificate with identifier x is expired on application.",
        "Make a new one",
    ),
    "AADSTS700024": (
        "invalid_client",
        "AADSTS700024: Client assertion is not within its valid time range.",
        "The clock of this machine",
    ),
    "AADSTS7000218": (
        "invalid_client",
        "AADSTS7000218: must contain client_assertion.",
        "Allow public client flows",
    ),
    "AADSTS53003": ("invalid_grant", "AADSTS53003: Access blocked.", "Conditional Access"),
    "AADSTS50105": ("invalid_grant", "AADSTS50105: not assigned to a role.", "Users and groups"),
    "clock of Google": (
        "invalid_grant",
        "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe",
        "The clock of this machine",
    ),
    "seven days": ("invalid_grant", "Token has been expired or revoked.", "seven days"),
}
"""What issuers say: the error, its description, and a part of the remedy."""

GOOGLE_REFUSALS = {
    "Google's key": ("invalid_grant", "Invalid JWT Signature.", "--key-file"),
    "Google's account": ("invalid_grant", "Invalid grant: account not found", "--key-file"),
    "disabled_client": ("disabled_client", "The OAuth client was disabled.", "Enable it"),
    "deleted_client": ("deleted_client", "The OAuth client was deleted.", "--client-file"),
    "invalid_client": ("invalid_client", "The OAuth client was not found.", "--client-file"),
    "admin_policy_enforced": ("admin_policy_enforced", "", "API controls"),
    "access_denied": ("access_denied", "Account restricted", "Admin console"),
}
"""As `REFUSALS`, of Google alone."""

Said = tuple[int, dict[str, Any]]


class NoGrant(Exception):
    """The issuer refuses: an OAuth error and its description."""

    def __init__(self, error: str, description: str = "") -> None:
        super().__init__(error)
        self.said: Said = (400, {"error": error, "error_description": description})


@dataclass(slots=True)
class Issued:
    """What was issued, and what is known to the issuer. `certificate` (PEM) is the app's, `key`
    the public one of the service account."""

    tokens: dict[str, datetime] = field(default_factory=dict)
    refresh_tokens: set[str] = field(default_factory=set)
    codes: dict[str, Mapping[str, str]] = field(default_factory=dict)
    approved: str = ""
    certificate: bytes = b""
    key: bytes = b""


class _QuietServer(ThreadingHTTPServer):
    """Says nothing of clients that hang up: the next test reads what is on standard error."""

    def handle_error(self, request: object, client_address: object) -> None:
        """They have their reasons."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # as it was given


class Issuer:
    """Issues tokens that open `mailbox`, each for an hour of `now`. `requests` are the grants that
    were asked for, refused ones too."""

    def __init__(
        self,
        certificates: Certificates,
        mailbox: str = MAILBOX,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.mailbox, self.now = mailbox, now
        self.issued = Issued()
        self.requests: list[str] = []
        self.life = 3600
        self.testing_life = 0
        """Google ends the sign-ins of an app in testing after so many seconds."""
        self._refusal: NoGrant | None = None
        self._nonsense: tuple[str, int, bytes] | None = None
        self._stalls = threading.Event()
        self._stalls.set()
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificates.good, certificates.key)
        self._server = _QuietServer((LOOPBACK, 0), _handler(self))
        self._server.daemon_threads = True
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.url = f"https://{LOOPBACK}:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stalls.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def approve(self, account: str = PERSON) -> None:
        """A person types the code, and signs in as `account`."""
        self.issued.approved = account

    def refuse(self, error: str = "", description: str = "") -> None:
        """Refuse every request for a token from now on; without an error it is as usual again."""
        self._refusal = NoGrant(error, description) if error else None

    def babble(self, body: str, status: int = 200, at: str = "/token") -> None:
        """Answer with this body from now on, at the addresses that end so."""
        self._nonsense = at, status, body.encode()

    def stall(self) -> None:
        """Answer nothing until the end."""
        self._stalls.clear()

    def user_of(self, token: str) -> str | None:
        """Whose mailbox a token opens now, for a mail server."""
        good = self.issued.tokens.get(token, datetime.min.replace(tzinfo=UTC)) > self.now()
        return jwt.user_of(token) if good else None

    def google_client(self) -> dict[str, dict[str, str]]:
        """The JSON of an OAuth client."""
        return {
            "installed": {
                "client_id": CLIENT_ID,
                "client_secret": GOOGLE_SECRET,
                "auth_uri": f"{self.url}/google/auth",
                "token_uri": f"{self.url}/google/token",
            }
        }

    def google_account(self) -> dict[str, str]:
        """The JSON key of a new service account."""
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.issued.key = key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        return {
            "type": "service_account",
            "client_email": "desk@shop.iam.gserviceaccount.com",
            "private_key_id": "1",
            "private_key": private.decode(),
            "token_uri": f"{self.url}/google/token",
        }

    def nonsense(self, path: str) -> tuple[int, bytes] | None:
        """What is answered instead of sense; None if there is no need."""
        at, status, body = self._nonsense or ("", 0, b"")
        return (status, body) if at and path.endswith(at) else None

    def answer(self, path: str, form: Mapping[str, str]) -> Said:
        """What a request gets."""
        self._stalls.wait()
        try:
            if path.endswith("/.well-known/openid-configuration"):
                return self._places(path.split("/")[1])
            if path.endswith("/devicecode"):
                return self._device_code(form)
            self.requests.append(form.get("grant_type", "").rpartition(":")[2])
            self._check_request(path, form)
            return 200, self._granted(path, form)
        except NoGrant as no:
            return no.said

    def visit(self, asked: Mapping[str, str]) -> str:
        """A person agrees in their browser; where it is led then."""
        code = secrets.token_urlsafe(8)
        self.issued.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'state': asked['state'], 'code': code})}"

    def _check_request(self, path: str, form: Mapping[str, str]) -> None:
        if self._refusal is not None:
            raise self._refusal
        names_scope = "scope" in form or form["grant_type"].endswith("device_code")
        if path.startswith(f"/{TENANT}") and not names_scope:
            raise NoGrant(
                "invalid_request",
                "AADSTS900144: The request body must contain the following parameter: 'scope'.",
            )

    def _places(self, tenant: str) -> Said:
        if tenant != TENANT:
            raise NoGrant("invalid_tenant", f"AADSTS90002: Tenant '{tenant}' not found.")
        base = f"{self.url}/{TENANT}/oauth2/v2.0"
        return 200, {
            "issuer": f"{self.url}/{TENANT}/v2.0",
            "authorization_endpoint": f"{base}/authorize",
            "token_endpoint": f"{base}/token",
            "device_authorization_endpoint": f"{base}/devicecode",
        }

    def _device_code(self, form: Mapping[str, str]) -> Said:
        self._check_client(form)
        return 200, {
            "user_code": "SHOP-CODE",
            "device_code": "device",
            "verification_uri": f"{self.url}/device",
            "expires_in": 900,
            "interval": 1,
            "message": "",
        }

    def _check_client(self, form: Mapping[str, str]) -> None:
        if form["client_id"] != CLIENT_ID:
            raise NoGrant(
                "unauthorized_client",
                f"AADSTS700016: Application with identifier '{form['client_id']}' was not found in the directory.",
            )

    def _granted(self, path: str, form: Mapping[str, str]) -> dict[str, Any]:
        google = path.startswith("/google")
        match form["grant_type"].rpartition(":")[2]:
            case "device_code":
                self._check_client(form)
                if not self.issued.approved:
                    raise NoGrant("authorization_pending")
                return self._token(refresh=True) | {"id_token": self._id_token()}
            case "refresh_token":
                if form["refresh_token"] not in self.issued.refresh_tokens:
                    raise NoGrant(
                        "invalid_grant",
                        "Token has been expired or revoked."
                        if google
                        else "AADSTS70000: Provided grant is invalid or malformed.",
                    )
                return self._token(refresh=not google)
            case "client_credentials":
                self._check_app(form)
                return self._token()
            case "authorization_code":
                self._check_pkce(form)
                return self._token(refresh=True) | (
                    {"refresh_token_expires_in": self.testing_life} if self.testing_life else {}
                )
            case "jwt-bearer":
                self._check_account(form)
                return self._token()
            case _:
                raise NoGrant("unsupported_grant_type")

    def _check_app(self, form: Mapping[str, str]) -> None:
        self._check_client(form)
        if not form["scope"].endswith("/.default"):
            raise NoGrant(
                "invalid_scope", "AADSTS1002012: The provided value for scope is not valid."
            )
        if "client_assertion" in form:
            key = load_pem_x509_certificate(self.issued.certificate).public_key()
            assert isinstance(key, rsa.RSAPublicKey)
            claims = pyjwt.decode(
                form["client_assertion"],
                key,
                ["PS256"],
                audience=f"{self.url}/{TENANT}/oauth2/v2.0/token",
            )
            assert claims["iss"] == CLIENT_ID
        elif form.get("client_secret") != CLIENT_SECRET:
            raise NoGrant(
                "invalid_client",
                "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app.",
            )

    def _check_pkce(self, form: Mapping[str, str]) -> None:
        asked = self.issued.codes.pop(form["code"])
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        expected = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if asked["code_challenge"] != expected or form["client_secret"] != GOOGLE_SECRET:
            raise NoGrant("invalid_grant", "Invalid code verifier.")

    def _check_account(self, form: Mapping[str, str]) -> None:
        claims = pyjwt.decode(
            form["assertion"],
            self.issued.key,
            ["RS256"],
            audience="https://oauth2.googleapis.com/token",
        )
        if claims["sub"] != self.mailbox or claims["scope"] != "https://mail.google.com/":
            raise NoGrant(
                "unauthorized_client",
                "Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the scopes requested.",
            )

    def issue(self) -> str:
        """A token for somebody who has shown who they are elsewhere."""
        token = jwt.token(self.mailbox)
        self.issued.tokens[token] = self.now() + timedelta(seconds=self.life)
        return token

    def _token(self, *, refresh: bool = False) -> dict[str, Any]:
        said: dict[str, Any] = {
            "token_type": "Bearer",
            "access_token": self.issue(),
            "expires_in": self.life,
        }
        if refresh:
            said["refresh_token"] = f"refresh-{secrets.token_urlsafe(8)}"
            self.issued.refresh_tokens.add(said["refresh_token"])
        return said

    def _id_token(self) -> str:
        now = datetime.now(UTC)
        claims = {
            "iss": f"{self.url}/{TENANT}/v2.0",
            "aud": CLIENT_ID,
            "sub": "1",
            "iat": now,
            "exp": now + timedelta(hours=1),
            "preferred_username": self.issued.approved,
        }
        return str(pyjwt.encode(claims, "nobody verifies what comes over TLS from the issuer"))


def _handler(issuer: Issuer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            place = urlsplit(self.path)
            if place.path == "/google/auth":
                asked = {name: values[0] for name, values in parse_qs(place.query).items()}
                self.send_response(302)
                self.send_header("Location", issuer.visit(asked))
                self.end_headers()
            else:
                self._say(*issuer.answer(place.path, {}))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self._say(*issuer.answer(urlsplit(self.path).path, form))

        def _say(self, status: int, said: dict[str, Any]) -> None:
            body = json.dumps(said).encode()
            status, body = issuer.nonsense(urlsplit(self.path).path) or (status, body)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    return Handler
