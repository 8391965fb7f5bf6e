"""Which mail gets an automatic answer: an acknowledgement of a new ticket, or the news that nobody
is in the office. Refusals with names in one ordered table, as in `intake.rules`.

A program may answer an automatic answer, and so on for ever; one to a forged address bothers a
stranger. So each doubt is a reason to send none (RFC 3834, section 2; RFC 5230, section 4.6), and
nobody gets two within a day."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from supportcli.domain.authors import Us
from supportcli.domain.mail import Address, Mail, MailKind
from supportcli.domain.mail_domains import (
    comparable,
    domain_of,
    lowered,
    organisational,
    own_domains,
    without_detail,
)
from supportcli.domain.mailbox import AutomaticKind, AutomaticRule, WhenOpen
from supportcli.domain.replies.unread import nobody_reads
from supportcli.domain.sender_authentication import AuthenticationVerdict
from supportcli.domain.tickets.ticket import Status

A_DAY = timedelta(days=1)
"""Nobody gets two automatic answers of a mailbox within this time, and older mail gets none."""

_OLDEST = timedelta(days=5)
"""How long a mail may be on its way (RFC 5321, 4.5.4.1). A Date before that is of old mail that
somebody has put into the mailbox."""

_AHEAD = timedelta(days=2)
"""How far ahead of ours a sender's clock may be."""

_IN_TURN, _TURN, _SKEW = 2, timedelta(hours=1), timedelta(minutes=1)
"""So many answers to other addresses of a domain, one after the other within this time, may be
those of a program that answers each of ours from another address. A mail came after an answer if
the mail server's clock says so, give or take the last of these."""

_GMAIL = frozenset({"gmail.com", "googlemail.com"})
_VARYING = re.compile(r"[a-z]*\d[a-z\d]*")


class Became(StrEnum):
    """What became of a mail."""

    OPENED = "a new ticket"
    CONTINUED = "a message in a ticket"
    REPORT = "a mail server's report"
    HELD = "held"
    ASIDE = "put aside"


@dataclass(frozen=True, slots=True)
class EarlierAnswer:
    """An automatic answer of the mailbox: which one, when, and to whom (as `counted` has it, and as
    the address was written); `domain` is that of their organisation."""

    kind: AutomaticKind
    at: datetime
    counted: str
    domain: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """A mail that came in, and what decides whether it is answered automatically."""

    mail: Mail
    became: Became
    received_at: datetime
    now: datetime
    author: Address | None = None
    """Who would get the answer: the person behind the mail, never its Reply-To."""
    kind: MailKind = MailKind.MAIL
    """What sent it, as the desk judges."""
    sign: str = ""
    """The header that forbids an automatic answer."""
    answers_automatic: bool = False
    """It answers an automatic answer of this program."""
    numbered: int | None = None
    """The ticket that its subject names and its author does not know: its number has left in an
    automatic answer of ours and nowhere else."""
    by_agent: bool = False
    """An agent let it in."""
    is_junk: bool = False
    in_spam: bool = False
    """Its ticket is spam."""
    is_unsure: bool = False
    """Nothing proves who wrote it, or its author is new in the ticket."""
    is_passed_on: bool = False
    """One of us forwarded it."""
    verdict: AuthenticationVerdict = AuthenticationVerdict.NONE
    is_unvouched: bool = False
    """Our mail server ought to vouch for its sender, and does not."""
    is_unreachable: bool = False
    """Nothing can be sent to its author, or a mail server called the address dead."""
    is_known: bool = True
    """Its author wrote before today (asked only if `took_turns`)."""
    is_open: Mapping[str, bool] = field(default_factory=dict)
    """Whether each calendar of the rules was open when it came; one that is gone is missing."""


@dataclass(frozen=True, slots=True)
class AutomaticVerdict:
    """Which automatic answer a mail gets (None: none), and why."""

    rule: AutomaticRule | None
    reason: str


@dataclass(frozen=True, slots=True)
class DecidedAnswer:
    """What was decided about answering a mail: `kind` is None if there is no answer. `counted` and
    `domain` are the author's; `message_id` is the answer's row."""

    mail_id: int
    mailbox_id: int
    at: datetime
    kind: AutomaticKind | None
    reason: str
    counted: str = ""
    domain: str = ""
    message_id: int | None = None


