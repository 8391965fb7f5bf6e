"""A text in the agent's own editor."""

from supportcli.desk.editor import text_from_editor


def edited(text: str) -> str:
    """Open `text` in the agent's editor, and answer with what was saved. EditorFailed where the
    editor fails; its hint says where the text is."""
    with text_from_editor("reply", text) as written:
        return written.rstrip("\n")
