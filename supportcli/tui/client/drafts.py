"""Drafts of replies and notes: mine, and those of colleagues in a ticket."""

from supportcli.desk.replies import drafts, handing_over
from supportcli.desk.replies.handing_over import TicketDrafts
from supportcli.desk.tickets import inbox
from supportcli.domain.mail import Address
from supportcli.domain.replies.drafts import Draft
from supportcli.tui.client.own_desk import OwnDesk


class DeskDrafts:
    """Drafts."""

    def __init__(self, own: OwnDesk) -> None:
        self._own = own

    def mine(self) -> dict[tuple[int, str], Draft]:
        """My drafts by ticket and kind."""
        return inbox.my_drafts(self._own.desk)

    def carry(
        self, number: int, kind: str, begun: Draft
    ) -> tuple[int, dict[tuple[int, str], Draft]]:
        """See `desk.replies.drafts.carry_draft`; with all my drafts as they are then."""
        return drafts.carry_draft(self._own.desk, number, kind, begun), self.mine()

    def there(self, number: int) -> TicketDrafts:
        """See `desk.replies.handing_over.drafts_there`."""
        return handing_over.drafts_there(self._own.desk, number)

    def move(
        self, number: int, kind: str, who: str, *, takes: bool
    ) -> tuple[Address, dict[tuple[int, str], Draft]]:
        """Take a draft over from an agent, or hand mine over; whose it was or is, and all mine."""
        if takes:
            return handing_over.take_draft(self._own.desk, number, kind, who), self.mine()
        return handing_over.hand_draft_over(self._own.desk, number, kind, who), self.mine()

    def save(self, number: int, kind: str, draft: Draft) -> None:
        """See `desk.replies.drafts.save_draft`."""
        drafts.save_draft(
            self._own.desk,
            number,
            kind,
            draft.text,
            draft.seen,
            recipients=draft.recipients,
            chosen=draft.chosen,
        )
