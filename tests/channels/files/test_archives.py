"""Files of mail: an mbox gives each of its mails as it was, in whatever pieces it is read; Maildirs
and letters are walked."""

import gzip
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportcli.channels import mime
from supportcli.channels.files import archives
from supportcli.channels.files.archives import Filed, as_mbox, read_mbox
from supportcli.channels.headers.received import received_at
from supportcli.desk.mail.parsing import parse_files

ONE = b"From: a@b.test\nSubject: one\n\nFrom here on it rains.\n>From the sea.\n"
TWO = b"From: a@b.test\r\nSubject: two\r\n\r\nbye\r\n"
FROM = b"From a@b.test Sat Jan 31 10:00:00 2026\n"
AT = datetime(2026, 1, 3, 10, 0, 5, tzinfo=UTC)
MOST = 1_000_000

UGLY = st.lists(
    st.sampled_from(
        [
            b"\n",
            b"\r",
            b"\r\n",
            b"\n\n",
            b"From ",
            b"From \n",
            b"X:",
            b">",
            b">From ",
            b"x",
            b"Subject: x\n",
            FROM,
            FROM.replace(b"\n", b"\r\n"),
        ]
    ),
    max_size=9,
).map(b"".join)


def read(mbox: bytes, most: int = MOST) -> list[Filed]:
    return list(read_mbox(BytesIO(mbox), "all.mbox", most))


def raws(mbox: bytes) -> list[bytes | None]:
    return [one.raw for one in read(mbox)]


def test_a_file_of_one_mail_is_that_mail() -> None:
    assert list(archives.mails_of(ONE)) == [ONE]
    assert list(archives.mails_of(b"")) == [b""]


def test_an_mbox_gives_each_of_its_mails() -> None:
    quoted = ONE.replace(b">From", b">>From").replace(b"\nFrom here", b"\n>From here")
    assert list(archives.mails_of(FROM + quoted + b"\n" + FROM + TWO + b"\r\n" + FROM + TWO)) == [
        ONE,
        TWO,
        TWO,
    ]


def test_a_sentence_splits_no_mail() -> None:
    body = b"Subject: x\n\nFrom a@b.test at 10:00 until noon\n\nFrom now on\n"
    assert len(list(archives.mails_of(FROM + body))) == 1


def test_a_from_line_without_a_blank_line_before_it_splits_no_mail() -> None:
    assert (
        len(raws(FROM + b"Subject: x\n\nthe first lines of my archive:\n" + FROM + b"Subject: y\n"))
        == 1
    )


@pytest.mark.parametrize(
    "line",
    [
        b"From ",
        b"From -",
        b"From a@b.test Sat, 31 Jan 2026 10:00:00 +0100",
        b"From a@b.test Sat Jan 31 9:00:00 2026",
        b"From a@b.test Sa 31. Jan 2026 10:00",
        b"From a@b.test 2026-01-31 10:00:00",
    ],
)
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_a_from_line_of_another_form_counts_where_a_header_follows(line: bytes, end: bytes) -> None:
    first = FROM + b"Subject: one\n\nx\n\n"
    assert raws(first + line + end + TWO) == [b"Subject: one\n\nx\n", TWO]
    assert raws(line + end + TWO) == [TWO]
    assert archives.is_mbox(line + end + TWO)
    assert len(raws(first + line + end + b"and so on\n")) == 1


def test_a_sentence_before_a_line_like_a_header_splits_no_mail() -> None:
    body = b"From what we know:\nNote: it leaks.\n\nFrom Monday 10:00 on\nNote: closed\n\nFrom 2026 on\nNote: dear\n"
    assert len(raws(FROM + b"Subject: x\n\n" + body)) == 1


def test_what_a_mail_server_notes_in_a_folder_is_no_mail() -> None:
    notes = b"From: Mail System Internal Data <MAILER-DAEMON@host>\nSubject: DON'T DELETE THIS MESSAGE -- FOLDER INTERNAL DATA\nX-IMAP: 1 2\n\nx\n\n"
    assert raws(FROM + notes + FROM + TWO) == [TWO]


@pytest.mark.acceptance
def test_a_hundred_thousand_mails_are_split_in_one_pass() -> None:
    assert (
        sum(1 for _ in archives.mails_of((FROM + b"Subject: x\n\nhello\n\n") * 100_000)) == 100_000
    )


