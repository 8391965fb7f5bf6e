"""Commands of the agent's own as actions: in keys, palette and help like the others."""

from collections.abc import Iterable, Mapping, Sequence

from textual.keys import _character_to_key

from supportcli.domain.setup.own_commands import OwnCommand
from supportcli.tui.keys import OWN, TICKETS, Act

_PREFIX = "own_"


def own_acts(
    commands: Iterable[OwnCommand], acts: Iterable[Act]
) -> tuple[Mapping[str, OwnCommand], Sequence[Act], Sequence[str]]:
    """The commands by the names of their actions, the actions, and a sentence for each key that has
    a meaning already: its command has none then."""
    there = [act for act in acts if act.modes & TICKETS]
    taken = {stroke.keys: act for act in there for stroke in act.strokes}
    pipe = next((act.key for act in there if act.id == "pipe"), "")
    named: dict[str, OwnCommand] = {}
    own: list[Act] = []
    faults: list[str] = []
    for command in commands:
        key = _character_to_key(command.key) if len(command.key) == 1 else command.key
        if key in taken:
            faults.append(
                f"inbox.commands.{command.name}: {command.key} is a key of the inbox already "
                f"({taken[key].sentence}); it has none, but is in {pipe} and in the palette."
            )
            key = ""
        act = Act(
            f"{_PREFIX}{command.name}",
            key,
            OWN,
            command.name,
            command.about or f"Run “{command.run}”",
            shown="" if key else pipe,
        )
        own.append(act)
        named[act.id] = command
    return named, own, faults
