"""What a list shows of a message: its first words, on one line."""

READ = 300
"""So many characters of a message are read to find its first words."""

_MOST = 160


def first_words(text: str) -> str:
    """The first words of a text; "" if there are none. Quoted lines are left out: an answer below a
    quote begins after it."""
    if ">" in text:
        text = "\n".join(line for line in text.split("\n") if not line.lstrip().startswith(">"))
    return " ".join(text.split())[:_MOST]
