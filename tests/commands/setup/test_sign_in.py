"""Signing in to mailboxes with Microsoft and Google."""

import json
import os
import subprocess
import sys
from datetime import date, timedelta

import pytest

from supportcli.domain.sign_in import SignInWay
from tests.commands.letters import letter
from tests.commands.program import Program
from tests.commands.signed_in import WAYS, SignedIn
from tests.long import long_but
from tests.servers.issuer import CLIENT_ID, CLIENT_SECRET, TENANT


@long_but(2)
@pytest.mark.parametrize("way", WAYS)
def test_mail_comes_and_goes_in_each_way(signed_in: SignedIn, way: str) -> None:
    said = signed_in.sign_in(way)
    assert CLIENT_SECRET not in said
    program, address = signed_in.program, signed_in.address
    tested = program.done("mailbox", "test", address).splitlines()
    assert [line for line in tested if not line.startswith("ok")] == []
    signed_in.imap.append(address, "INBOX", letter())
    assert program.run("sync").code == 0
    program.done("ticket", "reply", 1, "--text", "We come.")
    program.clock.tick(minutes=1)
    assert program.run("sync").code == 0
    [left] = signed_in.smtp.accepted()
    assert left.user == address
    assert b"We come." in left.raw


@long_but(2)
@pytest.mark.parametrize("way", WAYS)
def test_no_secret_and_no_token_is_ever_shown(signed_in: SignedIn, way: str) -> None:
    said = signed_in.sign_in(way)
    program, address = signed_in.program, signed_in.address
    for argv in (
        ("mailbox", "show", address),
        ("mailbox", "show", address, "--json"),
        ("mailbox", "list", "--json"),
        ("mailbox", "test", address),
        ("sync", "--json"),
    ):
        ran = program.run(*argv)
        said += ran.out + ran.err
    signed_in.issuer.refuse("invalid_grant", "AADSTS50173: gone")
    program.clock.tick(hours=2)
    ran = program.run("sync")
    said += ran.out + ran.err
    hidden = [
        CLIENT_SECRET,
        *signed_in.issuer.issued.tokens,
        *signed_in.issuer.issued.refresh_tokens,
    ]
    assert len(hidden) > 1
    assert [secret for secret in hidden if secret in said] == []
    assert not [
        secret for secret in hidden if secret in (program.folder / "config.toml").read_text()
    ]


def test_the_shared_mailbox_is_named_apart_from_who_signs_in(signed_in: SignedIn) -> None:
    said = signed_in.sign_in("microsoft")
    assert "and enter the code SHOP-CODE" in said
    assert "Sign in as ada@shop.test." in said
    shown = signed_in.program.done("mailbox", "show", signed_in.address)
    assert f"User      {signed_in.address}" in shown
    assert (
        f"Sign-in   microsoft, app {CLIENT_ID}, as ada@shop.test, tokens in file:tokens/" in shown
    )


def test_a_sign_in_that_fails_changes_nothing(signed_in: SignedIn) -> None:
    program = signed_in.program
    before = (program.folder / "config.toml").read_text()
    signed_in.issuer.refuse("invalid_client", "AADSTS7000215: Invalid client secret provided.")
    flags = signed_in.flags("microsoft-app")
    failed = program.run("mailbox", "sign-in", signed_in.address, "--yes", *flags)
    assert failed.code == 77
    assert "the Value that the portal shows once" in failed.err
    assert (program.folder / "config.toml").read_text() == before


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ([], "“Way to sign in (microsoft, microsoft-app, google, google-service-account)”"),
        (["--way", "microsoft"], "Give it with --client-id."),
        (["--way", "microsoft", "--client-id", "1"], "Give it with --tenant."),
        (
            ["--way", "microsoft-app", "--client-id", "1", "--tenant", "2"],
            "Give it with --client-secret REFERENCE or --certificate FILE.",
        ),
        (["--way", "google"], "Give it with --client-file."),
        (["--way", "google-service-account"], "Give it with --key-file."),
        (["--way", "google", "--client-file", "x", "--tokens", "here"], "is no place for tokens"),
        (["--way", "microsoft-app", "--client-secret", "hunter2"], "must be a reference"),
        (["--way", "microsoft-app", "--client-secret-expires", "May"], "“May” is not a day."),
    ],
)
def test_what_is_missing_or_wrong_names_its_option(
    desk: Program, flags: list[str], said: str
) -> None:
    refused = desk.run("mailbox", "sign-in", "help@shop.test", "--yes", *flags)
    assert refused.code == 2
    assert said in refused.err
    assert "hunter2" not in refused.err


