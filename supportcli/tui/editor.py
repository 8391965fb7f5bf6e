"""A text in the agent's own editor."""

import os
import shlex
import subprocess
import tempfile
from pathlib import Path

from supportcli.errors import EditorFailed


def edited(text: str) -> str:
    """Open `text` in $VISUAL, $EDITOR or vi, and answer with what was saved. EditorFailed where it cannot be started or ends with an error; the
    text is then as it was."""
    command = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    with tempfile.TemporaryDirectory(prefix="supportcli-") as folder:
        file = Path(folder) / "reply.txt"
        file.write_text(text, encoding="utf-8")
        try:
            code = subprocess.run([*shlex.split(command), str(file)], check=False).returncode
        except (OSError, ValueError) as error:
            raise EditorFailed(command, str(error)) from error
        if code:
            raise EditorFailed(command, f"it ended with {code}")
        return file.read_text(encoding="utf-8", errors="replace").rstrip("\n")
