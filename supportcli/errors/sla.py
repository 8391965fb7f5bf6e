"""What can be wrong with policies, calendars and durations."""

import shlex

from supportcli.errors import UsageError


class DurationInvalid(UsageError):
    """A duration that cannot be read."""

    def __init__(self, typed: str) -> None:
        super().__init__(
            f"“{typed}” is no duration.",
            "Say it in minutes, hours or days, as in 30m, 4h, 1h30m or 2d.",
        )


class PolicyInvalid(UsageError):
    """A part of a service-level policy that cannot be read. `nearest` is the known word that `word`
    was perhaps meant to be, or nothing."""

    def __init__(self, word: str, problem: str, hint: str, nearest: str = "") -> None:
        super().__init__(
            f"“{word}” {problem}.", f"Did you mean “{nearest}”? {hint}" if nearest else hint
        )


class PolicyUnknown(UsageError):
    """There is no service-level policy of this name."""

    def __init__(self, name: str, nearest: str, hint: str = "") -> None:
        hint = hint or "See the policies with: supportcli sla list"
        super().__init__(
            f"There is no policy “{name}”.",
            f"Did you mean “{nearest}”? {hint}" if nearest else hint,
        )


class PolicyTaken(UsageError):
    """The desk has a policy of this name, or of one that differs in case only."""

    def __init__(self, name: str, hint: str = "") -> None:
        super().__init__(
            f"This desk has the policy “{name}” already.",
            hint or f"Change it with: supportcli sla edit {shlex.quote(name)}",
        )


class CalendarInvalid(UsageError):
    """Something typed about a calendar cannot be understood. `part` is what it was to be (hours,
    week, day, zone …), `word` what is wrong in it."""

    def __init__(self, part: str, word: str, problem: str, hint: str, nearest: str = "") -> None:
        super().__init__(
            f"The {part} cannot be read: “{word}” {problem}.",
            f"Did you mean “{nearest}”? {hint}" if nearest else hint,
        )
        self.part = part
        self.word = word
        self.nearest = nearest


class CalendarUnknown(UsageError):
    """The desk has no calendar of this name."""

    def __init__(self, name: str, nearest: str = "") -> None:
        near = f"Did you mean “{nearest}”? " if nearest else ""
        super().__init__(
            f"There is no calendar “{name}”.", f"{near}See them with: supportcli calendar list"
        )


class CalendarTaken(UsageError):
    """The desk has a calendar of this name, or of one that differs in case only, or in _ for a
    space."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"This desk has the calendar “{name}” already.", "See it with: supportcli calendar list"
        )
