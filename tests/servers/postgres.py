"""A private PostgreSQL cluster behind a Unix socket, without fsync, for databases that live as long
as one test."""

import os
import pwd
import signal
import subprocess
from itertools import count
from pathlib import Path

import psycopg

from tests.servers.guard import identity
from tests.servers.process import (
    ServerFailed,
    ServerMissing,
    ServerProcess,
    program,
    wait_until,
)

ROLE = "supportcli"
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "60",
    "shared_buffers": "32MB",
    "timezone": "Asia/Kathmandu",  # a quarter hour off, so that a time that is not kept in UTC shows
}


class Postgres(ServerProcess):
    """One cluster, run as the system's `postgres` where root starts it, since PostgreSQL refuses
    root."""

    stop_signal = signal.SIGQUIT  # "immediate shutdown": nothing here is worth a checkpoint

    def __init__(self) -> None:
        super().__init__()
        self.socket_folder = self.folder / "socket"
        self._numbers = count(1)
        self._server = ""
        self._halted: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """Make and start the cluster. Raises ServerMissing."""
        self._make()
        self.serve()

    def _make(self) -> None:
        places = sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")), reverse=True)
        initdb, self._server = (
            program(name, "postgresql", *places) for name in ("initdb", "postgres")
        )
        user = unprivileged_user()
        data = self.folder / "data"
        for folder in (data, self.socket_folder):
            folder.mkdir(mode=0o700)
            if user != "-":
                os.chown(folder, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)
        make = [
            initdb,
            "--pgdata",
            str(data),
            "--username",
            ROLE,
            "--auth",
            "trust",
            "--no-sync",
            "--encoding",
            "UTF8",
            "--locale",
            "C.UTF-8",
        ]
        uid, gid, groups = identity(user)
        made = subprocess.run(
            make,
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            user=uid,
            group=gid,
            extra_groups=groups,
        )
        if made.returncode:
            raise ServerFailed(f"initdb: {made.stdout}{made.stderr}")

    def serve(self) -> None:
        """Start the cluster that is there."""
        settings = [f"--{name}={value}" for name, value in SETTINGS.items()]
        places = ["-D", str(self.folder / "data"), "-k", str(self.socket_folder)]
        self.launch([self._server, *places, *settings], self._answers, unprivileged_user())

    def halt(self) -> None:
        """Stop it, as for an upgrade: connections break, and its data stay for `serve`."""
        pid = (self.folder / "data/postmaster.pid").read_text(encoding="ascii").split("\n")[0]
        os.kill(int(pid), signal.SIGINT)  # "fast shutdown"
        wait_until(lambda: self.ended, "PostgreSQL to stop")
        (self.folder / "ended").unlink()
        self._halted += [self._guard] if self._guard is not None else []

    def stop(self) -> None:
        """End it, and those who guarded it before it was halted."""
        for guard in self._halted:
            if guard.stdin is not None:
                guard.stdin.close()
        super().stop()
        for guard in self._halted:
            guard.wait()

    def new_database(self, template: str = "template0") -> str:
        """An empty database, or a copy of one that nobody is connected to; the URL is for
        SQLAlchemy and psycopg."""
        name = f"desk_{next(self._numbers)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return f"postgresql+psycopg://{ROLE}@/{name}?host={self.socket_folder}"

    def drop_database(self, url: str) -> None:
        """Remove a database that `new_database` made, whoever is connected."""
        self._execute(f"DROP DATABASE {self.name_of(url)} WITH (FORCE)")

    @staticmethod
    def name_of(url: str) -> str:
        """What the server calls the database at a URL of `new_database`."""
        return url.partition("@/")[2].partition("?")[0]

    def _answers(self) -> bool:
        try:
            self._execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def _execute(self, statement: str) -> None:
        with psycopg.connect(
            host=str(self.socket_folder), user=ROLE, dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(statement.encode())


def unprivileged_user() -> str:
    """Who runs the cluster: `-`, which is the present user, unless that is root. Raises
    ServerMissing."""
    if os.geteuid() != 0:
        return "-"
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        raise ServerMissing("a user 'postgres'", "postgresql") from None
