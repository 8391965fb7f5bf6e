"""Pictures that strangers sent, as pixels for a terminal. They are decoded by a program of their
own, with limits of memory and time, and only when an agent asks for one."""

import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import PurePath

from supportcli.desk.exports import picture_process
from supportcli.domain.mail import Attachment
from supportcli.errors.files import PictureUnreadable

_LARGEST = 20 << 20
_SECONDS = 6.0
_SUFFIXES = frozenset({"bmp", "gif", "jpeg", "jpg", "png", "webp"})


@dataclass(frozen=True, slots=True)
class Pixels:
    """A picture: three bytes a pixel (red, green, blue), line by line."""

    width: int
    height: int
    content: bytes

    def at(self, x: int, y: int) -> tuple[int, int, int]:
        """The colour of a pixel; black below the last line."""
        start = 3 * (y * self.width + x)
        red, green, blue = self.content[start : start + 3] or b"\0\0\0"
        return red, green, blue


def is_picture(file: Attachment) -> bool:
    """Whether a file is of a kind that can be shown, by its type or its suffix."""
    suffix = PurePath(file.name).suffix.lower().lstrip(".")
    return (file.type.startswith("image/") and file.type != "image/svg+xml") or suffix in _SUFFIXES


def why_not(file: Attachment) -> str:
    """Why a picture cannot be shown here; "" if it can be tried."""
    if find_spec("PIL") is None:
        return "install supportcli[images]"
    return "it is too large to be shown here" if file.size > _LARGEST else ""


def decoded(content: bytes, width: int, height: int, colours: int = 0) -> Pixels:
    """A picture in at most so many pixels, and so many colours (0: any number).
    PictureUnreadable."""
    try:
        done = subprocess.run(
            [sys.executable, "-I", picture_process.__file__],
            input=b"%d %d %d\n" % (max(width, 1), max(height, 1), colours) + content,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise PictureUnreadable("it takes too long") from error
    head, _, pixels = done.stdout.partition(b"\n")
    size = head.split()
    if done.returncode or len(size) != len(("width", "height")):
        told = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise PictureUnreadable(told[-1] if told else "the program that decodes it was ended")
    found = Pixels(int(size[0]), int(size[1]), pixels)
    if len(pixels) != 3 * found.width * found.height:
        raise PictureUnreadable("the program that decodes it was ended")
    return found