@pytest.mark.parametrize(
    ("option", "typed"),
    [
        ("--tenant", "2e9d…"),
        ("--tenant", "a b"),
        ("--tenant", "../../x"),
        ("--tenant", ".."),
        ("--tenant", "shop?x=1"),
        ("--tenant", "https://login.microsoftonline.com/shop.test"),
        ("--tenant", "shop.test\x1b[2J"),
        ("--authority", "login.microsoftonline.us"),
        ("--authority", "http://login.microsoftonline.us"),
        ("--authority", "https://ada@login.microsoftonline.us"),
        ("--authority", "https://login.microsoftonline.us/shop?x"),
        ("--authority", "https://"),
    ],
)
def test_what_cannot_be_part_of_an_address_is_refused_before_anything_is_asked(
    signed_in: SignedIn, option: str, typed: str
) -> None:
    flags = (*signed_in.flags("microsoft-app"), option, typed)
    refused = signed_in.program.run("mailbox", "sign-in", signed_in.address, "--yes", *flags)
    assert refused.code == 2
    assert f"is no {option.removeprefix('--')}." in refused.err
    assert f"give it with {option}." in refused.err
    assert "\x1b[2J" not in refused.err
    assert signed_in.issuer.requests == []


@pytest.mark.parametrize("tenant", ["shop.onmicrosoft.com", "organizations", "xn--bcher-kva.test"])
def test_a_tenant_may_be_a_name(signed_in: SignedIn, tenant: str) -> None:
    flags = (*signed_in.flags("microsoft-app"), "--tenant", tenant)
    refused = signed_in.program.run("mailbox", "sign-in", signed_in.address, "--yes", *flags)
    assert "AADSTS90002" in refused.err, "it was asked for"


def test_adding_without_a_terminal_signs_nobody_in(desk: Program) -> None:
    places = ("--imap", "i.test", "--smtp", "s.test", "--history", "none")
    refused = desk.run("mailbox", "add", "new@shop.test", *places, "--sign-in", "microsoft-app")
    assert refused.code == 2
    assert "supportcli mailbox sign-in new@shop.test --way microsoft-app" in refused.err
    both = ("--sign-in", "google", "--secret", "env:HELP")
    refused = desk.run("mailbox", "add", "new@shop.test", *places, *both)
    assert refused.code == 2
    assert "Give either --secret, --token-command or --sign-in." in refused.err
    assert len(desk.rows("mailbox", "list")) == 1


@pytest.mark.parametrize(
    ("way", "more", "said"),
    [
        ("microsoft-app", ("--certificate", "app.pem"), "not with both"),
        ("microsoft-app", ("--key-file", "key.json"), "--key-file says nothing about a mailbox"),
        ("microsoft-app", ("--user-signs-in", "ada@shop.test"), "--user-signs-in says nothing"),
        ("google-service-account", ("--client-id", "1f"), "--client-id says nothing"),
    ],
)
def test_what_does_not_go_together_is_refused(
    signed_in: SignedIn, way: str, more: tuple[str, str], said: str
) -> None:
    config = signed_in.program.folder / "config.toml"
    before = config.read_text()
    flags = (*signed_in.flags(way), *more)
    ran = signed_in.program.run("mailbox", "sign-in", signed_in.address, "--yes", *flags)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert config.read_text() == before


def test_servers_that_somebody_changed_are_asked_about(signed_in: SignedIn) -> None:
    flags = signed_in.flags("microsoft-app")
    refused = signed_in.program.run("mailbox", "sign-in", signed_in.address, *flags)
    assert refused.code == 2
    assert "Give it with --yes." in refused.err
    signed_in.sign_in("microsoft-app")
    signed_in.program.done("mailbox", "sign-in", signed_in.address)


def test_what_is_left_out_stays_as_it_was(signed_in: SignedIn) -> None:
    signed_in.sign_in("microsoft-app")
    program, address = signed_in.program, signed_in.address
    program.done("mailbox", "sign-in", address, "--client-secret-expires", "2027-12-01")
    entry = program.settings.secrets[address].sign_in
    assert entry is not None
    assert (entry.client_id, entry.tenant, entry.client_secret) == (
        CLIENT_ID,
        TENANT,
        "file:secret",
    )
    assert entry.client_secret_expires == date(2027, 12, 1)


def test_a_new_secret_is_tried_though_a_token_is_kept(signed_in: SignedIn) -> None:
    signed_in.sign_in("microsoft-app")
    signed_in.private("secret", "a wrong one")
    refused = signed_in.program.run("mailbox", "sign-in", signed_in.address)
    assert refused.code == 77
    assert "AADSTS7000215" in refused.err


