"""What time alone changes in the service levels."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ticked:
    """How many warnings and breaches were noted."""

    warned: int = 0
    breached: int = 0
