"""The one table of actions. Bindings, footers, the palette and the help are made from it. A new key
is one line here and its action. What is done to tickets comes from the table of verbs."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Flag, auto
from functools import cache

from supportcli.domain.tickets.verbs import VERBS
from supportcli.tui.key_names import shown_key, spelled_key
from supportcli.tui.views import VIEWS


class Mode(Flag):
    """Where keys go. There is one mode at a time; an action names the ones it belongs to."""

    LIST = auto()
    READ = auto()
    WRITE = auto()
    SEND = auto()
    MAIL = auto()
    HEADERS = auto()
    FILTER = auto()
    PICK = auto()
    CANNED = auto()
    HELP = auto()
    SEEK = auto()
    LEAVE = auto()
    GO = auto()
    DASHBOARD = auto()
    HELD = auto()
    OUTBOX = auto()
    SETTINGS = auto()
    CUSTOMER = auto()
    SMALL = auto()


TYPING = Mode.WRITE | Mode.HEADERS | Mode.FILTER | Mode.PICK | Mode.CANNED | Mode.SEEK
"""The modes with a field: a key that types a character is text there."""

TICKETS = Mode.LIST | Mode.READ
"""The modes in which a single key acts on a ticket."""

VIEWED = TICKETS | Mode.HELD | Mode.OUTBOX
"""The modes in which keys switch views."""

PLACES = VIEWED | Mode.DASHBOARD | Mode.SETTINGS
"""The modes in which keys lead from one place of the desk to another."""

_PAGES = Mode.HELP | Mode.MAIL | Mode.SETTINGS
"""The modes in which a page is read."""

SAVED = {len(VIEWS) + place: f"saved_{place + 1}" for place in range(2)}
"""The actions of the first saved views, by their places among the tabs from 0."""

OWN = "Own commands"
"""The chapter of programs of the agent's own."""

CONTEXTS = {
    "Move": TICKETS,
    "Read": TICKETS,
    "Do": TICKETS,
    OWN: TICKETS,
    "Find": TICKETS,
    "Desk": TICKETS,
    "Write": Mode.WRITE,
    "Headers": Mode.HEADERS,
    "Send": Mode.SEND,
    "Email": Mode.MAIL,
    "Filter": Mode.FILTER,
    "Choose": Mode.PICK | Mode.CANNED,
    "Help": Mode.HELP,
    "Leave": Mode.LEAVE,
    "Go": Mode.GO,
    "Customer": Mode.CUSTOMER,
    "Dashboard": Mode.DASHBOARD,
    "Held mail": Mode.HELD,
    "Outbox": Mode.OUTBOX,
    "Settings": Mode.SETTINGS,
}
"""The chapters of the help, in order, and the modes whose keys they list."""


LAST = 99
"""The rank of the key that shows all others: it is always at the end of the footer."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """A key, or two one after the other (“g d”), as Textual names them; and where it applies."""

    keys: str
    modes: Mode
    place: str = ""
    """The one place where it applies, if it is not all of its action's."""

    @property
    def first(self) -> str:
        """The first of two keys; "" if it is one."""
        return self.keys.partition(" ")[0] if " " in self.keys else ""

    @property
    def bare(self) -> str:
        """As people write it."""
        return " ".join(map(shown_key, self.keys.split()))

    @property
    def shown(self) -> str:
        """The same, with the place if it is a key in one place only."""
        return f"{self.bare} ({self.place})" if self.place else self.bare

    @property
    def written(self) -> str:
        """As config.toml writes it."""
        return f"{self.place}:{self.spelled}" if self.place else self.spelled

    @property
    def spelled(self) -> str:
        """As a sentence says it."""
        return " ".join(map(spelled_key, self.keys.split()))


