"""Tables as programs write them: encodings, what parts their cells, line ends within them."""

import gzip
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from supportcli.channels.files.sheets import (
    NotEncodedSo,
    SheetRow,
    encoding_of,
    headings,
    read_lines,
    read_rows,
    write_row,
)

TABLE = 'Title,Text\nLeak,"It ""leaks"".\r\nBadly, and\nfast."\n\n , \nGrün,ß\n'
ROWS = [
    (1, ("Title", "Text")),
    (2, ("Leak", 'It "leaks".\r\nBadly, and\nfast.')),
    (7, ("Grün", "ß")),
]


def rows(path: Path, encoding: str) -> list[tuple[int, tuple[str, ...]]]:
    return [(row.line, row.cells) for row in read_rows(path, encoding)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_is_read_in_any_form(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = tmp_path / "t.csv"
    content = (
        TABLE.replace("Badly, and", "Badly\0 and")
        .replace(",", delimiter)
        .replace("\0", ",")
        .encode(encoding)
    )
    path.write_bytes(content)
    found = encoding_of(path, "cp1252" if encoding == "cp1252" else None)
    assert rows(path, found) == ROWS
    first = headings(path, found)
    assert first is not None
    assert first.cells == ("Title", "Text")


def test_a_packed_table_is_read(tmp_path: Path) -> None:
    path = tmp_path / "t.csv.gz"
    path.write_bytes(gzip.compress(TABLE.encode()))
    assert rows(path, encoding_of(path, None)) == ROWS


def test_another_encoding_is_said_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b"x" * 2_000_000 + "ü".encode("cp1252") + b"\n")
    with pytest.raises(NotEncodedSo) as error:
        encoding_of(path, None)
    assert (error.value.encoding, error.value.at) == ("utf-8", 2_000_000)


def test_a_cell_that_is_too_long_is_no_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("supportcli.channels.files.sheets._LONGEST_CELL", 1_000)
    path = tmp_path / "t.csv"
    path.write_text("Title\n" + "x" * 2_000 + "\nLeak\n", encoding="utf-8")
    found = list(read_rows(path, "utf-8"))
    assert [row.cells for row in found if not row.trouble] == [("Title",), ("Leak",)]
    assert [row.line for row in found if row.trouble] == [2]


@pytest.mark.parametrize("end", ["", "\n"])
def test_a_quotation_mark_that_never_closes_is_told(tmp_path: Path, end: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f'Title,Text\nLeak,x\nMill,"It grinds.\nSink,It drips.{end}', encoding="utf-8")
    found = [(row.line, row.cells, row.trouble) for row in read_rows(path, "utf-8")]
    assert found[:2] == [(1, ("Title", "Text"), ""), (2, ("Leak", "x"), "")]
    assert found[2:] == [
        (
            3,
            (),
            "not a row: a quotation mark in it is never closed, so it swallowed all the rows after it",
        )
    ]


@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=2, max_size=2),
        max_size=4,
    )
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_written_is_read(tmp_path: Path, table: list[list[str]]) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(write_row(["Title", "Text"]) + b"".join(map(write_row, table)))
    found = [list(row.cells) for row in read_rows(path, "utf-8")]
    assert found == [
        ["Title", "Text"],
        *(row for row in table if any(cell.strip() for cell in row)),
    ]


def test_lines_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    path.write_bytes(b"{}\n\n[]")
    assert [(line.number, line.content, line.read) for line in read_lines(path)] == [
        (1, b"{}\n", 3),
        (3, b"[]", 6),
    ]


def test_an_empty_file_has_no_headings(tmp_path: Path) -> None:
    (tmp_path / "t.csv").touch()
    assert headings(tmp_path / "t.csv", "utf-8") is None
    assert list(read_rows(tmp_path / "t.csv", "utf-8")) == []
    assert SheetRow(1, (), 0).trouble == ""
