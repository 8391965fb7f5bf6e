"""Lines by which mail programs introduce an earlier mail: "On … wrote:", "-----Original Message-----", the From/Sent/To/Subject block.

They are read without knowing the language where that is possible: a date and an address before a colon is an attribution in any. Where words
decide, they stand in the tables here.
"""

import re
from collections.abc import Sequence

_LONGEST = 400
_HINT = re.compile(r"[\d<:：]")
_DRAWN = frozenset("-_=*\u2014\u2500")
_MOST_LINES = 6
_MOST_LINES_OF_BLOCK = 30

_YEAR_OR_TIME = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\d)\d{1,2}[./-]\d{1,2}[./-]\d{2,4}(?!\d)|(?<!\d)\d{1,2}[:.]\d\d(?!\d)")
_ADDRESS = re.compile(r"[^\s<>@\"';]{1,80}@[^\s<>@\"';]{2,80}")
# "wrote", in lower case, as attributions say it.
_VERBS = (
    *("wrote", "writes", "schrieb", "geschrieben", "a écrit", "écrivait", "escribió", "ha scritto", "scrisse", "escreveu", "schreef", "geschreven"),
    *("skrev", "kirjoitti", "napisał", "pisze", "написал", "пишет", "написав", "пише", "написа", "napsal", "napísal", "írta", "yazdı", "a scris"),
    *("έγραψε", "写道", "寫道", "のメール", "書きました", "작성", "menulis", "đã viết", "kirjutas", "rakstīja", "rašė", "napisao", "כתב", "كتب"),
)
_END = re.compile(r"[:：]\s*\*?$|\bwrote\s*-{2,}$")
_END_WITHOUT_COLON = re.compile(rf"(?:{_YEAR_OR_TIME.pattern}).{{0,160}}>\s*(?:{'|'.join(_VERBS)})$")
# What stands first: a word for "on" and then a number, a date, a weekday and a number, or a name with an address.
_START = re.compile(
    r"(?:-{2,}\s*)?(?:"
    r"(?:On|Le|Am|El|Il|Em|No dia|Op|Den|Dnia|W dniu|På|Vid|Dne|Dňa|Pe|At|In data|Ngày|Vào|Pada|Dana|La|Kai|A|Στις|В|У|Il giorno)\s[^:<>]{0,40}?\d"
    r"|\d{1,4}[./年년 -]|\d{1,2}:\d\d\b"
    r"|\w{2,12}\.?,?\s+\d{1,2}[\s.]"
    r"|[在于於]\s?\d"
    r"|[^<>:?!]{1,80}<[^<>\s]{1,80}@"
    r")"
)
_BRACKETED = re.compile(r"<[^<>]*@[^<>]*>|\[mailto:[^\]]*\]")
# An address that is not in brackets belongs to who wrote where it stands beside the verb, and else to somebody that the sentence speaks of.
_BESIDE_VERB = re.compile(
    rf"(?:{_ADDRESS.pattern})[\s,;]*(?:(?:hat|a|ha|het|am .{{4,30}})\s+)?(?:{'|'.join(_VERBS)})"
    rf"|(?:{'|'.join(_VERBS)})\s+(?:{_ADDRESS.pattern})\s*[:：]"
)
_FIRST_PERSON = re.compile(r"\b(?:I|I've|we|ich|wir|je|j'ai|nous|yo|ik|jag|jeg)\b")
# Without an address only this says surely who wrote: a time of day, a comma, a name, the verb.
_TIME_NAME_VERB = re.compile(r"\d{1,2}[:.]\d\d(?::\d\d)?(?:\s*[AaPp]\.?[Mm]\.?)?(?:\s*(?:[A-Z]{2,4})?(?:[+-]\d{2}:?\d{2})?)\s*,\s*[^,:]{1,60}\s")

_MARK = re.compile(
    r"(?i)[>\s*]*[-_=]{2,}\s*(?:original message|original appointment|original|forwarded message|forwarded by .{1,80}|raw message|reply message"
    r"|urspr(?:ü|ue)ngliche nachricht|original-?nachricht|weitergeleitete nachricht"
    r"|message d['\u2019]origine|message original|message transféré|courriel original|mensaje original|mensaje reenviado"
    r"|mensagem original|mensagem encaminhada|messaggio originale|messaggio inoltrato|oorspronkelijk bericht|doorgestuurd bericht"
    r"|ursprungligt meddelande|original ?meddelande|opprinnelig melding|oprindelig (?:meddelelse|besked)|original ?melding|alkuperäinen viesti"
    r"|vidarebefordrat meddelande|videresendt (?:melding|besked|meddelelse)|välitetty viesti|przekazana wiadomość"
    r"|wiadomość oryginalna|oryginalna wiadomość|původní zpráva|pôvodná správa|eredeti üzenet|mesaj original|orijinal mesaj|özgün mesaj"
    r"|исходное сообщение|пересылаемое сообщение|пересланное сообщение|вихідне повідомлення|originalna poruka"
    r"|原始邮件|原始郵件|原邮件|转发邮件|轉寄郵件|元のメッセージ|原文|원본 메일|원본 메시지)\s*[-_=]{2,}\s*\*?\s*"
    r"|[>\s]*(?:begin forwarded message|anfang der weitergeleiteten (?:nachricht|e-mail)|début du message (?:réexpédié|transféré)"
    r"|inicio del mensaje reenviado|inizio messaggio inoltrato|begin doorgestuurd bericht|início da mensagem (?:reencaminhada|encaminhada))\s*:\s*"
)

