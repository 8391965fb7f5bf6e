"""What our own mail server found out about a mail's From: passed, failed, or nothing (RFC 8601;
DMARC is RFC 7489)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from supportcli.domain.mail_domains import ascii_domain, domain_of


class AuthenticationVerdict(StrEnum):
    """Whether the domain in From stands behind a mail. `NONE`: nobody whom we believe has said
    anything about it."""

    PASS = "pass"  # noqa: S105 - the word of RFC 8601
    FAIL = "fail"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Result:
    """What one method (dmarc, dkim, spf …) found. `about` are the domains that it speaks of, by
    property as in header.from or smtp.mailfrom; all in lower case."""

    method: str
    result: str
    about: tuple[tuple[str, str], ...] = ()

    def domain(self, *properties: str) -> str:
        """The domain that the first of these properties names; "" where none does."""
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
    """What these results of our own server say about a mail from the address `sender`; `ours`: it
    is an address of ours.

    DMARC decides where the server checked it: a pass has to be about the domain in From. Else a
    signature (DKIM) or an envelope (SPF) that passed speaks for a From of its own domain only. One
    that failed speaks against a From of ours alone: redirects and lists break those of others."""
    domain = ascii_domain(domain_of(sender))
    judged = [one for one in results if one.method == "dmarc" and one.result in {"pass", "fail"}]
    if not domain:
        return AuthenticationVerdict.NONE
    if judged:
        return _by_dmarc(judged, domain)
    aligned = [one.result for one in results if _aligned(_signed_by(one), domain)]
    if "pass" in aligned:
        return AuthenticationVerdict.PASS
    return (
        AuthenticationVerdict.FAIL
        if ours and {"fail", "hardfail"} & set(aligned)
        else AuthenticationVerdict.NONE
    )


def _by_dmarc(judged: Sequence[Result], domain: str) -> AuthenticationVerdict:
    if any(one.result == "fail" for one in judged):
        return AuthenticationVerdict.FAIL
    return (
        AuthenticationVerdict.PASS
        if all(one.domain("header.from") in {"", domain} for one in judged)
        else AuthenticationVerdict.NONE
    )


def _signed_by(one: Result) -> str:
    """The domain that answers for a mail by DKIM or SPF."""
    properties = {
        "dkim": ("header.d", "header.i"),
        "spf": ("smtp.mailfrom", "smtp.mail", "envelope-from"),
    }
    return one.domain(*properties.get(one.method, ()))


def _aligned(one: str, domain: str) -> bool:
    """Whether two domains are one organisation's, as far as it can be seen without a list of public
    suffixes: equal, or one beneath the other."""
    upper, lower = sorted((one, domain), key=len)
    return bool(one) and (one == domain or ("." in upper and lower.endswith(f".{upper}")))
