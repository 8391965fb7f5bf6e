"""Draw the README's picture: the inbox of the demo as Textual exports it. Run by `make picture`."""

import asyncio
from pathlib import Path

from supportcli.demo.shop import open_shop
from supportcli.tui.app import Inbox

PICTURE = Path(__file__).resolve().parent.parent / "docs" / "inbox.svg"
COLUMNS, LINES = 150, 42
KEYS = ("enter",)


async def draw(app: Inbox) -> str:
    """The inbox as SVG, once its tickets and the opened conversation are on screen."""
    async with app.run_test(size=(COLUMNS, LINES)) as pilot:
        while "To&#160;do" not in app.export_screenshot():
            await pilot.pause(0.1)
        for key in KEYS:
            await pilot.press(key)
            await pilot.pause(1.0)
        return app.export_screenshot(title="supportcli")


if __name__ == "__main__":
    with open_shop(3600, lambda _: None) as opened:
        PICTURE.write_text(asyncio.run(draw(Inbox(opened.settings))), encoding="utf-8")
