"""What our own mail server found out about a mail's From: passed, failed, or nothing (RFC 8601;
DMARC is RFC 7489)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from supportcli.domain.mail_domains import ascii_domain, domain_of


class AuthenticationVerdict(StrEnum):
    """Whether the domain in From vouches for a mail. `NONE`: no server that we trust has said
    anything about it."""

    PASS = "pass"  # noqa: S105 - the word of RFC 8601
    FAIL = "fail"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Result:
    """What one method (dmarc, dkim, spf …) found. `about` maps properties such as header.from or
    smtp.mailfrom to the domains it checked; all in lower case."""

    method: str
    result: str
    about: tuple[tuple[str, str], ...] = ()

    def domain(self, *properties: str) -> str:
        """The domain of the first of these properties that is given; "" if none is."""
        return next(
            (
                ascii_domain(value.rpartition("@")[2])
                for name in properties
                for key, value in self.about
                if key == name
            ),
            "",
        )


def verdict(results: Sequence[Result], sender: str, *, ours: bool = False) -> AuthenticationVerdict:
    """What these results of our own server say about a mail from `sender`; `ours`: that is an
    address of ours.

    DMARC decides if the server checked it; a pass has to be about the domain in From. Otherwise a
    signature (DKIM) or envelope (SPF) that passed vouches only for a From of its own domain. One
    that failed counts only against a From of ours: redirects and lists break those of others."""
    domain = ascii_domain(domain_of(sender))
    judged = [
        result
        for result in results
        if result.method == "dmarc" and result.result in {"pass", "fail"}
    ]
    if not domain:
        return AuthenticationVerdict.NONE
    if judged:
        return _by_dmarc(judged, domain)
    aligned = [result.result for result in results if _aligned(_signed_by(result), domain)]
    if "pass" in aligned:
        return AuthenticationVerdict.PASS
    return (
        AuthenticationVerdict.FAIL
        if ours and {"fail", "hardfail"} & set(aligned)
        else AuthenticationVerdict.NONE
    )


def is_spoofed(results: Sequence[Result]) -> bool:
    """Whether the envelope comes from a server that its domain forbids (SPF), and no signature of
    anybody is good. A redirect breaks SPF, but leaves signatures whole."""
    forbidden = any(one.method == "spf" and one.result in {"fail", "hardfail"} for one in results)
    return forbidden and not any(
        one.method in {"dkim", "arc", "dmarc"} and one.result == "pass" for one in results
    )


def _by_dmarc(judged: Sequence[Result], domain: str) -> AuthenticationVerdict:
    if any(result.result == "fail" for result in judged):
        return AuthenticationVerdict.FAIL
    return (
        AuthenticationVerdict.PASS
        if all(result.domain("header.from") in {"", domain} for result in judged)
        else AuthenticationVerdict.NONE
    )


def _signed_by(one: Result) -> str:
    """The domain that vouches for a mail by DKIM or SPF."""
    properties = {
        "dkim": ("header.d", "header.i"),
        "spf": ("smtp.mailfrom", "smtp.mail", "envelope-from"),
    }
    return one.domain(*properties.get(one.method, ()))


def _aligned(one: str, domain: str) -> bool:
    """Whether two domains belong to one organisation, as far as that shows without a list of public
    suffixes: equal, or one below the other."""
    upper, lower = sorted((one, domain), key=len)
    return bool(one) and (one == domain or ("." in upper and lower.endswith(f".{upper}")))
