"""A line that breaks anywhere in a sync costs that sync, and no mail: the next one ends with every
mail once."""

from collections.abc import Callable
from pathlib import Path

import pytest

from supportcli.desk.mail.sync import sync
from supportcli.errors import ServerUnreachable
from tests.conversations import World, generate
from tests.desk.invariants import violations
from tests.desk.receiving import conversations, desk_reading, fill, tickets
from tests.servers.imap import ImapServer
from tests.servers.proxy import Break, Direction, Proxy


@pytest.fixture(scope="module")
def world() -> World:
    return generate(seed=11, mails=70)


@pytest.mark.parametrize(
    ("imap_server", "cuts"),
    [
        ("dovecot", 4),
        *(pytest.param(name, 7, marks=pytest.mark.acceptance) for name in ("dovecot", "pymap")),
    ],
    indirect=["imap_server"],
)
def test_a_line_that_breaks_at_any_byte(
    imap_server: ImapServer,
    cuts: int,
    proxy_to: Callable[[int], Proxy],
    world: World,
    tmp_path: Path,
) -> None:
    user, _ = imap_server.new_user()
    fill(imap_server, user, world)
    proxy = proxy_to(imap_server.port)
    length = bytes_of_a_sync(imap_server, user, proxy, tmp_path / "whole")
    for cut in range(cuts):
        folder = tmp_path / f"cut-{cut}"
        folder.mkdir()
        with desk_reading(
            imap_server, user, f"sqlite:///{folder / 'desk.db'}", folder, port=proxy.port
        ) as desk:
            proxy.break_line(Break(after=cut * length // (cuts - 1)))
            assert isinstance(sync(desk).error, ServerUnreachable)
            assert sync(desk).error is None
            assert violations(desk, imap_server, user) == []
            assert conversations(tickets(desk)) == world.conversations()


def bytes_of_a_sync(server: ImapServer, user: str, proxy: Proxy, folder: Path) -> int:
    """How many bytes the server sends, at least, until a first sync has read everything: its words
    about times differ by some."""
    folder.mkdir()
    with desk_reading(
        server, user, f"sqlite:///{folder / 'desk.db'}", folder, port=proxy.port
    ) as desk:
        assert sync(desk).error is None
    return proxy.streams[-1][Direction.DOWN].index(b"* BYE") * 97 // 100
