"""The one table of what agents do to tickets. The inbox's keys, footer, palette and help, undo, the
history's words and the news read it: a new verb is its use case in `desk`, an entry here, and its
command."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Any

from supportcli.domain.people import Action
from supportcli.domain.tickets.ticket import Status, TicketLine, after_step


class Asks(Enum):
    """What the inbox asks for before a verb is done: nothing, a choice, a text, or all that an
    answer needs."""

    NOTHING = auto()
    CHOICE = auto()
    TEXT = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    """What an agent can do to a ticket. Texts that are empty are not said.

    `name` is that of the command, of the key's action and, where nothing is asked, of the function
    in `desk.tickets.verbs`. `needs` is what a role must allow for it (`domain.people.may`).

    `kind` is the kind of its events, `did` what the history says of one (“Ada solved it”; verbs of
    one kind say it once), `news` what others are told of it where that is put otherwise, unless it
    is not `told`: its ticket itself is new. One that is `aside` changes nothing of the ticket: it
    is no news, and moves no clock. `again` is what goes back where it was a part of a verb that is
    undone in part.

    `key` is its key in the inbox as Textual names it, `label` what the footer calls that (`rank`
    orders the footer, 0 leaves it out), `sentence` what help and palette say. `became` is what the
    ticket would have become where it was not done, because others changed it meanwhile.

    `status` is the one that it brings a ticket to. `said` is what is said once it is done, before
    the tickets' numbers, `already` what they were where nothing changed; `moves_on`: the cursor
    goes to the next ticket."""

    name: str
    needs: Action = Action.WORK
    kind: str = ""
    did: str = ""
    news: str = ""
    told: bool = True
    aside: bool = False
    undoable: bool = True
    again: str = ""
    key: str = ""
    label: str = ""
    sentence: str = ""
    rank: int = 0
    asks: Asks = Asks.NOTHING
    became: str = ""
    status: Status | None = None
    said: str = ""
    already: str = ""
    moves_on: bool = False

    @property
    def is_simple(self) -> bool:
        """Whether its key does it at once, by its name alone."""
        return bool(self.key and self.said) and self.asks is Asks.NOTHING

    def shown(self, line: TicketLine, now: datetime) -> dict[str, Any]:
        """The fields of a ticket's line that it changes by itself, for who shows them before it is
        done."""
        if self.status is None:
            return {}
        after = after_step(self.status, now)
        waiting = None if "waiting_since" in after else line.waiting_since
        return {"status": self.status, "waiting_since": waiting}


VERBS: tuple[Verb, ...] = (
    Verb(name="new", kind="created", did="opened the ticket", told=False),
    Verb(
        name="reply",
        kind="replied",
        did="replied",
        key="r",
        label="reply",
        sentence="Reply to everybody on the last email",
        rank=3,
        asks=Asks.TEXT,
    ),
    Verb(
        name="reply_sender",
        kind="replied",
        key="R",
        sentence="Reply to the sender only",
        asks=Asks.TEXT,
    ),
    Verb(
        name="forward",
        kind="forwarded",
        did="forwarded a message",
        key="P",
        sentence="Pass the last message on to somebody else (forward)",
        asks=Asks.TEXT,
    ),
    Verb(name="schedule", kind="scheduled", did="wrote a reply that leaves later"),
    Verb(
        name="note",
        needs=Action.NOTE,
        kind="noted",
        did="wrote a note",
        key="m",
        label="note",
        sentence="Write an internal note, which no customer sees",
        rank=8,
        asks=Asks.TEXT,
    ),
    Verb(
        name="call",
        kind="called",
        did="spoke with the customer on the phone",
        key="c",
        label="call",
        sentence="Log a phone call: it answers the customer, or the customer waits",
        asks=Asks.CHOICE,
        became="called",
    ),
    Verb(name="take_call", kind="phoned", did="took a call of the customer"),
    Verb(
        name="take",
        kind="assigned",
        key="i",
        label="take",
        sentence="Assign the ticket to me",
        rank=7,
        became="taken",
        said="Took",
    ),
    Verb(
        name="assign",
        kind="assigned",
        did="assigned it",
        again="has its earlier assignee",
        key="a",
        label="assign",
        sentence="Assign the ticket to an agent or a team; if that is not me, go to the next",
        rank=12,
        asks=Asks.CHOICE,
        became="assigned",
    ),
    Verb(
        name="tag",
        kind="tagged",
        did="tagged it",
        again="has its earlier tags",
        key="t",
        label="tag",
        sentence="Tag the ticket; -word removes a tag",
        rank=11,
        asks=Asks.CHOICE,
        became="tagged",
    ),
    Verb(
        name="priority",
        kind="prioritised",
        did="set the priority",
        news="set its priority",
        again="has its earlier priority",
        key="p",
        label="priority",
        sentence="Set the ticket's priority",
        rank=13,
        asks=Asks.CHOICE,
        became="prioritised",
    ),
    Verb(
        name="field",
        kind="filled",
        did="filled it in",
        again="has its earlier fields",
        key="equals_sign",
        label="field",
        sentence="Fill in a custom field of the ticket",
        rank=14,
        asks=Asks.CHOICE,
        became="filled in",
    ),
    Verb(
        name="solve",
        kind="solved",
        did="solved it",
        key="e",
        label="solve",
        sentence="Solve the ticket and go to the next",
        rank=4,
        became="solved",
        status=Status.SOLVED,
        said="Solved",
        already="solved",
        moves_on=True,
    ),
    Verb(
        name="wait",
        kind="waiting",
        did="marked it as waiting",
        news="set it to pending",
        key="w",
        label="waiting",
        sentence="Wait for the customer and go to the next",
        rank=6,
        became="set to waiting",
        status=Status.PENDING,
        said="Waiting for the customer:",
        already="waiting",
        moves_on=True,
    ),
    Verb(
        name="hold",
        kind="on-hold",
        did="put it on hold",
        key="h",
        sentence="Put the ticket on hold (it waits for somebody else) and go to the next",
        became="put on hold",
        status=Status.ON_HOLD,
        said="On hold:",
        already="on hold",
        moves_on=True,
    ),
    Verb(
        name="snooze",
        kind="snoozed",
        did="snoozed it",
        key="s",
        label="snooze",
        sentence="Snooze the ticket until a time, or until the customer writes",
        rank=10,
        asks=Asks.CHOICE,
        became="snoozed",
        said="Snoozed",
    ),
    Verb(name="wake", kind="woken", did="woke it", became="woken", said="Woke", already="awake"),
    Verb(
        name="edit",
        kind="edited",
        did="edited it",
        again="has its earlier subject, customer and mailbox",
        key="u",
        sentence="Give the ticket another subject, customer or mailbox",
        asks=Asks.CHOICE,
        became="edited",
    ),
    Verb(
        name="spam",
        kind="spam",
        did="marked it as spam",
        key="exclamation_mark",
        sentence="Mark the ticket as spam and go to the next; no mail is sent",
        became="marked as spam",
        status=Status.SPAM,
        said="Marked as spam:",
        already="spam",
        moves_on=True,
    ),
    Verb(
        name="delete",
        kind="deleted",
        did="deleted it",
        key="number_sign",
        sentence="Delete the ticket and go to the next; no mail is sent",
        became="deleted",
        status=Status.DELETED,
        said="Deleted",
        already="deleted",
        moves_on=True,
    ),
    Verb(
        name="merge",
        kind="merged",
        did="merged it",
        key="M",
        sentence="Merge the ticket into another one, and go to the next",
        asks=Asks.CHOICE,
        became="merged",
        status=Status.MERGED,
        said="Merged",
    ),
    Verb(name="take_in", kind="took-in", did="merged another ticket into it"),
    Verb(
        name="split",
        kind="split",
        did="moved messages to a new ticket",
        key="S",
        sentence="Split messages off: they become a ticket of their own",
        asks=Asks.CHOICE,
        became="split",
    ),
    Verb(
        name="link",
        kind="linked",
        did="linked it",
        aside=True,
        key="l",
        sentence="Link the ticket to another one, or take a link away",
        asks=Asks.CHOICE,
        became="linked",
    ),
    Verb(name="unlink", kind="unlinked", did="took a link away", aside=True),
    Verb(name="keep_meanwhile", kind="kept", did="kept what came meanwhile", undoable=False),
    Verb(
        name="canned",
        key="semicolon",
        label="canned",
        sentence="Answer with a canned response or a macro, as it is or edited first",
        rank=5,
        asks=Asks.CHOICE,
        became="answered",
    ),
    Verb(
        name="reopen",
        kind="reopened",
        did="reopened it",
        key="E",
        label="reopen",
        sentence="Reopen a ticket: solved, pending, on hold, spam or deleted",
        rank=4,
        became="reopened",
        status=Status.OPEN,
        said="Reopened",
        already="open",
    ),
    Verb(
        name="follow",
        needs=Action.NOTE,
        kind="followed",
        did="followed it",
        aside=True,
        key="f",
        sentence="Follow the ticket, whoever it is assigned to; {following} shows all I follow",
        said="Followed",
        already="followed",
    ),
    Verb(
        name="unfollow",
        needs=Action.NOTE,
        kind="unfollowed",
        did="stopped following it",
        aside=True,
        key="F",
        sentence="Stop following the ticket",
        said="Unfollowed",
        already="not followed",
    ),
    Verb(
        name="merge_customer",
        kind="customer-merged",
        did="merged its customer with another one",
        aside=True,
        undoable=False,
    ),
    Verb(
        name="separate_customer",
        kind="customer-separated",
        did="separated two merged customers",
        aside=True,
        undoable=False,
    ),
    Verb(name="excuse", kind="excused", did="excused a breach", aside=True),
    Verb(name="accept", kind="accepted", did="accepted held mail", told=False),
    Verb(
        name="undo",
        needs=Action.NOTE,
        kind="undone",
        did="took something back",
        undoable=False,
        key="z",
        label="undo",
        sentence=("Undo my last action (once a reply has left, only the changes made with it)"),
        rank=2,
    ),
    Verb(
        name="redo",
        needs=Action.NOTE,
        key="Z",
        label="redo",
        sentence="Do again what I have just undone",
        rank=0,
    ),
)

BY_NAME: Mapping[str, Verb] = {verb.name: verb for verb in VERBS}

DID: Mapping[str, str] = {verb.kind: verb.did for verb in VERBS if verb.did}
"""What the history says that somebody did, by the kind of the event."""

ASIDE = frozenset(verb.kind for verb in VERBS if verb.aside)
"""The kinds of events that change nothing of their ticket."""

ANSWERS = frozenset({"replied", "called"})
"""The kinds of events by which an agent answered the customer."""

REGROUPED = frozenset({"merged", "took-in", "split"})
"""The kinds of events that move messages between tickets."""

FORGOTTEN = REGROUPED | {"phoned"}
"""The kinds of events that clocks forget once they are undone, with their undoing."""

STEPS: Mapping[Status, Verb] = {verb.status: verb for verb in VERBS if verb.status is not None}
"""The verbs that bring tickets to a status, by that."""

NEEDS: Mapping[str, Action] = {verb.kind: verb.needs for verb in VERBS if verb.kind}
"""What a role must allow for what an event of a kind did, and so for taking it back."""