def verdict(
    rules: Sequence[AutomaticRule], one: Occasion, us: Us, earlier: Sequence[EarlierAnswer]
) -> AutomaticVerdict:
    """Which of the rules of a mailbox answers a mail, if any. `earlier` are the automatic answers
    to its author, and to others at the same domain. That nobody is in the office is said first."""
    due, why = _due(rules, one)
    if due is None:
        return AutomaticVerdict(None, why)
    for _, refusal in REFUSALS:
        if reason := refusal(one, us):
            return AutomaticVerdict(None, reason)
    if one.author is not None and (reason := _too_soon(due, one, one.author.address, earlier)):
        return AutomaticVerdict(None, reason)
    return AutomaticVerdict(due, due.kind.value)


def _due(rules: Sequence[AutomaticRule], one: Occasion) -> tuple[AutomaticRule | None, str]:
    """The rule whose time it is for such a mail; else why none is."""
    why = "nothing is switched on"
    for rule in sorted(rules, key=lambda rule: rule.kind is AutomaticKind.ACKNOWLEDGEMENT):
        why = _not_due(rule, one)
        if not why:
            return rule, ""
    return None, why


def _not_due(rule: AutomaticRule, one: Occasion) -> str:
    """Why a rule does not speak of such a mail; "" if it does."""
    if one.became not in {Became.OPENED, Became.CONTINUED}:
        return f"it is {one.became.value}"
    if rule.kind is AutomaticKind.ACKNOWLEDGEMENT and one.became is Became.CONTINUED:
        return "it continues a ticket, and only new ones are acknowledged"
    if one.received_at < rule.since:
        return f"it came before the {rule.kind.value} was switched on"
    if rule.begins is not None and one.received_at < rule.begins:
        return f"the {rule.kind.value} has not begun"
    if rule.ends is not None and one.now >= rule.ends:
        return f"the {rule.kind.value} is over"
    return _at_other_hours(rule, one)


def _at_other_hours(rule: AutomaticRule, one: Occasion) -> str:
    if rule.when is WhenOpen.ALWAYS:
        return ""
    is_open = one.is_open.get(rule.calendar)
    if is_open is None:
        return f"there is no calendar “{rule.calendar}” any more"
    if is_open is (rule.when is WhenOpen.OPEN):
        return ""
    return f"the team was {'at work' if is_open else 'not at work'} when it came"


def _machine(one: Occasion, _us: Us) -> str:
    if one.kind is MailKind.AUTO_REPLY:
        return "it is an automatic answer"
    if one.kind is MailKind.BOUNCE or one.mail.bounce is not None:
        return "it is a mail server's report"
    sign = one.mail.automatic or one.sign
    return f"it has a sign of a program or a list ({sign})" if sign else ""


def _own_answer(one: Occasion, _us: Us) -> str:
    if one.numbered is not None:
        return f"it names #{one.numbered}, which only an automatic answer has told anybody"
    return "it answers an automatic answer" if one.answers_automatic else ""


def _nobody(one: Occasion, us: Us) -> str:
    if one.author is None or not one.author.address:
        return "it names nobody to answer"
    if us.is_team(one.author.address):
        return f"{one.author.address} is an address of ours"
    if len({comparable(who.address) for who in one.mail.senders}) > 1:
        return "it has several senders"
    if one.is_passed_on:
        return "one of us forwarded it"
    return ""


def _robot(one: Occasion, _us: Us) -> str:
    address = one.author.address if one.author is not None else ""
    return f"nobody reads what is sent to {address}" if nobody_reads(address) else ""


def _not_to_us(one: Occasion, us: Us) -> str:
    people = (*one.mail.to, *one.mail.cc)
    if any(us.mine(who.address) for who in people):
        return ""
    return "none of our addresses is in To or Cc"


def _untrusted(one: Occasion, _us: Us) -> str:
    if one.verdict is AuthenticationVerdict.FAIL:
        return "our mail server says that its From is forged"
    if one.is_unvouched:
        return "our mail server does not vouch for its sender"
    if one.is_unsure:
        return "nothing proves that its author belongs to the ticket"
    if one.is_junk:
        return "the provider took it for junk"
    return "its ticket is spam" if one.in_spam else ""