def test_another_way_at_the_same_provider_keeps_the_app(signed_in: SignedIn) -> None:
    signed_in.sign_in("microsoft")
    signed_in.flags("microsoft-app")
    program, address = signed_in.program, signed_in.address
    program.done(
        *("mailbox", "sign-in", address, "--way", "microsoft-app"),
        *("--client-secret", "file:secret"),
    )
    entry = program.settings.secrets[address].sign_in
    assert entry is not None
    assert (entry.client_id, entry.tenant, entry.user) == (CLIENT_ID, TENANT, "")


def test_a_secret_that_ends_is_shown_and_warned_of_once_a_day(signed_in: SignedIn) -> None:
    signed_in.sign_in("microsoft-app")
    program, address = signed_in.program, signed_in.address
    ends = program.clock.now.date() + timedelta(days=15)
    program.done("mailbox", "sign-in", address, "--client-secret-expires", str(ends))
    row = program.rows("mailbox", "show", address)[0]["sign_in"]
    assert row == {
        "way": "microsoft-app",
        "ends": ends.isoformat(),
        "what_ends": "the client secret",
        "days_left": 15,
    }
    assert "here, 15 days left" in program.done("mailbox", "list")
    assert f"Ends      the client secret ends in 15 days ({ends})" in program.done(
        "mailbox", "show", address
    )
    assert "ok      end: the client secret ends in 15 days" in program.done(
        "mailbox", "test", address
    )
    assert program.run("sync").err == ""
    said = []
    for _ in range(3):
        program.clock.tick(days=1)
        said.append(program.run("sync").err.splitlines())
        assert program.run("sync").err == "", "once a day"
    assert [lines[0] for lines in said] == [
        f"supportcli: {address}: the client secret ends in {left} days ({ends})."
        for left in (14, 13, 12)
    ]
    assert said[0][1].endswith(f"supportcli mailbox sign-in {address}")
    assert "SOON    end: the client secret ends in 12 days" in program.done(
        "mailbox", "test", address
    )
    program.clock.tick(days=13)
    over = program.run("sync").err
    assert f"the client secret ended on {ends}.\nRenew it, then run:" in over
    assert f"ENDED   end: the client secret ended on {ends}" in program.done(
        "mailbox", "test", address
    )


def test_an_app_of_google_in_testing_is_warned_of(signed_in: SignedIn) -> None:
    signed_in.issuer.testing_life = 7 * 24 * 3600
    signed_in.sign_in("google")
    program = signed_in.program
    ran = program.run("sync")
    assert "the sign-in ends in 7 days" in ran.err
    assert ran.code == 0


