"""Keeps a server from outliving the test that started it: `python guard.py FOLDER SIGNAL USER
COMMAND…`.

A test process that is killed cannot clean up, but the kernel closes its pipes. So the guard runs
the server as its child and waits for the end of its own standard input: then it stops the server
with SIGNAL, kills what remains after two seconds, and removes FOLDER. When the server ends by
itself, its status goes to FOLDER/ended and the folder stays for whoever wants to read the log. USER
`-` means the present one. Uses the standard library only, so that it starts in a few milliseconds.
"""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

GRACE = 2.0


def main(folder: Path, stop: signal.Signals, user: str, command: list[str]) -> None:
    """Run `command` until it ends or standard input does; then nothing of it is left."""
    uid, gid, groups = identity(user)
    with (folder / "log").open("ab") as log:
        server = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=folder,
            start_new_session=True,
            user=uid,
            group=gid,
            extra_groups=groups,
        )
    stopper = threading.Thread(target=stop_at_end_of_input, args=(server, stop))
    stopper.start()
    status = server.wait()
    (folder / "ended").write_text(str(status), encoding="ascii")
    stopper.join()
    shutil.rmtree(folder, ignore_errors=True)


def identity(user: str) -> tuple[int | None, int | None, list[int] | None]:
    """User, group and further groups by which subprocess starts a command as `user`."""
    if user == "-":
        return None, None, None
    entry = pwd.getpwnam(user)
    return entry.pw_uid, entry.pw_gid, []


def stop_at_end_of_input(server: subprocess.Popen[bytes], stop: signal.Signals) -> None:
    """Wait until the parent closes our input or dies, then end the server's whole process group."""
    sys.stdin.buffer.read()
    signal_group(server.pid, stop)
    with contextlib.suppress(subprocess.TimeoutExpired):
        server.wait(GRACE)
    signal_group(server.pid, signal.SIGKILL)


def signal_group(group: int, number: signal.Signals) -> None:
    """Send `number` to every process of `group`; a group that is gone is no error."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


if __name__ == "__main__":
    main(Path(sys.argv[1]), signal.Signals(int(sys.argv[2])), sys.argv[3], sys.argv[4:])
