"""The headers of a reply are fields to walk into, and the draft's own."""

from collections.abc import Callable
from pathlib import Path

import pytest

from supportcli.desk import Desk
from supportcli.desk.replies import drafts, outbox
from supportcli.domain.mail import Address
from supportcli.domain.people import people_of, typed
from supportcli.domain.replies.drafts import Draft
from supportcli.domain.tickets.ticket import Delivery, Direction
from supportcli.storage.setup import mailboxes
from supportcli.tui.keys import Mode
from supportcli.tui.widgets.composer import Header, completed_paths
from tests.desk.desks import sign_agent, write_in
from tests.long import long_but
from tests.tui.inboxes import Seen, drive, shop, ticket

SIZES = [(80, 24), (160, 45)]


@long_but(1)
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_people_files_and_a_time_are_chosen_and_sent(
    tmp_path: Path, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "log one.txt").write_text("a", encoding="utf-8")
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8")
    with shop(tmp_path, tickets=2) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("r", *"Look at this.", "shift+tab")
            assert "Text of ticket 1." in seen.text, "what is answered stays in sight"
            await seen.press("tab", *"Boss <boss@acme.test>")
            await seen.press("tab", *"audit@other.test", "enter")
            await seen.press(*"The log", "enter", *"log", "tab")
            await seen.press("enter")
            await seen.press(*"photo.jpg", "enter", "tab", *"tomorrow 9:00", "enter")
            assert " · Cc Boss" in seen.text
            assert " · Bcc audit@other.test" in seen.text
            chosen = "Leaves 2026-03-03 09:00 · Subject The log · Files log one.txt, photo.jpg"
            assert chosen in seen.text
            await seen.press("ctrl+s", "ctrl+s")

        drive(desk, script, size)
        (one,) = outbox.list_outbox(desk)
        assert [to.address for to in one.recipients] == [
            "audit@other.test",
            "boss@acme.test",
            "customer1@acme.test",
        ]
        assert [file.name for file in one.chosen.files] == ["log one.txt", "photo.jpg"]
        assert one.is_scheduled
        (sent,) = [one for one in ticket(desk, 1).messages if one.direction is Direction.OUT]
        assert ([one.address for one in sent.cc], [one.address for one in sent.bcc]) == (
            ["boss@acme.test"],
            ["audit@other.test"],
        )
        assert sent.subject == "The log [#1]"


def test_a_draft_keeps_it_all(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a", encoding="utf-8")
    with shop(tmp_path, tickets=1) as desk:

        async def begin(seen: Seen) -> None:
            await seen.press("r", "shift+tab", "tab", "tab", *"eve@other.test", "tab", *"Hi", "tab")
            await seen.press(*str(tmp_path / "a.txt"), "enter", "escape", "escape")

        async def go_on(seen: Seen) -> None:
            await seen.press("r")
            assert "Bcc eve@other.test" in seen.text
            assert "Subject Hi · File a.txt (1 byte)" in seen.text
            await seen.press("ctrl+f", "ctrl+x", "escape")
            assert "a.txt" not in seen.text

        drive(desk, begin)
        drive(desk, go_on)
        kept = drafts.draft(desk, 1, "reply")
        assert kept is not None
        assert (kept.text, kept.chosen.subject, kept.chosen.files) == ("", "Hi", ())


def test_a_complaint_never_covers_its_field(tmp_path: Path) -> None:
    with shop(tmp_path, tickets=6) as desk:
        with desk.db.write() as tx:
            mailboxes.add_alias(tx, 1, "billing@shop.test")

        async def script(seen: Seen) -> None:
            await seen.press("r", *"Text", "shift+tab", "tab", "tab", "tab", *"Hi")
            await seen.press("tab", "tab", "tab", *"yesterday", "ctrl+s")
            lines = seen.text.splitlines()
            assert "next business morning" in "\n".join(lines[-5:]), "a sentence of three lines"
            assert [line for line in lines if "Send at" in line and "yesterday" in line], seen.text

        drive(desk, script)


@long_but(2)
@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (["tab", *"not an address", "tab"], "Nobody here is called “not an address”."),
        (["ctrl+u", "tab"], "Nobody is in To."),
        (["escape", "ctrl+f", *"none.pdf", "enter"], "none.pdf is not there; nothing was sent."),
        (["escape", "ctrl+f", *"/etc/", "enter"], "/etc is a folder; nothing was sent."),
        (["escape", "ctrl+f", "tab", *"soon", "tab"], "“soon” is no time that can be understood."),
        (["escape", "ctrl+f", "tab", *"9:00", "tab"], "“9:00” is over"),
    ],
)  # fmt: skip
def test_what_cannot_be_has_its_sentence_and_keeps_the_field(
    tmp_path: Path, keys: list[str], said: str
) -> None:
    with shop(tmp_path, tickets=1) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("r", *"Text", "shift+tab", *keys)
            assert said in seen.text
            await seen.press("ctrl+s")
            assert "Send to #1?" not in seen.text
            assert seen.screen.context.composer.text == "Text"

        drive(desk, script, (160, 45))
        assert outbox.list_outbox(desk) == []


