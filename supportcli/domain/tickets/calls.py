"""What a phone call was, for the ticket that it is logged in."""

from enum import StrEnum


class PhoneCall(StrEnum):
    """How a call ended. `ANSWERED`: the customer was told what they wanted to know, whoever had
    dialled. `WAITING`: the customer called, and waits for an answer. `MISSED`: we called, and
    reached nobody."""

    ANSWERED = "answered"
    WAITING = "waiting"
    MISSED = "missed"
