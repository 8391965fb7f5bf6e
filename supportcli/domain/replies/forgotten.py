"""Whether a text promises a file: “attached” in many languages, as somebody says it of their own
email and not when they ask for a file or thank for one."""

import re
from collections.abc import Collection

from supportcli.domain.canned.marks import parse_marks

_THEIRS = r"(?<!you )(?<!your )(?<!you’ve )(?<!you've )(?<!you have )(?<!the )"

_PROMISES = re.compile(
    "|".join(
        (
            # English; “the attached photo” is theirs as often as ours, so it needs a verb
            rf"{_THEIRS}\battached\b(?! you\b)",
            r"\b(?:see|find|with|use) the attached\b",
            r"\b(?:i|we)(?:[’']ll| will| am| are|[’']m|[’']re)? attach(?:ing)?\b",
            r"\b(?:in|see|find|as) (?:the |an )?attachments?\b",
            r"\b(?:please find|is|are) enclosed\b",
            # German
            r"\b(?:im|als|siehe|den|der) anhang\b",
            r"\banbei\b|\bangehängt\w*|\bbeigefügt\w*",
            r"\b(?:in|als) (?:der )?anlage\b",
            r"\b(?:hänge|hängen|füge|fügen) (?:ich|wir)\b",
            # French
            r"\bci[- ]joint\w*|\ben pièces? jointes?\b",
            r"\b(?:je|nous) (?:vous )?joi(?:ns|gnons)\b",
            # Spanish, Italian, Portuguese
            r"\badjunt(?:o|os|a|as|amos)\b",
            r"\b(?:in|come) allegato\b|\balleg(?:o|hiamo|at[oaie])\b",
            r"\bem anexo\b|\banexamos\b|\bsegue(?:m)? anex[oa]s?\b",
            # Dutch, Polish, Czech
            r"\b(?:in|als) (?:de )?bijlage\b|\bbijgevoegd\w*|\bbijgesloten\b",
            r"\bw załączniku\b|\bw załączeniu\b|\bzałącz(?:am|amy|ono)\b",
            r"\bv příloze\b|\bpřikládám\w*",
            # Swedish, Danish, Norwegian, Finnish, Turkish
            r"\bbifoga(?:r|d|t|de)\b|\bsom bilaga\b",
            r"\bvedhæft(?:er|et|ede)\b|\bvedlagt\b|\bi vedlegg\w*",
            r"\bliitteenä\b|\bekte\b|\bekteki\b",
            # Japanese, Chinese, Russian
            r"添付(?:いたし|致し|し)|附件",
            r"\bво? вложении\b|\bприлагаю\b|\bприкрепл[яе]\w+",
        )
    ),
    re.IGNORECASE,
)


def unattached(text: str, files: Collection[object]) -> str:
    """What to ask about a text that promises a file, if neither `files` nor a canned response in
    the text bring one; "" if there is nothing to ask. Quoted lines promise nothing."""
    read = parse_marks(text)
    if files or read.attached:
        return ""
    own = "\n".join(line for line in read.words.splitlines() if not line.startswith(">"))
    found = _PROMISES.search(own)
    return f"the text says “{' '.join(found[0].split())}”, and no file is attached" if found else ""
