"""The files that came with a ticket."""

from collections.abc import Sequence

from supportcli.desk.exports import attachments, pictures
from supportcli.desk.exports.attachments import TicketFile
from supportcli.desk.exports.pictures import Pixels
from supportcli.tui.client.own_desk import OwnDesk


class DeskFiles:
    """Files of tickets."""

    def __init__(self, own: OwnDesk) -> None:
        self._own = own

    def of(self, number: int) -> Sequence[TicketFile]:
        """The files that came with a ticket."""
        return attachments.files(self._own.desk, number)

    def content(self, number: int, place: int) -> bytes:
        """The bytes of one of them."""
        return attachments.content(self._own.desk, number, place)[1]

    def picture(self, number: int, place: int, most: tuple[int, int], colours: int = 0) -> Pixels:
        """One of them as a picture of at most so many pixels (width, height) and colours (0: any
        number). It may take seconds."""
        content = attachments.content(self._own.desk, number, place)[1]
        return pictures.decoded(content, *most, colours)
