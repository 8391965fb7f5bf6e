"""Each ugly mail of `tests/corpus` is read as the values beside it say."""

import json
from pathlib import Path
from typing import Any

import pytest

from supportcli.channels import mime
from supportcli.desk.mail.parsing import as_json

CORPUS = Path(__file__).parent.parent / "corpus"
MAILS = sorted(CORPUS.glob("*.eml"))


@pytest.mark.parametrize("path", MAILS, ids=[path.stem for path in MAILS])
def test_ugly_mail_is_read_as_it_was_meant(path: Path) -> None:
    wanted: dict[str, Any] = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    read = as_json(path.name, mime.parse(path.read_bytes()))
    assert {name: read[name] for name in wanted} == wanted


@pytest.mark.parametrize("path", MAILS, ids=[path.stem for path in MAILS])
def test_each_attachment_can_be_read_from_the_raw_mail_again(path: Path) -> None:
    raw = path.read_bytes()
    for found in mime.parse(raw).attachments:
        content = mime.attachment(raw, found.part)
        assert len(content) == found.size


def test_each_mail_has_its_values_and_the_other_way_round() -> None:
    assert {path.stem for path in MAILS} == {path.stem for path in CORPUS.glob("*.json")}
    assert len(MAILS) > 100
