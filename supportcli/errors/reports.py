"""What can be wrong with the question that a report is asked."""

from supportcli.errors import UsageError


class PeriodInvalid(UsageError):
    """What `--since` or `--until` says is not a time, or leaves no period."""

    def __init__(self, option: str, text: str, problem: str) -> None:
        super().__init__(
            f"{option} {text}: that {problem}.",
            (
                "Write it as 30d, 2w, 12h, today, yesterday, week, month, 2026-10-01, 2026-W40, "
                "2026-10 or 2026-10-01T09:00."
            ),
        )


class RowsTooMany(UsageError):
    """A report has so many rows of time that nobody could read them."""

    def __init__(self, by: str, most: int) -> None:
        super().__init__(
            f"Grouped by {by}, the report would have more than {most:,} rows.",
            "Choose a shorter period, or use --by week or --by month.",
        )
