"""Canned responses as files: ten faults planted, each found and nothing else; what is exported
imports as the same."""

import os
from pathlib import Path

import pytest

from supportcli.desk import Desk
from supportcli.desk.canned import folders, responses
from supportcli.desk.canned.folders import enclosed
from supportcli.desk.setup import starters
from supportcli.domain.canned.responses import Body, Canned, Macro, Scope
from supportcli.domain.tickets.ticket import Status
from supportcli.errors import UsageError
from supportcli.errors.canned import CannedFaulty
from supportcli.storage import canned as stored
from tests.desk.desks import START, StandingClock, desk_at

HEAD = '+++\ntitle = "{}"\n{}+++\n'
PLANTED = {
    "unknown-variable.md": (
        HEAD.format("A", "") + "Hello {{ customer.frist_name }}",
        4,
        "“customer.frist_name” is unknown",
    ),
    "syntax.md": (
        HEAD.format("B", "") + "\n\nHello {% if customer.name %}",
        6,
        "This cannot be read",
    ),
    "dead-attachment.md": (
        HEAD.format("C", 'attachments = ["dead-attachment/gone.pdf"]\n') + "See below.",
        3,
        "dead-attachment/gone.pdf is not there",
    ),
    "second-fine.md": (
        HEAD.format("D", 'shortcut = "fine"\n') + "Twice.",
        3,
        "The shortcut “fine” is already used in",
    ),
    "empty.md": (HEAD.format("E", ""), 3, "It says nothing"),
    "mailbox.md": (
        HEAD.format("F", 'mailbox = "no@shop.test"\n') + "Hi.",
        3,
        "There is no mailbox no@shop.test.",
    ),
    "language.md": (
        HEAD.format("G", "") + "Hi.\n\n+++ klingon\nHi.",
        6,
        "The language “klingon” is unknown",
    ),
    "verb.md": (
        HEAD.format("H", '[macro]\nstatus = "closed"\n') + "Hi.",
        4,
        "The status “closed” is unknown",
    ),
    "tag.md": (HEAD.format("I", '[macro]\ntags = ["+a b"]\n') + "Hi.", 4, "“+a b” cannot be a tag"),
    "untitled.md": ("+++\n+++\nHi.", 1, "It has no title"),
}
FINE = {
    "fine.md": HEAD.format("Fine", '[macro]\nassignee = "bob@shop.test"\n')
    + "Hello {{ customer.first_name | default('you') }}, by ⟦date?⟧.\n\n+++ de\nHallo.",
    "README.md": "# Not a response",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "responses"
    made.mkdir()
    for name, text in (FINE | {name: text for name, (text, _, _) in PLANTED.items()}).items():
        (made / name).write_text(text, encoding="utf-8")
    return made


def test_each_of_ten_planted_faults_is_found_and_nothing_else(desk: Desk, folder: Path) -> None:
    found = folders.faults_in(folders.pages([folder]), folders.known_at(desk))
    planted = [(name, line, said) for name, (_, line, said) in sorted(PLANTED.items())]
    assert len(found) == len(planted) == 10
    for one, (name, line, said) in zip(found, planted, strict=True):
        assert (Path(one.place).name, one.fault.line) == (name, line), one
        assert said in one.fault.sentence


def test_nothing_is_imported_where_anything_is_wrong(desk: Desk, folder: Path) -> None:
    with pytest.raises(CannedFaulty) as refused:
        folders.import_pages(desk, folders.pages([folder]))
    assert "dead-attachment.md:3:" in refused.value.sentence
    assert responses.list_canned(desk) == []
    for name in PLANTED:
        (folder / name).unlink()
    assert folders.import_pages(desk, folders.pages([folder]), dry_run=True).added == ("fine",)
    assert responses.list_canned(desk) == []
    assert folders.import_pages(desk, folders.pages([folder])).added == ("fine",)
    assert folders.import_pages(desk, folders.pages([folder])).same == ("fine",)
    assert responses.canned(desk, "fine").version == 1


def write(desk: Desk, folder: Path) -> int:
    """Write what is exported; answers with how many responses there are."""
    every = folders.exported(desk)
    for place, content in ((place, content) for one in every for place, content in one.items()):
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_bytes(content)
    return len(every)


def test_what_is_exported_imports_as_the_same(desk: Desk, tmp_path: Path) -> None:
    with desk.db.write() as tx:
        starters.furnish(tx, START)
    path = tmp_path / "form ü.md"  # an attachment that looks like a response
    path.write_bytes(b"\0\xff")
    file, content = enclosed(path)
    odd = Canned(
        "odd",
        "+++ “odd” \\ '",
        (Body("", "+++\n\\+++ de\n\n  x\t"), Body("ja", "こんにちは")),
        macro=Macro(Status.OPEN),
        files=(file,),
    )
    responses.add(desk, odd, {file.sha256: content})
    responses.add(desk, Canned("odd", "Mine", (Body("de", "Hallo"),), Scope.ME), {})
    assert write(desk, tmp_path / "out") == len(responses.list_canned(desk))
    with desk_at(f"sqlite:///{tmp_path}/other.db", StandingClock()) as other:
        assert folders.faults_in(folders.pages([tmp_path / "out"]), folders.known_at(other)) == []
        folders.import_pages(other, folders.pages([tmp_path / "out"]))
        assert [kept.canned for kept in responses.list_canned(other)] == [
            kept.canned for kept in responses.list_canned(desk)
        ]
        with other.db.read() as tx:
            assert stored.file(tx, file.sha256) == content
        write(other, tmp_path / "again")
    first, again = (
        {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*.md")}
        for folder in (tmp_path / "out", tmp_path / "again")
    )
    assert first == again


def test_an_attachment_may_not_come_from_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("key")
    folder = tmp_path / "responses"
    folder.mkdir()
    (folder / "link").symlink_to(tmp_path / "secret")
    for name, place in (("a", "../secret"), ("b", str(tmp_path / "secret")), ("c", "link")):
        (folder / f"{name}.md").write_text(
            HEAD.format(name, f'attachments = ["{place}"]\n') + "Hi."
        )
    found = folders.faults_in(folders.pages([folder]), None)
    assert [one.fault.sentence.endswith("is outside this folder.") for one in found] == [True] * 3


def test_what_can_be_no_response_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no \.md file"):
        folders.pages([tmp_path])
    with pytest.raises(UsageError, match="cannot be read"):
        folders.pages([tmp_path / "gone.md"])
    (tmp_path / "loop.md").symlink_to(tmp_path / "loop.md")
    with pytest.raises(UsageError, match="cannot be read: Too many levels"):
        folders.pages([tmp_path])


def test_what_is_no_text_is_a_fault_among_the_others(tmp_path: Path) -> None:
    (tmp_path / "latin.md").write_bytes("+++\n+++\nGrüße".encode("latin-1"))
    (tmp_path / "other.md").write_text("+++\n+++\nHi.")
    found = [
        str(one).removeprefix(f"{tmp_path}/")
        for one in folders.faults_in(folders.pages([tmp_path]), None)
    ]
    assert found == [
        "latin.md:3: This is not UTF-8 text.",
        "other.md:1: It has no title to find it by.",
    ]


def test_a_file_that_is_named_twice_is_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.md").write_text(HEAD.format("A", "") + "Hi.")
    monkeypatch.chdir(tmp_path)
    found = folders.pages([Path("a.md"), tmp_path, Path("./a.md")])
    assert [page.place for page in found] == ["a.md"]


def test_a_line_that_cannot_be_read_is_one_fault(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("+++\ntitle = 5\n+++\nHi.")
    (found,) = folders.faults_in(folders.pages([tmp_path]), None)
    assert found.fault.sentence == "title is not text: write it in quotes."


def test_folders_and_pipes_are_no_responses_whatever_they_are_called(tmp_path: Path) -> None:
    (tmp_path / "v1.2").mkdir()
    (tmp_path / "v1.2" / "fine.md").write_text(HEAD.format("A", "") + "Hi.")
    (tmp_path / "v1.md").write_text(HEAD.format("B", "") + "Hi.")
    (tmp_path / "README.md").mkdir()
    (tmp_path / "dir.md").mkdir()
    os.mkfifo(tmp_path / "pipe.md")
    assert [Path(page.place).name for page in folders.pages([tmp_path])] == ["fine.md", "v1.md"]


@pytest.mark.parametrize("name", ["a\\u0000b", "a" * 300, "x/" * 3000])
def test_an_attachment_that_no_file_can_be_is_not_there(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.md").write_text(HEAD.format("A", f'attachments = ["{name}"]\n') + "Hi.")
    (found,) = folders.faults_in(folders.pages([tmp_path]), None)
    assert found.fault.sentence.endswith("is not there.")
    assert len(found.fault.sentence) < 200


def test_the_desks_own_are_checked_for_what_has_gone(desk: Desk) -> None:
    responses.add(
        desk,
        Canned(
            "hi",
            "Hi",
            (Body("", "Hi."),),
            mailbox="help@shop.test",
            macro=Macro(assignee="bob@shop.test"),
        ),
        {},
    )
    responses.add(desk, Canned("hi", "Hi", (Body("", "Hi."),), Scope.ME), {})
    with desk.db.write() as tx:
        for table in ("mailbox", "agent WHERE address = 'bob@shop.test'"):
            name, _, where = table.partition(" ")
            tx.connection().exec_driver_sql(f"UPDATE {name} SET active = false {where}")  # noqa: S608  # names of our own
        tx.connection().exec_driver_sql(
            "UPDATE canned_version SET definition = replace(definition, 'Hi.', '{{ x }}') WHERE id = 1"
        )
    found = [str(one) for one in folders.faults_at(desk)]
    assert found == [
        "hi: Your own response hides the shared one with the same shortcut.",
        "hi: There is no mailbox help@shop.test.",
        "hi: There is no agent bob@shop.test.",
        "hi: “x” is unknown: use one of customer, ticket, agent, mailbox.",
    ]
