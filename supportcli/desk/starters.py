"""What a new desk begins with, so that nobody begins with nothing. It is all meant to be edited; `init --no-starters` leaves it out.

The canned responses are files as `canned export` writes them (`starter_set/`).
"""

from datetime import datetime
from importlib.resources import files

from sqlmodel import Session

from supportcli.desk import canned_sheets
from supportcli.domain.canned import Canned
from supportcli.storage import canned as rows

_SET = files("supportcli.desk") / "starter_set"


def starter_responses() -> list[Canned]:
    """The canned responses and macros of the set, by shortcut."""
    texts = ((file.name.removesuffix(".md"), file.read_text(encoding="utf-8")) for file in _SET.iterdir() if file.name.endswith(".md"))
    return [canned_sheets.read(text, name).canned for name, text in sorted(texts)]


def furnish(tx: Session, now: datetime) -> None:
    """Give a new desk its starters."""
    for response in starter_responses():
        rows.add(tx, response, None, now)
