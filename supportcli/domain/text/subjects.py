"""The marks that mail programs put before a subject: "Re:", "AW:", "Fwd:", "WG:"."""

import re
import unicodedata

_REPLIES = (
    r"re|aw|antw|antwort|sv|vs|rv|res|ref|odp|ynt|r|rif|atb|va|bls|回复|答复|答覆|回覆|返信|답장"
)
_FORWARDS = (
    r"fwd?|fw|wg|tr|trs|i|enc|rv|vb|vs|vl|pd|ilt|fs|doorst|πρθ|προωθ\w*|tov|továbbítás"
    r"|пересл\w*|препр\w*|转发|轉寄|轉發|転送|전달|הועבר|إعادة توجيه"
)
_BEHIND = r"\.?(?:\[\d++\])?\s*+[:\N{FULLWIDTH COLON}]"
_REPLY = re.compile(rf"\s*+(?:{_REPLIES}){_BEHIND}", re.IGNORECASE)
_FORWARD = re.compile(rf"\s*+(?:{_FORWARDS}){_BEHIND}", re.IGNORECASE)
_REPLY_MARKS = re.compile(rf"(?:{_REPLY.pattern})*\s*+", re.IGNORECASE)
_MARKS = re.compile(rf"(?:{_REPLY.pattern}|{_FORWARD.pattern})*\s*+", re.IGNORECASE)

_NUMBER = re.compile(r"\[#\d+\]")


def is_reply(subject: str) -> bool:
    """Whether a subject begins with a reply mark. Some marks are ambiguous: "VS" is a Finnish reply
    and a Danish forward."""
    return _REPLY.match(subject) is not None


def is_forward(subject: str) -> bool:
    """Whether a subject begins with a forward mark."""
    return _FORWARD.match(subject) is not None


def behind_marks(subject: str) -> str:
    """A subject without the reply and forward marks at its beginning."""
    return _MARKS.sub("", subject, count=1)


def behind_reply_marks(subject: str) -> str:
    """A subject without the reply marks at its beginning; forward marks stay."""
    return _REPLY_MARKS.sub("", subject, count=1)


def bare(subject: str) -> str:
    """What two subjects of one conversation have in common: no marks, no ticket number, and case
    and spaces do not count."""
    plain = unicodedata.normalize("NFKC", _NUMBER.sub(" ", subject)).casefold()
    return " ".join(behind_marks(plain).split())