def test_whoever_wrote_from_a_misspelled_address_stays_when_others_are_named(
    tmp_path: Path,
) -> None:
    with shop(tmp_path, tickets=0) as desk:
        write_in(desk, sender="ma..ria@docomo.test")

        async def script(seen: Seen) -> None:
            await seen.press("r", *"Text", "shift+tab", "tab", *"b..b@acme.test", "tab")
            assert "“b..b@acme.test” is not an email address." in seen.text
            await seen.press("ctrl+u", *"bob@acme.test, help@shop.test", "escape")
            assert "Left out: help@shop.test, it leads back to this desk" in seen.text
            await seen.press("ctrl+s", "ctrl+s")

        drive(desk, script, (160, 45))
        (one,) = outbox.list_outbox(desk)
        assert [to.address for to in one.recipients] == ["bob@acme.test", "ma..ria@docomo.test"]


def test_people_are_completed(tmp_path: Path) -> None:
    with shop(tmp_path, tickets=3) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("r", "shift+tab", "tab", *"customer3")
            await seen.press("tab", *", bob", "tab", "tab", "escape")
            assert "Customer3" in seen.text
            kept = drafts.draft(desk, 1, "reply")
            assert kept is not None
            assert kept.recipients is not None
            assert [one.address for one in kept.recipients.cc] == [
                "customer3@acme.test",
                "bob@shop.test",
            ]

        drive(desk, script)


@pytest.mark.parametrize(
    ("keys", "kept"),
    [
        (["tab", *"boss@acme.test"], lambda one: one.recipients.cc[0].address == "boss@acme.test"),
        (["tab", "tab", *"eve@x.test"], lambda one: one.recipients.bcc[0].address == "eve@x.test"),
        (["tab", "tab", "tab", *"The log"], lambda one: one.chosen.subject == "The log"),
        (["escape", "ctrl+f", "tab", *"tomorrow"], lambda one: one.chosen.at is not None),
    ],
    ids=["cc", "bcc", "subject", "time"],
)
def test_a_value_that_was_not_left_is_in_the_draft_soon(
    tmp_path: Path, keys: list[str], kept: Callable[[Draft], bool]
) -> None:
    with shop(tmp_path, tickets=1) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("r", "shift+tab", *keys)

            def is_kept() -> bool:
                draft = drafts.draft(desk, 1, "reply")
                return draft is not None and kept(draft)

            await seen.until(is_kept)
            assert seen.screen.context.mode is Mode.HEADERS

        drive(desk, script)


def test_what_is_given_up_is_no_longer_in_the_draft(tmp_path: Path) -> None:
    with shop(tmp_path, tickets=1) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("r", *"Hi", "shift+tab", "tab", *"boss@acme.test")
            await seen.until(lambda: _cc_of(desk) == ["boss@acme.test"])
            await seen.press(" ", "x", "escape")
            assert "is as it was, the other fields are kept. " in seen.text
            await seen.until(lambda: _cc_of(desk) == [])

        drive(desk, script)


def _cc_of(desk: Desk) -> list[str]:
    draft = drafts.draft(desk, 1, "reply")
    return [one.address for one in draft.recipients.cc] if draft and draft.recipients else []