def test_each_mail_of_each_file_is_parsed(tmp_path: Path) -> None:
    letter, many = tmp_path / "letter.eml", tmp_path / "many.mbox"
    letter.write_bytes(ONE)
    many.write_bytes(FROM + ONE + b"\n" + FROM + TWO)
    parsed = [(Path(file).name, mail.subject) for file, mail in parse_files([letter, many])]
    assert parsed == [("letter.eml", "one"), ("many.mbox", "one"), ("many.mbox", "two")]
    assert mime.parse(ONE).text == "From here on it rains.\n>From the sea."


@given(
    st.lists(st.one_of(UGLY, st.binary(max_size=60)), min_size=1, max_size=5), st.integers(1, 40)
)
def test_any_bytes_come_back_from_an_mbox_of_ours_in_whatever_pieces(
    mails: list[bytes], piece: int
) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(archives, "_CHUNK", piece)
        written = [as_mbox(raw, AT) for raw in mails]
        found = read(b"".join(written))
    assert [one.raw for one in found] == mails
    assert {(one.stamped, one.exported) for one in found} == {(AT, True)}
    assert [one.place for one in found] == [
        f"byte {sum(map(len, written[:place])):,}" for place in range(len(mails))
    ]


@given(UGLY, st.integers(1, 40))
def test_whatever_the_pieces_a_strange_mbox_is_read_alike(tail: bytes, piece: int) -> None:
    whole = read(FROM + tail)
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(archives, "_CHUNK", piece)
        assert [one.raw for one in read(FROM + tail)] == [one.raw for one in whole]
    assert sum(one.size for one in whole) == len(FROM + tail)


def test_a_mail_that_is_too_large_is_let_go_and_the_others_are_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(archives, "_CHUNK", 1_000)
    large = b"Subject: large\n\n" + b"x" * 76 + b"\n" * 50_000
    found = read(as_mbox(ONE, AT) + as_mbox(large, AT) + as_mbox(TWO, AT), most=20_000)
    assert [one.raw for one in found] == [ONE, None, TWO]
    assert (found[1].place, found[1].trouble.partition(":")[0]) == (
        f"byte {len(as_mbox(ONE, AT)):,}",
        "too large",
    )
    assert found[2].place == f"byte {len(as_mbox(ONE, AT) + as_mbox(large, AT)):,}"


@pytest.mark.parametrize(
    ("line", "moment"),
    [
        (b"From a@b.test Sat Jan 31 10:00:00 2026", datetime(2026, 1, 31, 10, tzinfo=UTC)),
        (b"From - Sat Jan  3 10:00:00 2026", datetime(2026, 1, 3, 10, tzinfo=UTC)),
        (b"From 1780@xxx Sat Jan 31 10:00:00 +0200 2026", datetime(2026, 1, 31, 8, tzinfo=UTC)),
        (b"From a@b.test Sat Jan 31 10:00:00 2026 -0500", datetime(2026, 1, 31, 15, tzinfo=UTC)),
        (b"From a@b.test Sat Feb 31 10:00:00 2026", None),
        (b"From a@b.test Sat Jan 31 10:00 UTC", None),
    ],
)
def test_the_moment_of_a_from_line(line: bytes, moment: datetime | None) -> None:
    assert [(one.stamped, one.exported) for one in read(line + b"\nSubject: x\n\nhello\n")] == [
        (moment, False)
    ]


RECEIVED = b"Received: from a by b; Sat, 31 Jan 2026 10:00:0%d +0000\n"
DATE = b"Date: Fri, 30 Jan 2026 09:00:00 +0000\n"
NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "moment"),
    [
        (
            RECEIVED % 1 + RECEIVED % 3 + RECEIVED % 2 + DATE,
            datetime(2026, 1, 31, 10, 0, 3, tzinfo=UTC),
        ),
        (b"Received: nobody knows\n" + DATE, datetime(2026, 1, 30, 9, tzinfo=UTC)),
        (
            b"Received: by c; Fri, 30 Jan 2099 09:00:00 +0000\n" + RECEIVED % 1 + DATE,
            datetime(2026, 1, 31, 10, 0, 1, tzinfo=UTC),
        ),
        (
            b"Received: by c; Thu, 1 Jan 1970 00:00:00 +0000\n" + DATE,
            datetime(2026, 1, 30, 9, tzinfo=UTC),
        ),
        (b"Date: Fri, 30 Jan 2099 09:00:00 +0000\n", None),
        (b"Subject: x\n", None),
        (DATE.replace(b"\n", b"\r"), datetime(2026, 1, 30, 9, tzinfo=UTC)),
        (b"x: %s\n" % (b"y" * 70_000), None),
    ],
)
def test_when_a_mail_reached_its_mailbox(headers: bytes, moment: datetime | None) -> None:
    assert received_at(headers + b"\nbody", NOW) == moment


