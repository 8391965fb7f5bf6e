"""What can go wrong with tickets, their verbs and queries."""

import shlex
from collections.abc import Sequence

from supportcli.errors import ConfigurationError, SupportError, TryAgainLater, UsageError


class StepNotAllowed(SupportError):
    """A verb would take a ticket from its status to one that it cannot have next."""

    def __init__(self, number: int, before: str, after: str) -> None:
        back = f"Take it back first with: supportcli ticket reopen {number}"
        history = f"See its history with: supportcli ticket show {number}"
        super().__init__(
            f"Ticket #{number} is {before} and cannot become {after}.",
            back if before in {"spam", "deleted"} else history,
        )


class TicketMerged(SupportError):
    """A verb was given to a ticket whose messages are in another one."""

    def __init__(self, number: int, into: int) -> None:
        super().__init__(
            f"#{number} was merged into #{into}.",
            f"Do it to #{into}, or undo the merge with: supportcli ticket undo {number}",
        )
        self.into = into


class NotMergeable(SupportError):
    """A ticket that cannot be merged, or that no other one can be merged into, as `why` says."""

    def __init__(self, why: str, hint: str) -> None:
        super().__init__(why, hint)


class CustomersDiffer(SupportError):
    """Tickets of different customers were to be merged, and nobody agreed. `question` names
    them."""

    def __init__(self, question: str) -> None:
        super().__init__(
            f"Nothing was merged: {question}.", "Agree with --yes, or look at both tickets first."
        )
        self.question = question


class LinkStays(SupportError):
    """A link that says where a ticket came from was to be taken away. `why` is its reason."""

    def __init__(self, number: int, other: int, why: str) -> None:
        super().__init__(
            f"The link between #{number} and #{other} stays: {why}.",
            "Only links that agents have made can be taken away.",
        )


class NotSnoozable(SupportError):
    """A ticket that is over was to be snoozed."""

    def __init__(self, number: int, status: str) -> None:
        super().__init__(
            f"#{number} is {status}: nobody has to come back to it.",
            f"Reopen it first with: supportcli ticket reopen {number}",
        )


