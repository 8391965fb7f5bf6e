"""Questions to a person. Without a terminal nobody is asked: each question has a flag, which the
refusal names."""

import getpass
import sys
from collections.abc import Callable
from typing import Annotated

import typer

from supportcli.errors import UsageError
from supportcli.terminal import clean

Yes = Annotated[
    bool,
    typer.Option(
        "--yes",
        "-y",
        help=(
            "Send it without a question, to whom is new in the ticket and to more than five "
            "people too."
        ),
    ),
]


def can_ask() -> bool:
    """Whether a person is there to answer."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def ask(question: str, flag: str, *, default: str | None = None, example: str = "") -> str:
    """The answer to a question; UsageError that names the flag where nobody can be asked."""
    if not can_ask():
        raise UsageError(
            f"“{question}” is not answered, and there is no terminal to ask at.",
            f"Say it with {flag}.",
        )
    answer: str = typer.prompt(
        f"{question}, as in {example}" if example else question, default=default
    )
    return answer.strip()


def agreed(*, yes: bool) -> Callable[[str], bool]:
    """How a question about recipients is answered: with yes where --yes was given, at the terminal
    where there is one, else with no."""

    def agree(question: str) -> bool:
        return yes or (
            can_ask() and typer.confirm(clean(f"{question[:1].upper()}{question[1:]}. Send it?"))
        )

    return agree


def ask_secret(question: str) -> str:
    """A password, which is not shown; may be empty. The terminal is silent before the question
    stands there (Typer's own prompt writes it first, so that what a quick hand typed at once was
    shown, and lost)."""
    try:
        return getpass.getpass(f"{question}: ")
    except (KeyboardInterrupt, EOFError):
        typer.echo()
        raise typer.Abort from None