@dataclass(frozen=True, slots=True)
class Act:
    """An action: its keys as Textual names them, where it applies, what the footer calls it, and a
    sentence for palette and help, in which `{name}` is the key of another action.

    Keys are separated by commas; two that are pressed one after the other are separated by a
    space; “list:J” is a key in one place only. `rank` orders the footer, 0 leaves it out. `shown`
    is what the footer shows for it and those `beside` it, as long as all have their usual keys."""

    id: str
    keys: str
    context: str
    label: str
    sentence: str
    rank: int = 0
    mode: Mode | None = None
    shown: str = ""
    beside: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What the footer calls it where it shows all that there is."""
        return self.label or self.id.replace("_", " ")

    @property
    def modes(self) -> Mode:
        """The modes in which its keys apply."""
        return self.mode or CONTEXTS[self.context]

    @property
    def strokes(self) -> tuple[Stroke, ...]:
        """Its keys."""
        modes = self.modes
        return tuple(_stroke(keys, modes) for keys in self.keys.split(",") if keys)

    @property
    def key(self) -> str:
        """Its first key as people write it, or what the footer shows instead; "" without one."""
        return self.shown or next((stroke.bare for stroke in self.strokes), "")

    @property
    def all_keys(self) -> str:
        """All its keys as people write them."""
        return "  ".join(stroke.shown for stroke in self.strokes)


@cache
def _stroke(written: str, modes: Mode) -> Stroke:
    place, colon, keys = written.partition(":")
    return Stroke(keys, Mode[place.upper()], place) if colon else Stroke(written, modes)


def told(acts: Iterable[Act]) -> tuple[Act, ...]:
    """The same actions, their sentences with the keys that these have."""
    there = tuple(acts)
    named = {f"{{{act.id}}}": act.key or act.id for act in there}
    return tuple(
        replace(act, sentence=_NAMED.sub(lambda found: named.get(found[0], found[0]), act.sentence))
        if "{" in act.sentence
        else act
        for act in there
    )


_NAMED = re.compile(r"\{\w+\}")

TABLE: tuple[Act, ...] = (
    Act("next", "j,down", "Move", "move", "The next ticket", 14, shown="j/k", beside=("previous",)),
    Act("previous", "k,up", "Move", "", "The previous ticket"),
    Act("first", "g g", "Move", "first", "The first ticket; the beginning of an open one"),
    Act(
        "top", "home", "Move", "", "The first ticket, or the beginning of an open one, with one key"
    ),
    Act("last", "G,end", "Move", "", "The last ticket; the end of an open one"),
    Act("half_down", "ctrl+d", "Move", "", "Half a screen down: of tickets, or of an open one"),
    Act("half_up", "ctrl+u", "Move", "", "Half a screen up: of tickets, or of an open one"),
    Act("open", "enter", "Move", "open", "Open the ticket", 1, Mode.LIST),
    Act("back", "escape,q", "Move", "back", "Back to the list", 1, Mode.READ),
    Act(
        "zoom",
        "enter",
        "Read",
        "whole screen",
        "Give an open ticket the whole screen, or show the list beside it again",
        17,
        Mode.READ,
    ),
    Act("page_down", "space,pagedown", "Read", "", "Read on; at the end, the next ticket"),
    Act("page_up", "b,pageup", "Read", "", "Read back"),
    Act("next_message", "J", "Read", "", "The next message"),
    Act("previous_message", "K", "Read", "", "The previous message"),
    Act("first_unread", "U", "Read", "", "The first unread message"),
    Act(
        "mark_unread",
        "I",
        "Find",
        "unread",
        "Mark the ticket as unread, for me alone: what came last is new again",
    ),
    Act("mark_read", "", "Find", "read", "Mark the ticket as read, without opening it"),
    Act("next_hit", "N", "Read", "next hit", "The next hit of the words that were sought", 2),
    Act("previous_hit", "B", "Read", "", "The hit before"),
    Act(
        "quotes",
        "greater_than_sign",
        "Read",
        "quotes",
        "Show or hide quoted text, signatures, and all that was done in between",
        10,
        Mode.READ,
    ),
    Act("files_of", "A", "Read", "", "The files of the ticket: save, read or open them"),
    Act("web_links", "L", "Read", "", "The web addresses in the ticket: open or copy one"),
    Act("whole", "W", "Read", "", "The whole message in your pager ($PAGER, else less)"),
    Act("why_here", "Y", "Read", "", "Why the message is here, and who says that it is genuine"),
    Act(
        "answers",
        "H",
        "Read",
        "",
        "How tickets like this one were answered: put an answer into your reply",
    ),
    Act("older", "o", "Read", "", "Load earlier messages"),
    *(
        Act(verb.name, verb.key, "Do", verb.label, verb.sentence, verb.rank)
        for verb in VERBS
        if verb.key
    ),
    Act(
        "repeat",
        "full_stop",
        "Do",
        "repeat",
        "Do again what I did last: the same verb with the same choice (no text is sent again)",
    ),
    Act(
        "drafts",
        "D",
        "Do",
        "",
        "Take over what a colleague has begun to write, or hand my draft over",
    ),
    Act(
        "discard_draft",
        "f8",
        "Do",
        "",
        "Throw my draft away (discard, delete draft); {undo} brings it back",
    ),
    Act(
        "pipe",
        "vertical_line",
        OWN,
        "",
        "Give the message, its raw email, a file or the ticket to a program of mine",
    ),
    Act(
        "filter",
        "slash",
        "Find",
        "filter",
        "Find tickets: words, status:open, assignee:me, sla:<1h, tag:refund, -word",
        9,
    ),
    Act(
        "mark",
        "x",
        "Find",
        "mark",
        "Mark the ticket, or unmark it, and go to the next; verbs act on all marked ones",
    ),
    Act(
        "mark_here",
        "",
        "Find",
        "mark",
        "Mark the ticket, or unmark it, and stay on it",
    ),
    Act(
        "mark_on",
        "",
        "Find",
        "mark on",
        "Mark from here on, all that the cursor passes; the same again ends it, {unfilter} unmarks",
        0,
        Mode.LIST,
    ),
    Act(
        "mark_all",
        "X",
        "Find",
        "",
        "Mark all tickets of the view; {unfilter} unmarks",
        0,
        Mode.LIST,
    ),
    Act("unfilter", "escape", "Find", "all", "Leave the filter", 2, Mode.LIST),
    Act("next_view", "tab", "Find", "", "The next view", mode=VIEWED),
    Act("previous_view", "shift+tab", "Find", "", "The previous view", mode=VIEWED),
    *(
        Act(
            f"view_{place}",
            str(place),
            "Find",
            view.name,
            f"The view “{view.name}”",
            mode=PLACES,
        )
        for place, view in enumerate(VIEWS, 1)
    ),
    *(
        Act(name, str(place + 2), "Find", "", f"The {nth} of the saved views", mode=PLACES)
        for nth, (place, name) in zip(("first", "second"), SAVED.items(), strict=True)
    ),
    Act(
        "view",
        "v",
        "Find",
        "view",
        "Save the filter as a view; over a saved view: rename, move or remove it",
        13,
    ),
    Act(
        "held",
        str(len(VIEWS) + 1),
        "Find",
        "",
        "Held mail: it is not in any ticket and waits for somebody to decide",
        mode=TICKETS | Mode.OUTBOX | Mode.DASHBOARD | Mode.SETTINGS,
    ),
    Act(
        "customer",
        "backslash",
        "Find",
        "customer",
        "The customer: who they are, what you know, their other tickets",
        16,
    ),
    Act("take_next", "n", "Find", "", "The next ticket of the queue: nobody else gets it"),
    Act("refresh", "ctrl+l", "Find", "", "Show new and moved tickets where they belong"),
    Act(
        "dashboard",
        "g d",
        "Desk",
        "dashboard",
        "The dashboard: today against a usual day, the last days, agents, hours",
        mode=PLACES,
    ),
    Act("following", "g f", "Desk", "following", "The tickets that I follow", mode=PLACES),
    Act(
        "mentions",
        "g m",
        "Desk",
        "mentions",
        "The tickets with a note that mentions me (@ and a name)",
        mode=PLACES,
    ),
    Act(
        "sent",
        "g a",
        "Desk",
        "sent",
        "What I sent: the tickets that I answered, the latest first",
        mode=PLACES,
    ),
    Act(
        "begun",
        "g w",
        "Desk",
        "drafts",
        "The tickets with a draft: what was begun and is not sent",
        mode=PLACES,
    ),
    Act("snoozed", "g s", "Desk", "snoozed", "The tickets that are snoozed", mode=PLACES),
    Act(
        "my_day",
        "g t",
        "Desk",
        "my day",
        "My day: what I answered today, what is left, what is due next",
        mode=PLACES,
    ),
    Act(
        "outbox",
        "g o",
        "Desk",
        "outbox",
        "The outbox: replies that wait, were refused, or may have arrived",
        mode=PLACES,
    ),
    Act(
        "settings",
        "g c",
        "Desk",
        "settings",
        "The settings of the desk, and the commands that change them",
        mode=PLACES,
    ),
    Act("go_view", "g v", "Desk", "view", "Any view, by its name", mode=PLACES),
    Act(
        "new",
        "C",
        "Desk",
        "new ticket",
        "Compose: email a customer, or open a ticket for somebody who called",
    ),
    Act("density", "O", "Desk", "", "One or two lines a ticket; remembered"),
    Act("sync", "ctrl+r", "Desk", "", "Fetch and send mail now", mode=VIEWED),
    Act(
        "palette",
        "ctrl+p,colon",
        "Desk",
        "",
        "Find an action by its name, or go to a ticket by its number",
        mode=PLACES | Mode.CUSTOMER,
    ),
    Act("help", "question_mark", "Desk", "keys", "All keys", LAST, PLACES | Mode.CUSTOMER),
    Act("quit", "q,ctrl+c", "Desk", "quit", "Leave", 15, Mode.LIST),
    Act(
        "quit_anywhere",
        "ctrl+q",
        "Desk",
        "",
        "Quit, from anywhere; drafts are kept",
        0,
        ~Mode.LEAVE,
    ),
    Act("send", "ctrl+s", "Write", "send…", "Send the reply (you choose how), or save the note", 1),
    Act(
        "review",
        "f6",
        "Write",
        "how…",
        "Ask how to send it, if {send} sends without a question (confirm_send)",
        2,
    ),
    Act(
        "insert",
        "ctrl+o",
        "Write",
        "canned",
        "Insert a canned response; so does typing ;shortcut and a space",
        3,
    ),
    Act(
        "swap",
        "ctrl+t",
        "Write",
        "reply ↔ note",
        "Turn the reply into a note, or back; if both are begun, each keeps its own words",
        8,
    ),
    Act(
        "spelling",
        "f7",
        "Write",
        "",
        "The next word that is not in the dictionary, and what may be meant (spell_command)",
    ),
    Act("editor", "f4", "Write", "editor", "Edit it in $EDITOR", 5),
    Act("write_palette", "ctrl+p", "Write", "all", "Find what can be done with the text", 5),
    Act(
        "turn",
        "ctrl+r",
        "Write",
        "all ↔ sender",
        "Switch between a reply to everybody and to the sender only",
        10,
    ),
    Act(
        "headers",
        "shift+tab",
        "Write",
        "headers",
        "Change To, Cc, Bcc, the subject, the sender, files and the time",
        7,
    ),
    Act(
        "sign",
        "ctrl+g",
        "Write",
        "",
        "Leave your signature and the mailbox's out, or put them back",
    ),
    Act(
        "copy",
        "ctrl+c",
        "Write",
        "",
        "Copy what is selected",
        0,
        Mode.WRITE | Mode.HEADERS | Mode.SEND,
    ),
    Act(
        "complete_name",
        "tab",
        "Write",
        "",
        "In a note, complete a colleague's name after @; elsewhere, indent",
    ),
    Act("files", "ctrl+f", "Write", "files", "Attach files", 4),
    Act("header_next", "tab,down", "Headers", "next", "Complete the field, else the next one", 1),
    Act("header_enter", "enter", "Headers", "attach", "The next field; attach the file", 1),
    Act("header_previous", "shift+tab,up", "Headers", "", "The field before"),
    Act("header_done", "escape", "Headers", "text", "Back to the text", 3),
    Act("header_send", "ctrl+s", "Headers", "send…", "Back to the text, and send it", 2),
    Act("header_drop", "ctrl+x", "Headers", "drop file", "Take the last file out", 4),
    Act("keep", "escape", "Write", "keep draft", "Leave; the text is kept as a draft", 2),
    Act(
        "discard",
        "f8",
        "Write",
        "throw away",
        "Throw the text away; {undo} brings it back",
        6,
        Mode.WRITE | Mode.SEND,
    ),
    Act(
        "read_on",
        "pagedown",
        "Write",
        "read on",
        "Scroll down the conversation",
        9,
        Mode.WRITE | Mode.SEND,
    ),
    Act(
        "read_back",
        "pageup",
        "Write",
        "",
        "Scroll up the conversation",
        0,
        Mode.WRITE | Mode.SEND,
    ),
    Act(
        "send_wait",
        "ctrl+s,y",
        "Send",
        "send · wait · next",
        "Send, wait for the customer, go to the next ticket",
        1,
    ),
    Act("send_solve", "e", "Send", "send + solve", "Send, solve, go to the next ticket", 2),
    Act("send_open", "o", "Send", "send + open", "Send, leave the ticket open and stay here", 5),
    Act("send_draft", "d", "Send", "keep draft", "Do not send; the text is kept as a draft", 6),
    Act("send_discard", "x", "Send", "throw away", "Throw the text away; {undo} brings it back", 7),
    Act("send_show", "v", "Send", "show", "Show the email as its readers get it", 4),
    Act("mail_on", "space,pagedown,j,down,ctrl+d", "Email", "read on", "Read on", 2),
    Act("mail_up", "b,pageup,k,up,ctrl+u", "Email", "", "Read back"),
    Act("mail_back", "escape,q,v,ctrl+s", "Email", "back", "Back to where you were", 1),
    Act("send_edit", "escape", "Send", "edit", "Back to the text", 3),
    Act("filter_apply", "enter", "Filter", "show", "Go to the tickets found", 1),
    Act("filter_complete", "tab", "Filter", "complete", "Complete the term or the value", 3),
    Act(
        "filter_cancel",
        "escape",
        "Filter",
        "cancel",
        "Back to the tickets that were shown before",
        2,
    ),
    Act("choose", "enter", "Choose", "choose", "Choose the selected line", 1),
    Act(
        "choose_edit",
        "right,ctrl+e",
        "Choose",
        "edit first",
        "Put the canned response into a reply, to edit it before it is sent",
        2,
        Mode.CANNED,
    ),
    Act("choose_complete", "tab", "Choose", "", "Complete a path", 0, Mode.PICK),
    Act(
        "choose_next",
        "down,ctrl+n",
        "Choose",
        "move",
        "The next line",
        4,
        shown="↑↓",
        beside=("choose_previous",),
    ),
    Act("choose_previous", "up,ctrl+p", "Choose", "", "The previous line"),
    Act(
        "choose_read_on",
        "pagedown",
        "Choose",
        "read on",
        "Scroll down the canned response",
        5,
        Mode.CANNED,
    ),
    Act(
        "choose_read_back",
        "pageup",
        "Choose",
        "",
        "Scroll up the canned response",
        0,
        Mode.CANNED,
    ),
    Act("choose_cancel", "escape", "Choose", "cancel", "Close without choosing", 3),
    Act(
        "help_close",
        "escape,q,question_mark",
        "Help",
        "close",
        "End the search in the help, then close it",
        1,
    ),
    Act("help_down", "j,down,space,pagedown,ctrl+d", "Help", "read on", "Read on", 2),
    Act("help_up", "k,up,b,pageup,ctrl+u", "Help", "", "Read back"),
    Act(
        "page_end",
        "G,end",
        "Help",
        "signs",
        "The end of a page; that of the help says what the signs in a row mean",
        3,
        _PAGES,
    ),
    Act("page_top", "home", "Help", "", "The beginning of a page", mode=_PAGES),
    Act("help_find", "slash", "Help", "find", "Find words in the help; nothing is done", 4),
    Act("help_next_hit", "n", "Help", "", "The next hit of the words that were sought in the help"),
    Act("help_previous_hit", "N", "Help", "", "The hit before, in the help"),
    Act(
        "help_palette", "colon,ctrl+p", "Help", "do…", "Close the help, find an action and do it", 5
    ),
    Act("seek_apply", "enter", "Help", "show", "Go to what was found in the help", 1, Mode.SEEK),
    Act("seek_cancel", "escape", "Help", "cancel", "Find nothing in the help", 2, Mode.SEEK),
    Act(
        "leave_now",
        "q,ctrl+q",
        "Leave",
        "quit",
        "Quit; waiting replies are sent by the next sync",
        1,
    ),
    Act("leave_send", "s", "Leave", "send, then quit", "Send waiting replies, then quit", 2),
    Act("leave_not", "escape", "Leave", "stay", "Stay", 3),
    Act("go_nowhere", "escape,q", "Go", "stay", "Stay where I am", 3),
    Act("customer_go", "enter", "Customer", "open", "Open the chosen ticket", 1),
    Act(
        "customer_next",
        "j,down",
        "Customer",
        "move",
        "The next ticket of the customer",
        2,
        shown="j/k",
        beside=("customer_previous",),
    ),
    Act("customer_previous", "k,up", "Customer", "", "The previous ticket of the customer"),
    Act("customer_vip", "v", "Customer", "VIP", "Mark the customer as a VIP, or no longer", 5),
    Act("customer_note", "m", "Customer", "note", "Add a line to the notes on the customer", 6),
    Act(
        "customer_edit",
        "u",
        "Customer",
        "edit",
        "Change the name, organisation, language, time zone, addresses and fields",
        7,
    ),
    Act(
        "customer_merge",
        "M",
        "Customer",
        "merge",
        "Merge the customer into another one, who gets their tickets and addresses",
        8,
    ),
    Act(
        "customer_block",
        "exclamation_mark",
        "Customer",
        "block",
        "Hold the customer's email, put it away, or let it in again",
        9,
    ),
    Act("customer_undo", "z", "Customer", "undo", "Undo what I did to a customer last", 10),
    Act("customer_redo", "Z", "Customer", "", "Do again what I have just undone"),
    Act("customer_down", "space,pagedown", "Customer", "read on", "Read on", 4),
    Act("customer_up", "b,pageup", "Customer", "", "Read back"),
    Act("customer_close", "escape,q,backslash", "Customer", "back", "Back to the ticket", 3),
    Act("dashboard_follow", "enter", "Dashboard", "tickets", "The tickets behind the figure", 1),
    Act("dashboard_close", "escape,q", "Dashboard", "back", "Back to the tickets", 2),
    Act("dashboard_turn", "m", "Dashboard", "my day", "From the desk to my day, and back", 3),
    Act(
        "dashboard_down",
        "j,down",
        "Dashboard",
        "walk",
        "The next figure below",
        4,
        shown="hjkl",
        beside=("dashboard_up", "dashboard_left", "dashboard_right"),
    ),
    Act("dashboard_up", "k,up", "Dashboard", "", "The next figure above"),
    Act("dashboard_left", "h,left", "Dashboard", "", "The next figure to the left"),
    Act("dashboard_right", "l,right", "Dashboard", "", "The next figure to the right"),
    Act("dashboard_next", "tab", "Dashboard", "next panel", "The next panel", 5),
    Act("dashboard_previous", "shift+tab", "Dashboard", "", "The previous panel"),
    Act("dashboard_page_down", "space,pagedown", "Dashboard", "", "Read on"),
    Act("dashboard_page_up", "b,pageup", "Dashboard", "", "Read back"),
    Act(
        "held_next",
        "j,down",
        "Held mail",
        "move",
        "The next held mail",
        8,
        shown="j/k",
        beside=("held_previous",),
    ),
    Act("held_previous", "k,up", "Held mail", "", "The previous held mail"),
    Act(
        "held_down",
        "space,pagedown,enter",
        "Held mail",
        "read on",
        "Read on; at the end, the next held mail",
        9,
    ),
    Act("held_up", "b,pageup", "Held mail", "", "Read back"),
    Act(
        "held_accept",
        "a",
        "Held mail",
        "accept",
        "Accept it as a ticket from the person it names; if it names nobody, you are asked",
        1,
    ),
    Act(
        "held_customer",
        "c",
        "Held mail",
        "customer…",
        "Accept it as a ticket from somebody you name",
        5,
    ),
    Act(
        "held_into", "t", "Held mail", "ticket…", "Accept it as a message in an existing ticket", 4
    ),
    Act(
        "held_retry",
        "r",
        "Held mail",
        "retry",
        "Process it again, with the current program and mailboxes",
        3,
    ),
    Act("held_discard", "d", "Held mail", "discard", "Discard it; nothing is deleted", 2),
    Act("held_undo", "z", "Held mail", "undo", "Undo my last action on held mail", 6),
    Act("held_close", "escape,q", "Held mail", "back", "Back to the tickets", 7),
    Act("outbox_send", "s", "Outbox", "send now", "Send a waiting reply now", 1),
    Act(
        "outbox_retry",
        "r",
        "Outbox",
        "retry",
        "Try a refused reply again; if it may have arrived, the Sent folder is searched first",
        2,
    ),
    Act("outbox_cancel", "x", "Outbox", "cancel", "Cancel it; its text stays in the ticket", 3),
    Act("outbox_ticket", "enter", "Outbox", "ticket", "Open its ticket", 4),
    Act("outbox_close", "escape,q", "Outbox", "back", "Back to the tickets", 5),
    Act(
        "outbox_next",
        "j,down",
        "Outbox",
        "move",
        "The next reply",
        6,
        shown="j/k",
        beside=("outbox_previous",),
    ),
    Act("outbox_previous", "k,up", "Outbox", "", "The previous reply"),
    Act("outbox_down", "space,pagedown", "Outbox", "read on", "Read on; at the end, the next", 7),
    Act("outbox_up", "b,pageup", "Outbox", "", "Read back"),
    Act("settings_close", "escape,q", "Settings", "back", "Back to the tickets", 1),
    Act("settings_down", "j,down,space,pagedown,ctrl+d", "Settings", "read on", "Read on", 2),
    Act("settings_up", "k,up,b,pageup,ctrl+u", "Settings", "", "Read back"),
)

ACTS: tuple[Act, ...] = told(TABLE)
"""The table as it is with the usual keys."""

BY_ID: dict[str, Act] = {act.id: act for act in ACTS}


def offered(acts: Iterable[Act] = ACTS, over: Mode = Mode.LIST) -> list[Act]:
    """The actions in the palette: all that act on tickets, lists and the desk, except plain
    movement; `over` another page also its own."""
    own = {name for name, modes in CONTEXTS.items() if modes & over and not modes & TICKETS}
    return [
        act
        for act in acts
        if (act.context in own and act.label and not act.beside)
        or (act.context in {"Do", "Find", "Desk", "Read", OWN} and act.modes & TICKETS)
    ]


_USED_IN_TEXT = ("insert", "files", "headers", "swap", "turn", "spelling", "editor", "sign")


def of_text(acts: Iterable[Act] = ACTS) -> list[Act]:
    """The actions in the palette over a text that is written: all but the palette itself, and
    plain movement; the most used first. What sends is the last: of equal matches ⏎ takes another
    one."""
    passed = {"write_palette", "complete_name", "read_on", "read_back"}
    found = [act for act in acts if act.context == "Write" and act.id not in passed]
    order = {name: place for place, name in enumerate(_USED_IN_TEXT)}
    return sorted(found, key=lambda act: (act.id == "send", order.get(act.id, len(order))))