class ZoneUnknown(SupportError):
    """A time was given in the zone of a customer, which nothing tells."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"Nothing says which time zone the customer of #{number} is in.",
            "Give the time in your own zone, as in: tomorrow 15:00",
        )


class NotSplittable(SupportError):
    """Messages that cannot become a ticket of their own, as `why` says."""

    def __init__(self, number: int, why: str) -> None:
        super().__init__(why, f"See its messages with: supportcli ticket show {number}")


class NothingToReopen(StepNotAllowed):
    """A ticket that nobody has worked on yet was to be reopened."""

    def __init__(self, number: int) -> None:
        SupportError.__init__(
            self,
            f"#{number} is new: there is nothing to reopen.",
            f"See it with: supportcli ticket show {number}",
        )


class NothingToUndo(SupportError):
    """No verb of the agent is left to undo."""

    def __init__(self, where: str = "") -> None:
        super().__init__(
            f"There is nothing to undo{where}.",
            "See what was done with: supportcli ticket show NUMBER",
        )


class QueueEmpty(SupportError):
    """No ticket is left for an agent."""

    def __init__(self) -> None:
        super().__init__(
            "Nothing waits for you: every open ticket has an agent, or somebody has it just now.",
            "See all open tickets with: supportcli ticket list status:new,open",
        )


class UndoRefused(SupportError):
    """What a verb did has been changed since, by somebody who is named. `change` says what was."""

    def __init__(self, number: int, change: str, who: str) -> None:
        super().__init__(
            f"The last action on #{number} cannot be undone: {change} by {who}.",
            f"See its history with: supportcli ticket show {number}",
        )


class NothingToRedo(SupportError):
    """The agent has undone nothing, or has done something else since."""

    def __init__(self, where: str = "") -> None:
        super().__init__(
            f"There is nothing to redo{where}: redo follows an undo at once.",
            "See what was done with: supportcli ticket show NUMBER",
        )


class RedoRefused(SupportError):
    """What was undone cannot be done again, as `why` says."""

    def __init__(self, number: int, why: str) -> None:
        super().__init__(
            f"What was undone on #{number} cannot be redone: {why}.",
            f"See its history with: supportcli ticket show {number}",
        )


class StaysMoved(UndoRefused):
    """A merge or a split, as `moved` says, cannot be undone for what was done since, as `change`
    says, by somebody who is named."""

    def __init__(self, moved: str, change: str, who: str, hint: str) -> None:
        SupportError.__init__(self, f"{moved} cannot be undone: {change} by {who}.", hint)


class ChangedMeanwhile(TryAgainLater):
    """Somebody changed a ticket, and the agent who gave it a verb has not seen that. `told` says
    who did what, and when."""

    def __init__(self, number: int, told: str) -> None:
        super().__init__(f"Nothing was done to #{number}: {told}.", "Look at it, then do it again.")
        self.number = number
        self.told = told


class AgentUnknown(ConfigurationError):
    """config.toml does not say which agent I am, or names one that this desk does not have."""

    def __init__(self, address: str, hint: str = "") -> None:
        who = (
            f"“{address}” is not an agent of this desk."
            if address
            else "config.toml does not say which agent you are."
        )
        usual = (
            'See the agents with: supportcli agent list; then set agent = "address" in config.toml.'
        )
        super().__init__(who, hint or usual)


class QueryError(UsageError):
    """A query that cannot be understood. `column` counts from 1; `word` is what is wrong there;
    `in_short` says it to those who see the query."""

    def __init__(self, column: int, word: str, problem: str, hint: str, nearest: str = "") -> None:
        self.in_short = f"“{word}” {problem}."
        super().__init__(f"Column {column} of the query: {self.in_short}", hint, nearest)
        self.column = column
        self.word = word


class TicketTakesNoMail(SupportError):
    """A held mail was to go into a ticket in which nobody would see it."""

    def __init__(self, number: int, status: str) -> None:
        back = f"Take it back first with: supportcli ticket reopen {number}"
        super().__init__(
            f"Ticket #{number} is {status}: nobody would see the mail in it.",
            back if status != "closed" else "Accept it as a new ticket.",
        )


class AttachmentAbsent(SupportError):
    """A file of a ticket that was imported without the mails it came in."""

    def __init__(self, number: int, name: str) -> None:
        super().__init__(
            f"The bytes of “{name}” are not here: ticket #{number} was imported without its "
            "emails.",
            (
                "If the old desk still exists, export it with: supportcli export jsonl --raw. "
                "Then import that into an empty desk."
            ),
        )


class FieldNameInvalid(UsageError):
    """A word that cannot be the name or the title of a field."""

    def __init__(self, typed: str) -> None:
        super().__init__(
            f"“{typed}” cannot be the name of a field; nothing was changed.",
            "A name has up to 30 letters, digits and underscores, such as order_number; a title up "
            "to 40 characters.",
        )


class FieldChoicesInvalid(UsageError):
    """Choices for a field that has none, none for one that needs them, or one that is none."""

    def __init__(self, kind: str, unfit: str = "") -> None:
        what = (
            f"“{unfit}” cannot be a choice"
            if unfit
            else "A field of choices has at least one"
            if kind == "choice"
            else f"A field of the kind {kind} has no choices"
        )
        super().__init__(
            f"{what}; nothing was changed.",
            "Give --kind choice with --choice NAME for each; a choice has up to 40 characters, "
            "without commas or quotes.",
        )


class FieldValueInvalid(UsageError):
    """A value that a field cannot have."""

    def __init__(self, title: str, typed: str, expects: str, nearest: str = "") -> None:
        super().__init__(
            f"“{typed}” cannot be {title}; nothing was changed.", f"It is {expects}.", nearest
        )


class FieldKindKept(SupportError):
    """A field was of another kind before it was removed, and tickets still have its values."""

    def __init__(self, name: str, kind: str, options: str) -> None:
        super().__init__(
            f"There was a field {name} of the kind {kind}, and tickets still have its values.",
            f"Choose another name, or have it back with: supportcli field add {name} {options}",
        )


class FieldsLacking(SupportError):
    """A ticket is to be solved, and required fields are not filled in. `names` are those."""

    def __init__(self, number: int, names: Sequence[str], titles: Sequence[str]) -> None:
        several = len(titles) != 1
        super().__init__(
            f"#{number} cannot be solved before {' and '.join(titles)} "
            f"{'are' if several else 'is'} filled in.",
            f"Fill {'them' if several else 'it'} in first: supportcli ticket field {number} "
            + " ".join(shlex.quote(f"{name}=…") for name in names),
        )
        self.names = tuple(names)
