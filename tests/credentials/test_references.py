import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import keyring
import keyring.backend
import keyring.backends.fail
import keyring.backends.null
import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportcli import credentials
from supportcli.config import Settings
from supportcli.credentials import programs, references
from supportcli.domain.mailbox import Endpoint, Login, Mailbox, Secret, Security, logins
from supportcli.errors import ConfigurationError
from supportcli.errors.setup import HostNotTrusted, SecretMissing, SecretUnavailable

BOX = Mailbox(
    id=1,
    address="help@shop.test",
    name="Help",
    imap=Endpoint("imap.shop.test", 993, Security.TLS),
    smtp=Endpoint("smtp.shop.test", 465, Security.TLS),
    username="help",
    history="none",
    news_since=datetime(2026, 1, 31, tzinfo=UTC),
)


class MemoryKeyring(keyring.backend.KeyringBackend):
    """A keyring that lives as long as the test."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text("")
    path.chmod(0o600)
    return path


def secret_for(settings: Settings, mailbox: Mailbox) -> str:
    found = credentials.secret_for(mailbox, settings.secrets, settings.path)
    assert isinstance(found, str)
    return found


@pytest.fixture
def settings(config: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("HELP_SECRET", "pässword")
    return Settings(
        config,
        "",
        "",
        {"help@shop.test": Secret("env:HELP_SECRET", ("imap.shop.test", "smtp.shop.test"))},
    )


def test_the_secret_of_a_mailbox(settings: Settings) -> None:
    assert secret_for(settings, BOX) == "pässword"


def test_a_mailbox_without_a_secret_says_where_one_belongs(settings: Settings) -> None:
    with pytest.raises(SecretMissing, match=r"config\.toml has no secret for help@shop\.test"):
        secret_for(replace(settings, secrets={}), BOX)


EVIL = Endpoint("evil.test", 993, Security.TLS)


def bound(settings: Settings, box: Mailbox, *, insecure: bool = False) -> Settings:
    """The settings of somebody whose secret is for the servers of `box`."""
    return replace(
        settings,
        secrets={
            "help@shop.test": Secret("env:HELP_SECRET", insecure=insecure, servers=logins(box))
        },
    )


@pytest.mark.parametrize(
    "changed", [replace(BOX, imap=EVIL), replace(BOX, smtp=EVIL)], ids=["imap", "smtp"]
)
def test_a_server_that_was_changed_in_the_database_gets_nothing(
    settings: Settings, changed: Mailbox
) -> None:
    with pytest.raises(HostNotTrusted) as refused:
        secret_for(settings, changed)
    assert "evil.test" in refused.value.sentence
    assert "imap.shop.test, smtp.shop.test" in refused.value.sentence
    assert refused.value.hint.endswith("supportcli mailbox trust help@shop.test")
    assert refused.value.exit_code == 78


CHANGES: dict[str, dict[str, Any]] = {
    "host": {"host": "evil.test"},
    "port": {"port": 4444},
    "TLS": {"security": Security.STARTTLS},
    "port and TLS": {"port": 4444, "security": Security.NONE},
    "host and port": {"host": "127.0.0.1", "port": 4444},
}
LOOPBACK_BOX = replace(
    BOX, imap=Endpoint("127.0.0.1", 1143, Security.NONE), smtp=Endpoint("::1", 1587, Security.NONE)
)


@pytest.mark.parametrize("box", [BOX, LOOPBACK_BOX], ids=["TLS", "loopback"])
@pytest.mark.parametrize("side", ["imap", "smtp"])
@pytest.mark.parametrize("what", [*CHANGES, "user"])
def test_whatever_is_changed_of_a_server_keeps_the_password_here(
    settings: Settings, box: Mailbox, side: str, what: str
) -> None:
    trusting = bound(settings, box)
    assert secret_for(trusting, box) == "pässword"
    other = replace(getattr(box, side), **CHANGES.get(what, {}))
    changed = replace(box, username="eve") if what == "user" else replace(box, **{side: other})
    if changed == box:
        return
    with pytest.raises(HostNotTrusted) as refused:
        secret_for(trusting, changed)
    named = [
        word
        for word in ("host", "port", "TLS", "user")
        if word in refused.value.sentence.partition("(")[2]
    ]
    assert set(named) <= {*what.split(" and ")}
    assert named
    assert "mailbox trust help@shop.test" in refused.value.hint


@pytest.mark.parametrize(
    "changed",
    [
        replace(BOX, imap=replace(BOX.imap, port=4444)),
        replace(BOX, smtp=replace(BOX.smtp, security=Security.NONE)),
        replace(BOX, username="eve"),
        replace(BOX, imap=Endpoint("imap.shop.test", 143, Security.TLS)),
    ],
)
def test_an_entry_with_hosts_alone_is_for_the_usual_ports_with_tls(
    settings: Settings, changed: Mailbox
) -> None:
    starttls = replace(
        BOX,
        imap=Endpoint("IMAP.shop.test", 143, Security.STARTTLS),
        smtp=Endpoint("smtp.shop.test", 587, Security.STARTTLS),
    )
    assert {
        secret_for(settings, box)
        for box in (BOX, starttls, replace(BOX, username="help@shop.test"))
    } == {"pässword"}
    with pytest.raises(HostNotTrusted, match="on the usual ports with TLS"):
        secret_for(settings, changed)


@given(
    st.sampled_from(["imap", "smtp"]),
    st.sampled_from(["mail.shop.test", "127.0.0.1", "::1", "2001:db8::7"]),
    st.integers(1, 65535),
    st.sampled_from(Security),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20),
)
def test_a_login_as_text_is_the_same_login(
    protocol: str, host: str, port: int, security: Security, user: str
) -> None:
    login = Login(protocol, Endpoint(host, port, security), user)
    assert Login.of(str(login)) == login


def test_a_line_that_lost_its_tls_in_the_database_gets_nothing_either(settings: Settings) -> None:
    bare = replace(BOX, smtp=Endpoint("smtp.shop.test", 25, Security.NONE), insecure=True)
    for trusting in (settings, bound(settings, BOX), bound(settings, bare)):
        with pytest.raises(HostNotTrusted, match=r"smtp://help@smtp\.shop\.test:25"):
            secret_for(trusting, bare)
    assert secret_for(bound(settings, bare, insecure=True), bare) == "pässword"


@pytest.mark.parametrize(
    "script", ["echo s3cret; exit 3", "echo s3cret >&2; exit 3", "printf 's3cret\\377'"]
)
def test_what_a_command_prints_is_in_no_error(config: Path, script: str) -> None:
    (config.parent / "say").write_text(f"#!/bin/sh\n{script}\n")
    (config.parent / "say").chmod(0o700)
    with pytest.raises(SecretUnavailable) as refused:
        references.resolve(f"command:{config.parent / 'say'}", config)
    assert "s3cret" not in refused.value.sentence + refused.value.hint


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("127.0.0.1", True),
        ("localhost", True),
        ("::1", True),
        ("127.evil.test", False),
        ("10.0.0.1", False),
    ],
)
def test_only_the_loopback_needs_no_tls(host: str, *, local: bool) -> None:
    assert Endpoint(host, 143, Security.NONE).on_loopback is local


def test_from_the_environment(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HELP_SECRET", "s3cret")
    assert references.resolve("env:HELP_SECRET", config) == "s3cret"
    monkeypatch.delenv("HELP_SECRET")
    with pytest.raises(
        SecretUnavailable, match="env:HELP_SECRET cannot be read: this variable is not set"
    ):
        references.resolve("env:HELP_SECRET", config)


def test_from_a_private_file_beside_the_configuration(config: Path) -> None:
    file = config.parent / "secret"
    file.write_text("s3cret\r\nsecond line\n")
    file.chmod(0o600)
    assert references.resolve("file:secret", config) == "s3cret"
    assert references.resolve(f"file:{file}", config) == "s3cret"
    file.write_bytes(b"\xef\xbb\xbfs3cret\r\n")  # as Notepad saves it
    assert references.resolve("file:secret", config) == "s3cret"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644])
def test_a_file_that_others_can_open_is_refused(config: Path, mode: int) -> None:
    file = config.parent / "secret"
    file.write_text("s3cret\n")
    file.chmod(mode)
    with pytest.raises(SecretUnavailable, match="others can read or change this file") as refused:
        references.resolve("file:secret", config)
    assert refused.value.hint == f"Run: chmod 600 {file}"


def test_a_file_without_a_secret_is_refused(config: Path) -> None:
    with pytest.raises(
        SecretUnavailable,
        match=rf"file:none cannot be read: No such file or directory \({config.parent}/none\)\.$",
    ):
        references.resolve("file:none", config)
    (config.parent / "bytes").touch(mode=0o600)
    (config.parent / "bytes").write_bytes(b"\xff\n")
    with pytest.raises(SecretUnavailable, match=f": {config.parent}/bytes is not UTF-8 text.$"):
        references.resolve("file:bytes", config)
    (config.parent / "empty").touch(mode=0o600)
    with pytest.raises(SecretUnavailable, match="first line is empty"):
        references.resolve("file:empty", config)


def test_from_a_command_without_a_shell(config: Path) -> None:
    program = config.parent / "show secret"
    program.write_text(f"#!{sys.executable}\nimport sys\nprint('|'.join(sys.argv[1:]))\n")
    program.chmod(0o700)
    assert (
        references.resolve(f"command:'{program}' one 'two three' $HOME ;", config)
        == "one|two three|$HOME|;"
    )


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        ("import sys; sys.exit('no such entry')", "failed with code 1."),
        ("pass", "first line is empty"),
        ("import os; os.write(1, bytes([255]))", "what it prints is not UTF-8 text"),
        ("import sys; sys.exit(3)", "failed with code 3."),
    ],
)
def test_a_command_that_gives_nothing(config: Path, code: str, cause: str) -> None:
    with pytest.raises(SecretUnavailable, match=cause):
        references.resolve(f'command:{sys.executable} -c "{code}"', config)


def test_a_command_that_is_none(config: Path) -> None:
    with pytest.raises(
        SecretUnavailable,
        match=r": no-such-program-here cannot be started: No such file or directory\.$",
    ):
        references.resolve("command:no-such-program-here", config)
    with pytest.raises(SecretUnavailable, match="No closing quotation"):
        references.resolve("command:'unclosed", config)


def test_a_command_that_hangs_is_given_up(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "COMMAND_SECONDS", 0.2)
    with pytest.raises(SecretUnavailable, match=r"did not end within 0\.2 seconds"):
        references.resolve(
            f"command:{sys.executable} -c \"input_never = __import__('threading').Event().wait()\"",
            config,
        )


def test_a_command_from_a_file_that_others_can_write_is_not_run(config: Path) -> None:
    config.chmod(0o622)
    with pytest.raises(ConfigurationError, match="others can write it"):
        references.resolve("command:touch made", config)
    assert not (config.parent / "made").exists()


def test_from_the_keyring(config: Path) -> None:
    before = keyring.get_keyring()
    keyring.set_keyring(MemoryKeyring())
    try:
        references.keep_in_keyring("help@shop.test", "s3cret")
        assert references.resolve("keyring:help@shop.test", config) == "s3cret"
        with pytest.raises(SecretUnavailable, match="the keyring has no such entry") as refused:
            references.resolve("keyring:other", config)
        assert refused.value.hint == "Put it there with: keyring set supportcli other"
        keyring.set_keyring(keyring.backends.fail.Keyring())  # type: ignore[no-untyped-call]
        with pytest.raises(SecretUnavailable, match="keyring:help"):
            references.resolve("keyring:help", config)
        with pytest.raises(SecretUnavailable, match="keyring:help"):
            references.keep_in_keyring("help", "s3cret")
        keyring.set_keyring(keyring.backends.null.Keyring())  # type: ignore[no-untyped-call]
        with pytest.raises(SecretUnavailable, match="the keyring of this machine keeps nothing"):
            references.keep_in_keyring("help", "s3cret")
    finally:
        keyring.set_keyring(before)


@pytest.mark.parametrize(
    "reference", ["hunter2", "http://hunter2", "env:", "Env:hunter2", "keyring: "]
)
def test_what_is_no_reference_may_be_a_password_and_is_not_repeated(
    config: Path, reference: str
) -> None:
    with pytest.raises(ConfigurationError, match="must be a reference") as refused:
        references.resolve(reference, config)
    assert "hunter2" not in refused.value.sentence + refused.value.hint


def test_what_a_failed_command_printed_is_not_repeated(config: Path) -> None:
    program = config.parent / "show-secret"
    program.write_text(f"#!{sys.executable}\nprint('hunter2')\nraise SystemExit(1)\n")
    program.chmod(0o700)
    with pytest.raises(SecretUnavailable) as refused:
        references.resolve(f"command:{program}", config)
    assert "failed with code 1." in refused.value.sentence
    assert "hunter2" not in refused.value.sentence + refused.value.hint
