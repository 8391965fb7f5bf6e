"""The generator says what it means, as the standard library reads it, and its truth follows from
the desk's rules."""

import hashlib
import re
import subprocess
import sys
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses
from itertools import pairwise
from pathlib import Path

import pytest

from tests.conversations import INBOX, OTHER_FOLDER, TRAITS, GeneratedMail, World, generate, trait
from tests.conversations.__main__ import write
from tests.conversations.languages import CHARSETS, LANGUAGES
from tests.conversations.wire import Transfer

OURS = {"ada@shop.test", "help@shop.test", "warehouse@shop.test"}
DIGEST = "import hashlib; from tests.conversations import generate; print(hashlib.sha256(b''.join(m.raw for m in generate(7, 300).mails)).hexdigest())"


@pytest.fixture(scope="module")
def world() -> World:
    return generate(seed=1, mails=1000)


def read(mail: GeneratedMail) -> EmailMessage:
    parsed = message_from_bytes(mail.raw, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def ids(mail: GeneratedMail) -> list[str]:
    """The Message-IDs a mail names: In-Reply-To, then References from right to left."""
    parsed = message_from_bytes(mail.raw)
    return [
        *re.findall(r"<[^>]+>", parsed["In-Reply-To"] or ""),
        *reversed(re.findall(r"<[^>]+>", parsed["References"] or "")),
    ]


def known(mail: GeneratedMail) -> set[str]:
    """The addresses that stand in a mail."""
    parsed = message_from_bytes(mail.raw)
    fields = [
        value for name in ("From", "To", "Cc", "Reply-To") for value in parsed.get_all(name, [])
    ]
    return {address.lower() for _, address in getaddresses(fields)} - {"help@shop.test"}


def threaded(world: World) -> set[frozenset[str]]:
    """Conversations by the rules of mail.md alone, parents before their replies: a stored
    Message-ID in the order of `ids`, in a ticket where the sender is known."""
    sent = {mail.message_id for mail in world.messages()} - {None, "<>"}
    tickets: list[tuple[set[str], set[str], set[str | None]]] = []
    done: set[str | None] = set()
    waiting = world.messages()
    while waiting:
        ready = [
            mail for mail in waiting if all(name in done for name in ids(mail) if name in sent)
        ]
        assert ready, "the mails refer to each other in a circle"
        for mail in ready:
            place(mail, tickets)
        done |= {mail.message_id for mail in ready}
        waiting = [mail for mail in waiting if mail not in ready]
    return {frozenset(tokens) for tokens, _, _ in tickets}


def place(mail: GeneratedMail, tickets: list[tuple[set[str], set[str], set[str | None]]]) -> None:
    for name in ids(mail):
        for tokens, people, stored in tickets:
            if name in stored and (mail.sender in people or mail.sender in OURS):
                tokens.add(mail.token)
                people.update(known(mail))
                stored.add(mail.message_id)
                return
    tickets.append(({mail.token}, known(mail), {mail.message_id}))


def test_a_world_has_exactly_the_mails_asked_for_and_is_the_same_everywhere(world: World) -> None:
    assert len(world.mails) == 1000
    ran = [
        subprocess.run(
            [sys.executable, "-c", DIGEST],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    ]
    assert {*ran} == {
        hashlib.sha256(b"".join(mail.raw for mail in generate(7, 300).mails)).hexdigest()
    }
    assert generate(8, 300) != generate(7, 300)


def test_the_mails_are_what_the_standard_library_reads(world: World) -> None:
    for mail in world.mails:
        parsed = read(mail)
        body = parsed.get_body(("plain", "html"))
        assert body is not None
        text = body.get_content()
        assert (parsed["Subject"] or "", parsed["From"].addresses[0].addr_spec) == (
            mail.subject,
            mail.sender,
        )
        name = parsed["From"].addresses[0].display_name
        unicode = name.encode(
            "utf-8", "surrogateescape"
        ).decode()  # the library leaves raw UTF-8 as bytes
        assert unicode.replace(" ", "") == mail.name.replace(
            " ", ""
        )  # and a space between two encoded words, against RFC 2047, 6.2
        assert mail.token in text
        assert mail.phrase in text.replace("&#x27;", "'").replace("&quot;", '"')
        files = [part for part in parsed.walk() if part.get_filename()]
        assert [(part.get_filename(), part.get_payload(decode=True)) for part in files] == [
            (file.name, file.content) for file in mail.files
        ]


def test_the_mails_keep_to_the_form_of_mail(world: World) -> None:
    for mail in world.mails:
        assert mail.raw.endswith(b"\r\n")
        lines = mail.raw.split(b"\r\n")
        assert all(len(line) <= 998 and b"\n" not in line and b"\r" not in line for line in lines)


def test_tokens_are_unique_and_ids_too_but_where_they_are_doubled_on_purpose(world: World) -> None:
    messages = world.messages()
    assert len({mail.token for mail in messages}) == len(messages)
    named = [
        mail.message_id
        for mail in messages
        if mail.message_id not in {None, "<>"} and mail.trait != "doubled-message-ids"
    ]
    assert len(set(named)) == len(named)
    assert len({mail.raw for mail in messages}) == len(messages)


def test_a_world_holds_every_trait_language_charset_and_encoding(world: World) -> None:
    text = b"\n".join(mail.raw for mail in world.mails)
    assert {mail.trait for mail in world.mails} >= set(TRAITS)
    assert all(f"charset={charset}".encode() in text for charset in CHARSETS)
    assert all(f"Content-Transfer-Encoding: {transfer}".encode() in text for transfer in Transfer)
    assert all(
        any(mail.phrase in language.sentences for mail in world.mails) for language in LANGUAGES
    )
    assert len(CHARSETS) >= 7


def test_mails_stand_in_the_order_in_which_the_server_took_them(world: World) -> None:
    assert all(one.internal_date <= other.internal_date for one, other in pairwise(world.mails))
    place_of = {mail.message_id: index for index, mail in enumerate(world.mails) if not mail.copy}
    early = [
        place_of[name] - index
        for index, mail in enumerate(world.mails)
        for name in ids(mail)
        if place_of.get(name, -1) > index
    ]
    assert len(early) >= 10
    assert max(early) > 50, "no parent came later than a whole batch"


@pytest.mark.parametrize("seed", range(1, 6))
def test_the_truth_follows_from_the_rules(seed: int) -> None:
    world = generate(seed, 400)
    assert threaded(world) == world.conversations()


@pytest.mark.parametrize("name", sorted(TRAITS))
def test_each_trait_alone_follows_from_the_rules(name: str) -> None:
    world = trait(name)
    assert threaded(world) == world.conversations()
    assert {mail.trait for mail in world.mails} == {name}


def test_equal_bytes_lie_in_two_folders() -> None:
    world = trait("two-folders")
    assert world.folders() == [INBOX, OTHER_FOLDER]
    assert sorted(raw for raw, _ in world.in_folder(INBOX)) == sorted(
        raw for raw, _ in world.in_folder(OTHER_FOLDER)
    )


def test_doubled_ids_belong_to_two_people() -> None:
    one, other, *_ = trait("doubled-message-ids").mails
    assert one.message_id == other.message_id
    assert (one.sender, one.conversation) != (other.sender, other.conversation)


def test_a_world_is_written_as_maildirs_with_its_truth(tmp_path: Path) -> None:
    world = trait("two-folders")
    write(world, tmp_path / "mail")
    assert [path.read_bytes() for path in sorted((tmp_path / "mail/new").iterdir())] == [
        raw for raw, _ in world.in_folder(INBOX)
    ]
    assert len(list((tmp_path / f"mail/.{OTHER_FOLDER}/new").iterdir())) == len(
        world.in_folder(OTHER_FOLDER)
    )
    assert len((tmp_path / "mail/truth.jsonl").read_text().splitlines()) == len(world.mails)
