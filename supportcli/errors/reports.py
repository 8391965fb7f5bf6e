"""What can be wrong with the question that a report is asked."""

from collections.abc import Iterable

from supportcli.errors import UsageError

_NAMED = 20
"""How many names of a long list an error tells."""


class ReportUnknown(UsageError):
    """No report has this name."""

    def __init__(self, name: str, nearest: str) -> None:
        near = f"Did you mean “{nearest}”? " if nearest else ""
        super().__init__(
            f"There is no report “{name}”.", f"{near}See them all with: supportcli report list"
        )


class GroupingUnknown(UsageError):
    """A report cannot be asked by this."""

    def __init__(self, report: str, by: str, known: Iterable[str], nearest: str) -> None:
        near = f"Did you mean “{nearest}”? " if nearest else ""
        super().__init__(
            f"The report {report} has no rows by “{by}”.",
            f"{near}It can be asked by {', '.join(known)}.",
        )


class PeriodInvalid(UsageError):
    """What `--since` or `--until` says is no time, or leaves no period."""

    def __init__(self, option: str, text: str, problem: str) -> None:
        super().__init__(
            f"{option} {text}: that {problem}.",
            (
                "Say it as 30d, 2w, 12h, today, yesterday, week, month, 2026-10-01, 2026-W40, "
                "2026-10 or 2026-10-01T09:00."
            ),
        )


class RowsTooMany(UsageError):
    """A report has so many rows of time that nobody could read them."""

    def __init__(self, by: str, most: int) -> None:
        super().__init__(
            f"By {by} the report would have more than {most:,} rows.",
            "Name a shorter period, or ask --by week or --by month.",
        )


class NumberUnknown(UsageError):
    """A table has no such row or column, so there are no tickets behind it."""

    def __init__(self, what: str, name: str, known: Iterable[str], nearest: str) -> None:
        near = f"Did you mean “{nearest}”? " if nearest else ""
        names = list(known)
        more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
        super().__init__(
            f"The table has no {what} “{name}”.",
            f"{near}It has {', '.join(names[:_NAMED]) or 'none'}{more}.",
        )
