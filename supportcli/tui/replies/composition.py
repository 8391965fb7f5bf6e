"""What is being written: to which ticket, to whom, and what its writer had seen."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from supportcli.domain.replies.recipients import Addressing, Recipients
from supportcli.domain.tickets.ticket import Status, TicketLine
from supportcli.tui.replies.drafts import NOTE

if TYPE_CHECKING:
    from datetime import datetime

    from supportcli.tui.desk_client import Envelope
    from supportcli.tui.tickets.unseen import AgentTold


@dataclass(slots=True)
class Text:
    """A reply or a note (`kind`). `seen` is the last event of the ticket that the agent had before
    them, None until its conversation is there; `messages` how many there were then; `behind` that a
    send was refused and the newest message is about to be shown; `saving` that a save is due soon;
    `leaving` that it is on its way, so that no draft of it is left behind; `told` what was new in
    the ticket when it was begun, `of_draft` that it goes on with one.

    `recipients` are those that a reply owns: of its draft, or else the first that the desk found
    for it; nothing but a key changes them. Until the desk has answered they name nobody, and only
    say whether it is private. `addressing` is what is to be said of them, `fresh` whom a reply that
    is begun now would go to, as `wanted_private` says by the key that opened it, `question` what
    has to be agreed to, `asked` the question that was on the screen when the first stroke was
    given."""

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

    @property
    def number(self) -> int:
        """The ticket's number."""
        return self.line.number

    def see(self, now: "datetime") -> None:
        """What was told when it was begun is seen, once there was time to read it."""
        if self.told is not None and self.told.is_read(now):
            self.seen, self.told = max(self.seen or 0, self.told.event), None

    def begun(self, told: "AgentTold | None") -> None:
        """Take what was new when it was begun. A draft keeps what its writer had seen: it was
        written before."""
        if told is not None and not self.of_draft:
            self.told, self.seen = told, told.before

    @property
    def only_sender(self) -> bool:
        """Whether it is private to who wrote."""
        return self.recipients.only_sender

    @property
    def key(self) -> str:
        """The key that goes on with it."""
        return "m" if self.kind == NOTE else "R" if self.only_sender else "r"

    def address(self, addressing: Addressing, fresh: Recipients) -> None:
        """The desk has found to whom it goes, and to whom it would go if it were begun now."""
        self.addressing, self.fresh = addressing, fresh
        self.recipients = self.recipients if self.recipients.to else addressing.recipients
        self.question = addressing.question(self.number)

    def turn(self) -> None:
        """To everybody instead of the sender only, or the other way round; where newer mail names
        other people, first to those."""
        outdated = not self.only_sender and not self.wanted_private and self.differs
        self.wanted_private = not self.only_sender and not outdated
        self.recipients = Recipients((), only_sender=self.wanted_private)
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

    @property
    def remark(self) -> str:
        """What is to be said where it goes to other people than its key says."""
        if not self.differs:
            return ""
        if self.only_sender and not self.wanted_private:
            return "This draft goes to the sender only · ctrl+r answers everybody"
        if self.wanted_private and not self.only_sender:
            return "This draft goes to everybody · ctrl+r makes it private to the sender"
        return "Newer mail names other people · ctrl+r answers those"

    def envelope(self, status: Status | None, used: tuple[str, ...]) -> "Envelope":
        """How it is sent: to the people that were shown, and with the question that was."""
        from supportcli.tui.desk_client import Envelope  # noqa: PLC0415  # loaded by now: the desk has answered

        return Envelope(self.only_sender, self.recipients, self.asked, status, self.seen, used)
