"""Access tokens as JWTs (RFC 7519), signed with a key that the servers of the tests know."""

import base64
import hashlib
import hmac
import json
import time

KEY = b"a key that everybody in the tests knows"
ISSUER = "https://issuer.test"
LIFE = 3600


def token(user: str, *, life: float = LIFE, key: bytes = KEY, issuer: str = ISSUER) -> str:
    """A token with which `user` gets in, for `life` seconds from now (negative: it has
    expired)."""
    now = int(time.time())
    claims = {
        "iss": issuer,
        "sub": user,
        "email": user,
        "aud": "mail",
        "iat": min(now, int(now + life)) - 1,
        "exp": int(now + life),
        "jti": base64.b32encode(
            hashlib.sha256(str(time.monotonic_ns()).encode()).digest()
        ).decode(),
    }
    signed = f"{_part({'alg': 'HS256', 'typ': 'JWT'})}.{_part(claims)}"
    return f"{signed}.{_url64(hmac.new(key, signed.encode(), hashlib.sha256).digest())}"


def user_of(shown: str) -> str | None:
    """Who gets in with a token now; None if nobody does."""
    signed, _, signature = shown.rpartition(".")
    expected = _url64(hmac.new(KEY, signed.encode(), hashlib.sha256).digest())
    if not hmac.compare_digest(signature, expected):
        return None
    claims = json.loads(base64.urlsafe_b64decode(signed.partition(".")[2] + "=="))
    good = claims["iss"] == ISSUER and claims["exp"] > time.time()
    return str(claims["email"]) if good else None


def _part(claims: dict[str, object]) -> str:
    return _url64(json.dumps(claims).encode())


def _url64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
