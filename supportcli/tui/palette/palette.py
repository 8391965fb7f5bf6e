"""The palette: every action by its name, grouped by what it is about."""

import re
from collections.abc import Callable, Collection, Sequence
from functools import partial
from pathlib import Path

from supportcli.tui.context import InboxContext
from supportcli.tui.keys import OWN, TICKETS, Act, Mode, of_text, offered
from supportcli.tui.palette.often_used import Uses, file_of_uses, read_uses, used, write_uses
from supportcli.tui.palette.reasons import why_not_to
from supportcli.tui.tickets.verbs import TicketVerbs
from supportcli.tui.widgets.picker import Choice

_TICKET = re.compile(r"#?([1-9][0-9]{0,8})")
_OFTEN = "Often used"
_MOST_OFTEN = 5
_GROUPS = {
    "Do": "Ticket",
    "Read": "Conversation",
    "Find": "Find",
    "Desk": "Desk",
    OWN: OWN,
    "Write": "Text",
}
"""What the chapters of the help are called here, in the order of the palette."""

_ALSO = {
    "assign": "give to",
    "canned": "macro snippet template saved reply",
    "customer": "contact person profile",
    "dashboard": "report statistics",
    "discard": "abort q!",
    "delete": "trash bin",
    "drafts": "discard draft",
    "files_of": "attachment save download",
    "filter": "search find query",
    "first_unread": "new messages",
    "forward": "redirect pass on",
    "go_view": "folder cf",
    "keep": "save write w wq x",
    "link": "related",
    "begun": "drafts unsent",
    "mark": "select",
    "mark_all": "select all",
    "mark_on": "select visual range",
    "mark_read": "seen",
    "mark_unread": "new",
    "view_1": "inbox",
    "view_6": "everything",
    "new": "compose write email start",
    "note": "comment private",
    "open": "read",
    "outbox": "scheduled queue sent",
    "quit": "q exit close",
    "reopen": "not spam undelete restore",
    "reply": "answer respond email",
    "send": "post",
    "sent": "sent answered replies mine",
    "settings": "configuration preferences",
    "snooze": "remind later",
    "snoozed": "reminders",
    "solve": "done archive close resolve",
    "spam": "junk block",
    "sync": "fetch receive check mail",
    "tag": "label",
    "take": "claim mine",
    "take_next": "queue",
    "undo": "take back unsend",
    "wait": "pending",
    "web_links": "url open",
    "zoom": "full screen",
}
"""What else people call an action, as they know it from other programs; the first word of each
counts as much as its name."""

_NOTHING_YET = {
    "undo": "nothing to undo yet",
    "redo": "nothing was undone",
    "repeat": "nothing to repeat yet",
}


class ActionPalette:
    """Opens the dock with all actions, and remembers which are chosen."""

    def __init__(
        self,
        context: InboxContext,
        verbs: TicketVerbs,
        press: Callable[[str], None],
        settings: Path,
    ) -> None:
        self._context = context
        self._verbs = verbs
        self._press = press
        self._settings = settings
        self._file = file_of_uses(settings)
        self._uses: Uses = {}
        self.leave_pages: Callable[[], None] = lambda: None
        self.go_to: Callable[[int], None] = lambda _: None
        """Opens the ticket of this number."""
        self.hinders: Callable[[str], str] = lambda _: ""
        """Why the action of this name cannot be done; "" if it can."""
        self.hinders_writing: Callable[[str], str] = lambda _: ""
        """The same for an action on what is written."""
        self.leaves_out: Callable[[], Collection[str]] = tuple
        """Actions on a text that mean nothing with the agent's settings."""

    def begin(self) -> None:
        """Read what was used before, in a thread."""
        self._context.work.aside(
            lambda _: read_uses(self._file), self._learn, self._context.notices.fail
        )

    def _learn(self, uses: Uses) -> None:
        self._uses = uses

    def open(self) -> None:
        """Choose an action by its name: over a text, one of those that act on it."""
        home, acts = self._context.mode, self._context.acts.values()
        writes, without = bool(home & Mode.WRITE), self.leaves_out()
        choices = [
            Choice(
                act.id,
                act.sentence,
                act.all_keys,
                self._why_not(act, home),
                f"{_ALSO.get(act.id, '')} {act.id} {act.label}".replace("_", " ").strip(),
                group,
            )
            for group, act in self._in_order(of_text(acts) if writes else offered(acts, home))
            if act.id not in without
        ]
        self._verbs.choosing.open(
            "Do",
            choices,
            partial(self._chosen, home),
            new="" if writes else _would_be,
            by_words=True,
        )

    def _in_order(self, acts: Sequence[Act]) -> list[tuple[str, Act]]:
        """Those of the page it is opened over, the most used, then each group with its most used
        first."""
        here = [act for act in acts if act.context not in _GROUPS]
        there = sorted(
            (act for act in acts if act not in here), key=lambda act: -self._uses.get(act.id, 0.0)
        )
        often = [act for act in there[:_MOST_OFTEN] if act.id in self._uses]
        return [
            *((act.context, act) for act in here),
            *((_OFTEN, act) for act in often),
            *(
                (name, act)
                for context, name in _GROUPS.items()
                for act in there
                if act.context == context and act not in often
            ),
        ]

    def _chosen(self, home: Mode, name: str) -> None:
        if found := _TICKET.fullmatch(name):
            self.leave_pages()
            self.go_to(int(found[1]))
            return
        if not self._context.acts[name].modes & home:
            self.leave_pages()
        self._uses = used(self._uses, name)
        self._context.work.in_turn(
            partial(_keep, self._settings, self._uses), _kept, self._context.notices.fail
        )
        self._press(name)

    def _why_not(self, act: Act, home: Mode) -> str:
        """Why an action cannot be done now; "" if it can."""
        if home & Mode.WRITE:
            return self.hinders_writing(act.id)
        if self._verbs.forbids(act.id):
            return "your role does not allow it"
        if act.modes & home and not home & TICKETS:
            return ""
        if not home & TICKETS and act.context not in {"Find", "Desk"}:
            return "only over a ticket"
        if not act.modes & (home & TICKETS or self._context.ticket_mode):
            where = "in an open ticket" if act.modes & Mode.READ else "in the list"
            return f"only {where}"
        if act.id in _NOTHING_YET and not self._verbs.can(act.id):
            return _NOTHING_YET[act.id]
        if act.id == "unfilter" and not self._context.possible().get(act.id, act.label):
            return "nothing is filtered or marked"
        why = "" if self._verbs.marked(act.id) else why_not_to(act, self._context.tickets.line)
        return why or self.hinders(act.id)


def _would_be(typed: str) -> str:
    return "go to this ticket" if _TICKET.fullmatch(typed) else ""


def _keep(settings: Path, uses: Uses, _client: object) -> None:
    """Beside a config.toml only: no folder gets a file of ours that has no other."""
    if settings.exists():
        write_uses(file_of_uses(settings), uses)


def _kept(_: None) -> None:
    """Nobody waits for this answer."""
