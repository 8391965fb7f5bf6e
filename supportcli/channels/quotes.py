"""Reply folding: which stretches of a text are quotes of earlier mail or a signature.

Folding hides, so it may never hide a word of the sender's. Quotes between answers stay; what is folded is a quote with nothing new below
it, a quote above the whole answer, the mail below an unmistakable introduction, and signatures. Where nothing would be left, nothing is
folded.
"""

import re
from enum import StrEnum
from itertools import groupby

from supportcli.channels.attributions import Trust, attribution, could_end, ends_introducing
from supportcli.channels.originals import could_announce, forwarded_mark, header_block, original_mark, rule
from supportcli.channels.signatures import added_by_program, drawn, separator, signed, wishes
from supportcli.domain.mail import Fold, FoldKind, unfolded


class _Line(StrEnum):
    """What a line is."""

    EMPTY = "empty"
    TEXT = "text"
    QUOTE = "quote"
    WEAK = "attribution that needs a quote below it"
    STRONG = "introduction of an earlier mail"
    SIGNATURE = "signature"


_INTRODUCTIONS = frozenset({_Line.WEAK, _Line.STRONG})
_SILENT = frozenset({_Line.EMPTY, _Line.SIGNATURE})
_SHORT_QUOTE = 3
_MOST_LINES_BEFORE_BLOCK = 3
_MOST_LINES_OF_ATTRIBUTION = 5
_MOST_BLANK_LINES = 2
_LONGEST_GREETING = 60
# Who only greets above an earlier mail answers within it or below it.
_GREETING = re.compile(
    r"(?i)\W*(?:hi|hello|hey|dear|good (?:morning|day|afternoon|evening)|hallo|moin|servus|guten (?:morgen|tag|abend)|liebe[rs]?|sehr geehrte[rs]?"
    r"|bonjour|bonsoir|salut|cher|chère|hola|buenos días|buenas tardes|estimad[oa]|olá|oi|bom dia|boa tarde|prezad[oa]|car[oa]|ciao|buongiorno"
    r"|salve|gentile|beste|geachte|goede(?:morgen|middag)|hej|hejsan|kære|kjære|hei|cześć|dzień dobry|witam|szanown[iya]|здравствуйте|добрый день"
    r"|привет|уважаем\w+|доброго дня|вітаю|ahoj|dobrý den)\b[^.?!:;,]{0,40}[.!,:;]*\s*"
)
# Who announces answers inside the mail below means it, and the mail below must not be folded.
_ANNOUNCED_WITHIN = 4_000
_HINTS_OF_ANSWERS = (
    *("line", "below", "within", "embedded", "see ", "find ", " red", "blue", "green", "bold", "unten", "im text", "rot", "dessous", "dans"),
    *("en r", "abajo", "rosso"),
)
_ANSWERS_WITHIN = re.compile(
    r"\bin-?line\b|\b(?:answers?|comments?|replies|responses?|remarks?|notes?) (?:are )?(?:below|within|embedded|in (?:red|blue|green|bold|caps))"
    r"|\b(?:see|find) (?:my )?(?:answers?|comments?|replies|responses?|below)"
    r"|\b(?:my|see|mark|wr[io]t|typed|text)\w*[^.\n]{0,30} in (?:red|blue|green)\b"
    r"|\b(?:antworten?|kommentare?|anmerkungen) (?:siehe )?(?:unten|im text|in rot|rot|blau)|\bsiehe unten\b|"
    r"\bsiehe[^.\n]{0,30} in rot\b|\bunten im text\b"
    r"|\b(?:réponses?|commentaires?) (?:ci-dessous|en rouge|en bleu|dans le texte)|\bvoir ci-dessous\b|\brespuestas? (?:abajo|en rojo)\b"
    r"|\brisposte? (?:sotto|in rosso)\b"
)


def fold(text: str, own: frozenset[str] = frozenset()) -> tuple[Fold, ...]:
    """Which stretches of `text` are no new text, in order. Together with what stays they are all of it.

    `own` are the addresses of who wrote it, in lower case: an earlier mail of hers without quote marks may be what she wants to say.
    """
    lines = text.split("\n")
    kinds = _classified(lines, own)
    folded = _folded(lines, kinds)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    folds, at = [], 0
    for kind, run in groupby(folded):
        end = at + len(list(run))
        if kind is not None and any(line.strip() for line in lines[at:end]):
            folds.append(Fold(starts[at], min(starts[end], len(text)), kind))
        at = end
    found = tuple(folds)
    return found if unfolded(text, found) else ()


def _classified(lines: list[str], own: frozenset[str]) -> list[_Line]:
    """What each line is; the lines of an introduction are all of its kind."""
    kinds: list[_Line] = []
    while len(kinds) < len(lines):
        at = len(kinds)
        line = lines[at]
        if not line.strip():
            kinds.append(_Line.EMPTY)
        elif (line.lstrip().startswith(">") and not _closes_bracket(lines, kinds)) or _behind_bar(line, lines, kinds):
            kinds.append(_Line.QUOTE)
        elif could_announce(line) and (count := _original(lines, at, own)):
            kinds.extend([_Line.STRONG] * count)
        else:
            kinds.append(_Line.TEXT)
            _mark_attribution(lines, kinds, own)
    _mark_signatures(lines, kinds)
    return kinds


