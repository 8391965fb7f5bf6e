"""The dock for the web addresses in the ticket under the cursor, and those that its words lead to:
each is shown by the host that it really leads to."""

from functools import partial
from typing import TYPE_CHECKING

from supportcli.config import InboxLook
from supportcli.desk import viewer
from supportcli.errors import SupportError
from supportcli.rendering.ink import shortened
from supportcli.rendering.ticket_rows import called
from supportcli.rendering.times import moment
from supportcli.terminal import clean
from supportcli.tui.context import InboxContext
from supportcli.tui.tickets.choices import Choosing
from supportcli.tui.tickets.reading import MESSAGES
from supportcli.tui.widgets.picker import Choice

if TYPE_CHECKING:
    from supportcli.desk.tickets.related.web_links import TicketLinks
    from supportcli.domain.text.web_addresses import WebAddress
    from supportcli.domain.tickets.ticket import Message

_REST = 60
_WORDS = 30


class WebLinkDock:
    """Opens an address with the agent's program, or copies it."""

    def __init__(self, context: InboxContext, choosing: Choosing, look: InboxLook) -> None:
        self._context = context
        self._choosing = choosing
        self._program = look.open_with

    def open(self) -> None:
        """Choose an address by the number that it has in the conversation, the newest first."""
        line, shown = self._choosing.line_for("Links"), self._context.conversation.ticket
        if line is None:
            return
        title = f"Links in #{line.number}"
        is_shown = shown is not None and shown.line.number == line.number
        last = len(shown.messages) if shown is not None and is_shown else MESSAGES
        self._context.wait_for(
            lambda client: client.reading.web_links(line.number, last),
            partial(self._choose, line.number, title),
            partial(self._choosing.fail_to_open, title),
        )

    def _choose(self, number: int, title: str, links: "TicketLinks") -> None:
        found, slow = links.found, links.slow
        urls = {str(place): url for url, place in links.numbers.items()}
        slow = f"The pattern “{shortened(clean(slow), _REST)}” takes too long here" if slow else ""
        if not found:
            self._choosing.refuse(title, f"{slow or f'#{number} has no web addresses'}.")
            return
        follows = "opens" if self._program else "copies"
        self._choosing.open(
            title,
            [self._choice(links.numbers[one.url], one, message) for one, message in found],
            lambda number: self._follow(urls[number]),
            asks=f"a number · {self._context.key('choose')} {follows} it",
        )
        self._context.picker.move(1)
        if slow:
            self._context.notices.warn(f"{slow}: it found nothing.")

    def _choice(self, number: int, address: "WebAddress", message: "Message") -> Choice:
        when = moment(message.created_at, self._context.now())
        leads = f"{address.host}{shortened(clean(address.rest), _REST)}"
        name = f"{shortened(clean(address.words), _WORDS)} → {leads}" if address.words else leads
        if address.claims:
            name = f"{name}: the text says {clean(address.claims)}"
        remark = f"L{number} · {called(message.sender)} · {when}"
        return Choice(str(number), name, remark, also=f"{address.host} {address.words}")

    def _follow(self, url: str) -> None:
        if not self._program:
            self._context.picker.app.copy_to_clipboard(url)
            self._context.notices.say(f"Copied {url}")
            return
        try:
            viewer.follow(self._program, url)
        except SupportError as error:
            self._context.notices.fail(error)
        else:
            self._context.notices.say(f"Opened {url}")
