"""When and how an agent's terminal is told that something is for them."""

import re
from dataclasses import dataclass
from datetime import time
from enum import StrEnum


class Notify(StrEnum):
    """How: by a notification of the desktop (iTerm2's OSC 9 or urxvt's OSC 777), by the bell, which
    every terminal knows, or not at all."""

    OSC9 = "osc9"
    OSC777 = "osc777"
    BELL = "bell"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From one time of day to another, maybe over midnight."""

    begins: time
    ends: time

    def cover(self, at: time) -> bool:
        """Whether a time of day lies within."""
        if self.begins <= self.ends:
            return self.begins <= at < self.ends
        return at >= self.begins or at < self.ends


_HOURS = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")


def quiet_hours(text: str) -> QuietHours | None:
    """The hours in a text such as “18:00-08:00”; None if it names none, ValueError if it cannot be
    read."""
    if not text.strip():
        return None
    found = _HOURS.fullmatch(text.replace(" ", ""))
    if found is None:
        raise ValueError(text)
    begins, begins_minute, ends, ends_minute = map(int, found.groups())
    return QuietHours(time(begins, begins_minute), time(ends, ends_minute))
