"""Figures: numbers of reports that know the tickets behind them, and the command that lists
these."""

from dataclasses import dataclass

from supportcli.domain.reports.table import Number, ReportTable, TableRow, Unit


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of a report: a column of a row of its table."""

    title: str
    """What it is called where it stands alone: “Created today”."""
    table: ReportTable
    row: TableRow
    column: str
    since: str
    """The period of the report that has the same number, as `--since` names it."""
    by: str = ""
    """What the rows of that report are; empty if the number is its total."""
    query: str = ""
    """A query that may find the same tickets, as long as nothing is odd about them."""
    usual: Number = None
    """What the number is on a usual day; None if nobody knows."""

    @property
    def value(self) -> Number:
        """The number itself."""
        return self.row.values[self.column]

    @property
    def unit(self) -> Unit:
        """What kind of number it is."""
        return next(one.unit for one in self.table.figures if one.name == self.column)

    @property
    def numbers(self) -> tuple[int, ...]:
        """The tickets behind it, each once, in the order of what was counted."""
        facts = self.table.behind(self.row, self.column)
        return tuple(dict.fromkeys(fact.ticket.number for fact in facts))

    @property
    def call(self) -> tuple[str, ...]:
        """The arguments of `supportcli` that list the tickets behind it."""
        of_row = ("--by", self.by, "--row", self.row.key or "none") if self.by else ()
        of_column = () if self.column == self.table.figures[0].name else ("--of", self.column)
        return ("report", self.table.name, "--since", self.since, *of_row, *of_column, "--ids")
