"""A folder that is gone when this process is, however it ends: by itself, by an error, by a signal,
even by SIGKILL."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

REMOVER = Path(__file__).with_name("remover.py")


@contextmanager
def passing_folder(prefix: str) -> Iterator[Path]:
    """A new folder (0700) in the system's temporary place, removed with all that is in it.

    A child process removes it, when its standard input ends: we close that in time, and the kernel
    does where we cannot. It has a session of its own, so that ctrl+c and a terminal that goes away
    do not reach it, and tries again where somebody is still writing into the folder."""
    path = tempfile.mkdtemp(prefix=prefix)
    command = [sys.executable, "-I", "-S", str(REMOVER), path]
    silent = subprocess.DEVNULL
    remover = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=silent,
        stderr=silent,
        start_new_session=True,
        cwd="/",
    )
    try:
        yield Path(path)
    finally:
        remover.communicate()
        shutil.rmtree(path, ignore_errors=True)  # in case that somebody ended the child
