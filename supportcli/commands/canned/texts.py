"""A canned response as a text: what the editor shows, and what a text that comes back makes of a
response."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from supportcli.commands.canned.options import Options
from supportcli.commands.options.text_input import text_of
from supportcli.errors import UsageError
from supportcli.errors.canned import CannedFaulty

if TYPE_CHECKING:
    from supportcli.domain.canned.responses import Canned


@dataclass(frozen=True, slots=True)
class TextGiven:
    """Where a response's text comes from, and in which language (None: its first one)."""

    text: str | None
    file: Path | None
    pipe: str | None
    language: str | None

    @property
    def is_named(self) -> bool:
        """Whether the call says where the text comes from."""
        return (self.text, self.file, self.pipe) != (None, None, None)


@contextmanager
def written(
    given: TextGiven, begin: "Canned", options: "Options", opened: str, *, may_be_blank: bool
) -> Iterator["Canned"]:
    """`begin`, which the options have made already, with the text that is given, or that comes from
    the editor, where `opened` is shown at first; what was written there is kept if the block fails.

    EmptyText if there is not a word, unless it `may_be_blank`; CannedFaulty, UsageError."""
    with text_of(
        "canned response",
        f"canned-{begin.shortcut}",
        text=given.text,
        file=given.file,
        pipe=given.pipe,
        begin=opened,
        may_be_blank=may_be_blank,
    ) as (typed, edited):
        new = _written(typed, begin, given.language)
        yield new if edited else _with_options(typed, new, begin, options, given.language)


def sheet_of(begin: "Canned") -> str:
    """What is in the editor at first."""
    from supportcli.desk.canned import text_format

    return text_format.written(begin, {file.name: file.name for file in begin.files})


def said_in(begin: "Canned", language: str) -> str:
    """What a response says in a language; empty if the language is new."""
    return next((body.text for body in begin.bodies if body.language == language.lower()), "")


def _written(typed: str, begin: "Canned", language: str | None) -> "Canned":
    """The response that a text makes of `begin`: a complete one, or its text in a language
    (default: its first). CannedFaulty if it cannot be read."""
    from supportcli.desk.canned import text_format
    from supportcli.domain.canned.responses import Body, body_text

    if not text_format.is_sheet(typed):
        first, wanted = begin.bodies[0].language, (language or begin.bodies[0].language).lower()
        new = Body(wanted, body_text(typed))
        if wanted == first or not begin.bodies[0].text:
            return replace(begin, bodies=(new, *begin.bodies[1:]))
        others = [body for body in begin.bodies if body.language != wanted]
        return replace(begin, bodies=(*others, new))
    sheet = text_format.read(typed, begin.shortcut)
    files = {file.name: file for file in begin.files}
    faults = [f"line {fault.line}: {fault.sentence}" for fault in sheet.faults]
    faults += [
        f"The attachment {name} is not there: add it with --attach."
        for name in sheet.attachments
        if name not in files
    ]
    if faults:
        raise CannedFaulty(faults)
    says_whose = {"scope", "team"} & sheet.lines.keys()
    whose = sheet.canned if says_whose else begin
    # a missing line must never show my response to everybody
    return replace(
        sheet.canned,
        scope=whose.scope,
        team=whose.team,
        files=tuple(files[name] for name in sheet.attachments),
    )


def _with_options(
    typed: str, new: "Canned", begin: "Canned", options: Options, language: str | None
) -> "Canned":
    """`new` as `_written` reads it from a text that did not come from the editor. If that is a
    complete response, options win over what it says. UsageError if the two contradict each
    other."""
    from supportcli.desk.canned import text_format

    if not text_format.is_sheet(typed):
        return new
    if language:
        raise UsageError(
            "The text is a complete response, which names its languages itself.",
            "Leave out --language.",
        )
    if new.shortcut != begin.shortcut:
        raise UsageError(
            f"The text is the complete response “{new.shortcut}”, not “{begin.shortcut}”.",
            "Use that shortcut, or remove the line from the text.",
        )
    return options.of(new, whole=True)
