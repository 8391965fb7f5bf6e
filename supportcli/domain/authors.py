"""Who wrote a mail: the person, not a machine of ours that posted it (a contact form, a group, a
redirect)."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from supportcli.domain.contact_forms import named_in_form
from supportcli.domain.mail import NULL_SENDER, Address, Mail, MailKind
from supportcli.domain.mail_domains import comparable, domain_of, own_domains, without_detail
from supportcli.domain.sender_authentication import AuthenticationVerdict
from supportcli.domain.senders import Judgement, Senders
from supportcli.domain.text.subjects import bare

_VIA = re.compile(r"(?P<name>.+?)['\"]?\s+via\s+\S", re.IGNORECASE)
"""“Lars via Team”: the name in a From that a list program has rewritten (Mailman, Google
Groups)."""

_NOBODY = re.compile(r"(?:no|do-?_?not|donot)[-_.]?reply|mailer-daemon|bounces?", re.IGNORECASE)
"""Local parts of addresses that nobody reads."""


@dataclass(frozen=True, slots=True)
class Us:
    """Who belongs to the desk: `own` are the addresses of its mailboxes, `domains` those of its
    people, `agents` their addresses, `names` their names (as `impostors.folded` has them), `relays`
    the addresses that post for other people (contact forms, groups, redirects); addresses are in
    `comparable` form. `senders` is what the team decided about others."""

    own: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    agents: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    relays: frozenset[str] = frozenset()
    senders: Senders = Senders()  # noqa: RUF009 - frozen

    def mine(self, address: str) -> bool:
        """Whether an address leads to one of our mailboxes: it is one, perhaps with a detail after
        a plus."""
        known = comparable(address)
        return known in self.own or ("+" in known and without_detail(known) in self.own)

    def colleague(self, address: str) -> bool:
        """Whether one of us writes from this address."""
        known = comparable(address)
        return known in self.agents or domain_of(known) in self.domains or self.mine(known)

    def relays_for_others(self, address: str) -> bool:
        """Whether an address posts for other people."""
        return comparable(address) in self.relays

    def is_team(self, address: str) -> bool:
        """Whether it is an agent's or a mailbox's address, so that its mails speak for the desk."""
        return comparable(address) in self.agents or self.mine(address)


@dataclass(frozen=True, slots=True)
class Writer:
    """Who is behind a mail."""

    person: Address
    others: tuple[Address, ...] = ()
    """Further addresses in From and Reply-To, which an answer would reach too."""
    posted_by: Address | None = None
    """The machine of ours that posted it for the person."""
    verdict: AuthenticationVerdict = AuthenticationVerdict.NONE
    """What our mail server found out about From."""
    from_us: bool = False
    """From is an address of ours."""
    by_agent: bool = False
    """From is an agent's address."""
    wrote_to: frozenset[str] = frozenset()
    """The addresses in To and Cc."""

    @property
    def disowned(self) -> bool:
        """Whether From is an address of ours that our own server calls forged: then it proves
        nothing."""
        return self.from_us and self.verdict is AuthenticationVerdict.FAIL

    @property
    def passed(self) -> bool:
        """Whether our own server says that the address in From really sent it."""
        return self.verdict is AuthenticationVerdict.PASS and self.posted_by is None

    @property
    def proven(self) -> bool:
        """Whether our own server says that the person wrote it. A verdict about a machine of ours
        proves nothing about the person, and every address of ours that is no agent's may be a
        machine's: a contact form passes too."""
        return self.passed and (self.by_agent or not self.from_us)


