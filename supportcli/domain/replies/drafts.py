"""Drafts as values."""

from dataclasses import dataclass

from supportcli.domain.replies.recipients import Recipients


@dataclass(frozen=True, slots=True)
class Draft:
    """A text that was not sent. `seen` is the last event that its writer had seen; `recipients`
    whom it is for, as they were shown when it was begun: None in a note, and in a draft from before
    that was kept."""

    text: str
    seen: int
    recipients: Recipients | None = None

    def above(self, begun: "Draft | None") -> "Draft":
        """The text, and below it another one that was begun meanwhile, as one draft. It goes to the
        fewer people: what was written to the sender only gets no more readers."""
        if begun is None or begun.text.strip() == self.text.strip():
            return self
        private = next(
            (one for one in (begun.recipients, self.recipients) if one and one.only_sender), None
        )
        text = "\n\n".join(filter(None, (self.text, begun.text)))
        return Draft(text, self.seen, private or self.recipients or begun.recipients)
