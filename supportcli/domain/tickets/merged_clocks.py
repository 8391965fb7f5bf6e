"""What the event of a merge says about clocks: the responses that the other ticket awaited."""

AWAITS = "awaits"
"""What a merge says in the ticket that takes messages in: the kinds of responses that were awaited
in the other ticket in time, each with since when."""

MISSED = "missed"
"""The same of those that had been missed there: a list, as `domain.sla.history` shapes
them."""
