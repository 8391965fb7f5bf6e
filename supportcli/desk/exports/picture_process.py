"""Decodes a picture that a stranger sent, as a program of its own, within limits: image libraries
are large, and what they read is hostile. It loads nothing of ours.

It reads the size in pixels that is wanted and the most colours (`width height colours`; 0: any
number) on a line and the file behind it, and writes the size that came of it and its pixels, three
bytes each, line by line."""

import io
import resource
import sys

_MEMORY = 768 << 20
_SECONDS = 5
_PIXELS = 40_000_000
"""Larger pictures are not decoded: a few bytes may stand for any number of pixels."""

_FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP")
_GROUND = (128, 128, 128)
"""Behind what is transparent: dark and light marks are both seen on it."""


def main() -> None:
    """Decode one picture. Exits with 1 if it cannot, with the reason on standard error."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    asked, content = sys.stdin.buffer.readline(), sys.stdin.buffer.read()
    width, height, colours = map(int, asked.split())
    try:
        size, pixels = _decoded(content, (width, height), colours)
    except Exception as error:  # noqa: BLE001  # an image library raises anything
        sys.exit(f"{type(error).__name__}: {error}")
    sys.stdout.buffer.write(b"%d %d\n" % size + pixels)


def _decoded(
    content: bytes, wanted: tuple[int, int], colours: int
) -> tuple[tuple[int, int], bytes]:
    from PIL import Image  # noqa: PLC0415  # after the limits

    with Image.open(io.BytesIO(content), formats=_FORMATS) as picture:
        if picture.width * picture.height > _PIXELS:
            raise ValueError(f"{picture.width} × {picture.height} pixels are too many")
        picture.draft("RGB", wanted)
        shown = picture.convert("RGBA")
    shown.thumbnail(wanted)
    ground = Image.new("RGBA", shown.size, (*_GROUND, 255))
    flat = Image.alpha_composite(ground, shown).convert("RGB")
    if colours:
        flat = flat.quantize(colours).convert("RGB")
    return flat.size, flat.tobytes()


if __name__ == "__main__":
    main()
