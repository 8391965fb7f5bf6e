"""Drafts that change hands (take over what a colleague has begun, or hand mine over), and drafts
that are thrown away."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from supportcli.domain.mail import Address
from supportcli.domain.replies.drafts import Draft
from supportcli.terminal import clean
from supportcli.tui.context import InboxContext
from supportcli.tui.replies.drafts import FORWARD, NOTE, REPLY, Drafts
from supportcli.tui.replies.writing import Writing
from supportcli.tui.tickets.choices import NO_TICKET, Choosing
from supportcli.tui.tickets.verbs import PendingVerb, TicketVerbs
from supportcli.tui.widgets.picker import Choice

if TYPE_CHECKING:
    from supportcli.desk.replies.handing_over import TicketDrafts

_TAKE, _GIVE = "take", "give"
_ACTIONS = {REPLY: "reply", NOTE: "note", FORWARD: "forward"}


class DraftHandOver:
    """The dock for it."""

    def __init__(self, context: InboxContext, drafts: Drafts, choosing: Choosing) -> None:
        self._context = context
        self._drafts = drafts
        self._choosing = choosing

    def choose(self) -> None:
        """Choose the draft to take, or who gets mine."""
        line = self._choosing.line_for("Drafts")
        if line is None:
            return
        self._context.wait_for(
            lambda client: client.drafts.there(line.number),
            partial(self._offer, line.number),
            partial(self._choosing.fail_to_open, f"Drafts of #{line.number}"),
        )

    def _offer(self, number: int, found: "TicketDrafts") -> None:
        choices = [
            Choice(
                f"{_TAKE} {one.kind} {one.person.address}",
                f"take over the {one.kind} of {_called(one.person)}",
                clean(one.begins),
            )
            for one in found.theirs
        ]
        choices += [
            Choice(
                f"{_GIVE} {kind} {agent.address}",
                f"hand your {kind} over to {_called(agent)}",
                agent.address,
            )
            for kind, agents in found.mine.items()
            for agent in agents
        ]
        title = f"Drafts of #{number}"
        if choices:
            self._choosing.open(title, choices, partial(self._chosen, number))
        else:
            self._choosing.refuse(title, "Nobody has begun a text here.")

    def _chosen(self, number: int, typed: str) -> None:
        what, kind, who = typed.split(" ", 2)
        self._context.work.in_turn(
            lambda client: client.drafts.move(number, kind, who, takes=what == _TAKE),
            partial(self._taken if what == _TAKE else self._given, number, kind),
            self._context.notices.fail,
        )

    def _taken(
        self, number: int, kind: str, came: tuple[Address, Mapping[tuple[int, str], Draft]]
    ) -> None:
        whose, found = came
        self._drafts.replace(found)
        self._context.notices.say(
            f"The {kind} of {_called(whose)} is yours: "
            f"{self._context.key(_ACTIONS[kind])} continues it in #{number}."
        )

    def _given(
        self, number: int, kind: str, came: tuple[Address, Mapping[tuple[int, str], Draft]]
    ) -> None:
        whose, found = came
        self._drafts.replace(found)
        back = self._context.key("drafts")
        self._context.notices.say(
            f"{_called(whose)} has your {kind} in #{number} now: {back} there takes it back."
        )


class DraftDiscarding:
    """Throws a text of mine away that was not sent: the one in the composer, or the draft of the
    ticket under the cursor. `z` brings it back, and `Z` throws it away again."""

    def __init__(self, context: InboxContext, writing: Writing, verbs: TicketVerbs) -> None:
        self._context = context
        self._writing = writing
        self._verbs = verbs

    def discard(self) -> None:
        """Throw it away; if the ticket has several, ask which."""
        drafts, text, line = self._writing.drafts, self._writing.keeping.text, None
        if text is not None:
            self._writing.keeping.save(text)
            self._writing.drop()
            number, kinds = text.number, [text.kind]
        else:
            line = self._context.tickets.line
            number, kinds = line.number if line else 0, [REPLY, FORWARD, NOTE]
        found = [kind for kind in kinds if drafts.of(number, kind)]
        if not found:
            self._context.notices.say(f"Nothing was written to #{number}." if number else NO_TICKET)
        elif len(found) == 1:
            self._throw(number, found[0])
        else:
            self._verbs.choosing.open(
                f"Throw away, of #{number}",
                [Choice(kind, f"the {kind}") for kind in found],
                partial(self._throw, number),
            )

    def _throw(self, number: int, kind: str) -> None:
        drafts = self._writing.drafts
        kept, used = drafts.of(number, kind), list(drafts.used.get(number, ()))
        if kept is None:
            self._context.notices.say(f"Nothing was written to #{number}.")
            return

        def undone(_: "Mapping[tuple[int, str], Draft]") -> str:
            drafts.keep(number, kind, kept)
            if kind == REPLY:
                drafts.used[number] = used
            key = self._context.key(_ACTIONS[kind])
            return f"The {kind} to #{number} is a draft again: {key} continues it."

        drafts.keep(number, kind, Draft("", kept.seen))
        what = f"Threw away the {kind} to"
        given = PendingVerb(number, what, undone=undone, name="discard", is_mine=True)
        given.redone = partial(self._throw, number, kind)
        self._verbs.remember(given)
        self._context.notices.undoable(given.told)


def _called(person: Address) -> str:
    return clean(person.name or person.address)
