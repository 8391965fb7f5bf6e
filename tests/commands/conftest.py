"""The program, called by tests."""

import shutil
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from supportcli.clock import utc_now
from tests.commands.program import Furnish, Program
from tests.servers.certificates import Certificates
from tests.servers.dovecot import TokenDovecot
from tests.servers.smtp import SmtpServer

if TYPE_CHECKING:
    from tests.commands.signed_in import SignedIn


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Program]:
    """The program on a machine where nothing is set up yet."""
    folder = tmp_path / "home"
    folder.mkdir()
    yield Program(folder, monkeypatch)
    monkeypatch.undo()
    time.tzset()


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of somebody who has just founded a desk, to be copied."""
    folder = tmp_path_factory.mktemp("founded")
    with pytest.MonkeyPatch.context() as monkeypatch:
        Program(folder, monkeypatch).found()
    time.tzset()
    return folder


@pytest.fixture
def desk(founded: Path, program: Program) -> Program:
    """The program on a desk with the agents Ada (who types) and Bob, and a mailbox whose servers
    nobody runs."""
    for name in ("config.toml", "desk.db"):
        shutil.copy2(founded / name, program.folder / name)
    return program


@pytest.fixture(scope="session")
def homes() -> dict[Furnish, tuple[Path, datetime]]:
    """The homes that were furnished in this worker, and when it was in them."""
    return {}


@pytest.fixture
def furnished(
    desk: Program,
    homes: dict[Furnish, tuple[Path, datetime]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[Furnish], Program]:
    """Does with a new desk what a function does, by commands, once in each worker: others get a
    copy."""

    def copy(furnish: Furnish) -> Program:
        if furnish not in homes:
            folder = tmp_path_factory.mktemp("home") / "home"
            shutil.copytree(desk.folder, folder)
            with pytest.MonkeyPatch.context() as monkeypatch:
                program = Program(folder, monkeypatch)
                furnish(program)
            time.tzset()
            homes[furnish] = folder, program.clock.now
        folder, desk.clock.now = homes[furnish]
        shutil.copytree(folder, desk.folder, dirs_exist_ok=True)
        return desk

    return copy


@pytest.fixture
def signed_in(
    desk: Program,
    token_dovecot: TokenDovecot,
    certificates: Certificates,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator["SignedIn"]:
    """A desk whose one mailbox cannot be read yet: nobody has signed in."""
    from tests.commands.signed_in import SignedIn  # needs the extra for tokens
    from tests.servers.issuer import Issuer

    desk.clock.now = utc_now()  # a sign-in that runs as a process of its own has no other clock
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.authority))
    user, _ = token_dovecot.new_user()
    desk.done("mailbox", "remove", "help@shop.test")
    with (
        Issuer(certificates, user, desk.clock) as issuer,
        SmtpServer(token_user=issuer.user_of) as smtp,
    ):
        desk.add_mailbox(user, token_dovecot.port, smtp.port)
        yield SignedIn(desk, issuer, token_dovecot, smtp, user)