def test_without_the_extra_it_is_said_what_to_install(
    signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("msal", "google.oauth2.service_account", "google.oauth2.credentials"):
        monkeypatch.setitem(sys.modules, name, None)
    for way in ("microsoft", "microsoft-app", "google-service-account"):
        flags = signed_in.flags(way)
        refused = signed_in.program.run("mailbox", "sign-in", signed_in.address, "--yes", *flags)
        assert refused.code == 78
        assert "Install it with: pip install 'supportcli[oauth]'" in refused.err


@pytest.mark.parametrize("way", SignInWay)
def test_the_missing_extra_is_told_before_any_question(
    desk: Program, monkeypatch: pytest.MonkeyPatch, way: SignInWay
) -> None:
    for name in ("google.oauth2.credentials", "google.oauth2.service_account"):
        monkeypatch.delitem(sys.modules, name, raising=False)  # as another test may have loaded it
    for name in ("msal", "google", "google.oauth2"):
        monkeypatch.setitem(sys.modules, name, None)
    for argv in (
        ("mailbox", "add", "--sign-in", way),
        ("mailbox", "sign-in", "help@shop.test", "--way", way),
    ):
        refused = desk.run(*argv)
        assert refused.code == 78, "there is no terminal: a question has the code 2"
        assert "Install it with: pip install" in refused.err


def test_a_day_that_is_over_is_refused(signed_in: SignedIn) -> None:
    flags = signed_in.flags("microsoft-app")
    today = signed_in.program.clock.now.date()
    done = ("mailbox", "sign-in", signed_in.address, "--yes", *flags, "--client-secret-expires")
    refused = signed_in.program.run(*done, str(today - timedelta(days=1)))
    assert refused.code == 2
    assert f"The client secret ended on {today - timedelta(days=1)}" in refused.err
    assert signed_in.issuer.requests == []
    assert signed_in.program.run(*done, str(today)).code == 0


def test_the_day_of_a_secret_is_not_that_of_the_next_one(signed_in: SignedIn) -> None:
    signed_in.sign_in("microsoft-app")
    program, address = signed_in.program, signed_in.address
    ends = program.clock.now.date() + timedelta(days=3)
    program.done("mailbox", "sign-in", address, "--client-secret-expires", str(ends))
    program.clock.tick(days=13)
    assert f"here, ended {ends}" in program.done("mailbox", "list")
    again = program.run("mailbox", "sign-in", address)
    assert again.code == 0
    assert f"config.toml says that its client secret ended on {ends}." in again.err
    new = program.run("mailbox", "sign-in", address, "--client-secret", "file:secret")
    assert new.code == 0
    assert "Nobody has said until when its new client secret is valid." in new.err
    assert f"sign-in {address} --client-secret-expires YYYY-MM-DD" in new.err
    assert program.rows("mailbox", "show", address)[0]["sign_in"]["ends"] is None
    assert program.run("sync").err == "", "the day before was that of another secret"


@pytest.mark.parametrize("way", ["microsoft-app", "google-service-account"])
def test_an_issuer_that_is_silent_is_unreachable(signed_in: SignedIn, way: str) -> None:
    program, address = signed_in.program, signed_in.address
    config = program.folder / "config.toml"
    config.write_text(f"{config.read_text()}\n[sign_in]\ntimeout = 0.3\n")
    before = config.read_text()
    signed_in.issuer.stall()
    silent = program.run("mailbox", "sign-in", address, "--yes", *signed_in.flags(way))
    assert (silent.code, silent.out) == (69, "")
    assert "did not answer within 0.3 seconds" in silent.err
    assert "Try again later" in silent.err
    assert config.read_text() == before


def test_a_mailbox_whose_issuer_is_silent_is_unreachable(signed_in: SignedIn) -> None:
    signed_in.sign_in("microsoft-app")
    program, address = signed_in.program, signed_in.address
    config = program.folder / "config.toml"
    config.write_text(f"{config.read_text()}\n[sign_in]\ntimeout = 0.3\n")
    signed_in.issuer.stall()
    program.clock.tick(hours=2)
    tested = program.run("mailbox", "test", address)
    assert tested.code == 69
    assert "did not answer within 0.3 seconds" in tested.out + tested.err
    synced = program.run("sync")
    assert (synced.code, synced.out) == (69, "")
    assert "did not answer within 0.3 seconds" in synced.err


def test_nobody_has_signed_in_yet_or_no_longer(signed_in: SignedIn) -> None:
    signed_in.sign_in("microsoft")
    program, address = signed_in.program, signed_in.address
    (program.folder / "tokens" / f"{address}.json").unlink()
    ran = program.run("sync")
    assert ran.code == 78
    assert f"Sign in with: supportcli mailbox sign-in {address}" in ran.err
    tested = program.run("mailbox", "test", address, "--json")
    assert tested.code == 78
    assert [row["step"] for row in tested.rows if not row["ok"]] == ["sign-in"]
    signed_in.program.done("mailbox", "sign-in", address)
    assert program.run("sync").code == 0


def test_tokens_that_are_not_needed_are_removed(signed_in: SignedIn) -> None:
    program, address = signed_in.program, signed_in.address
    kept = program.folder / "tokens" / f"{address}.json"
    signed_in.sign_in("microsoft-app")
    assert kept.exists()
    program.done("mailbox", "trust", address, "--yes")
    assert kept.exists(), "nothing but the servers is trusted now"
    program.done("mailbox", "trust", address, "--yes", "--secret", "env:HELP")
    assert not kept.exists()
    signed_in.sign_in("microsoft-app")
    program.done("mailbox", "remove", address)
    assert not kept.exists()


@pytest.mark.acceptance
def test_two_processes_that_need_a_token_at_once_ask_once(signed_in: SignedIn) -> None:
    signed_in.sign_in("microsoft")
    kept = signed_in.program.folder / "tokens" / f"{signed_in.address}.json"
    said = json.loads(kept.read_text())
    kept.write_text(json.dumps({**said, "use_until": "2026-01-01T00:00:00+00:00"}))
    signed_in.issuer.requests.clear()
    tests = [
        subprocess.Popen(
            [sys.executable, "-m", "supportcli", "mailbox", "test", signed_in.address],
            env={**os.environ, **signed_in.program.environ},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    for test in tests:
        words, _ = test.communicate()
        assert "FAILED" not in words
        assert test.returncode == 0
    assert signed_in.issuer.requests == ["refresh_token"]
    assert json.loads(kept.read_text())["refresh_token"] in signed_in.issuer.issued.refresh_tokens
