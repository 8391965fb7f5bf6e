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

    def fits(self, begun: "Draft") -> bool:
        """Whether both texts can be one draft, whose words reach nobody that they were not for:
        both are for the same people, or for nobody yet, or one is for the sender only, whom the
        other is for too."""
        mine, theirs = (one.recipients or Recipients(()) for one in (self, begun))
        if not mine.everybody or not theirs.everybody or mine.same_people(theirs):
            return True
        private = next((one for one in (theirs, mine) if one.only_sender), None)
        both = [{one.address for one in it.everybody} for it in (mine, theirs)]
        return (
            private is not None and {one.address for one in private.everybody} <= both[0] & both[1]
        )

    def above(self, begun: "Draft | None") -> "Draft":
        """Both texts as one draft, the one begun meanwhile (`begun`) below. It goes to the fewer
        people: a text written only to the sender must not gain readers."""
        if begun is None:
            return self
        chosen = self.chosen.joined(begun.chosen)
        if begun.text.strip() == self.text.strip():
            return replace(self, chosen=chosen)
        known = [one for one in (self.recipients, begun.recipients) if one is not None]
        named = next((one for one in known if one.everybody), known[0] if known else None)
        private = next((one for one in reversed(known) if one.only_sender), None)
        text = "\n\n".join(filter(None, (self.text, begun.text)))
        return Draft(text, self.seen, private or named, chosen)

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
