"""Options that several commands share, as one parameter of each command."""

from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Any


def grouped(
    parameter: str, group: Callable[..., object], *left_out: str
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Replace a command's `parameter` by the options of `group`, but for those `left_out`; the
    command gets what `group` makes of them."""
    options = [
        option for name, option in signature(group).parameters.items() if name not in left_out
    ]

    def given(command: Callable[..., None]) -> Callable[..., None]:
        own = signature(command)

        @wraps(command, assigned=("__module__", "__name__", "__qualname__", "__doc__"))
        def run(**said: Any) -> None:  # noqa: ANN401  # what else the command takes
            made = group(**{option.name: said.pop(option.name) for option in options})
            command(**{parameter: made}, **said)

        asked = [
            one
            for name, option in own.parameters.items()
            for one in (options if name == parameter else [option])
        ]
        vars(run)["__signature__"] = own.replace(parameters=asked)  # what Typer reads
        return run

    return given
