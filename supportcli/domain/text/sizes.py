"""Numbers of bytes as people read them."""

_UNITS = ((1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "KB"))


def size(count: int) -> str:
    """A number of bytes as people read it: 88 KB."""
    for unit, name in _UNITS:
        if count >= unit:
            return (
                f"{count / unit:.0f} {name}" if count >= 10 * unit else f"{count / unit:.1f} {name}"
            )
    return "1 byte" if count == 1 else f"{count} bytes"
