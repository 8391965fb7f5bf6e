"""Names of attachments: the sender's file name, without the folders of the sender's machine."""

import re

_SEPARATORS = re.compile(r"[/\\]")
_WHITE = re.compile(r"\s+")
_NAME_LIMIT = 255


def file_name(name: str) -> str:
    """The last component of `name`, on one line and at most 255 characters. It is not safe yet: the
    code that shows or writes it cleans it."""
    last = _SEPARATORS.split(_WHITE.sub(" ", name).strip().rstrip("/\\"))[-1].strip()
    return "" if last in {".", ".."} else last[:_NAME_LIMIT]
