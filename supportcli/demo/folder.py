"""A folder that is removed when this process ends in any way: normally, by an error, by a signal,
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
    """A new folder (0700) in the system's temporary folder, removed with its content.

    A child process removes it when its standard input ends: we close that, or the kernel does if we
    cannot. The child has its own session, so that ctrl+c and a closed terminal do not reach it, and
    it tries again if somebody is still writing into the folder."""
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
        shutil.rmtree(path, ignore_errors=True)  # in case somebody ended the child
