"""A text with what it answers below it, in one file for an editor: below a scissors line, as in
git's commit messages."""

from collections.abc import Iterable

SCISSORS = "# ------------------------ >8 ------------------------"
_TOLD = "# Everything below this line is ignored."


def with_below(text: str, notes: Iterable[str], quoted: str) -> str:
    """The text, and below a scissors line `notes`, a line each, and what is `quoted`."""
    lines = [
        *(f"# {note}".rstrip() for note in notes),
        "#",
        *(f"> {line}".rstrip() for line in quoted.rstrip().split("\n")),
    ]
    return "\n".join([text, "", SCISSORS, _TOLD, *lines, ""])


def above(written: str) -> str | None:
    """The text above the scissors line, without the blank lines before that; None if the line is
    gone or was changed: then nobody can tell what was written and what was below. A line of the
    same words that the text itself has is no border: ours is the last one, as all lines below it
    begin with other signs."""
    lines = written.split("\n")
    places = [place for place, line in enumerate(lines) if line.rstrip() == SCISSORS]
    return "\n".join(lines[: places[-1]]).rstrip("\n") if places else None


def added_below(written: str) -> str:
    """What somebody wrote below the scissors line: the lines that do not begin as ours do."""
    lines = written.split("\n")
    places = [place for place, line in enumerate(lines) if line.rstrip() == SCISSORS]
    below = lines[places[-1] + 1 :] if places else []
    return "\n".join(line for line in below if line.strip() and line[0] not in "#>")
