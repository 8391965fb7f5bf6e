"""Files of strangers that somebody wants to see: opened by a program of this machine, or fetched to
another one."""

import atexit
import getpass
import os
import shlex
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from threading import Thread

from supportcli.errors.files import ViewerFailed

SHOWN = frozenset(
    {"avif", "bmp", "csv", "docx", "eml", "gif", "heic", "ics", "jpeg", "jpg", "json", "log"}
    | {"m4a", "md", "mov", "mp3", "mp4", "odp", "ods", "odt", "ogg", "pdf", "png", "pptx", "rtf"}
    | {"tif", "tiff", "txt", "vcf", "wav", "webm", "webp", "xlsx"}
)
"""The suffixes of files that a program may be given. It goes by the suffix too, so nothing that it
would run, mount, install or render as a page with scripts is here."""


def may_open(name: str) -> bool:
    """Whether a file of this name is of a kind that is only shown."""
    return Path(name).suffix.lower().lstrip(".") in SHOWN


def show(program: str, name: str, content: bytes) -> None:
    """Give a file to a program that runs beside us, under its safe `name`, in a folder of our own
    (0700) that is removed at our end. ViewerFailed if the program cannot be started."""
    try:
        folder = Path(tempfile.mkdtemp(prefix="supportcli-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        file = folder / name
        file.touch(mode=0o600)
        file.write_bytes(content)
    except OSError as error:
        raise ViewerFailed(program, error.strerror or str(error)) from error
    _start(program, str(file))


def follow(program: str, url: str) -> None:
    """Give an address of the web to a program that runs beside us. ViewerFailed if it cannot be
    started, or if this is no address of the web: then a program might run it."""
    if not url.lower().startswith(("http://", "https://")):
        raise ViewerFailed(program, "this is no address of the web")
    _start(program, url)


def page(text: str, environ: Mapping[str, str] = os.environ) -> None:
    """Show a clean text in the agent's pager (PAGER, else less), from a file (0600) that is removed
    again. The terminal must be its own meanwhile. ViewerFailed if it cannot be started."""
    program = environ.get("PAGER", "").strip() or "less"
    try:
        with tempfile.TemporaryDirectory(prefix="supportcli-") as folder:
            file = Path(folder) / "message.txt"
            file.touch(mode=0o600)
            file.write_text(text, encoding="utf-8")
            subprocess.run([*shlex.split(program), str(file)], check=False)  # its own program
    except (OSError, ValueError) as error:
        why = str(getattr(error, "strerror", "") or error)
        raise ViewerFailed(program, why, "The variable PAGER names it.") from error


def _start(program: str, what: str) -> None:
    try:
        started = subprocess.Popen(  # the person's own program, without a shell
            [*shlex.split(program), what],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        raise ViewerFailed(program, str(getattr(error, "strerror", "") or error)) from error
    Thread(target=started.wait, name="viewer", daemon=True).start()  # leaves no zombie


def fetching_command(number: int, place: int, name: str) -> str:
    """What somebody who works here over SSH runs on their own machine to get a file."""
    there = shlex.quote(f"{getpass.getuser()}@{socket.gethostname()}")
    return f"ssh {there} supportcli ticket attachment {number}:{place} - > {shlex.quote(name)}"
