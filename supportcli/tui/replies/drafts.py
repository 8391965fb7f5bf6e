"""My drafts: in memory so that a composer opens with its text at once, and at the desk so that no
crash loses a word."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from supportcli.domain.replies.drafts import Draft
from supportcli.errors import SupportError
from supportcli.errors.tickets import TicketMerged
from supportcli.tui.context import InboxContext
from supportcli.tui.unsaved import Rescued

if TYPE_CHECKING:
    from supportcli.tui.client.desk_client import DeskClient

REPLY, NOTE, FORWARD = "reply", "note", "forward"


class Drafts:
    """The drafts by ticket and kind (reply, note or forward). `used` are the canned responses put
    into a ticket's reply in this inbox."""

    def __init__(self, context: InboxContext) -> None:
        self._context = context
        self._kept: dict[tuple[int, str], Draft] = {}
        self.used: dict[int, list[str]] = {}
        self._changes = 0
        self._on_the_way = 0
        self._unsaved: dict[tuple[int, str], Draft] = {}
        self._merged: set[tuple[int, str]] = set()
        self.is_written: Callable[[int, str], bool] = lambda *_: False

    def replace(self, found: Mapping[tuple[int, str], Draft]) -> None:
        """These are the drafts the desk has."""
        self._changes += 1
        self._kept = dict(found)
        self._mark()

    def reload(self) -> None:
        """Ask the desk again: another inbox of mine may have changed them."""
        self._context.work.read(
            "drafts",
            lambda client: client.drafts.mine(),
            partial(self._reloaded, self._changes),
            self._context.notices.fail,
        )

    def ask_again(self) -> None:
        """As `reload`, once the desk has done what it was asked to do before."""
        self._context.work.in_turn(
            lambda client: client.drafts.mine(),
            partial(self._reloaded, self._changes),
            self._context.notices.fail,
        )

    def _reloaded(self, asked: int, found: Mapping[tuple[int, str], Draft]) -> None:
        """Drafts kept or forgotten here since the question, or on their way then, are newer than
        the answer."""
        if asked == self._changes and not self._on_the_way:
            self.replace(found)

    def of(self, number: int, kind: str) -> Draft | None:
        """A draft, if there is one."""
        return self._kept.get((number, kind))

    def keep(self, number: int, kind: str, kept: Draft) -> None:
        """Keep a text, here and at the desk; a blank one is forgotten."""
        if kept == self._kept.get((number, kind)):
            return
        if not kept.is_blank:
            self._changes += 1
            self._kept[number, kind] = kept
        elif not self._drop(number, kind):
            return
        self._mark()
        self._on_the_way += 1
        self._unsaved[number, kind] = kept
        self._context.work.in_turn(
            partial(_save, number, kind, kept, self._unsaved),
            self._saved,
            partial(self._not_saved, number, kind),
        )

    def save_again(self) -> None:
        """The desk can be reached again: save what it could not save before."""
        for (number, kind), kept in tuple(self._unsaved.items()):
            if (number, kind) not in self._merged:
                self._on_the_way += 1
                self._context.work.in_turn(
                    partial(_save, number, kind, kept, self._unsaved),
                    self._saved,
                    partial(self._not_saved, number, kind),
                )

    @property
    def unsaved(self) -> list[Rescued]:
        """The texts that the desk has not saved, or not yet."""
        return [Rescued(_named(*key, kept), kept.text) for key, kept in self._unsaved.items()]

    def _saved(self, _: None) -> None:
        self._on_the_way -= 1
        self._changes += 1

    def _not_saved(self, number: int, kind: str, error: SupportError) -> None:
        self._saved(None)
        if not isinstance(error, TicketMerged):
            self._context.notices.fail(error)
            return
        self._merged.add((number, kind))
        if self.is_written(number, kind):
            self.tell_merged(number, kind, error.into)
        self.carry(number, kind)

    def tell_merged(self, number: int, kind: str, into: int) -> None:
        """Say what becomes of a text that is being written in a ticket that was merged."""
        leaves = self._context.key("keep")
        self._context.notices.warn(
            f"#{number} was merged into #{into}: {leaves} takes your {kind} there."
        )

    def left(self, number: int, kind: str) -> None:
        """A text is kept as a draft, and no longer written. If its ticket was merged, say where it
        is: the merge took it along, or it is brought there."""
        if (number, kind) in self._merged:
            self.carry(number, kind)
        else:
            self._context.work.in_turn(
                lambda client: client.reading.went(number),
                partial(self._went, number, kind),
                self._context.notices.fail,
            )

    def _went(self, number: int, kind: str, into: int | None) -> None:
        if into is not None and (number, kind) not in self._unsaved:
            self.forget(number, kind)
            self.ask_again()
            self._tell_where(number, kind, into)

    def _tell_where(self, number: int, kind: str, into: int) -> None:
        self._context.notices.warn(
            f"#{number} was merged into #{into}: your {kind} is in the draft there."
        )

    def carry(self, number: int, kind: str) -> None:
        """If the desk refused a text because its ticket was merged meanwhile, bring it where that
        went, as soon as nobody writes it any more."""
        kept = self._unsaved.get((number, kind))
        if kept is None or (number, kind) not in self._merged or self.is_written(number, kind):
            return
        self._merged.discard((number, kind))
        self._context.work.in_turn(
            lambda client: client.drafts.carry(number, kind, kept),
            partial(self._carried, number, kind),
            self._context.notices.fail,
        )

    def _carried(
        self, number: int, kind: str, found: tuple[int, Mapping[tuple[int, str], Draft]]
    ) -> None:
        self.forget(number, kind)
        self.replace(found[1])
        self._tell_where(number, kind, found[0])

    def forget(self, number: int, kind: str) -> None:
        """The desk has forgotten it: the text was sent or written."""
        self._unsaved.pop((number, kind), None)
        self._drop(number, kind)
        self._mark()

    def _drop(self, number: int, kind: str) -> bool:
        self._changes += 1
        if kind == REPLY:
            self.used.pop(number, None)
        return self._kept.pop((number, kind), None) is not None

    def _mark(self) -> None:
        self._context.tickets.mark_drafts(_numbers(self._kept))


def _save(
    number: int, kind: str, kept: Draft, unsaved: dict[tuple[int, str], Draft], client: "DeskClient"
) -> None:
    """In a thread: save a draft, and note that it is saved, even if the event loop has ended."""
    client.drafts.save(number, kind, kept)
    if unsaved.get((number, kind)) is kept:
        del unsaved[number, kind]


def _named(number: int, kind: str, kept: Draft) -> str:
    if kind == NOTE:
        return f"note on #{number}"
    if kind == FORWARD:
        return f"forward of #{number}"
    private = kept.recipients is not None and kept.recipients.only_sender
    return f"reply to #{number}{', sender only' if private else ''}"


def _numbers(keys: Iterable[tuple[int, str]]) -> set[int]:
    return {number for number, _ in keys}