def test_a_maildir_is_walked_with_all_its_folders(tmp_path: Path) -> None:
    for place in (
        "cur/1:2,S",
        "new/2",
        "tmp/3",
        ".Sent/cur/4:2,",
        ".Sent/new/.hidden",
        "old/Work/cur/5",
        "cur.txt",
    ):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_bytes(ONE)
    found = [str(path.relative_to(tmp_path)) for path in archives.files_of_maildir(tmp_path)]
    assert sorted(found) == [".Sent/cur/4:2,", "cur/1:2,S", "new/2", "old/Work/cur/5"]


def test_letters_are_read_and_each_that_is_none_says_why(tmp_path: Path) -> None:
    names = {
        "a.eml": TWO,
        "b.EML": b"",
        "c.eml": b"\x89PNG\r\n\x1a\n",
        "d.eml.gz": gzip.compress(ONE),
        "e.eml": b"X: " + b"y" * MOST,
        "f.eml": b"\x1f\x8bcut",
    }
    for name, content in names.items():
        (tmp_path / name).write_bytes(content)
    os.mkfifo(tmp_path / "g.eml")
    os.utime(tmp_path / "a.eml", (AT.timestamp(), AT.timestamp()))
    (tmp_path / "none.txt").write_bytes(ONE)
    (tmp_path / "h.eml").symlink_to("nowhere")
    found = {
        Path(one.file).name: one
        for one in archives.read_letters(archives.letters_in(tmp_path), MOST)
    }
    assert {name: one.raw for name, one in found.items() if one.raw is not None} == {
        "a.eml": TWO,
        "d.eml.gz": ONE,
    }
    assert {
        name: one.trouble.partition(":")[0] for name, one in found.items() if one.raw is None
    } == {
        "b.EML": "empty",
        "c.eml": "not an email",
        "e.eml": "too large",
        "f.eml": "cannot be read",
        "g.eml": "not a file",
        "h.eml": "cannot be read",
    }
    assert found["a.eml"].stamped == AT


@pytest.mark.parametrize("walk", [archives.files_of_maildir, archives.letters_in])
def test_a_folder_that_cannot_be_listed_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, walk: Callable[[Path], Iterator[Path]]
) -> None:
    for place in ("cur/a.eml", "locked/cur/b.eml"):
        (tmp_path / place).parent.mkdir(parents=True)
        (tmp_path / place).write_bytes(ONE)
    listed = os.scandir

    def refusing(place: str) -> object:
        if place.endswith("locked"):
            raise PermissionError(13, "Permission denied", place)
        return listed(place)

    monkeypatch.setattr(os, "scandir", refusing)
    found = [(one.file, one.trouble) for one in archives.read_letters(walk(tmp_path), MOST)]
    assert sorted(found) == [
        (f"{tmp_path}/cur/a.eml", ""),
        (f"{tmp_path}/locked", "cannot be read: the folder does not tell what is in it"),
    ]


def test_a_packed_letter_weighs_what_is_in_memory(tmp_path: Path) -> None:
    (tmp_path / "a.eml.gz").write_bytes(gzip.compress(ONE + b"x" * 10_000))
    (tmp_path / "b.eml").write_bytes(TWO)
    packed = (tmp_path / "a.eml.gz").stat().st_size
    found = list(archives.read_letters(archives.letters_in(tmp_path), MOST))
    assert [(one.size, one.read) for one in found] == [
        (len(ONE) + 10_000, packed),
        (len(TWO), packed + len(TWO)),
    ]


def test_a_draft_in_a_maildir_was_never_sent(tmp_path: Path) -> None:
    (tmp_path / "cur").mkdir()
    for name in ("1:2,DS", "2;2,D", "3:2,S", "4,S=12:2,FRS", "5:2,Sa"):
        (tmp_path / "cur" / name).write_bytes(ONE)
    found = {
        Path(one.file).name: one.trouble
        for one in archives.read_letters(archives.files_of_maildir(tmp_path), MOST)
    }
    assert {name for name, trouble in found.items() if trouble} == {"1:2,DS", "2;2,D"}
    assert found["1:2,DS"] == "draft: it was never sent"
