"""The one screen of the inbox: its widgets, and which action does what."""

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.containers import Vertical
from textual.geometry import Size
from textual.screen import Screen
from textual.widget import Widget

from supportcli.clock import Clock
from supportcli.config import Settings
from supportcli.domain.tickets.news import Glance
from supportcli.domain.tickets.ticket import Ticket
from supportcli.domain.tickets.urgency_groups import groups_of, urgency_of
from supportcli.errors import SupportError
from supportcli.errors.setup import KeysWrong
from supportcli.tui.actions import all_actions, close_pages
from supportcli.tui.context import InboxContext
from supportcli.tui.driver.changed_cells import ChangingCompositor
from supportcli.tui.key_names import shown_key
from supportcli.tui.keymaps import own_keys
from supportcli.tui.keymaps.keymap import KeyMap
from supportcli.tui.keys import OWN, TICKETS, VIEWED, Mode
from supportcli.tui.live.alerting import Alerting
from supportcli.tui.live.connection import Connection
from supportcli.tui.look.density import RowDensity
from supportcli.tui.mail.held import HeldMailView
from supportcli.tui.mail.outbox import OutboxView
from supportcli.tui.mail.sending import Sending
from supportcli.tui.own_commands.dock import Piping
from supportcli.tui.palette.help_search import HelpSearch
from supportcli.tui.palette.palette import ActionPalette
from supportcli.tui.people.customer import CustomerView
from supportcli.tui.replies.canned import CannedResponses
from supportcli.tui.replies.handing import DraftHandOver
from supportcli.tui.replies.spelling.spell_check import SpellCheck
from supportcli.tui.replies.writing import Writing
from supportcli.tui.reports.dashboard import Dashboard
from supportcli.tui.saving_views import SavingViews
from supportcli.tui.setup.settings import SettingsLook
from supportcli.tui.tickets.browse import FIRST_WINDOW, Browse
from supportcli.tui.tickets.company import Company
from supportcli.tui.tickets.conversation.message_keys import MessageKeys
from supportcli.tui.tickets.docks.files import FilesDock
from supportcli.tui.tickets.docks.ticket_docks import TicketDocks
from supportcli.tui.tickets.docks.web_links import WebLinkDock
from supportcli.tui.tickets.editing import TicketEditing
from supportcli.tui.tickets.fields import FieldDocks
from supportcli.tui.tickets.filtering import Filtering
from supportcli.tui.tickets.marks import Marks
from supportcli.tui.tickets.possible_verbs import labels
from supportcli.tui.tickets.reading import ConversationView
from supportcli.tui.tickets.regrouping import MergeAndSplit
from supportcli.tui.tickets.snoozing import Snoozing
from supportcli.tui.tickets.unseen import Unseen
from supportcli.tui.tickets.verbs import TicketVerbs
from supportcli.tui.timers import Ticking
from supportcli.tui.unsaved import Rescued, file_beside
from supportcli.tui.views import VIEWS
from supportcli.tui.waiting_keys import LateKeys
from supportcli.tui.widgets.dashboard import Board
from supportcli.tui.widgets.inked import INKS
from supportcli.tui.widgets.notice import Footer
from supportcli.tui.widgets.picker import Choices
from supportcli.tui.widgets.status_line import StatusLine
from supportcli.tui.widgets.ticket_list import TicketList
from supportcli.tui.widgets.too_small import TooSmall
from supportcli.tui.workers import Work

if TYPE_CHECKING:
    from supportcli.tui.client.desk_client import DeskClient, Start

_SECOND = 1.0

_BEGINS_ELSEWHERE = frozenset("*gzZ[]{}\"'`,")
"""The first of two keys in Vim, mutt, aerc or Gmail."""


