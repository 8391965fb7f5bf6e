"""The headers of a reply while they are open: each value is understood before the next field."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from supportcli.domain.people import people_of, refuse_misspelled, typed
from supportcli.domain.replies.recipients import Recipients
from supportcli.domain.text.moments import moment_of
from supportcli.domain.text.words import nearest
from supportcli.errors import SupportError, UsageError
from supportcli.errors.replies import SenderUnknown, SubjectRefused
from supportcli.rendering.ink import shortened
from supportcli.rendering.times import stamp
from supportcli.terminal import clean
from supportcli.tui.context import InboxContext
from supportcli.tui.keys import Mode
from supportcli.tui.replies.recipients_line import counted
from supportcli.tui.widgets.composer import PEOPLE, Header

if TYPE_CHECKING:
    from supportcli.domain.replies.chosen import ReplyChoice, ReplyFile
    from supportcli.tui.client.replies import Nameable
    from supportcli.tui.replies.composition import Text

_FIRST = 40
"""The most cells of what a key would complete."""


@dataclass(frozen=True, slots=True)
class TypedPeople:
    """What is typed in a field of people and not taken over yet, who may be meant by the last of
    them, and that one's name if nobody here is called that."""

    field: Header
    value: str
    offers: Sequence[str] = ()
    unknown: str = ""


