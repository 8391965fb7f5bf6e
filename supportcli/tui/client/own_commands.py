"""Programs of the agent's own, which are given a part of a ticket."""

from collections.abc import Mapping

from supportcli.desk.exports import piping
from supportcli.desk.exports.piping import Printed
from supportcli.domain.setup.own_commands import OwnCommand, PipeSource
from supportcli.tui.client.own_desk import OwnDesk


class DeskOwnCommands:
    """The agent's own commands."""

    def __init__(self, own: OwnDesk) -> None:
        self._own = own

    def faults(self, commands: Mapping[str, OwnCommand]) -> Mapping[str, str]:
        """Why some of these cannot be started, by name."""
        faults = {name: piping.fault(command) for name, command in commands.items()}
        return {name: fault for name, fault in faults.items() if fault}

    def run(
        self, command: OwnCommand, number: int, source: PipeSource, place: int | None
    ) -> Printed:
        """See `desk.exports.piping`. It may take as long as the command may."""
        given = piping.content_of(self._own.desk, number, source, place)
        return piping.run(self._own.desk.settings, command, given)
