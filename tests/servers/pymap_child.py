"""The process behind `tests.servers.pymap`: pymap's memory backend, where every user has a mailbox,
and a control socket.

`python -m tests.servers.pymap_child PORT CONTROL_SOCKET`. A line of JSON on the control socket,
`["uid-validity", USER, FOLDER, NUMBER]` or `["kick", USER]`, is obeyed and answered with an empty
line."""

import asyncio
import json
import sys
from argparse import Namespace
from asyncio import StreamReader, StreamWriter, Task
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from pymap.backend.dict import Config, DictBackend, Identity, Login, Session
from pymap.exceptions import InvalidAuth
from pymap.imap import IMAPService
from pymap.interfaces.login import IdentityInterface
from pymap.user import UserMetadata
from pysasl.creds.server import ServerCredentials
from pysasl.identity import ClearIdentity

ARGUMENTS: dict[str, Any] = {
    "debug": False,
    "cert": None,
    "key": None,
    "tls": False,
    "proxy_protocol": None,
    "passlib_cfg": None,
    "inherited_sockets": None,
    "demo_data": False,
    "demo_user": "",
    "demo_password": "",
}


class OpenLogin(Login):
    """Lets every user in whose password is the one that ImapServer.password gives, and knows who is
    connected."""

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self.connected: defaultdict[str, set[Task[Any]]] = defaultdict(set)

    async def authenticate(self, credentials: ServerCredentials) -> Identity:
        """The user of `credentials`, made at the first login. Raises InvalidAuth."""
        user = credentials.authcid
        if not credentials.verify(ClearIdentity(user, f"secret-{user.partition('@')[0]}")):
            raise InvalidAuth
        self.users_dict.setdefault(user, UserMetadata(self.config, user))
        return WatchedIdentity(user, self, None, frozenset())

    async def authorize(self, authenticated: IdentityInterface, _authzid: str) -> Identity:
        """Nobody may be anybody else."""
        return WatchedIdentity(authenticated.name, self, None, frozenset())


class WatchedIdentity(Identity):
    """An identity whose connections can be cut."""

    @asynccontextmanager
    async def new_session(self) -> AsyncIterator[Session]:
        """A session, remembered by the task that serves its connection."""
        connected = self.login.connected[self.name] if isinstance(self.login, OpenLogin) else set()
        task = asyncio.current_task()
        async with super().new_session() as session:
            if task:
                connected.add(task)
            try:
                yield session
            finally:
                connected.discard(task)


async def control(login: OpenLogin, reader: StreamReader, writer: StreamWriter) -> None:
    """Obey one line from the tests."""
    order, user, *rest = json.loads(await reader.readline())
    if order == "kick":
        for task in tuple(login.connected[user]):
            task.cancel()
    elif order == "uid-validity":
        folder, number = rest
        mailbox = await login.config.set_cache[user][0].get_mailbox(folder)
        mailbox._uid_validity = number  # pymap has no public way to restore a mailbox from a backup
    writer.write(b"\n")
    await writer.drain()
    writer.close()


async def serve(port: int, socket_path: str) -> None:
    """Serve IMAP on `port` and orders on `socket_path` for ever."""
    config = Config.from_args(Namespace(host="127.0.0.1", port=port, **ARGUMENTS))
    config.apply_context()
    login = OpenLogin(config)

    async def obey(reader: StreamReader, writer: StreamWriter) -> None:
        await control(login, reader, writer)

    async with AsyncExitStack() as stack:
        await stack.enter_async_context(await asyncio.start_unix_server(obey, socket_path))
        await IMAPService(DictBackend(login, config), config).start(stack)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), sys.argv[2]))
