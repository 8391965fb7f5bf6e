"""Which function each action of the table calls."""

from collections.abc import Callable
from functools import partial
from typing import Protocol

from supportcli.domain.tickets.ticket import Status
from supportcli.domain.tickets.verbs import BY_NAME, VERBS
from supportcli.rendering.reports.spots import Way
from supportcli.tui.context import InboxContext
from supportcli.tui.keymaps.presets import EDITORS
from supportcli.tui.keys import SAVED, Mode
from supportcli.tui.look.density import RowDensity
from supportcli.tui.mail.held import HeldMailView
from supportcli.tui.mail.outbox import OutboxView
from supportcli.tui.mail.sending import Sending
from supportcli.tui.own_commands.dock import Piping
from supportcli.tui.palette.help_search import HelpSearch
from supportcli.tui.palette.palette import ActionPalette
from supportcli.tui.people.customer import CustomerView
from supportcli.tui.replies.canned import CannedResponses
from supportcli.tui.replies.earlier_answers import EarlierAnswers
from supportcli.tui.replies.handing import DraftDiscarding, DraftHandOver
from supportcli.tui.replies.spelling.spell_check import SpellCheck
from supportcli.tui.replies.writing import Writing
from supportcli.tui.reports.dashboard import Dashboard
from supportcli.tui.saving_views import SavingViews
from supportcli.tui.setup.settings import SettingsLook
from supportcli.tui.tickets.browse import Browse
from supportcli.tui.tickets.company import Company
from supportcli.tui.tickets.conversation.message_keys import MessageKeys
from supportcli.tui.tickets.docks.files import FilesDock
from supportcli.tui.tickets.docks.ticket_docks import TicketDocks
from supportcli.tui.tickets.docks.web_links import WebLinkDock
from supportcli.tui.tickets.editing import TicketEditing
from supportcli.tui.tickets.fields import FieldDocks
from supportcli.tui.tickets.filtering import Filtering
from supportcli.tui.tickets.marks import Marks
from supportcli.tui.tickets.read_marks import ReadMarks
from supportcli.tui.tickets.reading import ConversationView
from supportcli.tui.tickets.regrouping import MergeAndSplit
from supportcli.tui.tickets.snoozing import Snoozing
from supportcli.tui.tickets.verbs import TicketVerbs
from supportcli.tui.views import BEGUN, FOLLOWING, MENTIONS, SENT, SNOOZED, VIEWS
from supportcli.tui.widgets.composer import Header

Actions = dict[str, Callable[[], object]]


class Parts(Protocol):
    """The parts of the inbox that actions call."""

    context: InboxContext
    density: RowDensity
    reading: ConversationView
    browse: Browse
    company: Company
    filtering: Filtering
    views: SavingViews
    verbs: TicketVerbs
    regrouping: MergeAndSplit
    snoozing: Snoozing
    marks: Marks
    editing: TicketEditing
    docks: TicketDocks
    files: FilesDock
    web_links: WebLinkDock
    piping: Piping
    palette: ActionPalette
    seeking: HelpSearch
    fields: FieldDocks
    messages: MessageKeys
    writing: Writing
    spelling: SpellCheck
    handing: DraftHandOver
    canned: CannedResponses
    sending: Sending
    dashboard: Dashboard
    held: HeldMailView
    outbox: OutboxView
    settings: SettingsLook
    customer: CustomerView


def all_actions(parts: Parts) -> Actions:
    """What each name of the table does; a test keeps the names of both the same."""
    return {
        **_moving(parts),
        **_doing(parts),
        **_finding(parts),
        **_writing(parts),
        **_reading_pages(parts),
        **_leaving(parts),
        **_going(parts),
        **_on_dashboard(parts),
        **_holding(parts),
        **_in_outbox(parts),
        **_at_customer(parts),
    }


