"""Signatures: below the two hyphens of usenet, and the lines that phones and mail programs add."""

import re
from collections.abc import Sequence

_MOST_LINES = 12
_LONGEST_LINE = 120

_DEVICE = (
    r"(?:i ?phone|i ?pad|i ?pod|android|mobile|mobil|smart ?phone|phone|cell|tablet|samsung|galaxy|htc|alcatel|huawei|honor|xiaomi|redmi|oppo|vivo|lg"
    r"|nokia|sony|xperia|pixel|nexus|oneplus|motorola|moto|blackberry|windows|surface|mac|kindle|verizon|t-mobile|at&t|handy|handheld|t[ée]l[ée]phone"
    r"|m[óo]vil|dispositivo|celular|telem[óo]vel|cellulare|telefoon|telefon|puhelin|tablette)"
)
_PROGRAM = (
    r"(?:\[?mail|mailbox|outlook|windows mail|yahoo(?: mail)?|gmail|gmx|web\.de|proton ?mail|proton|airmail|aol|spark|thunderbird|k-9|fairemail"
    r"|mailbird|superhuman|tutanota|tuta|fastmail|zoho|bluemail|edison mail|canary|mailspring)"
)
# What follows the name of a device or program: where to get it, what it runs on, an apology for the typing. Not a sentence of its own.
_TAIL = r"(?:\W*<?https?://\S*)?(?:\W+(?!and\b|but\b|und\b|et\b|y\b)[\w./-]+){0,4}|\W.{0,30}(?:excuse|pardon|sorry|typo|brevity|brief|entschuldig|tippfehler|fautes).{0,40}"
_OF = rf"(?:{_DEVICE}|{_PROGRAM})\b(?:{_TAIL})"
_ADDED = re.compile(
    rf"(?i)[\s<(\[*_-]*(?:"
    rf"sent (?:from|via|using|with)(?: (?:my|a|the|an))? {_OF}|sent by {_DEVICE}|from my {_DEVICE}\b(?:\W+\w+){{0,2}}"
    rf"|(?:get|download) \[?(?:outlook|yahoo mail|bluemail)\b.{{0,80}}"
    rf"|envoy[ée] (?:depuis|de|à partir de|avec|via)(?: (?:mon|ma|un|l['\u2019]))? ?(?:application )?{_OF}"
    rf"|(?:von|mit)(?: (?:meinem|der|dem))? (?:\w+[ -]){{0,2}}?(?:{_DEVICE}|{_PROGRAM})\S* gesendet"
    rf"|gesendet (?:von|mit|aus|über)(?: (?:meinem|der|dem|mein))? (?:\w+[ -]){{0,2}}?{_OF}"
    rf"|diese nachricht wurde von mein.{{0,60}} gesendet\.?"
    rf"|enviado (?:desde|do|de|a partir do|pelo|via|con)(?: (?:mi|meu|minha|el|o))? {_OF}"
    rf"|inviato (?:da|dal|con|tramite)(?: (?:mio|il mio))? {_OF}"
    rf"|(?:verzonden|verstuurd) (?:vanaf|met|vanuit|via|van)(?: (?:mijn|een))? {_OF}"
    rf"|(?:skickat|skickades) från (?:min )?{_OF}|sendt fra (?:min )?{_OF}"
    rf"|lähetetty \S{{0,20}} ?{_DEVICE}\S*|wysłan[eo] z (?:mojego )?(?:\w+ )?{_OF}|odesláno z (?:mého )?{_OF}"
    rf"|отправлено (?:с|из) (?:моего )?{_OF}|надіслано з (?:мого )?{_OF}"
    rf"|iphone ?から送信|\S{{0,6}} ?(?:iphone|ipad|android) ?\S{{0,4}}(?:傳送|发送|送信)|发自我的.{{0,20}}|나의 .{{0,20}}에서 보냄"
    r")[\s>)\]*_.!-]*"
)
_POSTSCRIPT = re.compile(r"(?i)p\.? ?s\b|nb\b|edit\b|update\b|attach|anbei")
_DRAWN = re.compile(r"\s*(?:ᐧ|[-\u2014]{2,}|\*{3,}|#{3,}|~{3,}|={3,}|_{3,}|\+{3,})\s*")


def added_by_program(line: str) -> bool:
    """Whether a line is what a phone or a mail program puts below what its owner writes."""
    return len(line) <= _LONGEST_LINE and _ADDED.fullmatch(line.strip()) is not None


def drawn(line: str) -> bool:
    """Whether a line is a separator, in which nobody says anything."""
    return _DRAWN.fullmatch(line) is not None


def separator(line: str) -> bool:
    """Whether a line separates a signature: two hyphens and a space (RFC 3676, section 4.3), or without the space, as many write it."""
    return line.rstrip() == "--"


def looks_signed(lines: Sequence[str]) -> bool:
    """Whether the lines below a separator are a signature and no second half of a letter: few and short, no question, no postscript."""
    written = [line.strip() for line in lines if line.strip()]
    if len(written) > _MOST_LINES:
        return False
    return not any(len(line) > _LONGEST_LINE or line.endswith(("?", "？")) or _POSTSCRIPT.match(line) for line in written)
