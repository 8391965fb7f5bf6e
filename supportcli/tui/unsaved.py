"""What was typed and could not reach the desk before the inbox ended: kept in a file, and
reported."""

import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from textual import events

from supportcli.terminal import clean

_ROUND = 60
"""How many characters of it the sentence shows."""

_UNTAKEN = "What you typed could not be saved to the desk"


class Rescued(NamedTuple):
    """A text, and what it was meant as: “reply to #12, sender only”."""

    what: str
    text: str


def text_of(typed: Iterable[events.Key | events.Paste]) -> str:
    """Keys as the text that they would have written: “rhello”, with others by name: “<ctrl+s>”."""
    return "".join(
        one.text
        if isinstance(one, events.Paste)
        else "\n"
        if one.key == "enter"
        else one.character
        if one.is_printable and one.character
        else f"<{one.key}>"
        for one in typed
    )


def file_beside(settings: Path) -> Path:
    """The file, beside config.toml, for its owner alone."""
    return settings.with_name("not-saved.txt")


def keep(file: Path, texts: Iterable[Rescued], now: datetime) -> str:
    """Add texts to the file, each under what it was meant as. Returns a sentence for the person who
    typed them, "" if there is nothing. If the file cannot be written, the sentence contains
    everything."""
    there = [one for one in texts if one.text.strip()]
    if not there:
        return ""
    at = f"{now.astimezone():%Y-%m-%d %H:%M}"
    was = "; ".join(one.what for one in there)
    whole = clean(" ".join(one.text for one in there))
    begins = whole[:_ROUND] + ("…" if len(whole) > _ROUND else "")
    try:
        _append(
            file,
            "".join(f"-- {at} · {one.what}\n{clean(one.text, lines=True)}\n\n" for one in there),
        )
    except OSError as error:
        return f"{_UNTAKEN}: “{whole}” ({was}). It could not be kept in {file}: {error.strerror}"
    return f"{_UNTAKEN}: “{begins}” ({was}). It is kept in {file}"


def _append(file: Path, text: str) -> None:
    """Append text in one piece, since several inboxes may end at once; never to a link's target."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "ab") as out:
        os.fchmod(descriptor, 0o600)
        out.write(text.encode())