def author_of(mail: Mail, us: Us) -> Address | None:
    """The person who wrote a mail. This is From, or if From is an address of ours that is no
    agent's, the outside address in Reply-To or X-Original-From. None if only we are named: then
    there is nobody to answer.

    Who of us forwards a mail passes it on for its author, if somebody outside wrote it.

    If From is a relay it is the address in Reply-To, X-Original-From, or a field of the text; None
    if there is none."""
    sender = mail.sender
    if sender is not None and us.relays_for_others(sender.address):
        return _posted_for(mail, us)
    if sender is not None and sender.address and not us.colleague(sender.address):
        return sender
    named = [
        one
        for one in (*mail.reply_to, *mail.original_from)
        if one.address and not us.mine(one.address)
    ]
    outside = next((one for one in named if not us.colleague(one.address)), None)
    if sender is None or not sender.address or us.mine(sender.address):
        return outside or next(iter(named), None)
    passed_on = mail.forwarded
    if passed_on is not None and (not passed_on.address or us.colleague(passed_on.address)):
        passed_on = None
    if us.is_team(sender.address):
        return passed_on or sender
    return outside or passed_on or sender


def _posted_for(mail: Mail, us: Us) -> Address | None:
    """The person for whom a relay posted a mail: of those that its headers and then its text name,
    the first outside, and rather not one at the relay's own domain, where lists and robots are."""
    home = own_domains([mail.sender.address]) if mail.sender is not None else frozenset()
    named = [
        one
        for one in (*mail.reply_to, *mail.original_from, *named_in_form(mail.text))
        if _is_person(one.address, us)
    ]
    return min(
        named,
        key=lambda one: (us.colleague(one.address), domain_of(one.address) in home),
        default=None,
    )


def _is_person(address: str, us: Us) -> bool:
    """Whether an answer to an address reaches somebody who is not us."""
    if not address or us.mine(address) or us.relays_for_others(address):
        return False
    return _NOBODY.fullmatch(address.partition("@")[0]) is None


def kind_of(mail: Mail, us: Us, subjects: Collection[str]) -> MailKind:
    """What sent a mail: what the team said about its author, else our own verdict. A mail server's
    report stays one. `subjects` are those of its conversation: if nothing but a form before a
    subject makes it an automatic answer, it is one where that subject is among them, and a person's
    everywhere else.

    An empty envelope sender of what a machine of ours posts for somebody says nothing about that
    person: contact forms want no bounces."""
    author = author_of(mail, us) or mail.sender
    if mail.kind is MailKind.BOUNCE:
        return mail.kind
    rule = us.senders.judged(author.address) if author is not None else None
    if rule is None:
        is_posted = author != mail.sender and mail.automatic == NULL_SENDER
        if is_posted or not mail.answered_subject:
            return MailKind.MAIL if is_posted else mail.kind
        answers = bare(mail.answered_subject) in map(bare, subjects)
        return MailKind.AUTO_REPLY if answers else MailKind.MAIL
    return MailKind.MAIL if rule.judged is Judgement.PERSON else MailKind.AUTO_REPLY


def behind_list(sender: Address) -> str | None:
    """The author's name if a list or group may have put itself into From (“Lars via Team”), else
    None."""
    via = _VIA.match(sender.name)
    return via["name"].strip(" '\"") if via is not None else None


def writer_of(mail: Mail, us: Us, verdict: AuthenticationVerdict) -> Writer | None:
    """Who is behind a mail; None if it names nobody at all."""
    sender = mail.sender if mail.sender is not None and mail.sender.address else None
    person = author_of(mail, us) or sender
    if person is None:
        return None
    from_us = sender is not None and us.colleague(sender.address)
    others = tuple(
        one
        for one in dict.fromkeys((*mail.senders, *mail.reply_to))
        if one.address not in {"", person.address}
    )
    posted = sender if sender is not None and sender.address != person.address else None
    others = tuple(other for other in others if posted is None or other.address != posted.address)
    is_single = (
        {one.address for one in mail.senders} == {sender.address} if sender is not None else False
    )
    counts = (
        is_single or verdict is AuthenticationVerdict.FAIL
    )  # a second From makes a verdict of forgery no less true
    by_agent = sender is not None and comparable(sender.address) in us.agents
    wrote_to = frozenset(comparable(one.address) for one in (*mail.to, *mail.cc))
    return Writer(
        person,
        others,
        posted,
        verdict if counts else AuthenticationVerdict.NONE,
        from_us,
        by_agent,
        wrote_to,
    )
