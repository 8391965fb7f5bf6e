"""What every part of the inbox works with: the widgets, the mode, the threads and the clock."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from textual.containers import Container
from textual.screen import Screen

from supportcli.errors import SupportError
from supportcli.rendering.conversation.message import PageKeys
from supportcli.tui import keys
from supportcli.tui.keymaps.keymap import KeyMap
from supportcli.tui.keys import Act, Mode
from supportcli.tui.notices import Notices
from supportcli.tui.views import Tabs
from supportcli.tui.waiting_keys import LateKeys
from supportcli.tui.widgets import help as help_page
from supportcli.tui.widgets.composer import Composer
from supportcli.tui.widgets.conversation import Conversation, Heading
from supportcli.tui.widgets.dashboard import Board
from supportcli.tui.widgets.fields import Editor, Field
from supportcli.tui.widgets.filter_bar import FilterBar
from supportcli.tui.widgets.held_list import HeldList
from supportcli.tui.widgets.notice import Footer, Notice
from supportcli.tui.widgets.pane import CustomerPane, Page, Pane
from supportcli.tui.widgets.picker import Picker
from supportcli.tui.widgets.status_line import StatusLine
from supportcli.tui.widgets.ticket_list import TicketList
from supportcli.tui.workers import Work

if TYPE_CHECKING:
    from supportcli.tui.client.desk_client import DeskClient

_GRACE = 0.03
"""The most seconds that a frame waits for an answer: two frames, and several times what a desk on
this machine takes."""

_TOLD = 4
"""Turns of the event loop after which widgets have said what of them has to be drawn: a widget has
its turn, the screen has its own, and each may wait for one that began before."""

_REST = 0.3
"""Seconds without a key after which the hands are at rest: somebody still typing has not read what
was just said."""

_ANSWER = 0.25
"""Seconds in which a letter that answers a question stands alone: letters of a text come faster."""

_CHANGING = keys.VIEWED | Mode.DASHBOARD | Mode.WRITE | Mode.HEADERS
"""The modes in which what is there decides what keys do."""

_TOO_SMALL = frozenset({"-slim", "-flat"})
_OPEN = frozenset({"-reading", "-writing"})


T = TypeVar("T")


class InboxContext:
    """The widgets of the one screen, made once at the start; the mode of the keys; and the keys
    that wait for an answer."""

    def __init__(
        self,
        screen: Screen[None],
        work: Work,
        now: Callable[[], datetime],
        late: LateKeys,
        keymap: KeyMap,
    ) -> None:
        self._screen = screen
        self._late = late
        self.later = screen.set_timer
        self._held = ExitStack()
        self._mode = Mode.LIST
        self.aside: Mode | None = None
        self.labels: dict[str, str] = {}
        self.keymap = keymap
        self.first_key = ""
        """The first of two keys, while the second is waited for."""
        self._begun_in = Mode.LIST
        self.keys_pressed = 0
        self.possible: Callable[[], Mapping[str, str]] = dict
        self.draw: Callable[[], None] = screen.check_idle
        self._waits = 1
        self.work = work
        self.now = now
        self.panes = Container(id="panes")
        self.tabs = Tabs()
        self.status = StatusLine(self.tabs, self._digit, id="status")
        self.tickets = TicketList(now, id="tickets")
        self.heading = Heading(now, id="heading")
        self.conversation = Conversation(now, id="conversation")
        self.conversation.tells = self.heading.stand_at
        self.composer = Composer(id="composer")
        self.customer = CustomerPane(now, id="customer")
        self.filter_bar = FilterBar(id="filter")
        self.picker = Picker(id="picker")
        self.notice = Notice(id="notice")
        self.footer = Footer(id="footer")
        self.help = Page(id="help")
        self.help.lines = lambda width: help_page.lines(
            width, self.acts.values(), self.keymap.preset, self.surface
        )
        self.mail_page = Page(id="mail")
        self.settings = Page(id="settings")
        self.dashboard = Board(id="dashboard")
        self.held = Container(id="held")
        self.held_list = HeldList(id="held-list")
        self.held_text = Pane(id="held-text")
        self.notices = Notices(self.notice, now, self.key)
        self._tell_widgets()

    def _tell_widgets(self) -> None:
        """Tell the widgets that name keys what those are, and those that pages make room for whom
        to ask for it."""
        self.notices.undoes = lambda: bool(self.acts["undo"].modes & self.mode)
        self.notice.grew = self.picker.grew = self.filter_bar.grew = self._fit_pages
        self.conversation.keys = PageKeys(*map(self.key, ("files_of", "whole", "older")))
        self.customer.keys = self.key("customer"), self.key("answers")
        self.notice.news_key = self.acts["refresh"].key
        self.picker.leaves_with = self.key("choose_cancel")
        self.picker.moves_with = self.acts["choose_next"].key
        self.composer.fields.say_keys(self.key("header_enter"), self.acts["header_drop"].key)
        self.dashboard.follows_with = self.key("dashboard_follow")

    @property
    def mode(self) -> Mode:
        """Where keys go."""
        return Mode.SMALL if self._screen.classes & _TOO_SMALL else self._mode

    @mode.setter
    def mode(self, mode: Mode) -> None:
        self._mode, self.labels = mode, {}
        if mode & keys.TICKETS:
            self._give_place("-reading", given=mode is Mode.READ)
            if mode is Mode.LIST and self.panes.has_class("-zoomed"):
                self.zoom()
            self.notices.tick()
        else:
            self.notices.go_elsewhere()
        if mode & (
            keys.TICKETS | Mode.WRITE | Mode.SEND | Mode.HEADERS
        ):  # a dock leaves the mail and the text visible
            writes = bool(mode & (Mode.WRITE | Mode.SEND | Mode.HEADERS))
            self._give_place("-writing", given=writes)
            self.panes.set_class(mode is Mode.HEADERS, "-heads")
        self.panes.set_class(mode is Mode.CANNED, "-beside")
        self.customer.set_class(mode is Mode.CUSTOMER, "-current")
        if self.field is None:
            self._screen.set_focus(None)
        self.show_keys()

    def _give_place(self, name: str, *, given: bool) -> None:
        """Give the conversation its place when it is opened. Side by side it has one already: to
        style everything for that takes longer than a frame."""
        self.panes.set_class(given, name, update="-columns" not in self._screen.classes)

    def zoom(self) -> None:
        """Give the open ticket the whole screen, or show the list beside it again."""
        self.panes.toggle_class("-zoomed")

    def go_home(self) -> None:
        """Back to the text, customer, ticket or list from which a dock was opened."""
        if self.composer.display:
            self.mode = Mode.WRITE
            self.composer.take_focus()
        else:
            self.mode = self.surface

    @property
    def surface(self) -> Mode:
        """What is on screen below docks, help and composer: a page over the tickets, or those."""
        for page, mode in ((self.dashboard, Mode.DASHBOARD), (self.settings, Mode.SETTINGS)):
            if page.display:
                return mode
        if self.aside is not None:
            return self.aside
        return Mode.CUSTOMER if self.panes.has_class("-customer") else self.ticket_mode

    @property
    def ticket_mode(self) -> Mode:
        """The mode of the tickets, once no page is over them."""
        return Mode.READ if self.panes.has_class("-reading") else Mode.LIST

    def _fit_pages(self) -> None:
        """A page ends above what is said and above the dock."""
        dock = self.picker.size.height if self.picker.display else 0
        dock += self.filter_bar.display
        below = 1 + (dock + self.notice.size.height if dock or self.notice.says else 0)
        for page in (self.help, self.mail_page, self.settings, self.dashboard):
            if page.display and page.styles.margin.bottom != below:
                page.styles.margin = (0, 0, below, 0)

    def show_aside(self, aside: Mode | None) -> None:
        """Show held mail or the outbox (`aside` is their mode) instead of the tickets, or the
        tickets again."""
        self.aside = aside
        self._screen.set_class(aside is not None, "-held")

    def stand_side_by_side(self, *, is_wide_enough: bool, is_comfortable: bool) -> None:
        """Let list and conversation stand side by side where the window is wide enough; rows of one
        line need more of it."""
        side_by_side = is_wide_enough and (is_comfortable or self.is_wide)
        self._screen.set_class(side_by_side, "-columns", update=self._screen.is_attached)

    def show_customer(self, *, shown: bool) -> None:
        """Show the customer in the place of tickets and conversation, where there is no room for
        all three."""
        self.panes.set_class(shown, "-customer")

    def show_keys(self) -> None:
        """Show the next keys in the footer. `labels`, and over a ticket, held mail, a reply or a
        text `possible`, give some keys another label for now; an empty label means that a key does
        nothing."""
        now = self.labels or (self.possible() if self.mode & _CHANGING else {})
        if self.mode is Mode.GO:
            following = self.keymap.footer(self._begun_in, self.first_key)
            told = self.possible() if self._begun_in & keys.TICKETS else {}
            named = ((key, told.get(act.id) or act.name) for act, key in following)
            self.footer.show_all(tuple(named))
            return
        shown = ((key, now.get(act.id, act.label)) for act, key in self.keymap.footer(self.mode))
        self.footer.show(tuple((key, label) for key, label in shown if label), self.key("help"))

    def shown_as(self, key: str) -> str:
        """The action whose key the footer shows like this; "" if there is none."""
        after = self.first_key if self.mode is Mode.GO else ""
        there = self.keymap.footer(self._begun_in if after else self.mode, after)
        name = next((act.id for act, shown in there if shown == key), "")
        if after and name:
            self.stay()
        return name

    def relabel(self, mode: Mode, act_id: str, label: str) -> None:
        """Say in the footer what the key of an action does now, if keys are still in `mode`: the
        answer that tells it may come after the agent has left."""
        if self.mode is mode:
            self.labels[act_id] = label
            self.show_keys()

    @property
    def acts(self) -> Mapping[str, Act]:
        """The actions by their names, with the keys that they have for this agent."""
        return self.keymap.acts

    def key(self, name: str) -> str:
        """How an action is reached, for a sentence."""
        return self.keymap.key(name)

    def _digit(self, name: str) -> str:
        """The key of a view's tab; "" without one."""
        return self.acts[name].key

    def action_of(self, key: str) -> str:
        """The name of the action that a key is now; "" if it is none. The second of two keys ends
        the wait for it."""
        if self.mode is not Mode.GO:
            return self.keymap.action(self.mode, key)
        found = self.keymap.action(self._begun_in, f"{self.first_key} {key}")
        if found:
            self.stay()
        return found or self.keymap.action(Mode.GO, key)

    def begin(self, first_key: str) -> None:
        """The first of two keys: wait for the second, which says what is done."""
        self._begun_in, self.first_key = self.mode, first_key
        self.mode = Mode.GO

    def stay(self) -> None:
        """Wait for no second key any longer."""
        self.first_key, self.mode = "", self._begun_in

    @property
    def field(self) -> Editor | Field | None:
        """Where typed characters go now."""
        fields: dict[Mode, Editor | Field] = {
            Mode.WRITE: self.composer.editor,
            Mode.HEADERS: self.composer.fields.field,
            Mode.FILTER: self.filter_bar.field,
            Mode.SEEK: self.filter_bar.field,
            Mode.PICK: self.picker.field,
            Mode.CANNED: self.picker.field,
        }
        return fields.get(self.mode)

    @property
    def shows_conversation(self) -> bool:
        """Whether a conversation is visible: beside the list if there is room, else when one is
        open."""
        return "-narrow" not in self._screen.classes or bool(self.panes.classes & _OPEN)

    @property
    def width(self) -> int:
        """How wide the conversation is, or will be once it is visible."""
        return self.conversation.width or max(self._screen.size.width - 1, 1)

    @property
    def held_width(self) -> int:
        """How wide the text of held mail or of a reply is, or will be once it is visible."""
        return self.held_text.width or max(self._screen.size.width - 1, 1)

    @property
    def is_wide(self) -> bool:
        """Whether the customer has a place beside the conversation."""
        return "-wide" in self._screen.classes

    @property
    def narrow(self) -> bool:
        """Whether the status line has room for little."""
        return "-narrow" in self._screen.classes

    def hold_frame(self) -> None:
        """An answer is about to change what is drawn: draw both in one frame, since two take twice
        as long. Ends with `release_frame`, or after a moment."""
        self._held.close()
        self._held.enter_context(self._screen.app.batch_update())
        self._held.callback(self.later(_GRACE, self.release_frame).stop)

    def release_frame(self) -> None:
        """Draw what there is: as soon as the widgets have said what of them changed, not when the
        clock of frames has its next turn, which a held frame has used up."""
        self._held.close()
        self._screen.check_idle()
        self._draw_in(_TOLD)

    def _draw_in(self, turns: int) -> None:
        if turns:
            asyncio.get_running_loop().call_soon(self._draw_in, turns - 1)
        else:
            self.draw()

    # Keys that wait: what was typed ahead of an answer is done after it, on the ticket it was
    # meant for

    @property
    def keys_wait(self) -> bool:
        """Whether keys are kept until an answer is there."""
        return self._waits > 0

    def hold_keys(self) -> None:
        """An answer decides what the next key means: keep keys until `release_keys`."""
        self._waits += 1

    def release_keys(self, *, forget: bool = False) -> None:
        """The answer is there. If it is a refusal, keys meant for what did not come are forgotten
        (`forget`)."""
        self._waits = max(self._waits - 1, 0)
        if not self._waits:
            if forget:
                self._late.forget()
            self._late.take()

    def drop_keys(self, then: Callable[[str], None], behind: str = "") -> None:
        """A key was refused.

        Keys close behind it were meant for what it would have opened: keep keys until the hands
        rest, then drop them, and call `then` with what they were, preceded by what was given
        `behind` the key before."""
        self.hold_keys()
        self.later(_REST, partial(self._drop_keys, then, behind, self._late.text))

    def once_alone(self, alone: Callable[[], None], typed_on: Callable[[], None]) -> None:
        """A letter was pressed that answers a question: do that (`alone`), unless another one comes
        close behind it. Then nobody has read the question: `typed_on` makes text of the first, and
        the others follow."""

        def done() -> None:
            (typed_on if self._late.begins_with_text else alone)()
            self.release_keys()

        self.hold_keys()
        self.later(_ANSWER, done)

    def _drop_keys(self, then: Callable[[str], None], behind: str, before: str) -> None:
        typed = self._late.text
        if typed != before:
            self.later(_REST, partial(self._drop_keys, then, behind, typed))
            return
        self._late.forget()
        if behind + typed:
            then(behind + typed)
        self.release_keys()

    def wait_for(
        self,
        run: Callable[["DeskClient"], T],
        then: Callable[[T], None],
        failed: Callable[[SupportError], None],
    ) -> None:
        """Ask the desk for what the next keys need: they are kept until `then`, or `failed`, is
        done with the answer."""

        def came(answer: T) -> None:
            then(answer)
            self.release_keys()

        def refused(error: SupportError) -> None:
            failed(error)
            self.release_keys()

        self.hold_keys()
        self.work.read("", run, came, refused)
