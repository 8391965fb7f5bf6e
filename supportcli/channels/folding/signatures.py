"""Signatures: below the two hyphens of Usenet, and the lines that phones and mail programs add."""

import re
from collections.abc import Sequence

from supportcli.channels.folding.datelines import table

_MOST_LINES = 12
_LONGEST_LINE = 120

_DEVICE = (
    r"(?:i ?phone|i ?pad|i ?pod|android|mobile|mobil|smart ?phone|phone|cell|tablet|samsung|"
    r"galaxy|htc|alcatel|huawei|honor|xiaomi|redmi|oppo|vivo|lg"
    r"|nokia|sony|xperia|pixel|nexus|oneplus|motorola|moto|blackberry|windows|surface|mac|"
    r"kindle|verizon|t-mobile|at&t|handy|handheld|t[ée]l[ée]phone"
    r"|m[óo]vil|dispositivo|celular|telem[óo]vel|cellulare|telefoon|telefon|puhelin|tablette)"
)
_PROGRAM = (
    r"(?:\[?mail|mailbox|outlook|windows mail|yahoo(?: mail)?|gmail|gmx|web\.de|proton ?mail|"
    r"proton|airmail|aol|spark|thunderbird|k-9|fairemail"
    r"|mailbird|superhuman|tutanota|tuta|fastmail|zoho|bluemail|edison mail|canary|mailspring)"
)
# What follows the name of a device or program: its model, where to get it, what it runs on, an
# apology for the typing. Any other word is the sender's.
_MODEL = (
    r"(?:[a-z]{0,6}(?:1?\d|20)[a-z]{0,2}|pro|max|plus|mini|air|se|x[rs]?|ultra|lite|note|"
    r"edge|flash ?\d?|octacore|galaxy|device|smart ?phone"
    r"|phone|tablet|pc|app"
    r"|for|on|using|with|powered by|by|work|mail|mobile|ios|ipad|iphone|android|windows|mac|"
    r"gerät|telefon|telephone)"
)
_APOLOGY = (
    r"[\s.,;:!-]+(?:please |pls |bitte |sorry,? )?(?:(?:excuse|pardon|forgive|ignore)(?: "
    r"(?:any|my|the|all))?|sorry for(?: (?:any|the|my))?"
    r"|entschuldigen sie(?: bitte)?(?: (?:etwaige|die|meine))?)(?: (?:brevity|typos?|typoze|"
    r"errors?|mistakes?|misspellings?|spelling|tippfehler"
    r"|kürze|and|or|und))+"
)
_TAIL = rf"(?:[\s,]+{_MODEL}\b){{0,5}}(?:\W*<?https?://\S*)?(?:{_APOLOGY})?"
_OF = rf"(?:{_DEVICE}|{_PROGRAM})\b{_TAIL}"
_LINK = r"[\s\]]*(?:[<(]?https?://\S+)?"
_SENT_WITH = (
    r"sent (?:from|via|using|with)(?: (?:my|a|the|an))? \[?"
    r"|envoy[ée] (?:depuis|de|à partir de|avec|via)(?: (?:mon|ma|un|l['\u2019]))? "
    r"?(?:application )?"
    r"|gesendet (?:von|mit|aus|über)(?: (?:meinem|der|dem|mein))? (?:(?:apple|samsung|"
    r"galaxy|android)[ -]){0,2}?"
    r"|enviado (?:desde|do|de|a partir do|pelo|via|con)(?: (?:mi|meu|minha|el|o))? "
    r"|inviato (?:da|dal|con|tramite)(?: (?:mio|il mio))? "
    r"|(?:verzonden|verstuurd) (?:vanaf|met|vanuit|via|van)(?: (?:mijn|een))? "
    r"|(?:skickat|skickades) från (?:min )?|sendt fra (?:min )?|wysłan[eo] z (?:mojego )?"
    r"|odesláno z (?:mého )?|отправлено (?:с|из) (?:моего )?|надіслано з (?:мого )?"
)
"""What stands before a device or a program. It is one group: each copy of what follows it would
cost two milliseconds of a start."""
_ADDED = re.compile(
    rf"(?i)[\s<(\[*_-]*(?:(?:{_SENT_WITH}){_OF}"
    r"|sent from \[mail\]\(\S+\) for windows(?: \d+)?"
    rf"|sent by {_DEVICE}|from my {_DEVICE}\b{_TAIL}"
    r"|(?:get|download) \[?(?:outlook|yahoo mail|bluemail)(?: for (?:ios|android|windows|"
    rf"mac|mobile))?{_LINK}"
    r"|(?:von|mit)(?: (?:meinem|der|dem))? (?:(?:apple|samsung|galaxy|android)[ "
    rf"-]){{0,2}}?(?:{_DEVICE}|{_PROGRAM})(?:gerät|telefon|phone)?"
    r"(?: app)? gesendet"
    rf"|diese nachricht wurde von meinem? (?:{_DEVICE}|{_PROGRAM})[\w-]*(?: mit (?:{_DEVICE}|"
    rf"{_PROGRAM})(?: mail)?)? gesendet\.?"
    rf"|lähetetty {_DEVICE}(?:sta|stä|lta|ltä)?(?:ni)?"
    r"|(?:iphone|ipad|android) ?から送信|從我的 ?(?:iphone|ipad|android) ?傳送|(?:从我的|发自我的) "
    r"?(?:iphone|ipad|android|手机|小米手机|华为手机)"
    r"(?:发送)?"
    rf"|나의 (?:iphone|ipad|아이폰)에서 보냄"
    r")[\s>)\]*_.!-]*"
)
_ENDS_OF_SENTENCES = ("?", "？", "!", "。", "！", "…")
_PRICE = re.compile(r"[€$£¥%]|\b(?:EUR|USD|CHF|GBP)\b")
_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"[^\W\d_][\w'\u2019.-]*")
_MOST_WORDS = 8
_JOINS = table(
    "of and the for at in on by & und für der die das des de la le du del di da von van den "
    "och og i e y et co c/o zu zum"
)
_WISHES = table(
    """
    with best kind warm regards cheers sincerely yours truly thanks thank you grüße grüßen grüssen
    gruß gruss viele liebe lieben beste besten mit
    freundlichen freundliche herzliche cordialement bien cordialmente saludos saludo cordiales un
    atentamente atenciosamente cumprimentos saluti
    cordiali distinti groet groeten vriendelijke met vänliga hälsningar med venlig hilsen vennlig
    pozdrowienia pozdrawiam
    """
)
# The beginnings of words that are not a name or a title, but an answer, a request or a number of
# something.
_ASKS = re.compile(
    r"(?i)(?:yes|no|ok|okay|please|pls|cancel|stop|refund|return|send|call|size|colou?r|red|"
    r"blue|green|black|white|yellow|small|medium|large|x+l|order|invoice"
    r"|customer|ticket|parcel|ref|reference|number|nr|ja|nein|bitte|größe|farbe|rot|blau|"
    r"grün|schwarz|weiß|paket|oui|non|taille|couleur|rouge|bleu|vert"
    r"|sí|si|talla|rojo|azul|verde|sim|não|sì|ps|p\.s|nb|edit|update|but|also|i|we|my|our|"
    r"ich|wir|mein|meine|je|nous|mon|ma|monday|tuesday|wednesday"
    r"|thursday|friday|saturday|sunday|montag|dienstag|mittwoch|donnerstag|freitag|samstag|"
    r"sonntag|tomorrow|today|morgen|heute|attached|anbei)\.?$"
    r"|(?i:bestell|kunden|rechnung|auftrag|commande|factur|pedido|ordine|attach)"
)
_URL = r"<?https?://\S+|<?\bwww\.\S+"
_CALL = (
    r"(?:tel(?:efon|ephone|\.)?|phone|mobile?|mobil|fon|fax|cell|office|handy|tél|t|m|f|p)\b[.: ]*"
)
_CONTACT = re.compile(
    rf"(?i){_URL}|<?[\w.+-]+@[\w-]+\.[\w.-]+>?|@\w{{2,30}}|(?:\b{_CALL})?(?<!\w)(?:\+|\(?0|"
    rf"\(\d)[\d ()/.-]{{6,}}|\b{_CALL}[\d+(][\d ()/.-]{{3,}}"
    r"|\b(?:e-?mail|web|website|internet|skype|linkedin|twitter)\s*:"
)
# A street with its number, a postcode with its town.
_PLACE = re.compile(
    r"[^\W\d_][\w.-]*(?:[Ss]tr\.|[Ss]traße|[Ss]trasse|[Ww]eg|[Pp]latz|[Aa]llee|[Gg]asse|"
    r"[Rr]ing|[Dd]amm)\s*\d{1,4}[a-z]?\b"
    r"|\b\d{1,4}[a-z]?,?\s+(?:[A-Z][\w.]+\s+){1,3}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Drive|"
    r"Square)\b|\b\d{1,4},?\s+(?:rue|avenue|via|calle)\s+\w+"
    r"|[A-Z][\w.]+ \d{1,4}[a-z]?,\s*(?=(?:[A-Z]{1,2}-)?\d{4,5}\b)|"
    r"\b(?:[A-Z]{1,2}-)?\d{4,5}\s+(?=[A-Z])"
)
_FINGERPRINT = re.compile(
    r"(?i)(?:\S+ ){0,6}fingerprint:?.{0,60}|(?:[0-9A-F]{4}\s+){3,}[0-9A-F]{4}"
)
_DRAWN = re.compile(r"\s*(?:ᐧ|[-\u2014]{2,}|\*{3,}|#{3,}|~{3,}|={3,}|_{3,}|\+{3,})\s*")