def test_a_reply_leaves_without_a_signature(tmp_path: Path) -> None:
    with shop(tmp_path, tickets=1) as desk:
        sign_agent(desk, "ada@shop.test", "Ada from the shop")

        async def script(seen: Seen) -> None:
            await seen.press("r", *"Hi", "ctrl+g")
            assert "Without a signature" in seen.text
            await seen.press("ctrl+s", "v")
            assert "Ada from the shop" not in seen.text
            await seen.press("escape", "escape", "ctrl+g", "ctrl+s", "v")
            assert "Ada from the shop" in seen.text
            await seen.press("escape", "escape", "ctrl+g", "escape", "m", "ctrl+g")
            assert "A note has no signature." in seen.text

        drive(desk, script)
        kept = drafts.draft(desk, 1, "reply")
        assert kept is not None
        assert kept.chosen.unsigned


def test_ctrl_c_copies_or_says_how_to_leave(tmp_path: Path) -> None:
    with shop(tmp_path, tickets=1) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("r", *"Hello", "ctrl+c")
            assert "esc leaves; the draft is kept. ctrl+q quits." in seen.text
            await seen.press("shift+home", "ctrl+c")
            assert "Copied." in seen.text
            assert seen.app.clipboard == "Hello"
            await seen.press("shift+tab", "ctrl+c")
            assert "esc leaves" in seen.text
            assert seen.screen.context.composer.text == "Hello"

        drive(desk, script)


def test_an_alias_is_chosen(tmp_path: Path) -> None:
    with shop(tmp_path, tickets=1) as desk:
        with desk.db.write() as tx:
            mailboxes.add_alias(tx, 1, "billing@shop.test")

        async def script(seen: Seen) -> None:
            await seen.press("r", *"Text", "shift+tab")
            await seen.press("tab", "tab", "tab", "tab", *"wrong@shop.test", "tab")
            assert "is not an address of the mailbox help@shop.test" in seen.text
            await seen.press("ctrl+u", *"billing@shop.test", "tab", "ctrl+s", "ctrl+s")

        drive(desk, script, (160, 45))
        (sent,) = [one for one in ticket(desk, 1).messages if one.direction is Direction.OUT]
        assert sent.sender.address == "billing@shop.test"


def test_a_forgotten_file_is_asked_about(tmp_path: Path) -> None:
    with shop(tmp_path, tickets=1) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("r", *"It is attached.", "ctrl+s")
            assert "The text says “attached”, and no file is attached · ctrl+s again" in seen.text
            await seen.press("ctrl+s")

        drive(desk, script)
        assert [one.state for one in outbox.list_outbox(desk)] == [Delivery.QUEUED]


def test_a_note_has_no_headers(tmp_path: Path) -> None:
    with shop(tmp_path, tickets=1) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("m", *"For us.", "shift+tab")
            assert "A note has no headers and no files." in seen.text

        drive(desk, script)


def test_a_draft_begun_by_command_is_shown(tmp_path: Path) -> None:
    with shop(tmp_path, tickets=1) as desk:
        write_in(desk, 1, text="Me too.", sender="customer1@acme.test")
        hidden = Address("", "audit@other.test")
        keep(desk, hidden)

        async def script(seen: Seen) -> None:
            await seen.press("r")
            assert "Bcc audit@other.test" in seen.text

        drive(desk, script)


def keep(desk: Desk, hidden: Address) -> None:
    from supportcli.desk.replies import recipients
    from supportcli.domain.replies.choosing import WantedPeople

    found = recipients.chosen(desk, 1, WantedPeople(bcc=(hidden,)))
    drafts.save_draft(desk, 1, "reply", "Begun.", 0, recipients=found)


@pytest.mark.parametrize(
    "person",
    [
        Address("Doe, John", "j@x.test"),
        Address('The "Boss"; <b>', "b@x.test"),
        Address("", "a@x.test"),
        Address("Evil\x1b[31m\nName", "e@x.test"),
    ],
    ids=str,
)
def test_people_are_read_as_they_are_written(person: Address) -> None:
    again = people_of(f"{typed(person)}, next@x.test")
    assert [one.address for one in again] == [person.address, "next@x.test"]


def test_paths_are_completed(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "inside.txt").write_text("", encoding="utf-8")
    (tmp_path / "evil\x1b.txt").write_text("", encoding="utf-8")
    assert completed_paths(f"{tmp_path}/fo") == [f"{tmp_path}/folder/"]
    assert completed_paths(f"{tmp_path}/folder/") == [f"{tmp_path}/folder/inside.txt"]
    assert completed_paths(f"{tmp_path}/ev") == []
    assert completed_paths("/nowhere/at all") == []


