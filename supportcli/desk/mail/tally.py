"""How many mails became what."""

from collections import Counter
from dataclasses import dataclass, field

from supportcli.storage.mail.mails import Settlement
from supportcli.storage.tables import mail_states


@dataclass(slots=True)
class Tally:
    """Counts of what became of mails: new tickets, follow-ups, and the others by the mail's
    state."""

    new_tickets: int = 0
    follow_ups: int = 0
    states: Counter[str] = field(default_factory=Counter)

    def count(self, settled: Settlement, *, opened: bool = False) -> None:
        """Add one mail."""
        if settled.state == mail_states.ACCEPTED:
            self.new_tickets += opened
            self.follow_ups += not opened
        else:
            self.states[settled.state] += 1

    def counted(self) -> int:
        """How many mails there were."""
        return self.new_tickets + self.follow_ups + self.states.total()
