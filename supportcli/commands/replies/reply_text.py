"""Where the text of a reply comes from: an option, a file, a pipe, canned responses, the draft as
it is, or the agent's editor."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from supportcli.commands.options.text_input import comes_from_nowhere, from_pipe, text_of
from supportcli.domain.replies.drafts import Draft
from supportcli.errors import UsageError
from supportcli.errors.canned import BlanksLeft
from supportcli.errors.replies import EmptyText

if TYPE_CHECKING:
    from supportcli.desk import Desk


@dataclass(frozen=True, slots=True)
class ReplyText:
    """What the options say of a reply's text. `piped` came through a pipe and exists nowhere else;
    `is_draft`: the draft is sent as it is."""

    text: str | None
    file: Path | None
    pipe: str | None
    canned: Sequence[str]
    edit: bool
    is_shown: bool
    """Nothing is sent, and the draft is shown instead of opened in the editor."""
    piped: str | None = None
    is_draft: bool = False

    @property
    def is_given(self) -> bool:
        """Whether it comes from an option, a file or a pipe."""
        return (self.text, self.file, self.pipe, self.piped) != (None, None, None, None)

    @contextmanager
    def written(self, desk: "Desk", number: int, draft: Draft) -> Iterator[tuple[str, bool]]:
        """The text, and whether it goes on from `draft`, which is mine; what was written in the
        editor is kept if the block fails. EmptyText, UsageError, BlanksLeft."""
        if self.piped is not None and not self.piped.strip() and draft.text:
            raise EmptyText("reply", number)
        inserted = self._inserted(desk, number)
        begin = "\n\n".join(filter(None, (draft.text, inserted if self.edit else "")))
        text = self._known(number, draft, inserted, begin)
        with text_of(
            "reply", f"reply-{number}", text=text, file=self.file, pipe=self.pipe, begin=begin
        ) as (words, edited):
            yield words, edited or draft.text.strip() in {"", words.strip()}

    def _known(self, number: int, draft: Draft, inserted: str, begin: str) -> str | None:
        """The text if no file, pipe or editor has it."""
        if self.is_draft:
            return draft.text or None
        if self.canned and not self.edit:
            return inserted
        text = self.text if self.piped is None else self.piped
        if self.is_shown and not (self.is_given or text):
            from supportcli.commands.replies import preview

            return preview.begun(number, begin)
        return text

    def _inserted(self, desk: "Desk", number: int) -> str:
        """What the canned responses say in this ticket, one below the other, with the marks for
        their files and macros. UsageError if the text comes from elsewhere too, or if a value is
        missing and nobody will see it first."""
        from supportcli.desk.canned import filling

        if self.canned and self.is_given:
            raise UsageError(
                "The text is given twice.",
                "Use one of --canned, --text, --file and -; --canned with --edit opens it in your "
                "editor.",
            )
        if self.edit and not self.canned:
            raise UsageError(
                "--edit needs a canned response.",
                "Choose one with --canned, or leave out --edit: the editor opens by itself.",
            )
        every = [filling.insertion(desk, number, shortcut) for shortcut in self.canned]
        missing = tuple(dict.fromkeys(blank for one in every for blank in one.missing))
        if missing and not self.edit:
            first = f"supportcli ticket reply {number} --canned {self.canned[0]} --edit"
            raise BlanksLeft(number, missing, f"Fill it in first: {first}")
        marks = "\n".join(mark for one in every for mark in one.marks)
        return "\n\n".join(filter(None, (*(one.text for one in every), marks)))


def reply_text(
    text: str | None,
    file: Path | None,
    pipe: str | None,
    *,
    canned: Sequence[str],
    edit: bool,
    dry_run: bool,
    yes: bool,
) -> ReplyText:
    """What the options say of a reply's text; a pipe is read at once."""
    is_given = (text, file, pipe) != (None, None, None)
    nobody = yes and not (is_given or canned or dry_run)
    is_draft = nobody and comes_from_nowhere()
    piped = from_pipe(text, file, pipe, implied=not (canned or dry_run or is_draft))
    if piped is not None:
        return ReplyText(None, None, None, canned, edit, dry_run, piped)
    return ReplyText(text, file, pipe, canned, edit, dry_run, is_draft=is_draft)