def _moving(parts: Parts) -> Actions:
    browse, conversation = parts.browse, parts.context.conversation
    once_there = parts.reading.once_there
    read_marks = ReadMarks(parts.context, browse, parts.reading.looking)
    answers = EarlierAnswers(parts.context, parts.verbs, parts.writing, parts.canned)

    def walk(hits: int) -> None:
        context = parts.context
        if context.mode is Mode.LIST and context.keymap.preset in EDITORS and browse.is_filtered:
            browse.step(hits)
        elif context.shows_conversation:
            parts.reading.walk(hits)
        elif browse.view in VIEWS:
            parts.reading.seeks_nothing()
        else:
            browse.open()  # at a hit

    def unread() -> None:
        if parts.context.shows_conversation:
            parts.reading.show_unread()
        else:
            browse.open()
            once_there(parts.reading.show_unread)

    return {
        "next": partial(browse.step, 1),
        "previous": partial(browse.step, -1),
        "first": partial(browse.end, first=True),
        "top": partial(browse.end, first=True),
        "last": partial(browse.end, first=False),
        "half_down": partial(browse.half, 1),
        "half_up": partial(browse.half, -1),
        "zoom": parts.context.zoom,
        "open": browse.open,
        "back": browse.back,
        "page_down": partial(once_there, browse.page_down),
        "page_up": partial(once_there, partial(conversation.page, -1)),
        "next_message": partial(once_there, partial(conversation.step, 1)),
        "previous_message": partial(once_there, partial(conversation.step, -1)),
        "first_unread": partial(once_there, unread),
        "mark_unread": read_marks.unread,
        "mark_read": read_marks.read,
        "next_hit": partial(once_there, partial(walk, 1)),
        "previous_hit": partial(once_there, partial(walk, -1)),
        "quotes": partial(once_there, conversation.toggle_quotes),
        "files_of": parts.files.open,
        "web_links": parts.web_links.open,
        "pipe": parts.piping.open,
        "whole": partial(once_there, parts.messages.whole),
        "why_here": partial(once_there, parts.messages.why),
        "answers": answers.open,
        "older": partial(once_there, parts.reading.older),
    }


def _doing(parts: Parts) -> Actions:
    verbs, writing, begin = parts.verbs, parts.writing, parts.writing.outside.after
    actions: Actions = {
        **{verb.name: partial(verbs.simple, verb) for verb in VERBS if verb.is_simple},
        "reply": partial(begin, writing.reply),
        "reply_sender": partial(begin, partial(writing.reply, only_sender=True)),
        "note": partial(begin, writing.note),
        "forward": writing.forward,
        "take": verbs.take,
        "assign": parts.docks.choices.assign,
        "tag": parts.docks.choices.tag,
        "priority": parts.docks.choices.priority,
        "merge": parts.regrouping.merge,
        "split": parts.regrouping.split,
        "canned": parts.canned.answer,
        "snooze": parts.snoozing.snooze,
        "edit": parts.editing.edit,
        "call": parts.docks.calling.call,
        "link": parts.docks.linking.link,
        "field": parts.fields.fill_in,
    }
    return {
        **{name: partial(verbs.unless_merged, BY_NAME[name], do) for name, do in actions.items()},
        "undo": verbs.undo,
        "redo": verbs.redo,
        "repeat": verbs.repeat,
        "drafts": parts.handing.choose,
    }


def _finding(parts: Parts) -> Actions:
    browse, picker = parts.browse, parts.context.picker

    def viewed(go: Callable[[int], None], place: int) -> None:
        close_pages(parts)
        go(place)

    def unfilter() -> None:
        if parts.dashboard.is_followed and not parts.context.tickets.marked:
            parts.dashboard.return_to()
        else:
            parts.marks.leave()

    return {
        "take_next": parts.company.take_next,
        "new": parts.docks.new_ticket.open,
        "filter": parts.filtering.open,
        "mark": parts.marks.mark,
        "mark_here": partial(parts.marks.mark, stays=True),
        "mark_on": parts.marks.mark_on,
        "mark_all": parts.marks.mark_all,
        "unfilter": unfilter,
        "next_view": partial(viewed, browse.turn, 1),
        "previous_view": partial(viewed, browse.turn, -1),
        **{
            f"view_{place}": partial(viewed, browse.go, place - 1)
            for place, _ in enumerate(VIEWS, 1)
        },
        **{name: partial(viewed, browse.go, place) for place, name in SAVED.items()},
        "view": parts.views.open,
        "held": partial(_from_anywhere, parts, parts.held.open),
        "refresh": browse.refresh,
        "filter_apply": parts.filtering.apply,
        "filter_complete": parts.filtering.complete,
        "filter_cancel": parts.filtering.cancel,
        "choose": parts.verbs.choosing.chosen,
        "choose_edit": parts.canned.edit,
        "choose_read_on": partial(picker.preview.page, 1),
        "choose_read_back": partial(picker.preview.page, -1),
        "choose_complete": picker.complete,
        "choose_next": partial(picker.move, 1),
        "choose_previous": partial(picker.move, -1),
        "choose_cancel": parts.verbs.choosing.cancel,
        **dict.fromkeys(("palette", "write_palette"), parts.palette.open),
    }


