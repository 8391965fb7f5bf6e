"""The marks that mail programs put before a subject: "Re:", "AW:", "Fwd:", "WG:"."""

import re

_REPLIES = (
    r"re|aw|antw|antwort|sv|vs|rv|res|ref|odp|ynt|r|rif|atb|va|bls|回复|答复|答覆|回覆|返信|답장"
)
_FORWARDS = (
    r"fwd?|fw|wg|tr|trs|i|enc|rv|vb|vs|vl|pd|ilt|fs|doorst|πρθ|προωθ\w*|tov|továbbítás"
    r"|пересл\w*|препр\w*|转发|轉寄|轉發|転送|전달|הועבר|إعادة توجيه"
)
_BEHIND = r"\.?(?:\[\d++\])?+\s*+[:\N{FULLWIDTH COLON}]"
_REPLY = re.compile(rf"\s*+(?:{_REPLIES}){_BEHIND}", re.IGNORECASE)
_FORWARD = re.compile(rf"\s*+(?:{_FORWARDS}){_BEHIND}", re.IGNORECASE)
_REPLY_MARKS = re.compile(rf"(?:{_REPLY.pattern})*+\s*+", re.IGNORECASE)
_MARKS = re.compile(rf"(?:{_REPLY.pattern}|{_FORWARD.pattern})*+\s*+", re.IGNORECASE)


def is_reply(subject: str) -> bool:
    """Whether a subject begins with the mark of a reply. Some marks are of both: "VS" is the reply
    of a Finn and the forward of a Dane."""
    return _REPLY.match(subject) is not None


def is_forward(subject: str) -> bool:
    """Whether a subject begins with the mark of a forward."""
    return _FORWARD.match(subject) is not None


def behind_marks(subject: str) -> str:
    """A subject without the marks of replies and forwards that it begins with."""
    return _MARKS.sub("", subject, count=1)


def behind_reply_marks(subject: str) -> str:
    """A subject without the marks of replies that it begins with; those of forwards stay."""
    return _REPLY_MARKS.sub("", subject, count=1)
