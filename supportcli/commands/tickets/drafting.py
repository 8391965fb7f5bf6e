"""`supportcli ticket draft`: the reply that an agent has begun."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from supportcli.commands.command_group import examples
from supportcli.commands.options import numbers
from supportcli.commands.options.completion import agents
from supportcli.commands.options.location import desk_of
from supportcli.commands.options.text_input import File, Text, given
from supportcli.commands.output import printing
from supportcli.commands.output.printing import AsJson
from supportcli.commands.replies.choices import ReplyOptions, with_choices
from supportcli.commands.tickets.replying import begun, named
from supportcli.domain.replies.drafts import Draft
from supportcli.domain.replies.recipients import Recipients
from supportcli.domain.text.sizes import size
from supportcli.errors import UsageError
from supportcli.rendering.times import stamp
from supportcli.terminal import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from supportcli.desk import Desk
    from supportcli.desk.replies.handing_over import ColleagueDraft
    from supportcli.domain.replies.recipients import LeftOut

app = typer.Typer(rich_markup_mode=None)


@app.command(
    epilog=examples(
        "supportcli ticket draft 12",
        "supportcli ticket draft 12 --text 'I look into it.' --cc boss@acme.test",
        "supportcli ticket draft 12 --attach invoice.pdf",
        "supportcli ticket draft 12 --hand-over bea",
        "supportcli ticket draft 12 --discard",
    )
)
@with_choices
def draft(
    ctx: typer.Context,
    ticket: numbers.Number,
    *,
    text: Text = None,
    file: File = None,
    asked: ReplyOptions,
    forward: Annotated[
        bool, typer.Option("--forward", help="The forward that you have begun, not the reply.")
    ] = False,
    discard: Annotated[bool, typer.Option("--discard", help="Forget the draft.")] = False,
    take: Annotated[
        bool, typer.Option("--take", help="Take over what a colleague has begun.")
    ] = False,
    hand_over: Annotated[
        str | None,
        typer.Option(
            "--hand-over", metavar="AGENT", help="Give it to a colleague.", autocompletion=agents
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show or change the reply or forward that you have begun. Nothing is sent; `ticket reply` and
    `ticket forward` send it.

    What you choose here stays with the draft: its recipients, subject, files and sender. The inbox
    shows the same draft."""
    from supportcli.desk.replies import drafts, handing_over
    from supportcli.desk.replies.reply_json import draft as draft_shape

    number = numbers.one(ticket)
    with desk_of(ctx) as desk:
        kind = "forward" if forward else "reply"
        _change_hands(desk, number, kind, take=take, to=hand_over, as_json=as_json)
        seen, before = begun(desk, number, kind)
        if forward:
            before = replace(before, recipients=before.recipients or Recipients(()))
        after = Draft("", 0) if discard else _changed(desk, number, before, asked, seen)
        if text is not None or file is not None:
            after = replace(after, text=given(text, file), seen=seen)
        if after != before:
            after = _passes_on(desk, number, after) if forward else after
            drafts.save_draft(
                desk,
                number,
                kind,
                after.text,
                after.seen,
                recipients=after.recipients,
                chosen=after.chosen,
            )
        left_out = _left_out(desk, number, after)
        other = drafts.draft(desk, number, "reply" if forward else "forward")
        colleagues = handing_over.drafts_there(desk, number).theirs
    if as_json:
        printing.emit(draft_shape(number, after, left_out))
    else:
        _show(number, kind, after, left_out)
        if other is not None:
            _name_other(number, kind)
        _name_colleagues(number, colleagues)


def _change_hands(
    desk: "Desk", number: int, kind: str, *, take: bool, to: str | None, as_json: bool
) -> None:
    """Take a colleague's draft over, or hand mine over."""
    from supportcli.desk.replies import handing_over

    if take and to is not None:
        raise UsageError(
            "--take and --hand-over exclude each other.",
            f"See: supportcli ticket draft {number}",
        )
    told = ""
    if take:
        told = f"Taken over from {handing_over.take_draft(desk, number, kind).name}."
    if to is not None:
        told = f"Handed over to {handing_over.hand_draft_over(desk, number, kind, to).name}."
    if told and not as_json:
        printing.say(told)


def _changed(desk: "Desk", number: int, before: Draft, asked: ReplyOptions, seen: int) -> Draft:
    """A draft as the options change it."""
    files = asked.attached(desk, number, before.chosen.files)
    return (
        replace(
            before,
            seen=before.seen or seen,
            recipients=named(desk, number, asked, before, None),
            chosen=asked.chosen(before.chosen, files, desk.now()),
        )
        if asked.changes
        else before
    )


def _passes_on(desk: "Desk", number: int, draft: Draft) -> Draft:
    """A forward that is begun by command passes on what one in the inbox does."""
    from supportcli.desk.replies import forwarding

    if draft.is_blank or draft.chosen.forwards is not None:
        return draft
    return replace(draft, chosen=draft.chosen.joined(forwarding.begin(desk, number)))


def _name_other(number: int, kind: str) -> None:
    """Say that there is a draft of the other kind too."""
    printing.say("")
    if kind == "forward":
        printing.say(f"You have also begun a reply: supportcli ticket draft {number}")
    else:
        printing.say(f"You have also begun a forward: supportcli ticket draft {number} --forward")


def _name_colleagues(number: int, found: "Sequence[ColleagueDraft]") -> None:
    """Say which colleagues have begun something, and how to take that over."""
    for one in found:
        if one.kind == "note":
            continue  # the inbox's D takes it over
        option = " --forward" if one.kind == "forward" else ""
        begun = f"{one.person.name or one.person.address} has begun a {one.kind} too"
        printing.say(f"{begun}: supportcli ticket draft {number}{option} --take")


def _left_out(desk: "Desk", number: int, draft: Draft) -> "Sequence[LeftOut]":
    """Whom it names and cannot go to."""
    from supportcli.desk.replies import recipients

    if not (draft.recipients and draft.recipients.to):
        return ()
    return recipients.addressing_of(desk, number, recipients=draft.recipients).left_out


def _show(number: int, kind: str, draft: Draft, left_out: "Sequence[LeftOut]") -> None:
    what = f"a forward of #{number}" if kind == "forward" else f"a reply to #{number}"
    if draft.is_blank:
        printing.say(f"There is no draft of {what}.")
        return
    printing.say(f"Draft of {what}")
    to, chosen = draft.recipients, draft.chosen
    people = (("To", to.to), ("Cc", to.cc), ("Bcc", to.bcc)) if to else ()
    lines = [
        *((name, ", ".join(str(one) for one in found)) for name, found in people),
        ("Not to", "; ".join(one.told for one in left_out)),
        ("Subject", chosen.subject),
        ("From", chosen.sender),
        ("Leaves", stamp(chosen.at) if chosen.at else ""),
        ("Signed", "no" if chosen.unsigned else ""),
        ("Files", ", ".join(f"{one.name} ({size(one.size)})" for one in chosen.files)),
    ]
    for name, value in lines:
        if value:
            printing.say(f"{name:<9}{value}")
    printing.say("")
    printing.write(clean(draft.text, lines=True).rstrip("\n") + "\n")
