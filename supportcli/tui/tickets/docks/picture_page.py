"""A picture of a ticket on a page of its own: as pixels where the terminal shows them, else in half
blocks."""

import os
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from textual.geometry import Size

from supportcli.config import PictureWay
from supportcli.desk.exports import pictures
from supportcli.domain.text.sizes import size
from supportcli.rendering.ink import Ink, cut
from supportcli.terminal import clean
from supportcli.tui.context import InboxContext
from supportcli.tui.graphics import encodings
from supportcli.tui.graphics.protocols import Room, chosen_way, room
from supportcli.tui.keys import Mode
from supportcli.tui.tickets.docks.half_blocks import half_blocks

if TYPE_CHECKING:
    from textual.strip import Strip

    from supportcli.desk.exports.attachments import TicketFile
    from supportcli.desk.exports.pictures import Pixels
    from supportcli.tui.client.desk_client import DeskClient

_ABOVE = 2
"""Lines above the picture."""


class PicturePage:
    """One picture at a time. Keys wait for the program that decodes it."""

    def __init__(self, context: InboxContext, setting: str, done: Callable[[], None]) -> None:
        self._context = context
        self._way = chosen_way(setting, os.environ)
        self._done = done
        self._for = Size()
        self._is_drawn = False

    def why_not(self, one: "TicketFile") -> str:
        """Why a picture cannot be shown; "" if it can be tried."""
        if self._way is PictureWay.OFF:
            return "pictures are off in config.toml"
        return pictures.why_not(one.file)

    def open(self, number: int, one: "TicketFile") -> None:
        """Show a picture; in another size, show it again."""
        page = self._context.mail_page
        terminal = page.graphic.terminal
        way = self._way if terminal is not None else PictureWay.BLOCKS
        self._for = page.app.size
        columns, lines = page.app.size.width - 2, page.app.size.height - 2 - _ABOVE
        there = Room(columns, lines, (1, 2))
        if terminal is not None and way is not PictureWay.BLOCKS:
            there = room(way, columns, lines, terminal)
        page.resized = partial(self._again, number, one)

        def decoded(client: "DeskClient") -> "tuple[Pixels, str]":
            colours = encodings.MOST_COLOURS if way is PictureWay.SIXEL else 0
            pixels = client.files.picture(number, one.place, there.pixels, colours)
            return pixels, _drawing(way, pixels, there)

        self._context.wait_for(
            decoded, partial(self._show, one, way, there), self._context.notices.fail
        )

    def _again(self, number: int, one: "TicketFile") -> None:
        """The page has another size: it may be open only now, or the terminal has one."""
        page = self._context.mail_page
        stands = page.graphic.is_shown or not self._is_drawn
        if page.app.size == self._for and stands:
            return
        page.graphic.hide()
        if self._context.mode is not Mode.SMALL:
            self.open(number, one)

    def _show(
        self, one: "TicketFile", way: PictureWay, there: Room, found: "tuple[Pixels, str]"
    ) -> None:
        pixels, drawing = found
        page, name = self._context.mail_page, clean(one.file.name) or "unnamed"
        title = ((f" {name}", Ink.TITLE), (f" · {size(one.file.size)}", Ink.DIM))
        page.lines = lambda width: (cut(title, width), ())
        page.leave = self._leave
        page.open(self._blocks(pixels) if way is PictureWay.BLOCKS else ())
        self._is_drawn = bool(drawing)
        if drawing and self._context.mode is not Mode.SMALL:
            removal = encodings.KITTY_GONE if way is PictureWay.KITTY else ""
            lines = there.taken(pixels.width, pixels.height)[1]
            screen = (page.app.size.width, page.app.size.height)
            page.graphic.show(drawing, removal, self._place, lines, screen)
            page.refresh()
        self._context.mode = Mode.MAIL

    def _blocks(self, pixels: "Pixels") -> "list[Strip]":
        colours = not self._context.mail_page.app.current_theme.ansi
        return list(half_blocks(pixels, colours=colours))

    def _place(self) -> tuple[int, int]:
        region = self._context.mail_page.region
        return region.x + 1, region.y + _ABOVE

    def _leave(self) -> None:
        page = self._context.mail_page
        page.resized = lambda: None
        page.graphic.hide()
        self._done()


def _drawing(way: PictureWay, pixels: "Pixels", there: Room) -> str:
    """What shows the pixels on the terminal; nothing if they are cells."""
    columns, lines = there.taken(pixels.width, pixels.height)
    if way is PictureWay.KITTY:
        return encodings.kitty(pixels, columns, lines)
    if way is PictureWay.ITERM2:
        return encodings.iterm2(pixels, columns, lines)
    return encodings.sixel(pixels) if way is PictureWay.SIXEL else ""
