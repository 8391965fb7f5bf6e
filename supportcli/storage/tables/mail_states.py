"""The states of mails and of ledger rows, as their columns have them."""

KEPT, ACCEPTED, HELD, DUPLICATE, IGNORED, DISCARDED = (
    "kept",
    "accepted",
    "held",
    "duplicate",
    "ignored",
    "discarded",
)
"""The states of a mail."""

DECIDED = (ACCEPTED, HELD, DUPLICATE, IGNORED, DISCARDED)
"""The states of a mail that was decided."""

OLD, GONE, UNREADABLE = "old", "gone", "unreadable"
"""The states of a ledger row without bytes; with them it is `KEPT`."""

PARTIAL, TOO_LARGE = "partial", "too large"
"""The states of a ledger row that is only partly here: the rest will be fetched, or stays on the
server. (A row that is too large and has no mail is older than the keeping of first bytes.)"""
