"""Mail that waits for a person, and what they decide."""

from collections.abc import Sequence

from supportcli.desk import undo
from supportcli.desk.mail.held import accepting, counting
from supportcli.desk.mail.held import waiting as held
from supportcli.desk.mail.held.accepting import MailsDone
from supportcli.domain.intake.ledger import WaitingMail
from supportcli.domain.mail import Address
from supportcli.rendering.ink import Spans
from supportcli.rendering.mail import held_mail
from supportcli.tui.client.own_desk import OwnDesk


class DeskHeld:
    """Held mail."""

    def __init__(self, own: OwnDesk) -> None:
        self._own = own

    def count(self) -> int:
        """How many mails wait for a person."""
        return counting.count(self._own.desk)

    def waiting(self, most: int) -> WaitingMail:
        """What is held, the oldest mails first."""
        return held.waiting(self._own.desk, limit=most)

    def letter(self, mail_id: int, width: int) -> Sequence[Spans]:
        """A complete mail, laid out for a width."""
        return held_mail.page(
            held.letters(self._own.desk, str(mail_id))[0], width, self._own.desk.now()
        )

    def accept(self, mail_id: int, customer: Address | None, ticket: int | None) -> MailsDone:
        """See `desk.mail.held.accepting.accept`."""
        return self._own.mine(accepting.accept(self._own.desk, [mail_id], customer, ticket))

    def retry(self, mail_id: int) -> MailsDone:
        """See `desk.mail.held.accepting.retry`."""
        return self._own.mine(accepting.retry(self._own.desk, [mail_id]))

    def discard(self, mail_id: int) -> MailsDone:
        """See `desk.mail.held.accepting.discard`."""
        return accepting.discard(self._own.desk, [mail_id])

    def discard_bounces(self) -> MailsDone:
        """Discard all reports about mail that is not ours."""
        return accepting.discard(self._own.desk, accepting.bounces(self._own.desk))

    def undo(self, gesture: str) -> tuple[int, ...]:
        """See `desk.undo.undo_mail`."""
        return undo.undo_mail(self._own.desk, gesture_id=gesture)