def _writing(parts: Parts) -> Actions:
    writing, conversation = parts.writing, parts.context.conversation
    discarding = DraftDiscarding(parts.context, writing, parts.verbs)
    return {
        "send": writing.submitting.send,
        "review": writing.submitting.review,
        "insert": parts.canned.insert,
        "swap": writing.swap,
        "spelling": parts.spelling.walk,
        "editor": writing.outside.open,
        "sign": writing.addressing.sign,
        "copy": writing.copy,
        "complete_name": writing.naming.complete,
        "turn": writing.addressing.turn,
        "headers": partial(writing.addressing.walk, Header.TO),
        "files": partial(writing.addressing.walk, Header.FILES),
        "header_next": writing.headers.next,
        "header_enter": writing.headers.entered,
        "header_previous": writing.headers.previous,
        "header_done": writing.headers.done,
        "header_send": partial(writing.headers.send, writing.submitting.send),
        "header_drop": writing.headers.drop_file,
        "keep": writing.keep,
        "read_on": partial(conversation.page, 1),
        "read_back": partial(conversation.page, -1),
        "send_wait": partial(writing.submitting.send_as, Status.PENDING, moves_on=True),
        "send_solve": partial(writing.submitting.send_as, Status.SOLVED, moves_on=True),
        "send_open": partial(writing.submitting.send_as, Status.OPEN, moves_on=False),
        "send_draft": writing.keep,
        **dict.fromkeys(("send_discard", "discard", "discard_draft"), discarding.discard),
        "send_edit": writing.submitting.edit,
        "send_show": writing.submitting.show,
        "mail_on": partial(parts.context.mail_page.page, 1),
        "mail_up": partial(parts.context.mail_page.page, -1),
        "mail_back": parts.context.mail_page.back,
    }


def _close_help(parts: Parts) -> None:
    parts.seeking.end()
    parts.context.help.close()
    parts.context.go_home()


def _reading_pages(parts: Parts) -> Actions:
    context = parts.context
    pages = {
        Mode.HELP: context.help,
        Mode.MAIL: context.mail_page,
        Mode.SETTINGS: context.settings,
    }

    def help_open() -> None:
        context.help.open()
        context.mode = Mode.HELP

    def help_close() -> None:
        if not parts.seeking.end():
            _close_help(parts)

    def help_palette() -> None:
        _close_help(parts)
        parts.palette.open()

    return {
        "help": help_open,
        "help_close": help_close,
        "help_down": partial(context.help.page, 1),
        "help_up": partial(context.help.page, -1),
        "help_find": parts.seeking.open,
        "help_next_hit": partial(parts.seeking.walk, 1),
        "help_previous_hit": partial(parts.seeking.walk, -1),
        "help_palette": help_palette,
        "seek_apply": parts.seeking.apply,
        "seek_cancel": parts.seeking.cancel,
        "page_end": lambda: pages[context.mode].show_from(pages[context.mode].lowest),
        "page_top": lambda: pages[context.mode].show_from(0),
    }


def _pages(parts: Parts) -> dict[Mode, Callable[[], object]]:
    """How each page over the tickets is closed."""
    return {
        Mode.DASHBOARD: parts.dashboard.close,
        Mode.HELD: parts.held.close,
        Mode.OUTBOX: parts.outbox.close,
        Mode.SETTINGS: parts.settings.close,
        Mode.CUSTOMER: parts.customer.close,
    }


def close_pages(parts: Parts) -> None:
    """Close what is over the tickets: what comes next is about those, or is another page."""
    closings = _pages(parts)
    while close := closings.get(parts.context.surface):
        close()


def _from_anywhere(parts: Parts, go: Callable[[], object]) -> None:
    close_pages(parts)
    go()


