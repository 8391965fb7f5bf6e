"""A folder that is gone when this process is, however it ends: by itself, by an error, by a signal, even by SIGKILL."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

REMOVER = """
import shutil, sys, time
sys.stdin.buffer.read()
for _ in range(100):
    shutil.rmtree(sys.argv[1], ignore_errors=True)
    try:
        open(sys.argv[1]).close()
    except FileNotFoundError:
        break
    except OSError:
        time.sleep(0.1)
"""


@contextmanager
def passing_folder(prefix: str) -> Iterator[Path]:
    """A new folder (0700) in the system's temporary place, removed with all that is in it.

    A child process removes it, when its standard input ends: we close that in time, and the kernel does where we cannot. It has a session of
    its own, so that ctrl+c and a terminal that goes away do not reach it, and tries again where somebody is still writing into the folder.
    """
    path = tempfile.mkdtemp(prefix=prefix)
    command = [sys.executable, "-I", "-S", "-c", REMOVER, path]
    silent = subprocess.DEVNULL
    remover = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=silent, stderr=silent, start_new_session=True, cwd="/")
    try:
        yield Path(path)
    finally:
        remover.communicate()
        shutil.rmtree(path, ignore_errors=True)  # in case that somebody ended the child
