"""Examples at the end of a command's help."""


def examples(*lines: str) -> str:
    """The epilog that shows these calls, each on a line of its own: the backspace keeps Typer from
    filling them."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)
