"""Why a mail was not delivered: the status, and whether the address can never be reached, judged by
the texts of mail servers."""

import re
from dataclasses import dataclass

_REASON_LIMIT = 4_000
"""The most characters of a server's text that are judged."""

ADDRESS = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]{1,255}"
_ADDRESS = re.compile(ADDRESS)
_URL = re.compile(r"https?://\S+")
_ENHANCED = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)")
_REPLY = re.compile(r"(?<![\d.:+-])([45]\d\d)(?=[\s-])(?! bytes)")

# A reason that is not the address: the mail, its sender, the moment, or somebody's decision. "User
# unknown" beside it proves nothing.
_OTHER = re.compile(
    r"(?i)\bquota|\bfull\b|exceed|too (?:large|big|many|long)|insufficient|storage|"
    r"block(?:ed|ing|list)|black ?list|banned|\bspam|\bube\b"
    r"|reputation|policy|policies|\bSPF\b|\bDKIM\b|\bDMARC\b|authenticat|relay(?:ing)? |not "
    r"allowed|denied|unauthori[sz]ed|virus|suspend"
    r"|disabled|inactive|frozen|locked|on hold|temporar|gr[ea]y-?list|"
    r"try again|timed? ?out|expired|\bloop|"
    r"hop count|rate limit|reverse dns|\bPTR\b"
    r"|sender|mail from|client host|couldn.t create|not accept|unreachable at this time|"
    r"protocol|does not comply|content|attachment|moderat"
)
_NO_USER = re.compile(
    r"(?i)(?:user|recipient|mailbox|address|account|alias|userid|name|destinataire|"
    r"adress\w*)(?:\s+\S+){0,4}?\s+(?:is\s+|are\s+|was\s+)?"
    r"(?:unknown|not (?:found|known|listed|recogni[sz]ed|exist)|invalid|un ?recogni[sz]ed|"
    r"unavailable)"
    r"|(?:unknown|invalid|no such|bad|illegal|non-?existent|unrouteable|"
    r"undeliverable)(?:\s+or\s+\w+)?\s+(?:final delivery\s+)?"
    r"(?:user|recipient|mailbox|address|account|alias|userid|local ?part|person)"
    r"|(?:mailbox|user|account|address|recipient)(?:\s+\S+){0,8}?\s+(?:does not|doesn.t|do "
    r"not|don.t)\s+(?:exist|have an? \S+ account)"
    r"|no mailbox here|not our (?:user|customer)|user unknown|RecipNotFound|"
    r"RecipientNotFound|no such person|unknown local"
    r"|doesn.t have an? \S+ account|wasn.t found at the destination|couldn.t be found|not "
    r"listed in (?:domino|public)"
    r"|pas de compte|boîte inconnue|inconnu|empfänger (?:unbekannt|existiert nicht)|unbekannt"
)
_NO_HOST = re.compile(
    r"(?i)(?:host|domain)(?:\s+\S+){0,3}?\s+(?:unknown|not found|is not reachable|name found)"
    r"|(?:unknown|illegal|invalid|no such|bad)\s+(?:host|domain)|domain (?:does not|doesn.t) "
    r"exist|couldn.t find any host|NXDOMAIN"
    r"|non-?existent domain|host or domain name not found|unrouteable mail domain|all "
    r"relevant MX records point to non-existent"
    r"|bad destination system"
)
_MOVED = re.compile(
    r"(?i)has moved|no longer (?:here|works? (?:here|for|at)|employed|valid)|user not local|"
    r"address has changed|not our user"
)
_GENERIC = re.compile(r"(?i)requested action not taken(?::? mailbox unavailable)?")
"""What RFC 5321 (section 4.2.3) gives as the text of 550, for every reason that a server has."""

_SURE = re.compile(
    r"(?i)doesn.t have an? \S+ account|couldn.t find any host|domain is not reachable"
)
_TO_RECIPIENT = re.compile(
    r"(?i)RCPT TO|recipient address rejected|rejected (?:address|recipient)|does not like "
    r"recipient|unknown recipient or mailbox"
)
_TO_CONTENT = re.compile(r"(?i)end of data|\bDATA\b|after i sent the message|MAIL FROM")

