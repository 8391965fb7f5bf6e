"""What is being written: to which ticket, to whom, and what the writer had seen."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from supportcli.domain.replies.chosen import AS_USUAL, ReplyChoice
from supportcli.domain.replies.recipients import Addressing, Recipients
from supportcli.domain.tickets.ticket import Status, TicketLine
from supportcli.tui.replies.drafts import NOTE, REPLY

if TYPE_CHECKING:
    from datetime import datetime

    from supportcli.tui.client.replies import Envelope
    from supportcli.tui.tickets.unseen import AgentTold


@dataclass(slots=True)
class Text:
    """A reply, a note or a forward (`kind`).

    `seen` is the last event of the ticket that the agent had on screen, None until the conversation
    is there; `messages` is how many there were then. `behind`: a send was refused and the newest
    message is about to be shown.

    `saving`: a save is due soon. `leaving`: it is on its way, so that no draft of it is left
    behind. `told` is what was new in the ticket when it was begun; `of_draft`: it continues a
    draft.

    `recipients` belong to the reply: its draft's, or else the first that the desk found. Only a key
    changes them. Until the desk has answered they name nobody, and only say whether it is private.

    `addressing` is what to say about them. `fresh` is who would get a reply begun now, private or
    not as the key that opened it says (`wanted_private`).

    `chosen` is what else was chosen for it. `named`: the agent has changed who gets it.

    `offered` is what a forward that was not a draft began with: while nothing was added to
    that, there is nothing to keep.

    `moves`: whether ctrl+t takes the words along to the other side, as the first stroke of it has
    found; None before that.

    `question` has to be agreed to; `asked` is the question on screen at the first stroke."""

    line: TicketLine
    kind: str
    recipients: Recipients
    seen: int | None = None
    told: "AgentTold | None" = None
    of_draft: bool = False
    messages: int | None = None
    behind: bool = False
    saving: bool = False
    leaving: bool = False
    addressing: Addressing | None = None
    fresh: Recipients | None = None
    wanted_private: bool = False
    question: str = ""
    asked: str = ""
    chosen: ReplyChoice = AS_USUAL
    named: bool = False
    offered: ReplyChoice | None = None
    moves: bool | None = None

    @property
    def number(self) -> int:
        """The ticket's number."""
        return self.line.number

    def see(self, now: "datetime") -> None:
        """What was shown when it was begun counts as seen, once there was time to read it."""
        if self.told is not None and self.told.is_read(now):
            self.seen, self.told = max(self.seen or 0, self.told.event), None

    def begun(self, told: "AgentTold | None") -> None:
        """Take over what was new when it was begun. A draft keeps what its writer had seen: it was
        written before."""
        if told is not None and not self.of_draft:
            self.told, self.seen = told, told.before

    @property
    def only_sender(self) -> bool:
        """Whether it goes to the sender only."""
        return self.recipients.only_sender

    @property
    def action(self) -> str:
        """The action that goes on with it."""
        if self.kind != REPLY:
            return "note" if self.kind == NOTE else "forward"
        return "reply_sender" if self.only_sender else "reply"

    def address(self, addressing: Addressing, fresh: Recipients) -> None:
        """The desk has found who gets it, and who would get it if it were begun now."""
        self.addressing, self.fresh = addressing, fresh
        self.recipients = self.recipients if self.recipients.to else addressing.recipients
        self.question = addressing.question(self.number)

    def name(self, recipients: Recipients) -> None:
        """The agent names these people."""
        if recipients != self.recipients:
            self.recipients, self.addressing, self.question = recipients, None, ""
            self.named = True

    def turn(self) -> None:
        """Switch between everybody and the sender only; if newer mail names other people, first to
        those."""
        outdated = not self.only_sender and not self.wanted_private and self.differs
        self.wanted_private = not self.only_sender and not outdated
        self.recipients, self.named = Recipients((), only_sender=self.wanted_private), False
        self.addressing = self.fresh = None
        self.question = ""

    @property
    def differs(self) -> bool:
        """Whether the key that opened it would have begun a reply to other people."""
        return (
            bool(self.recipients.to)
            and self.fresh is not None
            and not self.recipients.same_people(self.fresh)
        )

    def remark(self, turns: str) -> str:
        """What to say if it goes to other people than its key says; the key `turns` changes
        that."""
        if self.named and self.addressing and self.addressing.left_out:
            return f"Left out: {'; '.join(one.told for one in self.addressing.left_out)}"
        if not self.differs or self.named or self.recipients.by_hand:
            return ""
        if self.only_sender and not self.wanted_private:
            return f"This draft goes to the sender only · {turns} answers everybody"
        if self.wanted_private and not self.only_sender:
            return f"This draft goes to everybody · {turns} turns it to the sender only"
        return f"Newer mail names other people · {turns} answers them"

    def envelope(self, status: Status | None, used: tuple[str, ...]) -> "Envelope":
        """How it is sent: to the people that were shown, and with the question that was shown."""
        from supportcli.tui.client.replies import Envelope  # noqa: PLC0415  # loaded by now: the desk has answered

        return Envelope(
            self.only_sender, self.recipients, self.asked, status, self.seen, used, self.chosen
        )
