"""What mail programs write above a mail that they forward: it is content, not a quote."""

import re
from collections.abc import Sequence

from supportcli.channels.folding.sentences import Literals, alternatives, caseless

_LONGEST = 120
_MOST_LINES_BELOW = 8
_FEWEST_LABELS = 2
# "Forwarded", by its stem in each language.
_STEMS = r"""
    forward fwd weiter(?:ge)?leit transf[ée]r réexpédi reenvi reencaminh encaminh inoltr
    doorgestuur doorgezonden vidarebeford videresend välitet edelleen przekaz przesłan
    переслан пересыл перенаправ переадрес пересила препрат прослед předan přepos prepos
    továbbít iletil yönlendir προωθ redirec redirij redirecț proslijeđ prosled posredov
    edastat pārsūt persiųst áframsen diteruskan chuyển_tiếp הועבר מועבר معاد_توجيه محول
    ส่งต่อ 转发 轉發 轉寄 转寄 転送 전달 転载
    """
_FORWARDED = re.compile(alternatives(_STEMS), re.IGNORECASE)
_MAY_BE_FORWARDED = Literals("|".join(_STEMS.split()))
_DRAWN = re.compile(r"[-_=*\u2010-\u2015\u2500]{2}.*[-_=*\u2010-\u2015\u2500]{2}")
_DRAWN_WITH = frozenset("-_=*\u2010\u2011\u2012\u2013\u2014\u2015\u2500")
_LABEL = re.compile(r"[*_]?[^\W\d_][\w -]{0,24}[*_]?\s?[:：][*_]?\s*\S")
_MARKS = "> \t*\ufeff\u200b"


def marks_forward(lines: Sequence[str], at: int) -> bool:
    """Whether `lines[at]`, with or without quote marks, announces a forwarded mail: by "forwarded"
    between drawn lines, or before a colon above at least two header labels."""
    if len(lines[at]) > _LONGEST:
        return False
    line = lines[at].strip(_MARKS)
    colon = line.endswith((":", "："))
    drawn = line[:1] in _DRAWN_WITH and _DRAWN.fullmatch(line) is not None
    if not (drawn or colon) or not _says_forwarded(line):
        return False
    if drawn:
        return True
    below = [one.strip(_MARKS) for one in lines[at + 1 : at + 1 + _MOST_LINES_BELOW]]
    return sum(_LABEL.match(one) is not None for one in below) >= _FEWEST_LABELS


def _says_forwarded(line: str) -> bool:
    return _MAY_BE_FORWARDED.may_be_in(caseless(line)) and _FORWARDED.search(line) is not None
