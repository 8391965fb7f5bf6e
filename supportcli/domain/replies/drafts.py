"""Drafts as values."""

import re
from dataclasses import dataclass, replace

from supportcli.domain.replies.chosen import AS_USUAL, ReplyChoice
from supportcli.domain.replies.recipients import Recipients


@dataclass(frozen=True, slots=True)
class Draft:
    """A text that was not sent. `seen` is the last event its writer had seen. `recipients` are the
    people it is for, as shown when it was begun; None in a note and in drafts older than this
    field. `chosen` is what else was chosen for it."""

    text: str
    seen: int
    recipients: Recipients | None = None
    chosen: ReplyChoice = AS_USUAL

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing to keep: no word, nothing chosen, and nobody named by hand."""
        by_hand = self.recipients is not None and bool(self.recipients.by_hand)
        return not self.text.strip() and self.chosen == AS_USUAL and not by_hand

    def above(self, begun: "Draft | None") -> "Draft":
        """Both texts as one draft, the one begun meanwhile (`begun`) below. It goes to the fewer
        people: a text written only to the sender must not gain readers."""
        if begun is None:
            return self
        chosen = self.chosen.joined(begun.chosen)
        if begun.text.strip() == self.text.strip():
            return replace(self, chosen=chosen)
        private = next(
            (one for one in (begun.recipients, self.recipients) if one and one.only_sender), None
        )
        text = "\n\n".join(filter(None, (self.text, begun.text)))
        return Draft(text, self.seen, private or self.recipients or begun.recipients, chosen)

    def joined(self, other: "Draft") -> "Draft":
        """As `above`, for the drafts of two tickets that become one: nobody of either loses their
        copy, unless one of them is for the sender only."""
        both, mine, theirs = self.above(other), self.recipients, other.recipients
        if mine is None or theirs is None or mine.only_sender or theirs.only_sender:
            return both
        return replace(both, recipients=mine.with_copies(theirs))

    def continued(self, more: "Draft") -> "Draft":
        """The draft with a text that may continue its last paragraphs: a beginning of `more` with
        which it ends is not repeated."""
        starts = [0, *(found.end() for found in re.finditer("\n\n", self.text))]
        for start in starts:
            if more.text.startswith(self.text[start:]):
                head = replace(self, text=self.text[:start].rstrip("\n"))
                return head.joined(more)
        return self.joined(more)
