"""What mail programs write above an earlier mail without quote marks: "-----Original Message-----",
and the block of From, Sent, To and Subject.

People type such lines, too. So a mark counts only if a mail follows it, and a block only if it has
the four labels and shows that it comes from a mail."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from supportcli.channels.folding.attributions import MOST_LINES as MOST_LINES_OF_ATTRIBUTION
from supportcli.channels.folding.attributions import attribution
from supportcli.channels.folding.datelines import names_day, names_hour
from supportcli.channels.headers.answered_mail import NOBODY, Answered

_MOST_LINES = 30
_MOST_LINES_BEFORE_BLOCK = 3
_MOST_BLANK_LINES = 3
_LONGEST_MARK = 400

_MARK = re.compile(
    r"(?i)[>\s*]*(?:[-_=\u2010]{2,}\s*(?:original message|original appointment|forwarded "
    r"message|forwarded by .{1,80}|raw message|reply message"
    r"|urspr(?:ü|ue)ngliche nachricht|original-?nachricht|weitergeleitete nachricht"
    r"|message d['\u2019]origine|message original|message transféré|courriel original|"
    r"mensaje original|mensaje reenviado"
    r"|mensagem original|mensagem encaminhada|messaggio originale|messaggio inoltrato|"
    r"oorspronkelijk bericht|doorgestuurd bericht"
    r"|ursprungligt meddelande|original ?meddelande|opprinnelig melding|oprindelig "
    r"(?:meddelelse|besked)|original ?melding|alkuperäinen viesti"
    r"|vidarebefordrat meddelande|videresendt (?:melding|besked|meddelelse)|välitetty viesti|"
    r"przekazana wiadomość"
    r"|wiadomość oryginalna|oryginalna wiadomość|původní zpráva|pôvodná správa|eredeti "
    r"üzenet|mesaj original|orijinal mesaj|özgün mesaj"
    r"|исходное сообщение|пересылаемое сообщение|пересланное сообщение|вихідне повідомлення|"
    r"originalna poruka"
    r"|原始邮件|原始郵件|原邮件|转发邮件|轉寄郵件|元のメッセージ|원본 메일"
    r"|원본 메시지|邮件原件|邮件原文|özgün ileti|courriel "
    r"d['\u2019]origine"
    r"|mail original|ursprüngliche mail|[^<>:@-]{1,80} (?:wrote|schrieb|a écrit|ha scritto|"
    r"escribió|escreveu|schreef|skrev) ?:)"
    r"|[-_=]{5,}\s*(?:original|原文))\s*[-_=\u2010]{2,}\s*\*?\s*"
)
_ALONE = re.compile(r"\*?-{8} Original Message -{8}\*?\s*")
_FORWARDED = re.compile(
    r"(?i)[>\s]*(?:begin forwarded message|anfang der weitergeleiteten (?:nachricht|e-mail)|"
    r"début du message (?:réexpédié|transféré)"
    r"|inicio del mensaje reenviado|inizio messaggio inoltrato|begin doorgestuurd bericht|"
    r"início da mensagem (?:reencaminhada|encaminhada))\s*:\s*"
)

_LABELS = {
    "from": "from|von|de|de la|da|van|från|fra|lähettäjä|od|от|від|发件人|寄件者|寄件人"
    "|差出人|送信者|보낸 "
    "사람|보낸사람|feladó|kimden|gönderen|από"
    "|dari|expeditor|từ|šalje|pošiljatelj|saatja|מאת|من",
    # What only a mail program says about a mail: it was sent.
    "sent": "sent|gesendet|gesendet am|envoyé|envoyé le|inviato|enviado|enviado el|enviado "
    "em|enviada em|verzonden|skickat|sendt|lähetetty|wysłano"
    "|odesláno|odoslané|отправлено|надіслано|发送时间|寄件日期|送信日時|보낸 "
    "날짜|보낸날짜|elküldve|gönderildi|trimis|στάλθηκε|dikirim"
    "|đã gửi|ngày gửi|poslano|poslato|изпратено|saadetud|enviat|נשלח|تاريخ الإرسال|تم الإرسال",
    "date": "date|datum|data|fecha|dato|päivämäärä|päiväys|дата|日期|日時|日付|날짜|tarih"
    "|dátum|ημερομηνία|kuupäev|datums|tanggal|ngày|תאריך|التاريخ",
    "to": "to|an|à|pour|a|para|aan|till|til|vastaanottaja|do|komu|кому|收件人|收件者"
    "|宛先|받는 사람|받는사람"
    "|címzett|kime|către|naar|προς|kepada|dla|prima|za|до|adressaat|per a|đến|tới|אל|إلى",
    "subject": "subject|betreff|objet|sujet|oggetto|asunto|assunto|onderwerp|ämne|emne|aihe"
    "|temat|předmět|predmet|тема|主题|主題|主旨|件名"
    "|제목|tárgy"
    "|konu|subiect|θέμα|perihal|zadeva|naslov|относно|teema|assumpte|chủ đề|נושא|الموضوع",
    "mail": "reply-to|risposta|antwort an|responder a|répondre à|message-id",
    "other": "cc|bcc|kopie|copie|copia|cópia|kopia|kopi|копия|копія|抄送|副本|참조"
    "|importance|importanz|wichtigkeit"
    "|priority|attachments|anlagen|organization",
}
_LABEL_KIND = {label: kind for kind, labels in _LABELS.items() for label in labels.split("|")}
_HEADER_LINE = re.compile(r"[\s*|]{0,8}([^\W\d_][\w -]{0,18})\s*\*?\s*[:：](.*)")
_RAW_HEADER = re.compile(r"(?:[A-Za-z]+(?:-[A-Za-z0-9]+)+|Received)\s?:\s")
_RAW_DATE = re.compile(
    r"(?:[A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d(?::\d\d)? [+-]\d{4}(?: \(\w+\))?"
)
_DRAWN = frozenset("-_=*\u2010\u2014\u2500")
_RULE = re.compile(r"(?:\**+[\s>]++(?!\Z))*[-_=*\u2014\u2500]{20,}+\s*+")


def could_announce(line: str) -> bool:
    """Whether a line is worth a closer look: it contains a colon, or is drawn."""
    return ":" in line or "：" in line or line.lstrip(" \t>*")[:1] in _DRAWN


def original_mark(line: str) -> bool:
    """Whether a line announces an original or forwarded mail below it."""
    return len(line) <= _LONGEST_MARK and _MARK.fullmatch(line) is not None


def forwarded_mark(line: str) -> bool:
    """Whether a line announces a forwarded mail in words that a person might use, too: it counts
    only above a header block."""
    return _FORWARDED.fullmatch(line) is not None


def rule(line: str) -> bool:
    """Whether a line is one that mail programs draw above a header block: twenty or more hyphens or
    underscores. People draw shorter ones."""
    return _RULE.fullmatch(line) is not None


@dataclass(frozen=True, slots=True)
class Announcement:
    """The announcement of an earlier mail: its lines, and what it says about the sender."""

    lines: int
    sender: str


def announcement(lines: Sequence[str], at: int, answered: Answered = NOBODY) -> Announcement | None:
    """The announcement of an earlier mail from `lines[at]` on; None if there is none. It is a
    header block, perhaps below a mark or a rule; or a mark above an attribution, a few labels or
    quote marks.

    What it says must agree with the headers of the mail (`answered`), if they are known."""
    begin, marked = at, False
    while (
        begin < len(lines) - 1
        and begin - at < _MOST_LINES_BEFORE_BLOCK
        and _before_block(lines[begin])
    ):
        marked = marked or bool(lines[begin].strip())
        begin += 1
    block = header_block(lines, begin, answered, marked=marked)
    if block is not None:
        return Announcement(begin - at + block.lines, block.sender)
    found = original_mark(lines[at]) and (
        _mail_follows(lines, at + 1, answered) or (not answered.known and _stands_alone(lines, at))
    )
    return Announcement(1, "") if found else None


def _stands_alone(lines: Sequence[str], at: int) -> bool:
    """Whether a mark is a paragraph with eight hyphens on each side, as some programs write above a
    mail without headers, and no sentence continues below.

    Marks of other programs have headers below; a person who types or cites one does not count to
    eight."""
    if (
        _ALONE.fullmatch(lines[at]) is None
        or at == 0
        or lines[at - 1].strip()
        or at + 2 >= len(lines)
        or lines[at + 1].strip()
    ):
        return False
    return not lines[at + 2].lstrip()[:1].islower()


def _before_block(line: str) -> bool:
    """Whether a line may come between the start of an announcement and its header block."""
    return not line.strip() or rule(line) or original_mark(line) or forwarded_mark(line)


def _mail_follows(lines: Sequence[str], at: int, answered: Answered) -> bool:
    """Whether a mail follows a mark: quote marks, an attribution, or a sender and a date like those
    of a mail."""
    first = next(
        (
            place
            for place in range(at, min(len(lines), at + _MOST_BLANK_LINES + 1))
            if lines[place].strip()
        ),
        None,
    )
    if first is None:
        return False
    if lines[first].lstrip().startswith(">"):
        return True
    ends = range(first, min(len(lines), first + MOST_LINES_OF_ATTRIBUTION))
    found = (attribution(lines, first, end, answered) for end in ends)
    if any(
        one is not None and one.vouched and one.lines == lines_of + 1
        for lines_of, one in enumerate(found)
    ):
        return True
    said = _labels(lines, first)[0] if _label(lines[first])[0] is not None else {}
    when = said.get("sent") or said.get("date")
    if "from" not in said or when is None or not _agrees(said, when, answered):
        return False
    return "@" in said["from"] or names_day(when)


def header_block(
    lines: Sequence[str], at: int, answered: Answered, *, marked: bool
) -> Announcement | None:
    """The block at `lines[at]` with sender, date, recipient and subject of an earlier mail. None if
    there is none, or if another begins within its lines: a block begins as late as it can."""
    found = _block(lines, at, answered, marked=marked)
    if found is None:
        return None
    later = (
        _block(lines, place, answered, marked=False) for place in range(at + 1, at + found.lines)
    )
    return None if any(later) else found


def _block(
    lines: Sequence[str], at: int, answered: Answered, *, marked: bool
) -> Announcement | None:
    """The block at `lines[at]`, even if another may begin below.

    All four labels must be there, each once; without a mark or a rule above (`marked`) the sender
    or the date comes first. It must also look like a mail: below a mark by its day, otherwise by
    the sender's address or the day, and the time it was sent. A trip from Berlin to Paris has none
    of these."""
    if _label(lines[at])[0] not in (
        {"from", "sent", "date", "to", "subject"} if marked else {"from", "sent", "date"}
    ):
        return None
    said, end = _labels(lines, at)
    dated = said.keys() & {"sent", "date"}
    if len(dated) != 1 or not said.keys() >= {"from", "to", "subject"}:
        return None
    when = said[dated.pop()]
    if not _agrees(said, when, answered) or (not marked and _raw(lines, at, end, when)):
        return None
    sent, timed = bool(said.keys() & {"sent", "mail"}), names_hour(when)
    of_mail = (marked or (sent and timed)) and names_day(when)
    addressed = "@" in said["from"] and (sent or timed)
    return Announcement(end - at, said["from"]) if of_mail or addressed else None


def _agrees(said: dict[str, str], when: str, answered: Answered) -> bool:
    """Whether labels are those of the mail that is answered: a recipient of the answer sent it, or
    it had the subject of the answer and was not sent from a stranger's address."""
    if not answered.known or answered.is_of(said["from"]):
        return True
    if answered.is_stranger(said["from"]):
        return False
    return names_day(when) and names_hour(when) and answered.is_about(said.get("subject", ""))


def _raw(lines: Sequence[str], at: int, end: int, when: str) -> bool:
    """Whether labels are raw headers of a mail, which people paste and no program quotes: more of
    them are near, or their date is in the form of RFC 5322, 3.3."""
    above = at - 1
    while above > 0 and at - above <= _MOST_LINES and lines[above][:1] in {" ", "\t"}:
        above -= 1
    around = [lines[above]] if above >= 0 else []
    around += lines[end : end + 1]
    return _RAW_DATE.fullmatch(when.strip()) is not None or any(map(_RAW_HEADER.match, around))


def _labels(lines: Sequence[str], at: int) -> tuple[dict[str, str], int]:
    """What the labels from `lines[at]` on say, each once, and the line after the last one; one line
    may continue between two of them."""
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
    return said, end


def _label(line: str) -> tuple[str | None, str]:
    """The label of a line and the text after it; programs begin all labels with a capital
    letter."""
    found = _HEADER_LINE.match(line)
    if found is None or found[1][0].islower():
        return None, ""
    return _LABEL_KIND.get(found[1].strip().lower()), found[2]