_AFTER_CONTENT = re.compile(
    r"end of data|(?:\bto|\bafter|>>>) (?:end of )?DATA\b|after I sent the message"
    r"|(?:\bto|\bafter|>>>) MAIL (?:FROM|From)\b"
)

_DEAD_CODES = frozenset({"1.1", "1.2", "1.3", "1.6", "1.10", "1.351"})
_OPEN_CODES = frozenset({"0.0", "1.0", "2.1", "5.0", "4.4", "3.0"})
_DELAYED = re.compile(
    r"(?i)has been delayed|not yet been delivered|will be retried|warning message only|"
    r"delayed \d+ (?:hour|day)|delivery attempts will continue"
)


@dataclass(frozen=True, slots=True)
class Failure:
    """What a report says about one recipient: the address, the status ("" if it names none), and
    the server's text. `delayed`: delivery is still being tried. `done`: no failure, because the
    mail has arrived or goes on by other means."""

    address: str
    status: str
    reason: str
    delayed: bool = False
    done: bool = False
    to_recipient: bool = False
    """The server's text answers the recipient: a Diagnostic-Code does (RFC 3464, section 2.3.6) if
    nothing in the report says that it answers the content."""


def address_in(text: str) -> str:
    """The first address in `text`, lower-case, or ""."""
    found = _ADDRESS.search(text)
    return found[0].strip("'.").lower() if found else ""


def names_code(text: str) -> bool:
    """Whether `text` contains a reply code or an enhanced status."""
    return _REPLY.search(text) is not None or _ENHANCED.search(text) is not None


def says_delayed(text: str) -> bool:
    """Whether a report in prose is about a mail whose delivery is still being tried."""
    return _DELAYED.search(text) is not None


def status_of(failure: Failure) -> str:
    """The enhanced status (RFC 3463): the named one, unless it says nothing; else the last one in
    the server's text; else the one that corresponds to its SMTP reply code."""
    named = _ENHANCED.search(failure.status)
    if named and not named[1].endswith(".0.0"):
        return named[1]
    if codes := [
        code
        for code in _ENHANCED.findall(failure.reason)
        if code[0] != "2" and not code.endswith(".0.0")
    ]:
        return str(codes[-1])
    if reply := _REPLY.search(failure.reason):
        return f"{reply[1][0]}.0.0"
    if named:
        return named[1]
    return "4.0.0" if failure.delayed else "5.0.0"


def is_dead(failure: Failure) -> bool:
    """Whether the text proves that the address can never work: no such user, no such host, moved.

    Filters also answer "user unknown" after they have seen the content. So an SMTP reply with these
    words counts only if its code agrees, or if it answered the recipient and not the content."""
    if failure.delayed:
        return False
    reason = _GENERIC.sub("", _ADDRESS.sub("", _URL.sub("", failure.reason[:_REASON_LIMIT])))
    status = status_of(failure)
    kind = status.partition(".")[2]
    last = next(reversed([code.partition(".")[2] for code in _ENHANCED.findall(reason)]), kind)
    if _SURE.search(reason):
        return True
    if _OTHER.search(reason) or {kind, last} - _DEAD_CODES - _OPEN_CODES:
        return False
    proven = any(words.search(reason) for words in (_NO_USER, _NO_HOST, _MOVED))
    reply = _REPLY.search(reason)
    for_now = reply is not None and reply[1].startswith("4")
    if kind in _DEAD_CODES and "x-unix" not in reason.lower():
        return last in _DEAD_CODES | _OPEN_CODES and (proven or not for_now)
    if not proven or _TO_CONTENT.search(reason):
        return False
    said_to_recipient = (failure.to_recipient and not for_now) or answers_recipient(reason)
    return reply is None or kind != "0.0" or said_to_recipient


def answers_content(text: str) -> bool:
    """Whether a report says that a server refused a mail after it had seen the content, or the
    sender, so that the words about the recipient prove nothing."""
    return _AFTER_CONTENT.search(text) is not None


def answers_recipient(text: str) -> bool:
    """Whether a report says that a server refused the recipient."""
    return _TO_RECIPIENT.search(text) is not None
