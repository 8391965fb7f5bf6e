"""Files of mail: an mbox gives each of its mails as it was, any other file is one mail."""

from pathlib import Path

from supportcli.channels import archive, mime
from supportcli.desk.parsing import parse_files

ONE = b"From: a@b.test\nSubject: one\n\nFrom here on it rains.\n>From the sea.\n"
TWO = b"From: a@b.test\r\nSubject: two\r\n\r\nbye\r\n"
FROM = b"From a@b.test Sat Jan 31 10:00:00 2026\n"


def test_a_file_of_one_mail_is_that_mail() -> None:
    assert list(archive.mails_of(ONE)) == [ONE]
    assert list(archive.mails_of(b"")) == [b""]


def test_an_mbox_gives_each_of_its_mails() -> None:
    quoted = ONE.replace(b">From", b">>From").replace(b"\nFrom here", b"\n>From here")
    assert list(archive.mails_of(FROM + quoted + b"\n" + FROM + TWO + b"\r\n" + FROM + TWO)) == [ONE, TWO, TWO]


def test_a_sentence_splits_no_mail() -> None:
    body = b"Subject: x\n\nFrom a@b.test at 10:00 until noon\n\nFrom now on\n"
    assert len(list(archive.mails_of(FROM + body))) == 1


def test_a_hundred_thousand_mails_are_split_in_one_pass() -> None:
    assert sum(1 for _ in archive.mails_of((FROM + b"Subject: x\n\nhello\n\n") * 100_000)) == 100_000


def test_each_mail_of_each_file_is_parsed(tmp_path: Path) -> None:
    letter, many = tmp_path / "letter.eml", tmp_path / "many.mbox"
    letter.write_bytes(ONE)
    many.write_bytes(FROM + ONE + b"\n" + FROM + TWO)
    parsed = [(Path(file).name, mail.subject) for file, mail in parse_files([letter, many])]
    assert parsed == [("letter.eml", "one"), ("many.mbox", "one"), ("many.mbox", "two")]
    assert mime.parse(ONE).text == "From here on it rains.\n>From the sea."
