"""How a mailbox gets its access tokens from Microsoft or Google: who signs in, and as which app.
The app's registration is the organisation's own."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

WARNED_DAYS = 14
"""So many days before a sign-in ends there is a warning."""


_LABEL = r"[a-z0-9]([a-z0-9-]*[a-z0-9])?"
_TENANT = re.compile(rf"{_LABEL}(\.{_LABEL})*", re.IGNORECASE | re.ASCII)
_AUTHORITY = re.compile(rf"https://{_LABEL}(\.{_LABEL})*(:[0-9]{{1,5}})?", re.IGNORECASE | re.ASCII)


class SignInWay(StrEnum):
    """Who signs in, and where."""

    MICROSOFT = "microsoft"
    """A person, by a code that they type in any browser (device code, RFC 8628)."""
    MICROSOFT_APP = "microsoft-app"
    """The app itself (client credentials), by its secret or certificate."""
    GOOGLE = "google"
    """A person, in a browser that leads back to this machine (RFC 8252)."""
    GOOGLE_SERVICE_ACCOUNT = "google-service-account"
    """A service account that acts as the mailbox's user (domain-wide delegation)."""

    @property
    def by_person(self) -> bool:
        """Whether a person has to sign in once."""
        return self in {SignInWay.MICROSOFT, SignInWay.GOOGLE}

    @property
    def provider(self) -> str:
        """Microsoft or Google."""
        return "Microsoft" if self.value.startswith("microsoft") else "Google"


_NEEDED = {
    SignInWay.MICROSOFT: ("client_id", "tenant"),
    SignInWay.MICROSOFT_APP: ("client_id", "tenant"),
    SignInWay.GOOGLE: ("client_file",),
    SignInWay.GOOGLE_SERVICE_ACCOUNT: ("key_file",),
}


def unusable(fields: Mapping[str, object]) -> tuple[str, str] | None:
    """The first of these fields of a sign-in that becomes part of an address and cannot, with what
    it must be; None if all can. Nothing is asked of the network to find out."""
    tenant, authority = (str(fields.get(name) or "") for name in ("tenant", "authority"))
    if tenant and not _TENANT.fullmatch(tenant):
        return "tenant", "must be the Directory ID, or a domain such as shop.example"
    if authority and not _AUTHORITY.fullmatch(authority):
        return "authority", "must be an address such as https://login.microsoftonline.us"
    return None


@dataclass(frozen=True, slots=True)
class SignIn:
    """The sign-in of a mailbox as config.toml has it. No secret is in it."""

    way: SignInWay
    tokens: str = ""
    """Where the tokens are kept: keyring:NAME or file:PATH."""
    user: str = ""
    """Who signs in, if it is not the mailbox itself: with Microsoft somebody with full access to a
    shared mailbox."""
    client_id: str = ""
    tenant: str = ""
    authority: str = ""
    """Microsoft's login server, if it is that of a national cloud."""
    client_secret: str = ""
    """A reference to the app's secret."""
    client_secret_expires: date | None = None
    certificate: str = ""
    """A file with the app's certificate and its private key (PEM)."""
    client_file: str = ""
    """The JSON of an OAuth client, as Google's console gives it."""
    key_file: str = ""
    """The JSON key of a service account."""

    def lacks(self) -> str:
        """The name of a value that this way needs and does not have; empty if it has all."""
        needed = (*_NEEDED[self.way], "tokens")
        missing = next((name for name in needed if not getattr(self, name)), "")
        if not missing and self.way is SignInWay.MICROSOFT_APP:
            return "" if self.client_secret or self.certificate else "client_secret"
        return missing

    @property
    def made_for(self) -> str:
        """What tokens belong to: if any of it changes, older ones do not count."""
        named = (self.way, self.authority, self.tenant, self.client_id, self.user)
        return " ".join((*named, self.client_file, self.key_file))


@dataclass(frozen=True, slots=True)
class SignInEnd:
    """When a sign-in ends by itself: what ends, and on which day."""

    what: str
    on: date

    def days_left(self, today: date) -> int:
        """How many days are left; 0 on the day itself, negative when it is over."""
        return (self.on - today).days

    def is_near(self, today: date) -> bool:
        """Whether it is time for a warning."""
        return self.days_left(today) <= WARNED_DAYS

    def told(self, today: date) -> str:
        """“the client secret ends in 12 days (2027-05-01)”."""
        left = self.days_left(today)
        if left < 0:
            return f"{self.what} ended on {self.on}"
        days = {0: "today", 1: "tomorrow"}.get(left, f"in {left} days")
        return f"{self.what} ends {days} ({self.on})"
