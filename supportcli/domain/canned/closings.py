"""Where the body of a text ends: before “Kind regards” and the name of whoever writes it."""

_MOST_LINES = 4
"""A closing is no longer than that: “Kind regards”, a name, a role, a company."""


def end_of_body(text: str, writer: str) -> int:
    """The place behind the last character of the body: behind the paragraph before the last one, if
    that is a closing, a few lines one of which begins with the writer's name or first name. In any
    language; else the end of the text."""
    body, gap, closing = text.rstrip().rpartition("\n\n")
    lines = [" ".join(line.casefold().split()) for line in closing.split("\n")]
    names = [" ".join(writer.casefold().split())]
    names += names[0].split()[:1]
    signed = any(
        line == name or line.startswith((f"{name} ", f"{name},"))
        for line in lines
        for name in names
        if name
    )
    return len(body.rstrip()) if gap and signed and len(lines) <= _MOST_LINES else len(text)