class InboxScreen(Screen[None], inherit_bindings=False):
    """List, conversation, composer, docks, and three lines: where I am, what was done, and the next
    keys."""

    HORIZONTAL_BREAKPOINTS: list[tuple[int, str]] | None = [  # noqa: RUF012 - Textual's type
        (0, "-slim"),
        (60, "-narrow"),
        (100, "-normal"),
        (150, "-wide"),
    ]
    VERTICAL_BREAKPOINTS: list[tuple[int, str]] | None = [  # noqa: RUF012 - as above
        (0, "-flat"),
        (14, "-short"),
        (30, "-tall"),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = Screen.COMPONENT_CLASSES | INKS
    CSS_PATH: ClassVar[str | PurePath | list[str | PurePath] | None] = "inbox.tcss"

    opens = True
    """Whether the desk is not open yet."""
    unsaved: Sequence[Rescued] = ()
    """What could not be saved, at the end."""

    def __init__(
        self,
        settings: Settings,
        now: Clock,
        late: LateKeys,
        give_up: Callable[[SupportError], None],
        glance: Glance,
    ) -> None:
        super().__init__()
        self._compositor = compositor = ChangingCompositor()
        self.shown_cells, self.graphic = compositor.shown, compositor.graphic
        self._give_up, self._kept = give_up, file_beside(settings.path)
        self._glance, self._upto = glance, 0
        self.work = Work(partial(_opened, settings, now), self._deliver)
        keymap, self._unfit = _keymap(settings)
        self.context = InboxContext(self, self.work, now, late, keymap)
        self.density = RowDensity(self.context, settings)
        self.reading = ConversationView(self.context)
        self.unseen = Unseen(self.context)
        self.browse = Browse(self.context, self.reading, self.unseen)
        self.company = Company(self.context, self.browse)
        self.messages = MessageKeys(self.context, self._suspended)
        self.filtering = Filtering(self.context, self.browse)
        self.verbs = TicketVerbs(self.context, self.browse, self.unseen)
        self.writing = Writing(self.context, self.browse, self.reading, self.verbs, self._suspended)
        self.spelling = SpellCheck(self.context, self.verbs.choosing, self.writing, settings)
        self.handing = DraftHandOver(self.context, self.writing.drafts, self.verbs.choosing)
        self.regrouping = MergeAndSplit(self.context, self.verbs, self.writing.drafts)
        self.editing = TicketEditing(self.context, self.verbs)
        self.docks = TicketDocks(self.context, self.browse, self.verbs)
        self.files = FilesDock(self.context, self.verbs.choosing, settings.inbox)
        self.web_links = WebLinkDock(self.context, self.verbs.choosing, settings.inbox)
        self.marks = Marks(self.context, self.browse, self.filtering)
        self.views = SavingViews(self.context, self.browse, self.verbs)
        self.seeking, self.snoozing = HelpSearch(self.context), Snoozing(self.context, self.verbs)
        self.fields = FieldDocks(self.context, self.verbs)
        self.ticking = Ticking(self.context, self._focused)
        self.canned = CannedResponses(self.context, self.browse, self.verbs, self.writing)
        self.sending = Sending(self.context, settings, self.run_worker, self._leave)
        self.dashboard = Dashboard(self.context, self.browse, self.filtering)
        self.customer = CustomerView(
            self.context, self.browse, self.verbs, settings.customer_lookup
        )
        self.held = HeldMailView(self.context, self.browse, self.verbs)
        self.alerting = Alerting(self.context, settings.inbox)
        self.connection = Connection(self.context, self.writing.drafts.save_again)
        self.outbox, self.settings = (
            OutboxView(self.context, self.browse),
            SettingsLook(self.context),
        )
        self.piping = Piping(
            self.context, self.verbs.choosing, self.writing, settings.inbox.commands, self.press
        )
        self._connect(settings)
        self.actions = all_actions(self) | self.piping.actions | self._first_keys()

    def _connect(self, settings: Settings) -> None:
        """Tell the parts of each other."""
        self.palette = ActionPalette(self.context, self.verbs, self.press, settings.path)
        self.palette.hinders_writing = self.writing.hinders
        self.palette.leaves_out = self.writing.without
        self.context.notices.due = self.context.show_keys
        self.palette.leave_pages, self.palette.go_to = partial(close_pages, self), self.browse.go_to
        self.context.mail_page.graphic = self.graphic
        self.reading.opened = self._conversation_opened
        self.writing.outside.at_once = settings.inbox.compose_in == "editor"
        self.writing.submitting.confirms = settings.inbox.confirm_send
        self.context.possible = self._possible
        self.palette.hinders = self.piping.why_not
        self.unseen.shows = self.browse.show_newest
        self.docks.new_ticket.write = partial(self.writing.outside.after, self.writing.reply)
        self.writing.left_empty = self.docks.new_ticket.left_empty
        self.writing.submitting.leaves = self.verbs.leaves = self.sending.reply_leaves
        self.verbs.stays = self.sending.reply_stays
        self.verbs.drafts_are = self.writing.drafts.replace

    def _first_keys(self) -> dict[str, Callable[[], object]]:
        """What the first of two keys does."""
        first_keys = self.context.keymap.first_keys
        return {name: partial(self.context.begin, key) for name, key in first_keys.items()}

    def _deliver(self, function: Callable[[object], None], argument: object) -> None:
        self.app.call_later(function, argument)

    def _conversation_opened(self, ticket: Ticket) -> None:
        self.unseen.opened(ticket)
        self.writing.opened(ticket)
        self.customer.moved()

    def _possible(self) -> Mapping[str, str]:
        if self.context.mode is Mode.DASHBOARD:
            return self.dashboard.possible
        if self.context.mode is Mode.HELD:
            return self.held.possible
        if self.context.mode is Mode.OUTBOX:
            return self.outbox.possible
        if self.context.mode & (Mode.WRITE | Mode.HEADERS):
            return self.writing.possible
        filtered = self.browse.is_filtered
        me = self.verbs.me
        told = labels(
            self.context.tickets.line,
            can_undo=self.verbs.can_undo,
            filtered=filtered,
            role=me.role if me else None,
        )
        told = {**told, "view": self.views.label, "next_hit": self.reading.label_of_hits}
        if self.dashboard.is_followed:
            told["unfilter"] = "dashboard"
        marked = len(self.context.tickets.marked)
        return {**told, "unfilter": f"unmark {marked}"} if marked else told

    def _suspended(self) -> AbstractContextManager[None]:
        return self.app.suspend()

    def _focused(self) -> bool:
        return self.app.app_focus

    def _leave(self) -> None:
        self.app.exit()

    def compose(self) -> Iterator[Widget]:
        """Create everything at once: what a key opens is there before the key."""
        context = self.context
        yield context.status
        with context.panes:
            yield context.tickets
            with Vertical(id="reading"):
                yield context.heading
                yield context.conversation
                yield context.composer
            yield context.customer
        with context.held:
            yield context.held_list
            yield context.held_text
        yield context.picker
        yield context.filter_bar
        yield context.notice
        yield context.footer
        yield context.mail_page
        yield context.settings
        yield context.dashboard
        yield context.help
        yield TooSmall(id="small")

    # Starting

    def fit(self, size: Size) -> None:
        """Be as wide and tall as the terminal from the beginning: with classes that come later
        everything is styled a second time."""
        for length, points in (
            (size.width, self.HORIZONTAL_BREAKPOINTS),
            (size.height, self.VERTICAL_BREAKPOINTS),
        ):
            self.add_class(*self._get_breakpoint_classes(length, points or []), update=False)
        self.density.fit(size.width)

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """Style the screen alone: it is older than its style sheet, and all that is within has been
        styled by it."""
        event.refresh_styles = False
        self.app.stylesheet.apply(self)

    def on_mount(self) -> None:
        """Paint what a first look found, then open the desk."""
        self.context.draw = self._on_timer_update
        self.context.tickets.empty = "Opening the desk …"
        lines = self._glance.lines
        groups = groups_of(
            len(lines),
            lambda places: [urgency_of(lines[place]) for place in places],
            self.context.now(),
            more=len(lines) >= FIRST_WINDOW,
        )
        numbers = [line.number for line in lines]
        self.context.tickets.replace(numbers, lines, groups, keep=False, whole=False)
        self.context.show_keys()
        trouble = self.connection.tell
        self.call_after_refresh(
            self.work.start, self._opened, self._give_up, self._changed, trouble
        )
        self.set_timer(_SECOND - self.context.now().microsecond / 1e6, self._begin_ticking)

    def _begin_ticking(self) -> None:
        """Tick at each full second of the wall clock, so that a countdown changes when it
        should."""
        self._tick()
        self.set_interval(_SECOND, self._tick)

    def on_unmount(self) -> None:
        """However the inbox ends, keep what was typed last, then close the desk."""
        self.writing.keeping.save_now()
        self.company.leave()
        self.reading.looking.leave()
        self.spelling.stop()
        self.graphic.end()
        self.work.finish()
        self.unsaved = self.writing.drafts.unsaved
        self.work.stop()

    def _opened(self, _: None) -> None:
        tickets, upto = self.context.tickets, self._glance.upto
        painted, marked = tickets.shown.numbers[:], tickets.cursor
        self.work.read(
            "start",
            lambda client: client.start(VIEWS[0].query, FIRST_WINDOW, painted, marked, upto),
            partial(self._started, marked),
            self._give_up,
        )

    def _started(self, marked: int | None, start: "Start") -> None:
        self.verbs.me = start.me
        self.context.tabs.put(start.views)
        self.writing.drafts.replace(start.drafts)
        self.unseen.begin(self._glance.upto if self._glance.lines else start.upto)
        self.browse.begin(VIEWS[0], start.found)
        self.unseen.learn(marked, start.told)
        self._upto, self.opens = start.upto, False
        self.context.release_keys()
        self.browse.count()
        self.held.count()
        self.company.reload()
        self.sending.ask_health()
        self._ask_choices()
        self.piping.begin()
        self.palette.begin()
        if self._unfit is not None:
            self.context.notices.fail(self._unfit, "Your keys are not used. ")
        if self._kept.exists():
            self.context.notices.warn(
                f"What you typed last time could not be saved; it is in {self._kept} · "
                "delete the file once you have it"
            )
        if not self.app.is_headless:
            # keep all that was loaded out of the garbage collector: a pass took 80 ms, in the
            # middle of a key
            gc.freeze()
            gc.enable()

    def _ask_choices(self) -> None:
        self.work.read(
            "choices", lambda client: client.choices(), self.verbs.learn, self.context.notices.fail
        )
        self.canned.ask()

    # What happens by itself

    def _changed(self, numbers: tuple[int, ...]) -> None:
        self.browse.changed(numbers)
        self.alerting.look()
        self.held.changed()
        self.outbox.changed()
        self.customer.changed(numbers)
        self.company.reload()
        self.views.reload()
        self.writing.drafts.reload()
        self.sending.ask_health()
        self._ask_choices()
        self.dashboard.read()

    def _tick(self) -> None:
        if not self.context.keys_wait:  # do what was typed over the rows that were painted ahead
            self.unseen.rows_show(self._upto)
        self.context.notices.tick()
        self.ticking.tick()
        self.company.tick()
        self.reading.looking.tick()
        self.alerting.tick()
        self.connection.tick()
        self.browse.idle()
        self.sending.tick()
        self.dashboard.tick()

    def on_resize(self) -> None:
        """Another size may have other keys, or none, and other columns."""
        self.density.fit(self.size.width)
        self.context.show_keys()
        self.call_after_refresh(self.reading.resized)
        self.call_after_refresh(self.held.resized)
        self.call_after_refresh(self.outbox.show)
        self.call_after_refresh(self.customer.moved)

    def on_ticket_list_wanted(self, message: TicketList.Wanted) -> None:
        """The list lacks lines."""
        self.browse.want(message.numbers)

    def on_ticket_list_moved(self) -> None:
        """The cursor is on another ticket."""
        self.browse.moved()
        self.customer.moved()

    def on_ticket_list_clicked(self, message: TicketList.Clicked) -> None:
        """A ticket was clicked."""
        self.browse.click(message.place, twice=message.twice)

    def on_ticket_list_turned(self, message: TicketList.Turned) -> None:
        """The wheel was turned over the list."""
        if self.context.mode & TICKETS:
            self.browse.step(message.steps)

    def on_board_figure_clicked(self, message: Board.FigureClicked) -> None:
        """A figure was clicked."""
        if message.twice:
            self.dashboard.follow()

    def on_text_area_changed(self) -> None:
        """The text is another one."""
        self.spelling.typed()

    def on_footer_key_clicked(self, message: Footer.KeyClicked) -> None:
        """A key in the last line was clicked: press it, unless keys wait, in whose order it would
        have no place."""
        if not self.context.keys_wait and (name := self.context.shown_as(message.key)):
            self.press(name)

    def on_status_line_tab_clicked(self, message: StatusLine.TabClicked) -> None:
        """A tab was clicked."""
        if self.context.keys_wait or not self.context.mode & VIEWED:
            return
        if message.place is None:
            self.press("held")
            return
        close_pages(self)
        self.browse.go(message.place)

    def on_choices_line_clicked(self, message: Choices.LineClicked) -> None:
        """A line of a dock was clicked: mark it, and choose it if it was marked."""
        if self.context.keys_wait or not self.context.mode & (Mode.PICK | Mode.CANNED):
            return
        if message.again:
            self.press("choose")
        else:
            self.context.picker.move(message.steps)

    # Keys

    def press(self, name: str) -> None:
        """Do an action, once the desk has done what was given just before."""
        if not self.verbs.wait_behind(name, partial(self._press, name)):
            self._press(name)

    def _press(self, name: str) -> None:
        """Do it. An action on a ticket waits for the ticket's line, and the keys after it wait
        too."""
        self.context.notices.step_on()
        self.context.keys_pressed += 1
        act = self.context.acts[name]
        if why := self.connection.refuses(act):
            self.context.notices.refuse(why)
            return
        if act.context in {"Do", OWN} and self.context.tickets.cursor is not None:
            self.browse.with_line(
                partial(self._act, name),
                partial(self.verbs.choosing.fail_to_open, act.label.capitalize()),
            )
        else:
            self.actions[name]()
            if act.context == "Read" and self.context.conversation.at_end:
                self.unseen.read()

    def _act(self, name: str) -> None:
        """Do something to the ticket under the cursor; but first show what others did to it
        meanwhile."""
        self.unseen.look(
            self.context.tickets.cursor
        )  # the message that it moved may come after the key
        verb = self.verbs.repeating.meant(name)
        if not self.unseen.refuses(verb):
            self.actions[name]()
            self.writing.begun(self.unseen.tell(verb))

    def answer(self, event: events.Key) -> None:
        """A key under the question how a text is sent. Its letters send, and throw away: typed in
        one go with others they are more of the text, whose writer has not seen the question."""

        def alone() -> None:
            if name := self.context.action_of(event.key):
                self.press(name)
            else:
                self.refuse(event)

        character = event.character if event.is_printable else None
        if character is None:
            alone()
        else:
            more = partial(self.writing.submitting.write_on, character)
            self.context.once_alone(alone, more)

    def refuse(self, event: events.Event) -> None:
        """A key that means nothing here does nothing, and the agent is told, unless it is text
        after another key; so for pasted text, which was meant for something.

        What is typed on behind the first of two keys, when the second leads nowhere, must not
        become a verb."""
        if isinstance(event, events.Paste):
            reply = self.context.key("reply")
            self.context.notices.warn(f"Nothing was pasted: press {reply} to open a reply first.")
        elif isinstance(event, events.Key) and self.context.mode is not Mode.SMALL:
            is_character = event.is_printable and event.character
            self._not_bound((is_character and event.character) or shown_key(event.key))

    def _not_bound(self, key: str) -> None:
        """Say that a key means nothing here, and the keys that lead on. What is typed on behind one
        that begins two keys in other programs was meant for those."""
        context = self.context
        if context.mode is Mode.GO:
            key = f"{shown_key(context.first_key)} {key}"
            context.stay()
            context.drop_keys(lambda _: None)
        elif key in _BEGINS_ELSEWHERE and context.mode & TICKETS:
            context.drop_keys(lambda _: None)
        ways = [f"{key} is not bound"]
        ways += [
            f"{context.keymap.shortest(name)} {does}"
            for name, does in (("help", "all keys"), ("palette", "find an action"))
            if context.acts[name].modes & context.mode
        ]
        told = " · ".join(ways)
        if context.mode is Mode.DASHBOARD:
            context.dashboard.once_there(partial(context.dashboard.remark, told))
        else:
            context.notices.warn(told if len(ways) > 1 else f"{told} here.")

    def typed(self) -> None:
        """A character went into a field."""
        self.context.keys_pressed += 1
        if self.context.mode & (Mode.WRITE | Mode.HEADERS):
            self.writing.keeping.typed()
        if self.context.mode is Mode.WRITE:
            self.canned.typed()
        elif self.context.mode is Mode.HEADERS:
            self.writing.headers.typed()
        elif self.context.mode is Mode.FILTER:
            self.filtering.typed()
        elif self.context.mode is Mode.SEEK:
            self.seeking.typed()
        elif self.context.mode & (Mode.PICK | Mode.CANNED):
            self.context.picker.typed()


def _keymap(settings: Settings) -> tuple[KeyMap, SupportError | None]:
    """The agent's keys; the usual ones, and what is wrong, if config.toml has a line that cannot
    be: who answers tickets with wrong keys still answers tickets."""
    try:
        return own_keys.keymap(settings.keys, settings.path), None
    except KeysWrong as wrong:
        return KeyMap(), wrong


def _opened(settings: Settings, now: Clock) -> "DeskClient":
    from supportcli.tui.client.desk_client import DeskClient  # noqa: PLC0415  # brings sqlmodel, which takes longer than a frame, in a thread

    return DeskClient(settings, now)
