"""The text that is being written, and its draft: saved half a second after each key."""

from functools import partial
from typing import TYPE_CHECKING

from supportcli.domain.replies.chosen import AS_USUAL
from supportcli.domain.replies.drafts import Draft
from supportcli.tui.context import InboxContext
from supportcli.tui.replies.composition import Text
from supportcli.tui.replies.drafts import NOTE, Drafts
from supportcli.tui.replies.headers import HeaderEditing

if TYPE_CHECKING:
    from collections.abc import Callable

SAVE_AFTER = 0.5
"""Seconds after a key until the draft is saved: what a crash may lose."""


class TextKeeping:
    """One text at a time. Its headers are kept as they are typed. `saved` is called with each text
    that was saved."""

    def __init__(self, context: InboxContext, drafts: Drafts, headers: HeaderEditing) -> None:
        self._context = context
        self._drafts = drafts
        self._headers = headers
        self.text: Text | None = None
        self.saved: Callable[[Text], None] = lambda _: None
        drafts.is_written = self._is_written

    @property
    def written(self) -> str:
        """The words of the text."""
        return self._context.composer.text

    def typed(self) -> None:
        """Another key: the draft is saved soon."""
        if self.text is not None and not self.text.saving:
            self.text.saving = True
            self._context.later(SAVE_AFTER, partial(self.save, self.text))

    def save_now(self) -> None:
        """Save what is written now: nothing may come after it."""
        if self.text is not None:
            self.save(self.text)

    def save(self, text: Text) -> None:
        """Save a text, unless it is not written any more or is about to leave."""
        text.saving = False
        if text is self.text and not text.leaving:
            self._drafts.keep(text.number, text.kind, self.draft(text))
            self.saved(text)

    def draft(self, text: Text) -> Draft:
        """What was written, with its recipients."""
        text.see(self._context.now())
        if text.kind == NOTE:
            return Draft(self.written, text.seen or 0, None, AS_USUAL)
        recipients, chosen = self._headers.as_typed(text)
        if not self.written.strip() and not recipients.everybody and chosen == text.offered:
            return Draft("", text.seen or 0)
        return Draft(self.written, text.seen or 0, recipients, chosen)

    def _is_written(self, number: int, kind: str) -> bool:
        text = self.text
        return text is not None and (text.number, text.kind) == (number, kind)
