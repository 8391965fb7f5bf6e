"""A text that was piped in outlives a call that cannot be: it exists nowhere else."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from supportcli.domain.replies.chosen import AS_USUAL
from supportcli.domain.replies.drafts import Draft
from supportcli.domain.replies.recipients import Recipients
from supportcli.errors import SupportError
from supportcli.errors.replies import KEPT, NOTED, SendRefused

if TYPE_CHECKING:
    from supportcli.desk import Desk


@contextmanager
def keeping(desk: "Desk", number: int, text: str | None, kind: str = "reply") -> Iterator[None]:
    """Keep `text` as my draft, above one that was begun before, and say so, if the block fails and
    has not kept it. None: nothing is to be kept."""
    try:
        yield
    except SupportError as error:
        if text is not None and text.strip() and not error.sentence.endswith((KEPT, NOTED)):
            with suppress(SupportError):  # no such ticket, or my role may not write in it
                error.adds(_keep(desk, number, text, kind))
        raise


@contextmanager
def told(desk: "Desk", number: int, draft: Draft, now_seen: int) -> Iterator[int]:
    """What the writer of a draft had seen, while it is sent without another look. If that is
    refused because of what came since, they know of it: the next call sends it."""
    from supportcli.desk.replies import drafts

    try:
        yield draft.seen
    except SendRefused:
        drafts.save_draft(
            desk,
            number,
            "reply",
            draft.text,
            now_seen,
            recipients=draft.recipients,
            chosen=draft.chosen,
        )
        raise


def _keep(desk: "Desk", number: int, text: str, kind: str) -> str:
    from supportcli.desk.replies import drafts, forwarding
    from supportcli.desk.tickets import reading

    before = drafts.draft(desk, number, kind)
    if before is not None and before.text.startswith(text.rstrip()):
        return KEPT
    kept = Draft(text, reading.ticket(desk, number, 1).last_event)
    if kind == "forward":
        begun = before.chosen if before else forwarding.begin(desk, number)
        kept = Draft(text, kept.seen, Recipients(()), AS_USUAL.joined(begun))
    return drafts.keep_unsent(desk, number, kept, of_draft=False, kind=kind)
