"""`A` saves, reads and opens the files of a ticket."""

import io
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from supportcli.config import InboxLook
from supportcli.desk import Desk
from tests.desk.fake_channel import FakeServers, take_in
from tests.desk.letters import HELP
from tests.tui.inboxes import Seen, drive, shop

PDF = b"%PDF-1.4 \x00\xff receipt"
CSV = "order;amount\r\nHD-20311;389,00 €\r\nHD-7;\x1b[31m12\r\n".encode()


@contextmanager
def mailed(folder: Path, *files: tuple[str, bytes], **look: Any) -> Iterator[Desk]:
    """A desk with one more ticket, #2, that brought these files; it saves in `saved`."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Maria <maria@acme.test>", HELP, "Refund"
    mail["Message-ID"] = "<files@acme.test>"
    mail.set_content("See the files.\n")
    for name, content in files:
        main, sub = ("text", "csv") if name.endswith("csv") else ("application", "octet-stream")
        mail.add_attachment(content, maintype=main, subtype=sub, filename=name)
    servers = FakeServers()
    (folder / "saved").mkdir()
    with shop(folder, 1) as desk:
        take_in(servers.at(desk), servers, mail.as_bytes())
        chosen = InboxLook(save_to=str(folder / "saved"), **look)
        yield replace(desk, settings=replace(desk.settings, inbox=chosen))


def test_the_one_file_of_a_ticket_is_saved_by_two_keys(tmp_path: Path) -> None:
    with mailed(tmp_path, ("receipt.pdf", PDF)) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("j", "enter")
            assert "A saves, reads or opens a file" in seen.text
            await seen.press("A")
            assert "receipt.pdf:" in seen.text
            await seen.press("enter")
            assert "Saved receipt.pdf" in seen.text
            await seen.press("A", "enter")  # a name that is taken gets a number

        drive(desk, script)
    saved = {one.name: one for one in (tmp_path / "saved").iterdir()}
    assert saved.keys() == {"receipt.pdf", "receipt (1).pdf"}
    assert saved["receipt.pdf"].read_bytes() == PDF
    assert saved["receipt.pdf"].stat().st_mode & 0o777 == 0o600


def test_one_of_several_is_saved_under_a_path_that_tab_completes(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    with mailed(tmp_path, ("receipt.pdf", PDF), ("orders.csv", CSV)) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("j", "A")
            for shown in ("1 receipt.pdf", "2 orders.csv", "all 2 files"):
                assert shown in seen.text
            await seen.press("2", "enter")
            await seen.type(f"{tmp_path}/else")
            await seen.press("tab")
            await seen.type("mine.csv")
            await seen.press("enter")
            assert "Saved mine.csv in " in seen.text
            await seen.press("A", "1", "enter", *f"{tmp_path}/elsewhere/mine.csv", "enter")
            assert "already exists; nothing was saved." in seen.text
            await seen.press("A", "1", "enter", *"/nowhere/at/all", "enter")
            assert "cannot be written: No such file or directory" in seen.text

        drive(desk, script, (160, 45))
    assert (tmp_path / "elsewhere" / "mine.csv").read_bytes() == CSV
    assert list((tmp_path / "saved").iterdir()) == []


def test_all_are_saved_at_once_into_a_folder_only(tmp_path: Path) -> None:
    with mailed(tmp_path, ("receipt.pdf", PDF), ("../../orders.csv", CSV)) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("j", "A", *"all", "enter", *"/nowhere", "enter")
            assert "/nowhere is no folder; nothing was saved." in seen.text
            await seen.press("A", *"all", "enter", "enter")
            assert "Saved 2 files in " in seen.text

        drive(desk, script, (160, 45))
    assert sorted(one.name for one in (tmp_path / "saved").iterdir()) == [
        "orders.csv",
        "receipt.pdf",
    ]


def test_a_table_is_read_in_the_inbox_and_shows_no_escapes(tmp_path: Path) -> None:
    with mailed(tmp_path, ("orders.csv", CSV)) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("j", "A", *"read", "enter")
            assert "order     amount" in seen.text
            assert "HD-20311  389,00 €" in seen.text
            assert "\x1b" not in seen.text
            await seen.press("escape", "k")
            assert seen.cursor == 1

        drive(desk, script)


def test_a_file_is_opened_only_by_the_program_of_the_agent_and_only_if_it_is_harmless(
    tmp_path: Path,
) -> None:
    program = tmp_path / "viewer.py"
    program.write_text(
        "import shutil, sys\nshutil.copy(sys.argv[1], f'{sys.argv[1]}.x')\n"
        f"open({str(tmp_path / 'opened')!r}, 'w').write(sys.argv[1])\n"
    )
    look = {"open_with": f"{sys.executable} {program}"}
    files = (("receipt.pdf", PDF), ("run.desktop", b"[Desktop Entry]"))
    with mailed(tmp_path, *files, **look) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("j", "A", "2", "enter", *"open", "enter")
            assert "this kind of file is not opened from here" in seen.text
            await seen.press("escape", "A", "1", "enter", *"open", "enter")
            assert "Opened receipt.pdf" in seen.text

        drive(desk, script, (160, 45))
    told = tmp_path / "opened"
    ends = time.monotonic() + 30
    while not (told.exists() and told.read_text()) and time.monotonic() < ends:
        time.sleep(0.05)
    assert told.read_text().endswith("/receipt.pdf")


@pytest.mark.parametrize("files", [(), (("logo.png", b"\x89PNG"),)])
def test_what_cannot_be_saved_says_why(
    tmp_path: Path, files: tuple[tuple[str, bytes], ...]
) -> None:
    with mailed(tmp_path, *files) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("A")
            assert "#1 has no files." in seen.text
            await seen.press("escape", "j", "A")
            assert ("#2 has no files." in seen.text) == (not files)

        drive(desk, script)


def picture() -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (60, 40), (255, 0, 0)).save(content, "PNG")
    return content.getvalue()


@pytest.mark.parametrize("colourless", [False, True])
def test_a_picture_is_looked_at_only_when_it_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, colourless: bool
) -> None:
    if colourless:
        monkeypatch.setenv("NO_COLOR", "1")
    with mailed(tmp_path, ("noise.png", picture())) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("j", "enter")
            assert "▀" not in seen.text
            await seen.press("A", *"look", "enter")
            assert " noise.png · " in seen.text
            assert ("▀" * 60 if not colourless else "::::") in seen.text
            await seen.press("escape")
            assert "See the files." in seen.text

        drive(desk, script)


def test_a_picture_that_is_none_is_refused(tmp_path: Path) -> None:
    with mailed(tmp_path, ("noise.png", b"\x1b]0;evil\x07")) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("j", "enter", "A", *"look", "enter")
            assert "The picture cannot be shown: " in seen.text
            assert "See the files." in seen.text

        drive(desk, script)
