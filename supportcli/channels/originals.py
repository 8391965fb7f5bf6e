"""What mail programs write above an earlier mail that stands there without quote marks: "-----Original Message-----", and the block of From, Sent,
To and Subject.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_MOST_LINES = 30

_MARK = re.compile(
    r"(?i)[>\s*]*(?:[-_=\u2010]{2,}\s*(?:original message|original appointment|forwarded message|forwarded by .{1,80}|raw message|reply message"
    r"|urspr(?:ü|ue)ngliche nachricht|original-?nachricht|weitergeleitete nachricht"
    r"|message d['\u2019]origine|message original|message transféré|courriel original|mensaje original|mensaje reenviado"
    r"|mensagem original|mensagem encaminhada|messaggio originale|messaggio inoltrato|oorspronkelijk bericht|doorgestuurd bericht"
    r"|ursprungligt meddelande|original ?meddelande|opprinnelig melding|oprindelig (?:meddelelse|besked)|original ?melding|alkuperäinen viesti"
    r"|vidarebefordrat meddelande|videresendt (?:melding|besked|meddelelse)|välitetty viesti|przekazana wiadomość"
    r"|wiadomość oryginalna|oryginalna wiadomość|původní zpráva|pôvodná správa|eredeti üzenet|mesaj original|orijinal mesaj|özgün mesaj"
    r"|исходное сообщение|пересылаемое сообщение|пересланное сообщение|вихідне повідомлення|originalna poruka"
    r"|原始邮件|原始郵件|原邮件|转发邮件|轉寄郵件|元のメッセージ|원본 메일|원본 메시지)|[-_=]{5,}\s*(?:original|原文))\s*[-_=\u2010]{2,}\s*\*?\s*"
)
_FORWARDED = re.compile(
    r"(?i)[>\s]*(?:begin forwarded message|anfang der weitergeleiteten (?:nachricht|e-mail)|début du message (?:réexpédié|transféré)"
    r"|inicio del mensaje reenviado|inizio messaggio inoltrato|begin doorgestuurd bericht|início da mensagem (?:reencaminhada|encaminhada))\s*:\s*"
)

_LABELS = {
    "from": "from|von|de|da|van|från|fra|lähettäjä|od|от|від|发件人|寄件者|寄件人|差出人|送信者|보낸 사람|보낸사람|feladó|kimden|gönderen|από"
    "|dari|expeditor|מאת|من",
    # What only a mail program says of a mail: it was sent.
    "sent": "sent|gesendet|gesendet am|envoyé|envoyé le|inviato|enviado|enviado el|enviado em|enviada em|verzonden|skickat|sendt|lähetetty|wysłano"
    "|odesláno|odoslané|отправлено|надіслано|发送时间|寄件日期|送信日時|보낸 날짜|보낸날짜|elküldve|gönderildi|trimis|στάλθηκε|dikirim"
    "|נשלח|تاريخ الإرسال|تم الإرسال",
    "date": "date|datum|data|fecha|dato|päivämäärä|дата|日期|日時|tarih",
    "to": "to|an|à|a|para|aan|till|til|vastaanottaja|do|komu|кому|收件人|收件者|宛先|받는 사람|받는사람"
    "|címzett|kime|către|naar|προς|kepada|dla|אל|إلى",
    "subject": "subject|betreff|objet|oggetto|asunto|assunto|onderwerp|ämne|emne|aihe|temat|předmět|predmet|тема|主题|主題|主旨|件名"
    "|제목|tárgy"
    "|konu|subiect|θέμα|perihal|נושא|الموضوع",
    "mail": "reply-to|risposta|antwort an|responder a|répondre à|message-id",
    "other": "cc|bcc|kopie|copie|copia|cópia|kopia|kopi|копия|копія|抄送|副本|참조|importance|importanz|wichtigkeit"
    "|priority|attachments|anlagen|organization",
}
_LABEL_KIND = {label: kind for kind, labels in _LABELS.items() for label in labels.split("|")}
_HEADER_LINE = re.compile(r"[\s*|]{0,8}([^\W\d_][\w -]{0,18})\s*\*?\s*[:：](.*)")
_DRAWN = frozenset("-_=*\u2010\u2014\u2500")
_RULE = re.compile(r"[\s>*]*[-_=*\u2014\u2500]{20,}\s*")


def could_announce(line: str) -> bool:
    """Whether it is worth to look closer at a line: a colon stands in it, or it is drawn."""
    return ":" in line or "：" in line or line.lstrip(" \t>*")[:1] in _DRAWN


def original_mark(line: str) -> bool:
    """Whether a line announces an original or a forwarded mail below it."""
    return _MARK.fullmatch(line) is not None


def forwarded_mark(line: str) -> bool:
    """Whether a line announces a forwarded mail as a person might, too: it counts above a header block only."""
    return _FORWARDED.fullmatch(line) is not None


def rule(line: str) -> bool:
    """Whether a line is one that mail programs draw above a header block: twenty hyphens or underscores and more. People draw shorter ones."""
    return _RULE.fullmatch(line) is not None


@dataclass(frozen=True, slots=True)
class HeaderBlock:
    """A header block: the lines it takes, and what it says of the sender."""

    lines: int
    sender: str


def header_block(lines: Sequence[str], at: int, *, marked: bool) -> HeaderBlock | None:
    """The block at `lines[at]` that names sender, date, recipient and subject of an earlier mail; None where there is none.

    All four must be there, each once, the sender or the date first: a block begins as late as it can. And a mail must show: a mark stands above it
    (`marked`), the sender has an address, or a label is there that only mail has; a trip from Berlin to Paris on a date has none of these.
    """
    if _label(lines[at])[0] not in {"from", "sent", "date"}:
        return None
    said: dict[str, str] = {}
    place, end = at, at
    while place < min(len(lines), at + _MOST_LINES) and place - end <= 1:
        kind, value = _label(lines[place])
        if not lines[place].strip() or (kind in said and kind != "other"):
            break
        if kind is not None:
            said[kind] = value
            end = place + 1
        place += 1
    dated = said.keys() & {"sent", "date"}
    whole = len(dated) == 1 and said.keys() >= {"from", "to", "subject"}
    shows = marked or bool(said.keys() & {"sent", "mail"}) or "@" in said.get("from", "")
    return HeaderBlock(end - at, said["from"]) if whole and shows else None


def _label(line: str) -> tuple[str | None, str]:
    found = _HEADER_LINE.match(line)
    return (_LABEL_KIND.get(found[1].strip().lower()), found[2]) if found else (None, "")
