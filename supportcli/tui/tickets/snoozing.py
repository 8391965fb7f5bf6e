"""Snooze: the ticket under the cursor leaves the open views until a time in plain words, or until
its customer writes. What the words mean is shown before they are chosen."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial

from supportcli.domain.tickets.snoozing import SNOOZES, SnoozeTimes, in_their_time, is_snoozed
from supportcli.domain.tickets.ticket import UNSOLVED, TicketLine, status_after_touch
from supportcli.domain.tickets.verbs import BY_NAME
from supportcli.errors import SupportError
from supportcli.errors.tickets import NotSnoozable
from supportcli.rendering.times import snoozed
from supportcli.tui.context import InboxContext
from supportcli.tui.tickets.verbs import TicketVerbs
from supportcli.tui.widgets.picker import Choice

_NOW = "now"


class Snoozing:
    """The dock for it."""

    def __init__(self, context: InboxContext, verbs: TicketVerbs) -> None:
        self._context = context
        self._verbs = verbs

    def snooze(self) -> None:
        """Choose or type until when; a snoozed ticket can be woken too."""
        line = self._verbs.choosing.line_for("Snooze")
        if line is None:
            return
        title = f"Snooze {self._verbs.of(line)}"
        marked = self._verbs.marked("snooze")
        if not marked and line.status_at(self._context.now()) not in UNSOLVED:
            self._verbs.choosing.fail_to_open(title, NotSnoozable(line.number, line.status.value))
            return
        self._context.wait_for(
            lambda client: client.verbs.snooze_times(line.number),
            partial(self._offer, title, line),
            partial(self._verbs.choosing.fail_to_open, title),
        )

    def _offer(self, title: str, line: TicketLine, times: SnoozeTimes) -> None:
        if len(self._verbs.marked("snooze")) > 1:
            times = replace(times, theirs=None)  # “their time” is another moment for each
        choices = [
            Choice(words, words, means) for words in SNOOZES if (means := meant(times, words))
        ]
        if is_snoozed(line.snoozed_until, times.now):
            choices.insert(0, Choice(_NOW, "now", "wake it"))
        self._verbs.choosing.open(
            title,
            choices,
            partial(self._chosen, line, times),
            new=partial(meant, times),
            asks="2h, tomorrow 9:00, next mon, reply",
        )

    def _chosen(self, line: TicketLine, times: SnoozeTimes, typed: str) -> None:
        if typed == _NOW:
            self._verbs.do(
                replace(line, snoozed_until=None),
                BY_NAME["wake"].said,
                lambda client, seen: client.verbs.wake(line.number, seen),
                name="wake",
                again=lambda other: self._again(other, typed),
            )
            return
        until = times.until(typed)
        self._verbs.do(
            replace(line, snoozed_until=until, status=status_after_touch(line.status)),
            f"S{snoozed(until, times.now)[1:]}:",
            lambda client, seen: client.verbs.snooze(line.number, typed, seen),
            name="snooze",
            moves_on=True,
            again=lambda other: self._again(other, typed),
        )

    def _again(self, line: TicketLine, typed: str) -> None:
        """Snooze another ticket by the same words: “their time” is another moment there."""

        def came(times: SnoozeTimes) -> None:
            if len(marked) > 1:
                times = replace(times, theirs=None)
            if typed != _NOW:
                times.until(typed)  # it may be past by now
            with self._verbs.repeating.again():
                self._chosen(line, times, typed)

        marked, fail = self._verbs.marked("snooze"), self._context.notices.fail
        if not marked and line.status_at(self._context.now()) not in UNSOLVED:
            fail(NotSnoozable(line.number, line.status.value))
            return
        self._context.wait_for(
            lambda client: client.verbs.snooze_times(line.number),
            partial(_unless_refused, came, fail),
            fail,
        )


def _unless_refused(
    came: Callable[[SnoozeTimes], None],
    fail: Callable[[SupportError], None],
    times: SnoozeTimes,
) -> None:
    try:
        came(times)
    except SupportError as error:
        fail(error)


def meant(times: SnoozeTimes, typed: str) -> str:
    """“until Tue 09:00”, “until today 12:00”, for a time in the customer's zone “until today 12:00
    (Tue 09:00 there, where it is Mon)”; "" for what is no time to come."""
    try:
        until = times.until(typed)
    except SupportError:
        return ""
    said = snoozed(until, times.now).removeprefix("snoozed ")
    is_today = until.astimezone().date() == times.now.astimezone().date()
    here = said.replace("until ", "until today ", 1) if is_today else said
    return f"{here}{_there(until, times)}" if in_their_time(typed) else here


def _there(until: datetime, times: SnoozeTimes) -> str:
    """The same moment as the customer's clock shows it, and their day if it is another one."""
    there, now = until.astimezone(times.theirs), times.now.astimezone(times.theirs)
    if there.utcoffset() == until.astimezone().utcoffset():
        return ", there too"
    other_day = f", where it is {now:%a}" if now.date() != times.now.astimezone().date() else ""
    return f" ({there:%a %H:%M} there{other_day})"