def added_by_program(line: str) -> bool:
    """Whether a line is one that a phone or mail program puts below its owner's text."""
    return len(line) <= _LONGEST_LINE and _ADDED.fullmatch(line.strip()) is not None


def drawn(line: str) -> bool:
    """Whether a line is a separator, without any words."""
    return _DRAWN.fullmatch(line) is not None


def separator(line: str) -> bool:
    """Whether a line separates a signature: two hyphens and a space (RFC 3676, section 4.3), or
    without the space, as many write it."""
    return line.rstrip() == "--"


def signed(lines: Sequence[str]) -> int:
    """The number of lines of the signature at a separator, including it; 0 if the text there may be
    the second half of a mail.

    A signature is names, titles, companies, addresses, phone numbers and wishes. It ends with the
    text or with a blank line."""
    count = 0
    for place, line in enumerate(lines):
        if not line.strip():
            continue
        if place >= _MOST_LINES or not signs(line.strip()):
            break
        count = place + 1
    else:
        return len(lines) + 1
    return count + 1 if count and not lines[count].strip() else 0


def wishes(line: str) -> bool:
    """Whether a line is the ending of a letter: "With kind regards"."""
    words = _WORD.findall(line)
    return 0 < len(words) <= _MOST_WORDS and all(word.lower() in _WISHES for word in words)


def signs(line: str) -> bool:
    """Whether a line only says who somebody is or how to reach them."""
    if added_by_program(line) or drawn(line) or _FINGERPRINT.fullmatch(line):
        return True
    if len(line) > _LONGEST_LINE or line.endswith(_ENDS_OF_SENTENCES) or _PRICE.search(line):
        return False
    rest = _PLACE.sub(" ", _CONTACT.sub(" ", line))
    words = [word for word in _WORD.findall(rest) if word.lower() not in _JOINS]
    if _DIGIT.search(rest) or len(words) > _MOST_WORDS or any(_ASKS.match(word) for word in words):
        return False
    return all(word[:1].isupper() or word.lower() in _WISHES for word in words) and (
        bool(words) or rest != line
    )