def _leaving(parts: Parts) -> Actions:
    context, sending = parts.context, parts.sending

    closings: dict[Mode, Callable[[], object]] = {
        Mode.PICK: parts.verbs.choosing.cancel,
        Mode.CANNED: parts.verbs.choosing.cancel,
        Mode.FILTER: parts.filtering.cancel,
        Mode.HELP: partial(_close_help, parts),
        Mode.SEEK: parts.seeking.leave,
        **_pages(parts),
        Mode.GO: context.stay,
        Mode.MAIL: parts.writing.submitting.shown,
    }

    def quit_anywhere() -> None:
        """Close what is open first, so that the question is seen and its answer leads back to the
        list. A terminal that is too small shows no question: the inbox leaves at once, and what
        waits is at the desk."""
        leave = sending.finish if context.mode is Mode.SMALL else sending.quit
        closings.get(context.mode, context.show_keys)()
        parts.writing.keep()
        leave()

    return {
        "density": parts.density.turn,
        "sync": sending.sync_now,
        "quit": sending.quit_from_list,
        "quit_anywhere": quit_anywhere,
        "leave_now": sending.finish,
        "leave_send": sending.send_and_leave,
        "leave_not": sending.stay,
    }


def _holding(parts: Parts) -> Actions:
    held = parts.held
    return {
        "held_next": partial(held.step, 1),
        "held_previous": partial(held.step, -1),
        "held_down": partial(held.page, 1),
        "held_up": partial(held.page, -1),
        "held_accept": held.accept,
        "held_customer": held.customer,
        "held_into": held.into,
        "held_retry": held.retry,
        "held_discard": held.discard,
        "held_undo": held.undo,
        "held_close": held.close,
    }


def _in_outbox(parts: Parts) -> Actions:
    outbox, settings = parts.outbox, parts.settings
    return {
        "outbox_send": outbox.send,
        "outbox_retry": outbox.retry,
        "outbox_cancel": outbox.cancel,
        "outbox_ticket": outbox.ticket,
        "outbox_close": outbox.close,
        "outbox_next": partial(outbox.step, 1),
        "outbox_previous": partial(outbox.step, -1),
        "outbox_down": partial(outbox.page, 1),
        "outbox_up": partial(outbox.page, -1),
        "settings_close": settings.close,
        "settings_down": partial(parts.context.settings.page, 1),
        "settings_up": partial(parts.context.settings.page, -1),
    }


def _at_customer(parts: Parts) -> Actions:
    customer, pane = parts.customer, parts.context.customer
    verbs = customer.verbs
    return {
        "customer": customer.open,
        "customer_go": customer.go,
        "customer_next": partial(customer.step, 1),
        "customer_previous": partial(customer.step, -1),
        "customer_vip": verbs.vip,
        "customer_note": verbs.note,
        "customer_edit": verbs.edit,
        "customer_merge": verbs.merge,
        "customer_block": verbs.block,
        "customer_undo": verbs.undo,
        "customer_redo": verbs.redo,
        "customer_down": partial(pane.page, 1),
        "customer_up": partial(pane.page, -1),
        "customer_close": customer.close,
    }


def _going(parts: Parts) -> Actions:
    context, dashboard = parts.context, parts.dashboard
    ways: Actions = {
        "following": partial(parts.filtering.show, FOLLOWING),
        "mentions": partial(parts.filtering.show, MENTIONS),
        "sent": partial(parts.filtering.show, SENT),
        "begun": partial(parts.filtering.show, BEGUN),
        "snoozed": partial(parts.filtering.show, SNOOZED),
        "go_view": parts.views.go,
        "dashboard": dashboard.open,
        "my_day": partial(dashboard.open, mine=True),
        "outbox": parts.outbox.open,
        "settings": parts.settings.open,
    }
    return {
        "go_nowhere": context.stay,
        **{name: partial(_from_anywhere, parts, go) for name, go in ways.items()},
    }


def _on_dashboard(parts: Parts) -> Actions:
    dashboard, board = parts.dashboard, parts.context.dashboard

    def ahead(run: Callable[[], object]) -> Callable[[], object]:
        """A key that was typed before the figures are there is meant for them."""
        return partial(board.once_there, run)

    return {
        "dashboard_follow": ahead(dashboard.follow),
        "dashboard_close": dashboard.close,
        "dashboard_turn": dashboard.turn,
        "dashboard_down": ahead(partial(board.walk, Way.DOWN)),
        "dashboard_up": ahead(partial(board.walk, Way.UP)),
        "dashboard_left": ahead(partial(board.walk, Way.LEFT)),
        "dashboard_right": ahead(partial(board.walk, Way.RIGHT)),
        "dashboard_next": ahead(partial(board.turn, 1)),
        "dashboard_previous": ahead(partial(board.turn, -1)),
        "dashboard_page_down": ahead(partial(board.page, 1)),
        "dashboard_page_up": ahead(partial(board.page, -1)),
    }
