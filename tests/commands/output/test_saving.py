"""Every file that a command writes: whole or not at all, for its owner alone, and in nobody's
place."""

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from supportcli.desk import saving
from tests.commands.program import Program

WRITERS = {
    "export": ("export", "csv", "-o", "{}"),
    "report": ("report", "volume", "--html", "{}"),
    "attachment": ("ticket", "attachment", "1:1", "{}"),
    "backup": ("db", "backup", "{}"),
}


def written(desk: Program, call: tuple[str, ...], place: Path, *more: str) -> int:
    return desk.run(*(word.format(place) for word in call), *more).code


@pytest.fixture
def mailed(desk: Program) -> Program:
    """A desk with an attachment, whose person's umask lets everybody read."""
    from tests.commands.letters import letter

    desk.done(
        "mail",
        "ingest",
        "-",
        "--mailbox",
        "help@shop.test",
        stdin=letter("See.\n", "Leak", ("photo.jpg", b"new")),
    )
    return desk


@pytest.fixture(autouse=True)
def open_handed() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def modes(folder: Path) -> set[int]:
    return {stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("what", WRITERS)
def test_a_file_is_for_its_owner_alone_and_nothing_is_left_beside_it(
    mailed: Program, what: str
) -> None:
    place = mailed.folder / "out" / "file"
    place.parent.mkdir()
    assert written(mailed, WRITERS[what], place) == 0
    assert (modes(place.parent), [path.name for path in place.parent.iterdir()]) == (
        {0o600},
        ["file"],
    )


def test_canned_responses_are_too(mailed: Program) -> None:
    mailed.done("canned", "add", "hi", "--title", "Hi", "--text", "Hi.")
    mailed.done("canned", "export", "out")
    assert modes(mailed.folder / "out") == {0o600}
    refused = mailed.run("canned", "export", "out")
    assert (refused.code, refused.err.splitlines()[0]) == (
        1,
        "supportcli: out/hi.md already exists; nothing was written.",
    )
    (mailed.folder / "out" / "hi.md").write_text("mine")
    mailed.done("canned", "export", "out", "--force")
    assert "title" in (mailed.folder / "out" / "hi.md").read_text()


@pytest.mark.parametrize("what", ["export", "attachment", "backup"])
def test_what_is_there_is_left_as_it_is_unless_somebody_insists(mailed: Program, what: str) -> None:
    place, link = mailed.folder / "file", mailed.folder / "link"
    place.write_bytes(b"old")
    link.symlink_to(place)
    for there in (place, link):
        assert written(mailed, WRITERS[what], there) == 1
    assert written(mailed, WRITERS[what], link, "--force") == 0
    assert (place.read_bytes(), link.is_symlink()) == (b"old", False), (
        "a link makes room, what it leads to stays"
    )
    assert written(mailed, WRITERS[what], place, "--force") == 0
    assert place.read_bytes() != b"old"


@pytest.mark.parametrize("what", ["export", "attachment", "backup"])
def test_no_device_and_no_folder_makes_room(mailed: Program, what: str) -> None:
    pipe = mailed.folder / "pipe"
    os.mkfifo(pipe)
    assert written(mailed, WRITERS[what], pipe, "--force") == 1
    assert pipe.is_fifo()
    if what != "attachment":
        assert written(mailed, WRITERS[what], mailed.folder, "--force") == 1
    assert written(mailed, WRITERS[what], mailed.folder / "none" / "file") == 1
    assert [path.name for path in mailed.folder.iterdir() if path.name.startswith(".file")] == []


def test_where_there_are_no_links_a_name_is_taken_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Path, __: Path) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    saving.whole([b"one"], tmp_path / "file", force=False)
    with pytest.raises(FileExistsError):
        saving.whole([b"two"], tmp_path / "file", force=False)
    assert ((tmp_path / "file").read_bytes(), len(list(tmp_path.iterdir())), modes(tmp_path)) == (
        b"one",
        1,
        {0o600},
    )


@pytest.mark.parametrize("force", [True, False])
def test_what_fails_on_the_way_leaves_nothing(tmp_path: Path, *, force: bool) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"half"
        raise KeyboardInterrupt

    place = tmp_path / ("ü" * 120)
    if force:
        place.write_bytes(b"old")
    with pytest.raises(KeyboardInterrupt):
        saving.whole(pieces(), place, force=force)
    assert [path.read_bytes() for path in tmp_path.iterdir()] == ([b"old"] if force else [])
