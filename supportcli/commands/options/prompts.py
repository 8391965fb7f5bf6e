"""Questions to a person. Without a terminal nobody is asked; each question has a flag, which the
refusal names."""

import getpass
import sys
from collections.abc import Callable
from typing import Annotated

import typer

from supportcli.errors import Stopped, UsageError
from supportcli.terminal import clean

Yes = Annotated[
    bool,
    typer.Option(
        "--yes",
        "-y",
        help=(
            "Do not ask, even if somebody is new to it, more than five people get it, or a "
            "file is missing."
        ),
    ),
]


def can_ask() -> bool:
    """Whether a person is there to answer."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def ask(question: str, flag: str, *, default: str | None = None, example: str = "") -> str:
    """The answer to a question; UsageError that names the flag if nobody can be asked."""
    if not can_ask():
        raise UsageError(
            f"“{question}” needs an answer, and there is no terminal to ask at.",
            f"Give it with {flag}.",
        )
    answer: str = typer.prompt(
        f"{question}, as in {example}" if example else question, default=default
    )
    return answer.strip()


def confirm(question: str, flag: str) -> None:
    """Ask whether to go on; Stopped if not, UsageError that names the flag if nobody can be
    asked."""
    if not can_ask():
        raise UsageError(
            f"“{question}” needs an answer, and there is no terminal to ask at.",
            f"Give it with {flag}.",
        )
    if not typer.confirm(clean(question)):
        raise Stopped


def agreed(*, yes: bool) -> Callable[[str], bool]:
    """How a question about recipients is answered: yes if --yes was given, at the terminal if there
    is one, else no."""

    def agree(question: str) -> bool:
        return yes or (
            can_ask() and typer.confirm(clean(f"{question[:1].upper()}{question[1:]}. Send it?"))
        )

    return agree


def ask_secret(question: str) -> str:
    """A password, which is not shown; may be empty. Echo is off before the question appears.
    (Typer's prompt writes the question first; what was typed at once was then shown, and lost.)"""
    try:
        return getpass.getpass(f"{question}: ")
    except (KeyboardInterrupt, EOFError):
        typer.echo()
        raise typer.Abort from None
