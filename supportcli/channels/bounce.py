"""Delivery reports."""

from supportcli.channels.parts import Structure
from supportcli.domain.mail import Bounce


def read_bounce(raw: bytes, structure: Structure, text: str) -> Bounce | None:
    """The delivery report that a mail is, or None."""
    return None
