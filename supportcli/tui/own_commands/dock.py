"""What `|` and the keys of own commands do: give something of a ticket to a program, and show what
it prints. The inbox goes on meanwhile."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from supportcli.domain.setup.own_commands import (
    OwnCommand,
    PipeSource,
    PipeTarget,
    own_command,
    unfit,
)
from supportcli.domain.text.sizes import size
from supportcli.rendering.ink import shortened
from supportcli.rendering.mail import read_file
from supportcli.rendering.ticket_rows import called
from supportcli.terminal import clean
from supportcli.tui.context import InboxContext
from supportcli.tui.keys import TICKETS, Mode
from supportcli.tui.own_commands.acts import own_acts
from supportcli.tui.replies.drafts import NOTE, REPLY
from supportcli.tui.replies.writing import Writing
from supportcli.tui.tickets.choices import Choosing
from supportcli.tui.widgets.picker import Choice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from supportcli.desk.exports.attachments import TicketFile
    from supportcli.desk.exports.piping import Printed
    from supportcli.errors import SupportError

_OUTPUT = "what it printed"
_ROOM = 40
"""The most cells for what a command does, in a list."""

_GETS = {
    PipeSource.MESSAGE: "gets the message",
    PipeSource.MAIL: "gets the raw email",
    PipeSource.FILE: "gets a file",
    PipeSource.TICKET: "gets the ticket as JSON",
}


@dataclass(frozen=True, slots=True)
class ProgramOutput:
    """What a command printed about a ticket."""

    command: OwnCommand
    number: int
    printed: "Printed"


class Piping:
    """One run of a command at a time; others may run beside it."""

    def __init__(
        self,
        context: InboxContext,
        choosing: Choosing,
        writing: Writing,
        commands: Iterable[OwnCommand],
        press: Callable[[str], None],
    ) -> None:
        self._context = context
        self._choosing = choosing
        self._writing = writing
        self._press = press
        self._commands, own, self._taken = own_acts(commands, context.acts.values())
        self._faults: Mapping[str, str] = {}
        self._running: set[str] = set()
        self._output: ProgramOutput | None = None
        context.keymap = context.keymap.with_acts(own)

    @property
    def actions(self) -> dict[str, Callable[[], object]]:
        """What the names of the commands' actions do."""
        return {act_id: partial(self.run, act_id) for act_id in self._commands}

    def begin(self) -> None:
        """Find out which commands cannot be started; say if a key of one is taken."""
        if self._taken:
            self._context.notices.warn(self._taken[0])
        commands = self._commands
        if commands:
            self._context.work.aside(
                lambda client: client.own_commands.faults(commands),
                self._learn,
                self._context.notices.fail,
            )

    def _learn(self, faults: Mapping[str, str]) -> None:
        self._faults = faults

    def why_not(self, act_id: str) -> str:
        """Why the command of an action cannot be started; "" if it can."""
        return self._faults.get(act_id, "")

    # Which program, and what it gets

    def open(self) -> None:
        """Choose a command, or type one."""
        line = self._choosing.line_for("Pipe")
        if line is None:
            return
        choices = [
            Choice(one.name, one.name, _about(one), self.why_not(act_id))
            for act_id, one in self._commands.items()
        ]
        if (output := self._output) is not None:
            told = f"what {output.command.name} printed on #{output.number}"
            choices.insert(0, Choice(_OUTPUT, told))
        self._choosing.open(
            f"Pipe #{line.number} to",
            choices,
            partial(self._chosen, line.number),
            new="start this program",
            asks="a program and its arguments"
            if not choices
            else f"or a program · {self._context.picker.moves_with}",
        )

    def _chosen(self, number: int, value: str) -> None:
        if value == _OUTPUT:
            self._show(self._output)
        elif act_id := next((key for key, one in self._commands.items() if one.name == value), ""):
            self.run(act_id)
        elif fault := unfit("typed", {"run": value}):
            self._context.notices.warn(f"“{clean(value)}” {fault[1]}.")
        else:
            name = value.split(maxsplit=1)[0]
            self._ask(number, replace(own_command("typed", {"run": value}), name=name))

    def _ask(self, number: int, command: OwnCommand) -> None:
        """Choose what a typed command gets."""
        self._context.wait_for(
            lambda client: client.files.of(number),
            partial(self._offer, number, command),
            partial(self._choosing.fail_to_open, f"Pipe #{number}"),
        )

    def _offer(self, number: int, command: OwnCommand, files: "Sequence[TicketFile]") -> None:
        place = self._place(number)
        message = f"message {place}" if place else "the newest message"
        choices = [
            Choice(PipeSource.MESSAGE, message, "its text"),
            Choice(PipeSource.MAIL, "its raw email" if place else "the newest raw email"),
            Choice(PipeSource.TICKET, f"#{number}", "as JSON"),
            *map(_choice, files),
        ]
        self._choosing.open(
            f"{command.name} reads",
            choices,
            lambda value: (
                self._start(command, number, PipeSource.FILE, int(value))
                if value.isdigit()
                else self._start(command, number, PipeSource(value), place)
            ),
            asks=f"{self._context.key('choose')} starts it",
        )
        self._context.picker.move(1)

    def _place(self, number: int) -> int | None:
        """The number of the message that is read in this ticket; None if it is not open."""
        ticket, message = self._context.conversation.ticket, self._context.conversation.message
        is_open = ticket is not None and ticket.line.number == number
        return (
            message.position if is_open and message and self._context.shows_conversation else None
        )

    def run(self, act_id: str) -> None:
        """Start a command on the ticket under the cursor."""
        command = self._commands[act_id]
        line = self._choosing.line_for(command.name)
        if line is None:
            return
        if why := self.why_not(act_id):
            self._choosing.refuse(command.name, f"{command.name} cannot be started: {why}.")
        elif command.gets is PipeSource.FILE:
            self._context.wait_for(
                lambda client: client.files.of(line.number),
                partial(self._choose_file, line.number, command),
                partial(self._choosing.fail_to_open, command.name),
            )
        else:
            self._start(command, line.number, command.gets, self._place(line.number))

    def _choose_file(self, number: int, command: OwnCommand, files: "Sequence[TicketFile]") -> None:
        shown = [one for one in files if not one.decorates] or list(files)
        if not shown:
            self._choosing.refuse(command.name, f"#{number} has no file for {command.name}.")
        elif len(shown) == 1:
            self._start(command, number, PipeSource.FILE, shown[0].place)
        else:
            self._choosing.open(
                f"{command.name} reads",
                [*map(_choice, shown)],
                lambda place: self._start(command, number, PipeSource.FILE, int(place)),
            )
            self._context.picker.move(1)

    # Running it

    def _start(
        self, command: OwnCommand, number: int, source: PipeSource, place: int | None
    ) -> None:
        if command.name in self._running:
            self._context.notices.warn(f"{clean(command.name)} is still running.")
            return
        self._running.add(command.name)
        self._context.notices.say(f"{clean(command.name)} runs on #{number} …")
        self._context.work.aside(
            lambda client: client.own_commands.run(command, number, source, place),
            partial(self._ended, command, number, self._context.keys_pressed),
            partial(self._failed, command),
        )

    def _failed(self, command: OwnCommand, error: "SupportError") -> None:
        self._running.discard(command.name)
        self._context.notices.fail(error)

    def _ended(self, command: OwnCommand, number: int, pressed: int, printed: "Printed") -> None:
        """Show what it printed, unless a key was pressed since: then it waits behind `|`."""
        self._running.discard(command.name)
        name = clean(command.name)
        if not printed.text and not printed.said:
            code = f" (code {printed.code})" if printed.code else ""
            self._context.notices.say(f"{name} is done with #{number}: it printed nothing{code}.")
            return
        self._output = ProgramOutput(command, number, printed)
        is_here = self._context.mode & TICKETS and self._context.tickets.cursor == number
        if is_here and self._context.keys_pressed == pressed:
            self._context.notices.clear()
            self._show(self._output)
        else:
            self._context.notices.say(
                f"{name} is done with #{number} · {self._context.key('pipe')} shows what it printed"
            )

    # What it printed

    def _show(self, output: ProgramOutput | None) -> None:
        if output is None:
            return
        is_text = output.printed.text and not output.printed.code
        if output.command.shows is PipeTarget.PAGER or not is_text:
            self._read(output)
        else:
            self._write(output, NOTE if output.command.shows is PipeTarget.NOTE else REPLY)

    def _read(self, output: ProgramOutput) -> None:
        page = self._context.mail_page
        page.lines = partial(read_file.printed, _title(output), _text(output))
        page.leave = self._done_reading
        page.open()
        self._context.mode = Mode.MAIL

    def _done_reading(self) -> None:
        self._context.mail_page.close()
        self._context.go_home()

    def _write(self, output: ProgramOutput, kind: str) -> None:
        """Put it into a note or a reply on its ticket, which nobody sees before the agent sends
        it."""
        if self._context.tickets.cursor != output.number:
            self._context.notices.warn(f"It is for #{output.number}: go there first.")
            return
        self._press(kind)
        line = self._writing.line
        if self._context.mode is Mode.WRITE and line is not None and line.number == output.number:
            self._writing.put(output.printed.text)


def _about(one: OwnCommand) -> str:
    """“Open an issue · gets the ticket as JSON · ctrl+k”."""
    parts = (shortened(clean(one.about), _ROOM), _GETS[one.gets], one.key)
    return " · ".join(part for part in parts if part)


def _choice(one: "TicketFile") -> Choice:
    return Choice(
        str(one.place),
        f"{one.place} {one.file.name or 'unnamed'}",
        f"{size(one.file.size)} · {called(one.sender)}",
        also=one.file.name,
    )


def _title(output: ProgramOutput) -> tuple[str, str]:
    """“jira on #12”, and how it ended."""
    code = output.printed.code
    ended = f"ended with code {code}" if code > 0 else f"was ended by signal {-code}"
    return f"{clean(output.command.name)} on #{output.number}", ended if code else ""


def _text(output: ProgramOutput) -> str:
    printed = output.printed
    cut = "\n… it printed more, and was ended" if printed.is_cut else ""
    said = f"\n\n{printed.said}" if printed.said and printed.text else printed.said
    return f"{printed.text}{cut}{said}".strip("\n")
