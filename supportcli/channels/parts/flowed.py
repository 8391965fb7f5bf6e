"""format=flowed (RFC 3676): joins paragraphs that were broken for sending."""

from supportcli.channels.html.page import NO_QUOTE

_MOST_LINES = 100_000


def unflow(text: str, *, delsp: bool) -> str:
    """`text` with its soft breaks joined.

    Only lines with the same quote depth are joined; a signature separator ends a paragraph. With
    `delsp` the space before a soft break belongs to the break, as in languages without spaces. A
    text of more than 100,000 lines stays as it is."""
    if text.count("\n") > _MOST_LINES:
        return text
    lines: list[str] = []
    paragraph: list[str] = []
    depth = -1
    for line in text.split("\n"):
        body = line.lstrip(">")
        quotes = len(line) - len(body)
        body = body.removeprefix(" ")
        flows = body.endswith(" ") and body != "-- "
        if paragraph and (quotes != depth or body == "-- "):
            lines.append(_quoted(depth, "".join(paragraph)))
            paragraph = []
        depth = quotes
        paragraph.append(body[:-1] if flows and delsp else body)
        if not flows:
            lines.append(_quoted(depth, "".join(paragraph)))
            paragraph = []
    if paragraph:
        lines.append(_quoted(depth, "".join(paragraph)))
    return "\n".join(lines)


def _quoted(depth: int, text: str) -> str:
    """A paragraph after its quote marks. If it has none but begins with one, a space is put before
    it, since it is no quote (RFC 3676, 4.4)."""
    if depth:
        return f"{'>' * depth} {text}"
    return f"{NO_QUOTE}{text}" if text.startswith(">") else text
