"""What is said of a canned response before it is chosen: its line in the picker, and what one key
does with it."""

from dataclasses import replace
from typing import TYPE_CHECKING

from supportcli.domain.canned.marks import parse_marks
from supportcli.domain.tickets.ticket import Status, TicketLine
from supportcli.rendering.ink import shortened
from supportcli.terminal import clean
from supportcli.tui.widgets.picker import Choice

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from supportcli.desk.canned.filling import Offer
    from supportcli.domain.canned.responses import Canned, Macro

_REMARK = 24
ROOM = {True: (27, 38), False: (60, 80)}
"""The most cells in the footer for the people who get a reply, and for all that a key does, in a
narrow terminal and in a wide one."""

_STEPS: dict[Status | None, str] = {
    Status.OPEN: "open",
    Status.PENDING: "wait",
    Status.SOLVED: "solve",
}


def fitting(offers: "Sequence[Offer]", line: TicketLine) -> "list[Offer]":
    """Those of these responses that the mailbox of a ticket may send."""
    return [offer for offer in offers if offer.kept.canned.mailbox in {"", line.mailbox}]


def consequence(canned: "Canned", who: str, names: int, most: int) -> str:
    """What one key does with a response: “send to Derek Mullins · Cc Bob Lee + solve”, in `most`
    cells, `names` of them for the people."""
    step, more = _STEPS.get(canned.macro.status), replace(canned.macro, status=None).words
    does = " · ".join(part for part in (step, more) if part)
    if not canned.bodies[0].text:
        return shortened(clean(f"do: {does}"), most)
    whom = shortened(who, names)
    then = f"{' +' if step else ' ·'} {does}" if does else ""
    return f"send to {shortened(clean(f'{whom}{then}'), most)}"


def what_marks_do(marks: "Sequence[str]", macro_of: "Callable[[str], Macro | None]") -> str:
    """What becomes of a text with the marks of a response when it is sent, and how to leave that
    out: “When it is sent: solved, +refund, a.pdf attached. Delete …”."""
    read = parse_marks("\n".join(marks))
    macros = [macro for name in read.macros if (macro := macro_of(name)) is not None]
    does = [
        *(macro.words.replace(" · ", ", ") for macro in macros),
        *(f"{name} attached" for _, name in read.attached),
    ]
    which = f"the line {marks[0]}" if len(marks) == 1 else "the lines with ⟦…⟧"
    return f"When it is sent: {', '.join(does)}. Delete {which} to send only the text."


def choice(offer: "Offer") -> Choice:
    """A response in the picker, with what its macro does and its files."""
    canned = offer.kept.canned
    files = (
        f"{len(canned.files)} file{'' if len(canned.files) == 1 else 's'}" if canned.files else ""
    )
    team = f"[{canned.team}]" if canned.team else ""
    remark = " · ".join(part for part in (team, canned.macro.words, files) if part)
    return Choice(
        canned.shortcut,
        f"{canned.shortcut}  {canned.title}",
        remark if len(remark) <= _REMARK else f"{remark[: _REMARK - 1]}…",
        text="\n".join(body.text for body in canned.bodies),
    )
