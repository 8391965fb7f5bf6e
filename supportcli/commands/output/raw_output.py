"""Bytes on standard output, as a customer sent them."""

import sys

from supportcli.errors import UsageError
from supportcli.errors.program import OutputClosed


def to_output(
    content: bytes, *, force: bool, what: str = "An attachment", how: str = "… - > FILE"
) -> None:
    """Write the bytes to standard output. UsageError if that is a terminal, which must not see what
    a stranger sent; OutputClosed if it was closed before we began."""
    if sys.__stdout__ is None:  # its replacement (see `__main__`) leads nowhere
        raise OutputClosed
    if sys.stdout.isatty() and not force:
        raise UsageError(
            f"{what} is not written to a terminal.", f"Redirect it: {how}, or use --force."
        )
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()