def _of(text: str, own: frozenset[str]) -> bool:
    """Whether the sender's own address stands in a text."""
    said = text.lower()
    return any(address in said for address in own)


def _closes_bracket(lines: list[str], kinds: list[_Line]) -> bool:
    """Whether the line at hand begins with the bracket that closes an address above it ("<ada@shop.test", "> wrote:"), and is no quote."""
    at = len(kinds)
    above = " ".join(lines[max(0, at - 2) : at])
    return kinds[-1:] == [_Line.TEXT] and above.count("<") > above.count(">") and lines[at].rstrip().endswith((":", "："))


def _behind_bar(line: str, lines: list[str], kinds: list[_Line]) -> bool:
    """Whether a line is quoted by a bar, as old Gmail did it: below an introduction, or below such a line. The row of a table ends in a bar, too."""
    if not line.startswith("|") or line.rstrip()[1:].endswith("|"):
        return False
    at = len(kinds) - 1
    while at > 0 and kinds[at] is _Line.EMPTY and len(kinds) - at <= _MOST_BLANK_LINES:
        at -= 1
    return at >= 0 and (kinds[at] in _INTRODUCTIONS or (kinds[at] is _Line.QUOTE and lines[at].startswith("|")))


def _original(lines: list[str], at: int, own: frozenset[str]) -> int:
    """How many lines announce an earlier mail from `at` on: a mark, a header block, both, or a block below a rule; 0 where none do."""
    begin, marked, forwarded = at, False, False
    while begin < len(lines) - 1 and begin - at < _MOST_LINES_BEFORE_BLOCK and _before_block(lines[begin]):
        marked = marked or original_mark(lines[begin])
        forwarded = forwarded or forwarded_mark(lines[begin])
        begin += 1
    block = header_block(lines, begin, marked=marked or forwarded)
    if block is not None:
        return 0 if _of(block.sender, own) else begin - at + block.lines
    return 1 if original_mark(lines[at]) else 0


def _before_block(line: str) -> bool:
    """Whether a line may stand between the begin of an announcement and its header block."""
    return not line.strip() or rule(line) or original_mark(line) or forwarded_mark(line)


def _mark_attribution(lines: list[str], kinds: list[_Line], own: frozenset[str]) -> None:
    """Where the last line ends an attribution, make its lines one; it begins no higher than the text that it stands in."""
    end = len(kinds) - 1
    if not could_end(lines[end]):
        return
    first = end
    while first > 0 and kinds[first - 1] is _Line.TEXT and end - first < _MOST_LINES_OF_ATTRIBUTION - 1:
        first -= 1
    found = attribution(lines, first, end)
    if found is None:
        return
    begin = end - found.lines + 1
    below = next((line.lstrip()[:1] for line in lines[end + 1 : end + 2 + _MOST_BLANK_LINES] if line.strip()), "")
    if found.trust is Trust.SURE and not _of(" ".join(lines[begin : end + 1]), own):
        kinds[begin:] = [_Line.STRONG] * found.lines
    elif below in {">", "|"}:
        kinds[begin:] = [_Line.WEAK] * found.lines


def _mark_signatures(lines: list[str], kinds: list[_Line]) -> None:
    """Turn text into signature where it ends a stretch of text: below two hyphens, or line by line from the end."""
    for first, end in _stretches(kinds):
        for at in range(end - 1, first - 1, -1):
            if separator(lines[at]):
                count = signed(lines[at + 1 : end])
                kinds[at : at + count] = [_Line.SIGNATURE] * count
                break
        signing = kinds[end - 1] is _Line.SIGNATURE
        for at in range(end - 1, first - 1, -1):
            if kinds[at] is _Line.TEXT and (added_by_program(lines[at]) or (signing and drawn(lines[at]))):
                kinds[at], signing = _Line.SIGNATURE, True
            if kinds[at] is _Line.TEXT:
                break


def _stretches(kinds: list[_Line]) -> list[tuple[int, int]]:
    """The runs of text and empty lines, as (first, end)."""
    found, at = [], 0
    for plain, run in groupby(kinds, key=lambda kind: kind in {_Line.TEXT, _Line.EMPTY}):
        end = at + len(list(run))
        if plain:
            found.append((at, end))
        at = end
    return found


