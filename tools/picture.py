"""Draw the README's pictures: the inbox of the demo as Textual exports it, with the letters it
needs. Run by `make picture`; it wants the fonts DejaVu Sans Mono (fonts-dejavu-core)."""

import asyncio
import base64
import html
import io
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

from supportcli.config import Settings
from supportcli.demo.shop import open_shop
from supportcli.tui.app import Inbox

DOCS = Path(__file__).resolve().parent.parent / "docs"
FONTS = Path("/usr/share/fonts/truetype/dejavu")
FACES = {"400": "DejaVuSansMono.ttf", "700": "DejaVuSansMono-Bold.ttf"}
FAMILY = "DejaVu Sans Mono"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: its file, the size of the terminal, and what is pressed before it is drawn."""

    name: str
    size: tuple[int, int]
    keys: Sequence[str]


PICTURES = (
    Picture("list", (100, 30), ()),
    Picture("inbox", (160, 45), ("enter",)),
    Picture("composer", (120, 36), ("r", *"Dear Mr Mullins,", "enter", "enter")),
    Picture("dashboard", (120, 36), ("g", "d")),
)


async def draw(settings: Settings, picture: Picture) -> str:
    """The inbox as SVG, once its tickets and what the keys open are on screen."""
    app = Inbox(settings)
    async with app.run_test(size=picture.size) as pilot:
        while "To&#160;do" not in app.export_screenshot():
            await pilot.pause(0.1)
        await pilot.pause(1.0)
        for key in picture.keys:
            await pilot.press(key)
        await pilot.pause(1.5)
        return app.export_screenshot(title="supportcli")


def with_letters(svg: str) -> str:
    """The same, with the letters that it shows within: a page that shows it loads no fonts from
    elsewhere."""
    shown = {
        *html.unescape("".join(re.findall(r"<text[^>]*>([^<]*)</text>", svg))),
        *"supportcli",
    }
    faces = "".join(_face(weight, file, shown) for weight, file in FACES.items())
    without = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    return re.sub("Fira Code", FAMILY, without).replace("<style>", f"<style>{faces}", 1)


def _face(weight: str, file: str, shown: set[str]) -> str:
    font = TTFont(FONTS / file)
    cut = subset.Subsetter(subset.Options(layout_features=[], hinting=False, name_IDs=[0, 13, 14]))
    cut.populate(text="".join(sorted(shown)))
    cut.subset(font)
    written = io.BytesIO()
    font.save(written)
    data = base64.b64encode(written.getvalue()).decode("ascii")
    source = f"url(data:font/ttf;base64,{data}) format('truetype')"
    return f"@font-face {{font-family: '{FAMILY}'; font-weight: {weight}; src: {source};}}\n"


def main() -> int:
    """Draw all pictures; returns the exit code."""
    if not all((FONTS / file).exists() for file in FACES.values()):
        sys.stderr.write(f"There is no {FAMILY} in {FONTS}: install fonts-dejavu-core.\n")
        return 1
    with open_shop(3600, lambda _: None) as opened:
        for picture in PICTURES:
            svg = with_letters(asyncio.run(draw(opened.settings, picture)))
            (DOCS / f"{picture.name}.svg").write_text(svg, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
