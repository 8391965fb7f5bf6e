"""What is grey behind the cursor in a header: which key takes it, and that what is taken is seen."""

from pathlib import Path

from supportcli.desk.replies import drafts
from supportcli.tui.keys import Mode
from supportcli.tui.widgets.composer import Header
from tests.tui.inboxes import Seen, drive, shop


def head(seen: Seen) -> str:
    """The line above the text."""
    return next(line for line in seen.text.splitlines() if line.strip().startswith("Reply "))


def footer(seen: Seen) -> str:
    return seen.text.splitlines()[-1]


def test_the_footer_says_what_tab_does(tmp_path: Path) -> None:
    with shop(tmp_path, tickets=3) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("r", "shift+tab", "tab")
            assert "tab next" in footer(seen)
            await seen.type("customer3")
            assert "tab complete" in footer(seen)
            await seen.press("backspace")
            await seen.press("tab")
            assert "tab next" in footer(seen)
            await seen.press("x")
            assert "tab next" in footer(seen)
            assert "drop file" not in footer(seen), "there is none"

        drive(desk, script)


def test_whom_tab_completes_is_seen_above_at_once_and_the_next_one_is_apart(
    tmp_path: Path,
) -> None:
    with shop(tmp_path, tickets=3) as desk:

        async def script(seen: Seen) -> None:
            fields = seen.screen.context.composer.fields
            await seen.press("r", *"Hello", "shift+tab", "ctrl+u", *"customer3@")
            assert "To tab customer3@acme.test" in head(seen)
            assert "Customer1" not in head(seen)
            await seen.press("tab")
            assert "To customer3@acme.test" in head(seen)
            assert fields.at is Header.TO
            await seen.type("nils@halden.test")
            assert fields.value == "customer3@acme.test, nils@halden.test"
            assert "nils@halden.test" in head(seen)

        drive(desk, script)


def test_enter_takes_the_only_one_who_can_be_meant_and_names_the_key_for_several(
    tmp_path: Path,
) -> None:
    with shop(tmp_path, tickets=3) as desk:

        async def script(seen: Seen) -> None:
            fields = seen.screen.context.composer.fields
            await seen.press("r", *"Hi", "shift+tab", "tab", *"cust", "enter")
            assert "begin like that: tab takes Customer" in seen.text
            assert (fields.at.value, fields.value) == ("Cc", "cust")
            await seen.press("ctrl+u", *"customer3", "enter")
            assert (fields.at.value, fields.value) == ("Cc", "Customer3 <customer3@acme.test>")
            assert "Cc Customer3" in head(seen)
            await seen.press("enter")
            assert fields.at.value == "Bcc"
            await seen.press(*"customer2@acme.te", "enter")
            assert fields.at.value == "Subject", "what is an address is taken as it is typed"
            await seen.press("escape", "escape")

        drive(desk, script)
        kept = drafts.draft(desk, 1, "reply")
        assert kept is not None
        assert kept.recipients is not None
        assert [one.address for one in kept.recipients.bcc] == ["customer2@acme.te"]


def test_enter_attaches_the_only_file_that_begins_so(tmp_path: Path) -> None:
    files = tmp_path / "files"
    (files / "deep").mkdir(parents=True)
    for name in ("pump-swap.txt", "label-1.pdf", "label-2.pdf", "deep/inside.txt"):
        (files / name).write_text("a", encoding="utf-8")
    with shop(tmp_path, tickets=1) as desk:

        async def script(seen: Seen) -> None:
            fields = seen.screen.context.composer.fields
            await seen.press("r", *"Hi", "ctrl+f", *f"{files}/pu")
            assert "⏎ attach" in footer(seen)
            await seen.press("enter")
            assert "File pump-swap.txt" in seen.text
            assert "^x drop file" in footer(seen)
            await seen.press(*f"{files}/la", "enter")
            assert "2 begin like that: tab takes label-1.pdf" in seen.text
            await seen.press("ctrl+u", *f"{files}/de", "enter")
            assert fields.value == f"{files}/deep/"
            await seen.press("enter")
            assert "2 files" in seen.text
            await seen.press(*f"{files}/no", "enter")
            assert "is not there" in seen.text
            assert seen.screen.context.mode is Mode.HEADERS

        drive(desk, script)


def test_who_may_be_meant_is_shown_while_it_is_typed(tmp_path: Path) -> None:
    with shop(tmp_path, tickets=5) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("r", *"Hi", "shift+tab", "tab", *"cu")
            assert "Cc tab Customer" in head(seen)
            assert head(seen).count("Customer") == 3
            assert "+" in head(seen)
            await seen.press("ctrl+u", *"bo")
            assert "Cc tab Bob Lee <bob@shop.test>" in head(seen), "a colleague too"
            await seen.press("ctrl+s")
            assert "“bo” is a name only. tab takes Bob Lee <bob@shop.test>." in seen.text
            await seen.press("ctrl+u", *"nina")
            assert "Cc nina … nobody here is called that" in head(seen)
            await seen.press("enter")
            assert "Nobody here is called “nina”." in seen.text
            assert "Type an address, or a name that is known." in seen.text
            assert seen.screen.context.composer.fields.at is Header.CC

        drive(desk, script, (98, 30))
