"""Removes a folder when standard input ends. `folder.passing_folder` starts it as a script; it uses
only the standard library."""

import shutil
import sys
import time
from pathlib import Path

TRIES = 100
PAUSE = 0.1


def main(folder: Path) -> None:
    """Wait for the end of standard input, then remove `folder`; try again while somebody is still
    writing into it."""
    sys.stdin.buffer.read()
    for _ in range(TRIES):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            break
        time.sleep(PAUSE)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