class HeaderEditing:
    """The fields above a text. `changed` is called with the text after every value that was taken
    over, or given up; `shown` after each key in a field."""

    def __init__(self, context: InboxContext) -> None:
        self._context = context
        self._fields = context.composer.fields
        self.changed: Callable[[Text], None] = lambda _: None
        self.shown: Callable[[Text], None] = lambda _: None
        self._text: Text | None = None
        self._known: Collection[str] = ()

    def open(self, text: "Text", at: Header) -> None:
        """Walk into a field of this text, once it is known who can be named."""

        def came(known: "Nameable") -> None:
            self._known = {one.address for one in known.people}
            self._fields.offer([typed(one) for one in known.people], known.senders)
            self._open(text, at)

        self._context.wait_for(
            lambda client: client.replies.known(text.number), came, self._context.notices.fail
        )

    def _open(self, text: "Text", at: Header) -> None:
        self._text = text
        to, chosen = text.recipients, text.chosen
        values = {
            Header.TO: ", ".join(map(typed, to.to)),
            Header.CC: ", ".join(map(typed, to.cc)),
            Header.BCC: ", ".join(map(typed, to.bcc)),
            Header.SUBJECT: chosen.subject,
            Header.SENDER: chosen.sender,
            Header.TIME: stamp(chosen.at) if chosen.at else "",
        }
        self._context.mode = Mode.HEADERS
        self._fields.open(values, at)
        self._show_files()
        self.typed()

    # Walking

    def next(self) -> None:
        """Accept what completes the field, else walk on; behind the last one to the text."""
        if not self._complete():
            self._leave(lambda: self._go(1))

    def _complete(self) -> bool:
        """Accept what completes the field. Whom it names now gets the text from here on, and is
        seen above it."""
        text = self._text
        if text is None or not self._fields.complete():
            return False
        if self._fields.at is not Header.FILES:
            with suppress(SupportError):
                self._take(text)
                self.changed(text)
        self.typed()
        return True

    def entered(self) -> None:
        """⏎: attach the file, or walk on. What is typed by half is completed first, if only one
        thing can be meant."""
        found = [] if self._is_understood else self._fields.field.completions
        first = found[0] if found else ""
        if len(found) > 1 and not self._fields.value.endswith("/"):
            tab = self._context.key("header_next")
            shown = shortened(clean(first.rpartition("/")[2] or first), _FIRST)
            self._context.notices.warn(
                f"{len(found)} begin like that: {tab} takes {shown}, or type on."
            )
            return
        if (
            len(found) == 1
            and self._complete()
            and (self._fields.at is not Header.FILES or first.endswith("/"))
        ):
            return
        stays = self._fields.at is Header.FILES and self._fields.value
        self._leave(lambda: None if stays else self._go(1))

    @property
    def _is_understood(self) -> bool:
        """Whether what stands in the field can be taken as it is. A path never: another file may be
        meant."""
        if self._text is None or self._fields.at is Header.FILES:
            return self._text is None
        try:
            self._understood(self._text)
        except SupportError:
            return False
        return True

    def typed(self) -> None:
        """Another key in a field: show whom it names, and what the next keys do."""
        if self._text is not None:
            self._context.show_keys()
            self.shown(self._text)

    @property
    def possible(self) -> Mapping[str, str]:
        """What keys do in the field: complete what is typed, attach a file, take one out."""
        at_files = self._fields.at is Header.FILES
        attached = bool(self._text and self._text.chosen.files)
        return {
            **({"header_next": "complete"} if self._fields.field.completions else {}),
            **({} if at_files and self._fields.value else {"header_enter": ""}),
            **({} if attached else {"header_drop": ""}),
        }

    def unread(self, text: "Text") -> "TypedPeople | None":
        """The field of people, and what is typed in it, if that names other people than get the
        text, or nobody yet."""
        if text is not self._text or self._fields.at not in PEOPLE or not self._fields.is_changed:
            return None
        typed_now = self._fields.value
        with suppress(SupportError):
            if self._understood(text)[0].same_people(text.recipients):
                return None
        begun, offers = self._fields.begun, self._fields.offers
        nobody = bool(begun) and "@" not in begun and not offers
        return TypedPeople(self._fields.at, typed_now, offers, "" if not nobody else begun)

    def previous(self) -> None:
        """Walk back."""
        self._leave(lambda: self._go(-1))

    def _go(self, steps: int) -> None:
        there = self._fields.beside(steps)
        if there is None:
            self._close()
        else:
            self._fields.go(there)
            self.typed()

    def done(self) -> None:
        """Back to the text, also from a value that cannot be understood: it changes nothing."""
        self._leave(self._close, gives_up=True)

    def send(self, send: Callable[[], None]) -> None:
        """Back to the text, and send it."""

        def go_on() -> None:
            self._close()
            send()

        self._leave(go_on)

    def _close(self) -> None:
        self._text = None
        self._fields.close()
        self._context.go_home()

    def forget(self) -> None:
        """The text is left: its fields too."""
        self._text = None
        self._fields.close()

    # Understanding

    def _leave(self, then: Callable[[], None], *, gives_up: bool = False) -> None:
        """Take the field's value over, then go on; a value that cannot be understood has its
        sentence, and keeps the keys, unless the field `gives_up`."""
        text = self._text
        if text is None:
            return
        if self._fields.at is Header.FILES and self._fields.value:
            self._attach(text, Path(self._fields.value), then, gives_up=gives_up)
            return
        if not self._fields.is_changed:
            then()
            return
        try:
            self._take(text)
        except SupportError as error:
            self._refuse(error, gives_up=gives_up)
            return
        self._context.notices.clear()
        self.changed(text)
        then()

    def _refuse(self, error: SupportError, *, gives_up: bool) -> None:
        left = ""
        if gives_up and self._text is not None:
            text, left = self._text, f"{self._fields.at} is as it was, the other fields are kept. "
            self._close()
            self.changed(text)
        self._context.notices.fail(error, first=left)

    def _take(self, text: "Text") -> None:
        recipients, text.chosen = self._understood(text)
        text.name(recipients)
        if self._fields.at is Header.TIME:
            self._fields.field.value = stamp(text.chosen.at) if text.chosen.at else ""

    def as_typed(self, text: "Text") -> "tuple[Recipients, ReplyChoice]":
        """Recipients and choice with what stands in the field now, as far as it can be understood:
        a crash must not lose what the agent has not left yet."""
        if text is self._text and self._fields.is_changed:
            with suppress(SupportError):
                return self._understood(text)
        return text.recipients, text.chosen

    def _understood(self, text: "Text") -> "tuple[Recipients, ReplyChoice]":
        """Recipients and choice with the value of the field that has the keys."""
        value, chosen = self._fields.value, text.chosen
        if self._fields.at in PEOPLE:
            return self._recipients(text.recipients), chosen
        if self._fields.at is Header.SUBJECT:
            if not value.isprintable():
                raise SubjectRefused
            chosen = replace(chosen, subject=value)
        elif self._fields.at is Header.SENDER:
            chosen = replace(chosen, sender=self._sender(text, value))
        elif self._fields.at is Header.TIME:
            shown = stamp(chosen.at) if chosen.at else ""
            if value != shown:
                at = moment_of(value, self._context.now()) if value else None
                chosen = replace(chosen, at=at)
        return text.recipients, chosen

    def _sender(self, text: "Text", value: str) -> str:
        """An address of the mailbox, or nothing for its own."""
        senders, mailbox = self._fields.senders, text.line.mailbox
        if value and senders and value.lower() not in senders:
            raise SenderUnknown(value, mailbox, senders, nearest(value, senders))
        return "" if value.lower() == mailbox else value.lower()

    def _recipients(self, before: Recipients) -> Recipients:
        """The people in the three fields; those who were not there before are named by hand."""
        self._refuse_names()
        kept = {one.address: one for one in before.everybody}
        to, cc, bcc = (
            tuple(kept.get(one.address, one) for one in people_of(self._fields.text_of(header)))
            for header in PEOPLE
        )
        if not to:
            raise UsageError("Nobody is in To.", "Name whoever gets it.")
        refuse_misspelled((*to, *cc, *bcc), {*self._known, *kept})
        there = kept.keys()
        named = {one.address for one in (*to, *cc, *bcc)}
        by_hand = frozenset((named - there) | (before.by_hand & named))
        private = before.only_sender and named <= there
        return Recipients(to, cc, private, bcc, by_hand)

    def _refuse_names(self) -> None:
        """A name is no address: say who may be meant, or that nobody is called that."""
        begun, offers = self._fields.begun, self._fields.offers
        if "@" in begun or not begun:
            return
        if offers:
            tab = self._context.key("header_next")
            raise UsageError(f"“{begun}” is a name only.", f"{tab} takes {offers[0]}.")
        raise UsageError(
            f"Nobody here is called “{begun}”.", "Type an address, or a name that is known."
        )

    # Files

    def _attach(
        self, text: "Text", path: Path, then: Callable[[], None], *, gives_up: bool
    ) -> None:
        there = text.chosen.files

        def came(found: "tuple[ReplyFile, ...]") -> None:
            text.chosen = replace(
                text.chosen, files=tuple(dict.fromkeys((*text.chosen.files, *found)))
            )
            self._fields.field.value = ""
            self._context.notices.clear()
            self._show_files()
            self.changed(text)
            then()

        self._context.wait_for(
            lambda client: client.replies.attach(text.number, path, there),
            came,
            partial(self._refuse, gives_up=gives_up),
        )

    def drop_file(self) -> None:
        """Take the last file out."""
        text = self._text
        if text is None or not text.chosen.files:
            self._context.notices.warn("No file is attached.")
            return
        text.chosen = replace(text.chosen, files=text.chosen.files[:-1])
        self._show_files()
        self.changed(text)

    def _show_files(self) -> None:
        if self._text is not None:
            self._fields.has(counted(self._text.chosen))
            self._context.show_keys()
