"""What stands around replies, as options of `mailbox edit` and `agent edit`: signatures, and the
HTML frame of a mailbox."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from supportcli.commands.options.text_input import text_of
from supportcli.commands.output import printing
from supportcli.domain.mailbox import Mailbox
from supportcli.errors import UsageError

if TYPE_CHECKING:
    from supportcli.desk import Desk

Signature = Annotated[
    str | None,
    typer.Option(
        "--signature",
        metavar="TEXT|-",
        help=(
            "What stands below each reply, with the placeholders of canned responses. - reads "
            "standard input, or opens your editor."
        ),
        show_default=False,
    ),
]
NoSignature = Annotated[bool, typer.Option("--no-signature", help="Remove the signature.")]
FrameFile = Annotated[
    Path | None,
    typer.Option(
        "--frame",
        metavar="FILE|-",
        help="An HTML page around each email, with {{ body }} where its text goes.",
        show_default=False,
    ),
]
NoFrame = Annotated[bool, typer.Option("--no-frame", help="Remove the frame.")]
RemotePictures = Annotated[
    bool,
    typer.Option(
        "--remote-pictures",
        help="The frame may have pictures from the web, which tell their server who reads it.",
    ),
]


@dataclass(frozen=True, slots=True)
class LetterheadOptions:
    """What was said about a mailbox's signature and frame."""

    signature: str | None = None
    no_signature: bool = False
    frame: Path | None = None
    no_frame: bool = False
    remote: bool = False

    def __bool__(self) -> bool:
        return self != LetterheadOptions()


@contextmanager
def signature_text(typed: str | None, *, remove: bool, before: str) -> Iterator[str]:
    """The signature that the options mean; "" if it is to be removed. UsageError if they say both;
    EmptyText. What was written in the editor is kept if the block fails."""
    if remove:
        if typed is not None:
            raise _both("signature")
        yield ""
        return
    piped = typed == "-" and not sys.stdin.isatty()
    with text_of(
        "signature",
        "signature",
        text=None if typed == "-" else typed,
        file=None,
        pipe="-" if piped else None,
        begin=before,
    ) as (written, _):
        yield written


def change(desk: "Desk", box: Mailbox, said: LetterheadOptions) -> Mailbox:
    """Change the signature and the frame of a mailbox as the options say."""
    from supportcli.desk.setup import letterheads

    if said.remote and said.frame is None:
        raise UsageError(
            "--remote-pictures says something about a frame.", "Give the frame with --frame FILE."
        )
    if said.frame is not None and said.no_frame:
        raise _both("frame")
    frame = _page(said.frame) if said.frame is not None else ""
    if said.signature is not None or said.no_signature:
        with signature_text(
            said.signature, remove=said.no_signature, before=box.signature
        ) as written:
            box = letterheads.sign_mailbox(desk, box.address, written)
    if said.frame is not None or said.no_frame:
        box = letterheads.frame_mailbox(desk, box.address, frame, remote=said.remote)
    return box


def _page(file: Path) -> str:
    with text_of("frame", "frame", text=None, file=file) as (page, _):
        return page


def _both(what: str) -> UsageError:
    return UsageError(
        f"The {what} cannot be both changed and removed; nothing was changed.",
        f"Give either --{what} or --no-{what}.",
    )


def say(box: Mailbox, page: str) -> None:
    """Show the signature and the frame (`page`) of a mailbox, if it has any."""
    from supportcli.domain.replies.frames import loads_from

    if box.signature:
        say_signature(box.signature)
    if page:
        hosts = loads_from(page)
        loads = f"loads pictures from {', '.join(hosts)}" if hosts else "loads nothing"
        printing.say(
            f"Frame     {box.frame_size:,} characters, {loads}; see it with: supportcli mailbox "
            f"show {box.address} --frame"
        )


def show_page(page: str) -> None:
    """Print a frame; unchanged if it goes into a file."""
    printing.exact(page)


def say_signature(signature: str) -> None:
    """Show a signature, its further lines below the first."""
    first, *others = signature.split("\n")
    printing.say(f"Signature {first}")
    for line in others:
        printing.say(f"          {line}")
