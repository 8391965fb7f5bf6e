"""What can be wrong with policies, calendars and durations."""

from supportcli.errors import UsageError


class DurationInvalid(UsageError):
    """A duration that cannot be read."""

    def __init__(self, typed: str) -> None:
        super().__init__(
            f"“{typed}” is not a duration.",
            "Write it in minutes, hours or days, as in 30m, 4h, 1h30m or 2d.",
        )


class PolicyInvalid(UsageError):
    """A part of a service-level policy that cannot be read, or makes no sense. `word` is what is
    wrong in it."""

    def __init__(self, word: str, problem: str, hint: str, nearest: str = "") -> None:
        super().__init__(f"“{word}” {problem}.", hint, nearest)


class CalendarInvalid(UsageError):
    """Something typed about a calendar cannot be understood. `part` is what it should be (hours,
    week, day, zone …), `word` what is wrong in it."""

    def __init__(self, part: str, word: str, problem: str, hint: str, nearest: str = "") -> None:
        super().__init__(f"The {part} cannot be read: “{word}” {problem}.", hint, nearest)
        self.part = part
        self.word = word