@long_but(1)
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_message_is_passed_on(tmp_path: Path, size: tuple[int, int]) -> None:
    with shop(tmp_path, tickets=2) as desk:

        async def begin(seen: Seen) -> None:
            await seen.press("P", "escape", *"Do you know this?", "ctrl+s")
            assert "It goes to nobody yet" in seen.text
            await seen.press("escape")

        async def go_on(seen: Seen) -> None:
            await seen.press("P", *"Sam <sam@parts.test>", "escape")
            assert "Forward To Sam <sam@parts.test>" in seen.text
            await seen.press("ctrl+s")
            assert "Forward #1?" in seen.text
            await seen.press("ctrl+s")
            await seen.shows("Forward of #1 leaves in 10 s")
            await seen.press("z")
            await seen.shows("The forward of #1 is a draft again: P continues it.")
            await seen.press("k", "P", "ctrl+s", "ctrl+s")

        drive(desk, begin, size)
        drive(desk, go_on, size)
        sent = [one for one in ticket(desk, 1).messages if one.is_forward]
        assert [(one.text, one.to[0].address) for one in sent] == [
            ("Do you know this?", "sam@parts.test")
        ]


@long_but(1)
@pytest.mark.parametrize("typed", [(), ("x", "backspace")], ids=["nothing", "and deleted"])
def test_a_forward_begun_by_mistake_leaves_no_draft(tmp_path: Path, typed: tuple[str, ...]) -> None:
    with shop(tmp_path, tickets=1) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("P", "escape", *typed, "escape")
            assert "Nothing was written to #1." in seen.text
            await seen.press("P", "tab", "tab", "tab", *"A seal", "escape", "escape")
            assert "kept as a draft: P continues it" in seen.text
            await seen.press("P", "escape")
            assert "Subject A seal" in seen.text
            await seen.press("escape")

        drive(desk, script)
        kept = drafts.draft(desk, 1, "forward")
        assert kept is not None
        assert kept.chosen.subject == "A seal"


@pytest.mark.parametrize("keys", [("shift+tab", *"boss @"), ("ctrl+f", *"none.pdf")], ids=str)
def test_esc_leads_out_of_a_field_with_a_wrong_value(tmp_path: Path, keys: tuple[str, ...]) -> None:
    with shop(tmp_path, tickets=1) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("r", *"Hello", *keys, "escape")
            assert "is as it was, the other fields are kept. " in seen.text
            await seen.press(*" there", "escape")

        drive(desk, script)
        kept = drafts.draft(desk, 1, "reply")
        assert kept is not None
        assert (kept.text, kept.chosen.files) == ("Hello there", ())
        assert kept.recipients is not None
        assert [one.address for one in kept.recipients.to] == ["customer1@acme.test"]


def test_what_is_typed_in_a_field_that_names_somebody_names_one_more(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            fields = seen.screen.context.composer.fields
            await seen.press("r", *"Hi", "shift+tab", *"nils@halden.test", "tab", "shift+tab")
            assert fields.field.value.endswith("<customer1@acme.test>, nils@halden.test, ")
            await seen.press("tab")
            assert fields.text_of(Header.TO).endswith("<customer1@acme.test>, nils@halden.test")
            await seen.press("escape")
            assert "nils@halden.test" in seen.text
            await seen.press("shift+tab", *", eve@halden.test, ", "ctrl+s", "ctrl+s")

        drive(desk, script)
        (one,) = outbox.list_outbox(desk)
        assert [to.address for to in one.recipients] == [
            "customer1@acme.test",
            "eve@halden.test",
            "nils@halden.test",
        ]


@pytest.mark.parametrize("name", ["a.txt", "voucher-" + "x" * 80 + ".txt", "発送" * 20 + ".txt"])
def test_every_hint_of_a_field_fits_eighty_columns(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_text("a", encoding="utf-8")
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            fields = seen.screen.context.composer.fields
            await seen.press("r", *"Hi", "shift+tab", "ctrl+u")
            for header, line in fields._lines.items():
                if line.display and line.field.placeholder:
                    line.field.value = ""
                    await seen.quiet()
                    assert line.field.placeholder in seen.text, header
            await seen.press("escape", "ctrl+f", *name, "enter")
            assert fields._lines[Header.FILES].field.placeholder in seen.text
            assert "^x drops the last" in seen.text

        drive(desk, script)
