"""Two forms of one mail: a list or a group has added a tag to the subject and a footer to the text
of one."""

import re
from dataclasses import dataclass

from supportcli.domain.authors import Us, author_of, behind_list
from supportcli.domain.mail import Address, Mail
from supportcli.domain.mail_domains import comparable
from supportcli.domain.sender_authentication import AuthenticationVerdict
from supportcli.domain.text.subjects import behind_marks

_WORTH = (AuthenticationVerdict.FAIL, AuthenticationVerdict.NONE, AuthenticationVerdict.PASS)
_LONGEST_FOOTER = 1_500
"""The most characters of a footer; a longer text was written by a person."""

_RULE = re.compile(r"[-_=*~#]{2,}")
_OF_A_LIST = re.compile(
    r"(?i)unsubscri|subscri(?:bed|ption|be)|mailing[- ]?list|list(?:info|serv)|you received "
    r"this|this message was sent to|groups? settings"
    r"|abmelde|abbestell|verteiler|d[ée]sabonn|d[ée]sinscri|darse de baja|afmeld"
)
_TAG = re.compile(r"\[(?!#\d+\])[^\[\]]{1,60}\]\s*")


def same_mail(one: Mail, other: Mail, us: Us) -> bool:
    """Whether two mails with one Message-ID are the same: same author, text, moment and files,
    apart from what lists change on the way."""
    if (
        one.message_id is None
        or one.message_id != other.message_id
        or one.sent is None
        or one.sent != other.sent
    ):
        return False
    files = [[file.sha256 for file in mail.attachments] for mail in (one, other)]
    if files[0] != files[1] or not _same_author(one, other, us):
        return False
    return _same_subject(one.subject, other.subject) and same_words(one.text, other.text)


@dataclass(frozen=True, slots=True)
class MailCopy:
    """A mail as it came to a mailbox: the `ids` it names, our own server's verdict, and the
    addresses of the list it came through. `is_doubted`: in its ticket it is marked unverified."""

    mail: Mail
    ids: tuple[str, ...]
    verdict: AuthenticationVerdict
    lists: frozenset[str]
    mailbox_id: int
    is_doubted: bool = False


@dataclass(frozen=True, slots=True)
class Twin:
    """Another form of a mail that is already in a ticket: the addresses that only it names, and
    whether the new form is better proven. `covers`: it names everybody the new one names, and
    nothing speaks against it."""

    mail_id: int
    ticket: int
    alone: frozenset[str]
    outproved: bool
    covers: bool


def twin(new: MailCopy, old: MailCopy, us: Us, *, mail_id: int, ticket: int) -> Twin | None:
    """How a new form of a mail relates to the old one in a ticket. None if the old one is already
    doubted or is better proven: then it stays as it is."""
    worth = [_WORTH.index(one.verdict) for one in (new, old)]
    if old.is_doubted or worth[0] < worth[1]:
        return None
    names = [_people(one, (new, old), us, answers=True) for one in (new, old)]
    return Twin(mail_id, ticket, names[1] - names[0], worth[0] > worth[1], names[0] <= names[1])


def _people(
    one: MailCopy, both: tuple[MailCopy, MailCopy], us: Us, *, answers: bool = False
) -> frozenset[str]:
    """Everybody a form of a mail names in To and Cc (with `answers` in Reply-To too), without us,
    its author, and the list that the new one of `both` came through: the old form's own list may be
    a forgery."""
    new, _ = both
    ways = (*one.mail.to, *one.mail.cc, *(one.mail.reply_to if answers else ()))
    authors = (author_of(form.mail, us) or form.mail.sender for form in both)
    others = {comparable(author.address) for author in authors if author is not None} | {
        comparable(address) for address in new.lists
    }
    others |= {comparable(new.mail.sender.address)} if new.mail.sender is not None else set()
    return frozenset(
        named
        for person in ways
        if (named := comparable(person.address)) and named not in others and not us.colleague(named)
    )


