"""Adding and testing a mailbox that signs in, as a person is walked through it, in a real pty."""

import json
import os
import re
import sys
import urllib.error

import pytest

from tests.commands.signed_in import SignedIn, visit
from tests.demo.terminal import Terminal
from tests.long import long_but
from tests.servers.issuer import CLIENT_ID, CLIENT_SECRET, PERSON, TENANT


def at(signed_in: SignedIn, *argv: str) -> Terminal:
    """The program in a terminal, wide enough for an address in one line."""
    environ = {
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        "SSL_CERT_FILE": os.environ["SSL_CERT_FILE"],
        **signed_in.program.environ,
    }
    return Terminal([sys.executable, "-m", "supportcli", *argv], environ, 800, 40)


def answered(terminal: Terminal, *answers: tuple[str, str]) -> None:
    """Wait for each question and answer it."""
    for question, answer in answers:
        terminal.wait_for(question)
        terminal.send(f"{answer}\r")


def shown_address(terminal: Terminal) -> str:
    """The address that a person has to open."""
    terminal.wait_for("ctrl+c stops it.")
    found = re.search(r"browser: (https://\S+)", terminal.text)
    assert found is not None
    return found[1]


@pytest.fixture
def places(signed_in: SignedIn) -> tuple[str, ...]:
    """The options of the mailbox's servers; the mailbox is to be added again."""
    box = signed_in.program.rows("mailbox", "show", signed_in.address)[0]
    signed_in.program.done("mailbox", "remove", signed_in.address)
    imap, smtp = (f"{box[name]['host']}:{box[name]['port']}" for name in ("imap", "smtp"))
    return ("--imap", imap, "--smtp", smtp, "--security", "none", "--history", "all")


def test_adding_a_mailbox_of_google_asks_for_what_it_needs(
    signed_in: SignedIn, places: tuple[str, ...]
) -> None:
    file = signed_in.private("client.json", json.dumps(signed_in.issuer.google_client()))
    adding = ("mailbox", "add", signed_in.address, *places, "--sign-in", "google")
    with at(signed_in, *adding) as terminal:
        answered(terminal, ("User name", ""), ("JSON file of the OAuth client", str(file)))
        visit(shown_address(terminal))
        terminal.wait_for(f"Added {signed_in.address}.")
        assert f"Signed in: {signed_in.address}." in terminal.text
        assert terminal.ended() == 0
    assert signed_in.program.run("sync").code == 0


def test_a_known_provider_is_asked_how_it_signs_in(signed_in: SignedIn) -> None:
    adding = ("mailbox", "add", "new@shop.test", "--provider", "microsoft365", "--history", "none")
    with at(signed_in, *adding) as terminal:
        terminal.wait_for("Microsoft 365 takes no passwords for IMAP")
        answered(
            terminal,
            ("How does it sign in (microsoft, microsoft-app, password) [microsoft]:", "password"),
            ("Password (kept in your keyring; leave it empty to do this later):", ""),
        )
        terminal.wait_for("If it signs in with Microsoft or Google: supportcli mailbox sign-in")
        assert terminal.ended() == 0
    assert "new@shop.test" not in signed_in.program.settings.secrets


def test_an_address_from_another_machine_is_pasted(signed_in: SignedIn) -> None:
    signed_in.flags("google")
    client = str(signed_in.program.folder / "client.json")
    argv = ("mailbox", "sign-in", signed_in.address, "--way", "google", "--client-file", client)
    with at(signed_in, *argv, "--yes") as terminal:
        address = shown_address(terminal)
        elsewhere = address.replace("127.0.0.1%3A", "127.0.0.2%3A")
        with pytest.raises(urllib.error.URLError) as unreachable:
            visit(elsewhere)
        assert unreachable.value is not None
        [(code, asked)] = signed_in.issuer.issued.codes.items()
        back = f"{asked['redirect_uri'].replace('127.0.0.2', '127.0.0.1')}?state={asked['state']}"
        local = asked["redirect_uri"].replace("127.0.0.2", "127.0.0.1")
        for wrong, why in (
            ("what is this?", f"it does not begin with {local}"),
            (f"{local}?state=another&code=1", "it is of another sign-in"),
            (f"{local}?state={asked['state']}", "it has no code"),
        ):
            terminal.send(f"{wrong}\r")
            terminal.wait_for(f"at which the browser ended: {why}. Paste that one.")
        terminal.send(f"{back}&code={code}\r")
        terminal.wait_for("Signed in for")
        assert terminal.ended() == 0


