"""Colleagues' names in a note, completed after an @."""

from collections.abc import Sequence

from supportcli.domain.tickets.mentions import begun_mention, completions
from supportcli.tui.context import InboxContext
from supportcli.tui.replies.drafts import NOTE
from supportcli.tui.replies.keeping import TextKeeping
from supportcli.tui.tickets.verbs import TicketVerbs

_OFFERED = 8
"""So many names are shown at most."""


class Naming:
    """The key that completes a name; where there is none to complete, it indents."""

    def __init__(self, context: InboxContext, keeping: TextKeeping, verbs: TicketVerbs) -> None:
        self._context = context
        self._keeping = keeping
        self._verbs = verbs

    def complete(self) -> None:
        """Complete the name that is being typed, as far as it is clear whose it is."""
        editor, text = self._context.composer.editor, self._keeping.text
        begun = begun_mention(editor.before_cursor) if text and text.kind == NOTE else None
        if begun is None:
            editor.indent()
        else:
            self._complete(begun)
        self._keeping.typed()

    def _complete(self, begun: str) -> None:
        names = completions(begun, self._verbs.agents)
        if not names:
            self._context.notices.warn(f"No colleague's name begins with “{begun}”.")
            return
        shared = _shared(names) if len(names) > 1 else f"{names[0]} "
        if len(shared) > len(begun):
            self._context.composer.editor.put(shared, instead_of=len(begun))
        if len(names) > 1:
            more = " …" if len(names) > _OFFERED else ""
            told = " ".join(f"@{name}" for name in names[:_OFFERED])
            self._context.notices.say(f"{told}{more} · type another letter, then tab")


def _shared(names: Sequence[str]) -> str:
    """How all of them begin."""
    shared = names[0]
    while not all(name.startswith(shared) for name in names):
        shared = shared[:-1]
    return shared