def adds_nothing(new: MailCopy, old: MailCopy, us: Us) -> bool:
    """Whether a second form of a mail adds nothing: the same author and Reply-To, the same people
    in To and Cc, no better proof.

    A list may add itself to From, Cc and Reply-To of a mail that is here as its author sent it. In
    the other order, the author's own mail is new."""
    if _people(new, (new, old), us) != _people(old, (new, old), us):
        return False
    if old.mail.held is not None or not set(new.ids) <= set(old.ids) or _proves_more(new, old):
        return False
    wrote, writes = (author_of(one.mail, us) or one.mail.sender for one in (old, new))
    if (
        wrote is not None
        and writes is not None
        and comparable(wrote.address) != comparable(writes.address)
        and not _stands_for(new.mail, wrote)
    ):
        return False
    authors = {comparable(one.address) for one in (wrote, writes) if one is not None}
    before, after = (
        {comparable(person.address) for person in mail.reply_to if not us.mine(person.address)}
        - authors
        for mail in (old.mail, new.mail)
    )
    return after in (before, before | {comparable(one) for one in new.lists} & after)


def _proves_more(new: MailCopy, old: MailCopy) -> bool:
    """Whether the second form is better proven."""
    better = _WORTH.index(new.verdict) > _WORTH.index(old.verdict)
    return better and (old.is_doubted or new.mailbox_id == old.mailbox_id)


def _same_author(one: Mail, other: Mail, us: Us) -> bool:
    """Whether one person wrote both, even if a list has put itself into From of one (as DMARC
    forces it to)."""
    first, second = (author_of(mail, us) or mail.sender for mail in (one, other))
    if first is None or second is None:
        return False
    return first.address == second.address or _stands_for(one, second) or _stands_for(other, first)


def _stands_for(mail: Mail, person: Address) -> bool:
    """Whether the From of a mail is a list's and names this person as the author."""
    name = behind_list(mail.sender) if mail.sender is not None else None
    named = {one.address for one in (*mail.reply_to, *mail.cc, *mail.original_from)}
    return name is not None and (
        person.address in named or name.lower() in {person.name.lower(), person.address}
    )


def same_words(one: str, other: str) -> bool:
    """Whether two texts are the same, except for spaces and a footer on one of them."""
    shorter, longer = sorted((one.split(), other.split()), key=len)
    return longer[: len(shorter)] == shorter and _is_footer(longer[len(shorter) :])


def is_returned(mail: Mail, reply: Mail) -> bool:
    """Whether a mail says what a reply of ours said, and nothing else: its subject, its files or
    fewer, its words, and below them at most what a list says about itself. A line of dashes makes
    no footer here: the customer's words may stand below one."""
    words, ours = mail.text.split(), reply.text.split()
    rest = " ".join(words[len(ours) :])
    return (
        bool(ours)
        and words[: len(ours)] == ours
        and (not rest or (len(rest) <= _LONGEST_FOOTER and _OF_A_LIST.search(rest) is not None))
        and {one.sha256 for one in mail.attachments} <= {one.sha256 for one in reply.attachments}
        and _same_subject(mail.subject, reply.subject)
    )


def _is_footer(words: list[str]) -> bool:
    text = " ".join(words)
    return not words or (
        len(text) <= _LONGEST_FOOTER
        and (_RULE.fullmatch(words[0]) or _OF_A_LIST.search(text)) is not None
    )


def _same_subject(one: str, other: str) -> bool:
    first, second = " ".join(one.split()), " ".join(other.split())
    return first == second or _untagged(first) == second or first == _untagged(second)


def _untagged(subject: str) -> str:
    """A subject without the tag of a list, which stands at its beginning or after its reply
    marks."""
    at = len(subject) - len(behind_marks(subject))
    tag = _TAG.match(subject, at)
    return " ".join((subject[:at] + subject[tag.end() :]).split()) if tag else subject
