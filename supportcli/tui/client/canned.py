"""Canned responses and macros, filled in for a ticket."""

from supportcli.desk.canned import filling
from supportcli.desk.canned.filling import Insertion, Offer
from supportcli.desk.gestures import Done
from supportcli.desk.replies import applying
from supportcli.errors.replies import RecipientsUnsure
from supportcli.tui.client.own_desk import OwnDesk


class DeskCanned:
    """Canned responses."""

    def __init__(self, own: OwnDesk) -> None:
        self._own = own

    def offers(self) -> list[Offer]:
        """The canned responses I may use, those used lately first."""
        return filling.offers(self._own.desk)

    def insertion(self, number: int, shortcut: str) -> Insertion:
        """A canned response, filled in for a ticket."""
        return filling.insertion(self._own.desk, number, shortcut)

    def apply(self, number: int, shortcut: str, seen: int) -> Done | Insertion:
        """See `desk.replies.applying.apply`. If something is missing, or recipients must be asked
        about, nothing is done, and the text is returned."""
        inserted = filling.insertion(self._own.desk, number, shortcut)
        try:
            if inserted.missing:
                done: Done | Insertion = inserted
            else:
                done = self._own.mine(
                    applying.apply(self._own.desk, [number], shortcut, sight=self._own.sight(seen))
                )
        except RecipientsUnsure:
            done = inserted
        return done
