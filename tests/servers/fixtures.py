"""The servers as pytest fixtures. Those of a session are shared by the tests of one worker: take a
user or a database of your own."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TypeVar

import pytest

from tests.servers.certificates import Certificates, make_certificates
from tests.servers.dovecot import Dovecot, TokenDovecot
from tests.servers.imap import ImapServer
from tests.servers.postgres import Postgres
from tests.servers.process import ServerMissing, ServerProcess
from tests.servers.proxy import Proxy
from tests.servers.pymap import Pymap
from tests.servers.smtp import SmtpServer
from tests.servers.smtp_sink import SmtpSink

Server = TypeVar("Server", bound=ServerProcess)


def started(stack: ExitStack, server: Server) -> Server:
    """`server`, running until `stack` closes; the test is skipped where it is not installed."""
    try:
        stack.enter_context(server)
    except ServerMissing as missing:
        pytest.skip(str(missing))
    return server


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """A Dovecot, shared: use `new_user()`."""
    with ExitStack() as stack:
        yield started(stack, Dovecot())


@pytest.fixture(scope="session")
def token_dovecot() -> Iterator[TokenDovecot]:
    """A Dovecot that takes access tokens, shared: use `new_user()`."""
    with ExitStack() as stack:
        yield started(stack, TokenDovecot())


@pytest.fixture(scope="session")
def pymap() -> Iterator[Pymap]:
    """A pymap, shared: use `new_user()`."""
    with ExitStack() as stack:
        yield started(stack, Pymap())


@pytest.fixture(params=["dovecot", "pymap"])
def imap_server(request: pytest.FixtureRequest) -> ImapServer:
    """Each IMAP server in turn."""
    server: ImapServer = request.getfixturevalue(request.param)
    return server


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL cluster, shared: use `new_database()`."""
    with ExitStack() as stack:
        yield started(stack, Postgres())


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    """The URL of an empty PostgreSQL database, dropped behind the test."""
    url = postgres.new_database()
    yield url
    postgres.drop_database(url)


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Certificates for the servers of this session, for SmtpServer; Dovecot has its own."""
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def smtp() -> Iterator[SmtpServer]:
    """An SMTP server without login and TLS that this test alone scripts. With either: `with
    SmtpServer(user=…, certificates=…)`."""
    with SmtpServer() as server:
        yield server


@pytest.fixture
def smtp_sink() -> Iterator[Callable[..., SmtpSink]]:
    """Starts postfix's smtp-sink with the options given: `smtp_sink("-q", ".")`."""
    with ExitStack() as stack:
        yield lambda *options: started(stack, SmtpSink(*options))


@pytest.fixture
def proxy_to() -> Iterator[Callable[[int], Proxy]]:
    """Starts a proxy before a port of this machine: `proxy_to(dovecot.port)`."""
    with ExitStack() as stack:
        yield lambda port: stack.enter_context(Proxy(port))
