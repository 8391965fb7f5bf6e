"""`mime.parse` on a world of generated mail: what was written is what is read, in every charset and
encoding."""

import hashlib

import pytest

from supportcli.channels import mime
from supportcli.domain.mail import MailKind
from tests.conversations import TRAITS, generate, trait
from tests.conversations.scene import EMPTY, GeneratedMail
from tests.conversations.wire import File


def assert_read_as_written(written: GeneratedMail) -> None:
    read = mime.parse(written.raw)
    assert read.sender is not None
    assert (read.subject, read.sender.address, read.sender.name) == (
        written.subject,
        written.sender,
        written.name,
    )
    assert read.message_id == (None if written.message_id == EMPTY else written.message_id)
    assert written.phrase in read.text
    assert written.token in read.reply
    assert [(found.name, found.type, found.size, found.sha256) for found in read.attachments] == [
        attached(file) for file in written.files
    ]
    assert read.held is None


def attached(file: File) -> tuple[str, str, int, str]:
    return file.name, file.type, len(file.content), hashlib.sha256(file.content).hexdigest()


@pytest.mark.parametrize("name", sorted(TRAITS))
def test_mails_of_a_trait_are_read_as_they_were_written(name: str) -> None:
    for mail in trait(name).mails:
        assert_read_as_written(mail)


def test_a_thousand_mails_are_read_as_they_were_written() -> None:
    for mail in generate(seed=2, mails=1000).mails:
        assert_read_as_written(mail)


def test_only_an_automatic_answer_is_one() -> None:
    kinds = [mime.parse(mail.raw).kind for mail in trait("auto-reply").mails]
    assert kinds == [MailKind.MAIL, MailKind.AUTO_REPLY, MailKind.MAIL]
