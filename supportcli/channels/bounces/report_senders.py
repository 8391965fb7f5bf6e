"""Who reports undelivered mail in prose: the addresses that mail servers write from, and the
subjects that their programs use for reports."""

import re
import unicodedata

from supportcli.channels.headers.addresses import parse_addresses
from supportcli.channels.headers.header_block import Headers

_DAEMON = re.compile(r"mailer-?daemon|microsoftexchange[0-9a-f]{32}", re.IGNORECASE)
"""Local parts from which no person ever writes."""

_POSTMASTER = re.compile(r"post-?_?master|mail-?_?(?:delivery|system)", re.IGNORECASE)
"""Local parts that a person may also have: their mail is a report only if its subject is one."""

_DELIVERED = re.compile(
    r"(?:successful mail delivery|delivered:|relayed:|delivery status notification "
    r"\((?:success|relay))"
)
_OPEN = re.compile(
    r"(?:email |e-mail |message |mail )?delivery (?:report|notification|status|status notification)"
    r"\W*"
)
"""Subjects of reports on what failed, and of reports on what arrived."""

_SUCCESS = re.compile(
    r"(?i)\b(?:was|were|been|is|are) (?:successfully )?(?:delivered|relayed)\b|: (?:successfully )?"
    r"(?:delivered|relayed)\b|\b(?:wurden?|erfolgreich) (?:\w+ ){0,2}(?:zugestellt|übermittelt)"
    r"|\ba (?:bien )?été (?:bien )?(?:remis|distribué|livré)|\b(?:ha sido|fue) entregado"
    r"|\bstat[oa] (?:consegnat|recapitat)[oa]|\bfoi entregue|\bis (?:af)?geleverd"
)
_TROUBLE = re.compile(
    r"(?i)\b(?:reject|refus|bounc|unknown|invalid|expired|quota|full\b|[45]\d\d[ -])"
)
_REPORT = re.compile(
    r"(?:undelivered mail returned|returned mail:|returned to sender|mail returned|failure notice"
    r"|mail delivery (?:failed|failure|problem|error|delayed|system)|mail failure|mail system error"
    r"|(?:email |e-mail |message )?delivery (?:status notification|failure|failed|problem|delayed"
    r"|has failed|notification|report|incomplete)|message (?:not delivered|undeliverable)"
    r"|(?:undeliverable|undelivered|undelivered message|undelivered mail|nondeliverable|delayed"
    r"|failed|non-delivery)\b[ a-z]{0,12}(?::|$)|warning: (?:message|could not send)"
    r"|non-delivery (?:report|notification)|delivery has failed|could not deliver|unable to deliver"
    r"|(?:unzustellbare?|nicht zugestellt|übermittlung verzögert|non remis|non distribuable"
    r"|échec de (?:la )?remise|courrier non remis|no se puede entregar|no entregado|no entregable"
    r"|correo no entregado|non recapitabile|mancato recapito|mancata consegna|onbestelbaar"
    r"|niet bezorgd|não é possível entregar|não entregue|não entregável|nie można dostarczyć"
    r"|niedostarczalne|kan inte levereras|olevererbart|kunne ikke leveres|kan ikke leveres"
    r"|ikke leveret|ikke levert|toimittamaton|ei voitu toimittaa|nedoručitelné|nelze doručit"
    r"|kézbesíthetetlen|teslim edilemedi|livrare nereușită|не удалось доставить|не доставлено"
    r"|недоставленное|αδύνατη παράδοση|配信不能|送信できません|无法送达|未传递|退信|無法傳遞"
    r"|배달되지 않음)[^:]{0,20}(?::|$))"
)


def from_daemon(headers: Headers) -> bool:
    """Whether only a program can have sent a mail: it comes from mailer-daemon, or from
    Exchange."""
    return any(_DAEMON.fullmatch(local) for local in _local_parts(headers))


def from_postmaster(headers: Headers) -> bool:
    """Whether a mail comes from an address that both servers and people write from."""
    return any(_POSTMASTER.fullmatch(local) for local in _local_parts(headers))


def is_report(subject: str) -> bool:
    """Whether a subject has the form of a program's report of failure or delay. A person's reply to
    a report, or forward of it, begins with “Re:” or “Fwd:”."""
    return _REPORT.match(_plain(subject)) is not None and not is_of_success(subject)


def is_of_success(subject: str) -> bool:
    """Whether a subject is that of a report that a mail has arrived."""
    return _DELIVERED.match(_plain(subject)) is not None


def tells_success(subject: str, text: str) -> bool:
    """Whether a report, whose subject leaves that open, says that a mail has arrived, and nothing
    that failed in the words of SMTP servers. (It may fail in other words.)"""
    return (
        _OPEN.fullmatch(_plain(subject)) is not None
        and _SUCCESS.search(text) is not None
        and _TROUBLE.search(text) is None
    )


def _local_parts(headers: Headers) -> list[str]:
    found = (one for value in headers.all("from") for one in parse_addresses(value))
    return [(one.address or one.name).partition("@")[0] for one in found][:1]


def _plain(subject: str) -> str:
    """A subject in the form of the patterns: single spaces, plain colons, no case."""
    return " ".join(unicodedata.normalize("NFKC", subject).casefold().split())