def _folded(lines: list[str], kinds: list[_Line]) -> list[FoldKind | None]:
    """The fold each line is in, None for those that stay."""
    folded: list[FoldKind | None] = [FoldKind.SIGNATURE if kind is _Line.SIGNATURE else None for kind in kinds]
    texts = [place for place, kind in enumerate(kinds) if kind is _Line.TEXT] or [len(kinds)]
    cut = _cut(lines, kinds, texts[0])
    if _announced(lines[:cut], kinds):
        return folded
    first_text, last_text = texts[0], max((place for place in texts if place < cut), default=texts[-1])
    quotes = _quotes(kinds, cut)
    for first, end in quotes:
        introduced = kinds[first] in _INTRODUCTIONS
        above, below, last = first_text < first, last_text >= end, (first, end) == quotes[-1]
        if (above and not below and (introduced or _is_mail(lines, first, end))) or (introduced and not above and below and last):
            folded[first:end] = [FoldKind.QUOTE] * (end - first)
        elif introduced and (not above or _Line.QUOTE in kinds[first:end]):
            for place in range(first, end):
                if kinds[place] in _INTRODUCTIONS:
                    folded[place] = FoldKind.QUOTE
    if cut < len(kinds):
        folded[cut:] = [FoldKind.QUOTE] * (len(kinds) - cut)
    return folded


def _is_mail(lines: list[str], first: int, end: int) -> bool:
    """Whether a quote that no line of its own introduces is an earlier mail, and nothing that the sender cites: a poem, a list, a log.

    It is where it holds the introduction, as Apple's mail program writes it, or where the paragraph above ends in it; else where it greets, takes
    leave or quotes in turn, and is not introduced by the sender with a colon.
    """
    inner = [line.lstrip("> ") for line in lines[first:end] if line.strip("> ") and not rule(line)]
    if not inner:
        return False
    above = next((line for line in reversed(lines[max(0, first - _MOST_BLANK_LINES - 1) : first]) if line.strip()), "")
    if _introduces(inner) or ends_introducing(above):
        return True
    if len(inner) <= _SHORT_QUOTE or _ends_in_colon(above):
        return False
    nested = any(line.replace(" ", "").startswith(">>") for line in lines[first:end])
    return nested or _greets(inner[0]) or any(wishes(line) for line in inner)


def _introduces(inner: list[str]) -> bool:
    """Whether the first lines of a quote introduce an earlier mail."""
    if original_mark(inner[0]) or forwarded_mark(inner[0]) or header_block(inner, 0, marked=False):
        return True
    found = ((attribution(inner, 0, at), at) for at in range(min(_MOST_LINES_OF_ATTRIBUTION, len(inner))))
    return any(one is not None and one.lines == at + 1 for one, at in found)


def _ends_in_colon(line: str) -> bool:
    return line.rstrip(" \t*\"'").endswith((":", "："))


def _greets(line: str) -> bool:
    """Whether a line greets somebody and says nothing else."""
    return len(line) <= _LONGEST_GREETING and _GREETING.fullmatch(line) is not None


def _announced(lines: list[str], kinds: list[_Line]) -> bool:
    """Whether the text says that its answers stand within the mail below it."""
    above = "\n".join(line for line, kind in zip(lines, kinds, strict=False) if kind is _Line.TEXT)[:_ANNOUNCED_WITHIN].lower()
    return any(word in above for word in _HINTS_OF_ANSWERS) and _ANSWERS_WITHIN.search(above) is not None


def _cut(lines: list[str], kinds: list[_Line], first_text: int) -> int:
    """Where an earlier mail begins that stands there without quote marks: all below is it. `len(kinds)` where there is none, or where it may as
    well hold the answer: only a greeting stands above it, or a line that introduces it by a colon."""
    for place, kind in enumerate(kinds):
        if kind is not _Line.STRONG or place < first_text or _has_marks(kinds, place):
            continue
        above = [line for line, kind in zip(lines[:place], kinds, strict=False) if kind is _Line.TEXT]
        if _ends_in_colon(above[-1]) or (len(above) == 1 and _greets(above[0])):
            break
        return place
    return len(kinds)


def _has_marks(kinds: list[_Line], place: int) -> bool:
    """Whether the first quote behind the introduction at `place` belongs to it: then what has no marks is new, though it stands before the quote."""
    end = place
    while end < len(kinds) and kinds[end] in {_Line.STRONG, _Line.EMPTY}:
        end += 1
    while end < len(kinds) and kinds[end] not in _INTRODUCTIONS and kinds[end] is not _Line.QUOTE:
        end += 1
    return end < len(kinds) and kinds[end] is _Line.QUOTE


def _quotes(kinds: list[_Line], cut: int) -> list[tuple[int, int]]:
    """The quotes above `cut`, each with the introduction before it: runs of quote and empty lines, as (first, end)."""
    found, at = [], 0
    while at < cut:
        if kinds[at] is not _Line.QUOTE and kinds[at] not in _INTRODUCTIONS:
            at += 1
            continue
        first = at
        while at < cut and kinds[at] in _INTRODUCTIONS | {_Line.EMPTY}:
            at += 1
        body = at
        while at < cut and kinds[at] in {_Line.QUOTE, _Line.EMPTY}:
            at += 1
        if body < at or kinds[first] is _Line.STRONG:
            found.append((first, at))
    return found