def _let_in(one: Occasion, _us: Us) -> str:
    return "an agent let it in, who can answer it" if one.by_agent else ""


def _old(one: Occasion, _us: Us) -> str:
    if one.now - one.received_at > A_DAY:
        return "it came more than a day ago"
    sent = one.mail.sent
    if sent is not None and not -_OLDEST <= sent - one.received_at <= _AHEAD:
        return f"its Date is {sent:%Y-%m-%d}"
    return ""


def _unreachable(one: Occasion, _us: Us) -> str:
    return "its author cannot be reached by email" if one.is_unreachable else ""


REFUSALS: tuple[tuple[str, Callable[[Occasion, Us], str]], ...] = (
    ("let in", _let_in),
    ("machine", _machine),
    ("own answer", _own_answer),
    ("nobody", _nobody),
    ("robot", _robot),
    ("not to us", _not_to_us),
    ("untrusted", _untrusted),
    ("old", _old),
    ("unreachable", _unreachable),
)
"""What speaks against an automatic answer, by name, in order."""


def _too_soon(
    rule: AutomaticRule, one: Occasion, address: str, earlier: Sequence[EarlierAnswer]
) -> str:
    """Why it is too soon for another automatic answer to an address; "" if it is not."""
    counts, domain = counted(address), organisation(address)
    for was in earlier:
        pause = max(A_DAY, rule.every if was.kind is rule.kind else A_DAY)
        if was.counted == counts and one.now - was.at < pause:
            other = was.address and lowered(was.address) != lowered(address)
            who = f"{address} counts as {was.address}, which" if other else address
            return f"{who} got one on {was.at:%Y-%m-%d at %H:%M} UTC"
    if not one.is_known and took_turns(one, earlier):
        return f"{address} is new here, and so were others at {domain} that got one just before"
    lately = [was for was in earlier if was.domain == domain and one.now - was.at < A_DAY]
    if own_domains([address]) and len(lately) >= rule.domain_limit:
        return f"{len(lately)} people at {domain} got one within a day"
    return ""


def took_turns(one: Occasion, earlier: Sequence[EarlierAnswer]) -> bool:
    """Whether a mail may continue an exchange of automatic answers, each of theirs from another
    address: it came after several of ours to its domain, unless that is a public provider's.
    People who write at the same time do not take turns."""
    if one.author is None or not own_domains([one.author.address]):
        return False
    domain = organisation(one.author.address)
    answered = {
        was.at
        for was in earlier
        if was.domain == domain and one.now - was.at < _TURN
        if was.at <= one.received_at + _SKEW
    }
    return len(answered) >= _IN_TURN


def outlived(status: Status | None, since: datetime, now: datetime) -> str:
    """Why an automatic answer that has waited `since` then must not leave any more; "" if it may.
    `status` is that of its ticket."""
    if now - since > A_DAY:
        return "given up: an automatic answer a day late helps nobody"
    if status in {None, Status.SPAM, Status.DELETED}:
        return f"given up: the ticket is {status.value if status else 'gone'}"
    return ""


def organisation(address: str) -> str:
    """The domain by which the automatic answers to an address are counted with those to others: a
    program may write each mail from another domain below its own."""
    return organisational(domain_of(counted(address)))


def is_proven(one: Occasion) -> bool:
    """Whether our mail server says that the person who would get the answer wrote the mail, so that
    its words may go back to them."""
    if one.author is None or one.mail.sender is None:
        return False
    same = comparable(one.author.address) == comparable(one.mail.sender.address)
    return same and one.verdict is AuthenticationVerdict.PASS


def counted(address: str) -> str:
    """An address as its automatic answers are counted: without a detail after a plus, and one for
    each mailbox of Gmail, which ignores dots. At a domain that is no public provider's, numbers do
    not count either: help desks write from an address for each ticket."""
    local, at, domain = without_detail(comparable(address)).rpartition("@")
    if domain in _GMAIL:
        return f"{local.replace('.', '')}@{min(_GMAIL)}"
    if own_domains([address]):
        local = _VARYING.sub("0", local)
    return local + at + domain