_LABELS = {
    "from": "from|von|de|da|van|från|fra|lähettäjä|od|от|від|发件人|寄件者|寄件人|差出人|送信者|보낸 ?사람|feladó|kimden|gönderen|από|dari|expeditor",
    "date": "sent|date|gesendet|gesendet am|datum|envoyé|envoyé le|inviato|data|enviado|enviado el|enviado em|enviada em|fecha|verzonden"
    "|skickat|sendt|dato|lähetetty|päivämäärä|wysłano|odesláno|odoslané|дата|отправлено|надіслано|发送时间|日期|寄件日期|送信日時|日時"
    "|보낸 ?날짜|elküldve|gönderildi|tarih|trimis|στάλθηκε|dikirim",
    "to": "to|an|à|a|para|aan|till|til|vastaanottaja|do|komu|кому|收件人|收件者|宛先|받는 ?사람|címzett|kime|către|naar|προς|kepada|dla",
    "subject": "subject|betreff|objet|oggetto|asunto|assunto|onderwerp|ämne|emne|aihe|temat|předmět|predmet|тема|主题|主題|主旨|件名|제목|tárgy|konu"
    "|subiect|θέμα|perihal",
    "other": "cc|bcc|kopie|copie|copia|cópia|kopia|kopi|копия|копія|抄送|副本|참조|reply-to|risposta|antwort an|importance|importanz|wichtigkeit"
    "|priority|attachments|anlagen|organization|message-id",
}
_LABEL_KIND = {label: kind for kind, labels in _LABELS.items() for label in labels.split("|")}
_HEADER_LINE = re.compile(r"[\s*|]{0,8}([^\W\d_][\w -]{0,18})\s*\*?\s*[:：]")
_RULE = re.compile(r"[\s>*]*[-_=*\u2014\u2500]{5,}\s*")


def could_introduce(line: str) -> bool:
    """Whether it is worth to look closer at a line: a number, a bracket, a colon, or a rule stands in all that introduce a mail."""
    return line.lstrip()[:1] in _DRAWN or _HINT.search(line) is not None


def attribution(lines: Sequence[str], at: int) -> tuple[int, bool]:
    """How many lines the attribution takes that begins at `lines[at]`, 0 where none does; and whether it stands for itself, so that what follows
    it is an earlier mail even without quote marks."""
    if not _START.match(lines[at].strip()):
        return 0, False
    joined = ""
    for place in range(at, min(at + _MOST_LINES, len(lines))):
        line = lines[place].strip()
        if line.startswith(">") and place > at and joined.count("<") <= joined.count(">"):
            return 0, False
        joined = f"{joined} {line}".strip()
        if len(joined) > _LONGEST:
            return 0, False
        if _END.search(joined) or _END_WITHOUT_COLON.search(joined):
            return _judged(joined, place - at + 1)
    return _bare(lines[at].strip())


def original_mark(line: str) -> bool:
    """Whether a line announces an original or a forwarded mail below it."""
    return _MARK.fullmatch(line) is not None


def rule(line: str) -> bool:
    """Whether a line is drawn, not written: five hyphens, underscores or equal signs and more."""
    return _RULE.fullmatch(line) is not None


def header_block(lines: Sequence[str], at: int) -> int:
    """How many lines the block takes that names sender, date, recipient and subject of an earlier mail; 0 where there is none.

    All four must be there: a trip from Berlin to Paris on a date is no mail, nor is a contact form's name and subject.
    """
    if _label(lines[at]) != "from":
        return 0
    kinds: set[str] = set()
    place, end = at, at
    while place < min(len(lines), at + _MOST_LINES_OF_BLOCK) and place - end <= 1:
        kind = _label(lines[place])
        if kind is not None:
            kinds.add(kind)
            end = place + 1
        elif not lines[place].strip():
            break
        place += 1
    return end - at if kinds >= {"from", "date", "to", "subject"} else 0


def _label(line: str) -> str | None:
    found = _HEADER_LINE.match(line)
    return _LABEL_KIND.get(found[1].strip().lower()) if found else None


def _judged(joined: str, count: int) -> tuple[int, bool]:
    """What a sentence that ends like an attribution is: the lines it takes (0: it is none), and whether it surely names who wrote."""
    lowered = joined.lower()
    dated, addressed = _YEAR_OR_TIME.search(joined) is not None, _ADDRESS.search(joined) is not None
    spoken = any(verb in lowered for verb in _VERBS)
    if not ((dated and addressed) or (spoken and (dated or addressed))):
        return 0, False
    named = _BRACKETED.search(joined) or (addressed and _BESIDE_VERB.search(lowered)) or (spoken and _TIME_NAME_VERB.search(joined))
    return count, bool(named) and _FIRST_PERSON.search(joined) is None


_BARE = re.compile(r"\d{4}[-/]\d{1,2}[-/]\d{1,2}(?: \d{1,2}:\d\d)?(?: (?:GMT|UTC)[+-]\d{1,2}:?\d{0,2})? [^<>]{1,60}<[^<>\s]+@[^<>\s]+>")


def _bare(line: str) -> tuple[int, bool]:
    """The attribution of old Gmail: date, name and address, and neither verb nor colon."""
    return (1, False) if _BARE.fullmatch(line) else (0, False)