def test_ctrl_d_at_the_paste_ends_the_sign_in(signed_in: SignedIn) -> None:
    signed_in.flags("google")
    client = str(signed_in.program.folder / "client.json")
    argv = ("mailbox", "sign-in", signed_in.address, "--way", "google", "--client-file", client)
    with at(signed_in, *argv, "--yes") as terminal:
        shown_address(terminal)
        terminal.send("\x04")
        terminal.wait_for("no address was pasted")
        assert terminal.ended() != 0


def test_adding_a_mailbox_of_an_app_keeps_its_secret_in_a_private_file(
    signed_in: SignedIn, places: tuple[str, ...]
) -> None:
    program, address = signed_in.program, signed_in.address
    imap, smtp = (int(place.partition(":")[2]) for place in places[1:4:2])
    program.add_mailbox(address, imap, smtp)
    argv = ("mailbox", "sign-in", address, "--way", "microsoft-app", "--yes")
    with at(signed_in, *argv, "--authority", signed_in.issuer.url) as terminal:
        answered(
            terminal,
            ("Application (client) ID", CLIENT_ID),
            ("Directory (tenant) ID", TENANT),
            ("Client secret, its Value", CLIENT_SECRET),
            ("Until when is it valid", "2027-12-01"),
        )
        terminal.wait_for("Signed in for")
        assert terminal.ended() == 0
        assert CLIENT_SECRET not in terminal.text
    kept = program.folder / "tokens" / f"{address}.client-secret"
    assert kept.read_text() == f"{CLIENT_SECRET}\n"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert program.rows("mailbox", "show", address)[0]["sign_in"]["ends"] == "2027-12-01"
    program.done("mailbox", "remove", address)
    assert not kept.exists()


def test_options_of_another_way_than_the_chosen_one_are_refused(signed_in: SignedIn) -> None:
    config = signed_in.program.folder / "config.toml"
    before = config.read_text()
    argv = ("mailbox", "sign-in", signed_in.address, "--yes", "--key-file", "key.json")
    with at(signed_in, *argv) as terminal:
        answered(terminal, ("Way to sign in", "microsoft-app"))
        assert terminal.ended() == 2
        assert "--key-file says nothing about a mailbox" in terminal.text
    assert config.read_text() == before


@long_but(1)
@pytest.mark.parametrize("ends", ["2020-01-01", "01.05.2027"])
def test_a_day_that_is_refused_leaves_no_secret_behind(signed_in: SignedIn, ends: str) -> None:
    program, address = signed_in.program, signed_in.address
    argv = ("mailbox", "sign-in", address, "--way", "microsoft-app", "--yes")
    with at(signed_in, *argv, "--client-id", CLIENT_ID, "--tenant", TENANT) as terminal:
        answered(
            terminal,
            ("Client secret, its Value", CLIENT_SECRET),
            ("Until when is it valid", ends),
        )
        assert terminal.ended() == 2
        assert ends in terminal.text
    assert not (program.folder / "tokens" / f"{address}.client-secret").exists()


def test_a_test_offers_to_sign_in_again(signed_in: SignedIn) -> None:
    signed_in.sign_in("microsoft")
    signed_in.issuer.issued.refresh_tokens.clear()
    (signed_in.program.folder / "tokens" / f"{signed_in.address}.json").unlink()
    with at(signed_in, "mailbox", "test", signed_in.address) as terminal:
        terminal.wait_for("FAILED  sign-in: Nobody has signed in")
        answered(terminal, ("Sign in now?", ""))
        terminal.wait_for(f"Signed in: {PERSON}.")
        terminal.wait_for("ok      SMTP login")
        assert terminal.ended() == 0


def test_giving_up_the_wait_changes_nothing(signed_in: SignedIn) -> None:
    before = (signed_in.program.folder / "config.toml").read_text()
    argv = ("mailbox", "sign-in", signed_in.address, "--yes", *signed_in.flags("microsoft"))
    with at(signed_in, *argv) as terminal:
        terminal.wait_for("SHOP-CODE")
        terminal.send("\x03")
        assert terminal.ended() == 130
        assert "Traceback" not in terminal.text
    assert (signed_in.program.folder / "config.toml").read_text() == before
