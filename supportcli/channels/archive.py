"""Mail in files: one mail (.eml) or many (mbox)."""

import re
from collections.abc import Iterator

# The asctime date at the end of a From_ line (RFC 4155, appendix A), so that a sentence that begins with "From " splits nothing.
_FROM_LINE = re.compile(rb"^From [^\r\n]{0,320}?\b[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d[^\r\n]*\r?\n", re.MULTILINE)
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)


def mails_of(raw: bytes) -> Iterator[bytes]:
    """The mails of a file: all of an mbox, else the file itself."""
    if _FROM_LINE.match(raw):
        yield from split_mbox(raw)
    else:
        yield raw


def split_mbox(raw: bytes) -> Iterator[bytes]:
    """Each mail of an mbox (the "mboxrd" of RFC 4155), without its From_ line and with its quoted "From " lines restored.

    A From_ line counts where it has a time and a blank line before it.
    """
    starts = [line for line in _FROM_LINE.finditer(raw) if _below_blank_line(raw, line.start())]
    for line, following in zip(starts, [*starts[1:], None], strict=True):
        end = following.start() if following else len(raw)
        mail = raw[line.end() : end]
        yield _QUOTED_FROM.sub(rb"\1", mail.removesuffix(b"\n").removesuffix(b"\r") if following else mail)


def _below_blank_line(raw: bytes, at: int) -> bool:
    return at == 0 or raw[max(0, at - 3) : at].endswith((b"\n\n", b"\n\r\n"))
