"""Two mails that are one: a list or a group has put a tag into the subject and a footer below the text of one of them."""

import re

from supportcli.domain.authors import Us, author_of
from supportcli.domain.mail import Mail

_LONGEST_FOOTER = 1_500
"""Characters; what is longer was written by somebody."""

_RULE = re.compile(r"[-_=*~#]{2,}")
_OF_A_LIST = re.compile(
    r"(?i)unsubscri|subscri(?:bed|ption|be)|mailing[- ]?list|list(?:info|serv)|you received this|this message was sent to|groups? settings"
    r"|abmelde|abbestell|verteiler|d[ée]sabonn|d[ée]sinscri|darse de baja|afmeld"
)
_PREFIXES = re.compile(r"(?:\s*(?:re|aw|antw|sv|vs|rv|fwd?|wg)(?:\[\d+\])?\s*:)*\s*", re.IGNORECASE)
_TAG = re.compile(r"\[(?!#\d+\])[^\[\]]{1,60}\]\s*")


def same_mail(one: Mail, other: Mail, us: Us) -> bool:
    """Whether two mails with one Message-ID are the same letter of the same person, of the same moment and with the same files, however it travelled.
    With another text they are two."""
    if one.message_id is None or one.message_id != other.message_id or one.sent is None or one.sent != other.sent:
        return False
    authors = [author_of(mail, us) or mail.sender for mail in (one, other)]
    files = [[file.sha256 for file in mail.attachments] for mail in (one, other)]
    same_author = authors[0] is not None and authors[1] is not None and authors[0].address == authors[1].address
    return same_author and files[0] == files[1] and _same_subject(one.subject, other.subject) and same_words(one.text, other.text)


def same_words(one: str, other: str) -> bool:
    """Whether two texts say the same, but for spaces and a footer that one of them has."""
    shorter, longer = sorted((one.split(), other.split()), key=len)
    return longer[: len(shorter)] == shorter and _is_footer(longer[len(shorter) :])


def _is_footer(words: list[str]) -> bool:
    text = " ".join(words)
    return not words or (len(text) <= _LONGEST_FOOTER and (_RULE.fullmatch(words[0]) or _OF_A_LIST.search(text)) is not None)


def _same_subject(one: str, other: str) -> bool:
    first, second = " ".join(one.split()), " ".join(other.split())
    return first == second or _untagged(first) == second or first == _untagged(second)


def _untagged(subject: str) -> str:
    """A subject without the tag of a list that stands before it, or behind its marks of a reply."""
    marks = _PREFIXES.match(subject)
    at = marks.end() if marks else 0
    tag = _TAG.match(subject, at)
    return " ".join((subject[:at] + subject[tag.end() :]).split()) if tag else subject
