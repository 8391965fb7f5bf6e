"""What can be wrong with the database."""

import shlex

from supportcli.errors import (
    ConfigurationError,
    NotAllowed,
    ServerUnreachable,
    SupportError,
    TryAgainLater,
    UsageError,
)


class DatabaseMissing(ConfigurationError):
    """There is no desk where the settings point."""

    def __init__(self, place: str) -> None:
        super().__init__(
            f"There is no desk at {place}.",
            "Set one up with: supportcli init, or look around with: supportcli demo",
        )

    def at(self, options: str) -> "DatabaseMissing":
        """The same for a place that the call named with these options, which `init` needs too."""
        self.hint = f"Set one up there with: supportcli {options} init"
        return self


class FolderMissing(ConfigurationError):
    """A desk was to be made in a folder that does not exist."""

    def __init__(self, folder: str) -> None:
        super().__init__(
            f"The folder {folder} does not exist.", f"Create it with: mkdir -p {folder}"
        )


class DatabaseForeign(ConfigurationError):
    """What the settings point to is not a desk but something else. It was left as it is."""

    def __init__(self, place: str, what: str) -> None:
        super().__init__(
            f"{place} is {what}, not a supportcli desk.",
            "Point database in config.toml, or --database, to another place.",
        )


class DatabasePathNotText(UsageError):
    """A desk was to be made under a path that config.toml, which is UTF-8, cannot name."""

    def __init__(self, place: str) -> None:
        super().__init__(
            f"{place} is not a path in UTF-8; nothing was created.",
            "Choose another place: supportcli --database FILE init",
        )


class DatabaseNewer(ConfigurationError):
    """A newer program has migrated the desk; this one would not understand what it finds."""

    def __init__(self, place: str, found: str, known: str) -> None:
        super().__init__(
            f"The desk at {place} has version {found}; this program knows {known}.",
            "Upgrade supportcli, or restart it if it was upgraded.",
        )


class DatabaseDamaged(SupportError):
    """The database contradicts itself."""

    def __init__(self, place: str, what: str) -> None:
        super().__init__(
            f"The desk at {place} is damaged: {what}.",
            "Stop using it, and replace it with a backup.",
        )


class CopyFailed(TryAgainLater):
    """A backup could not be completed; nothing is left of it."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"The desk was not copied: {what}.",
            "Nothing was left behind. Free some space, or choose another place, and try again.",
        )


class CopyInTheWay(SupportError):
    """A backup was to be written where it would damage a database."""

    def __init__(self, file: str, what: str) -> None:
        super().__init__(f"{file} {what}, so nothing was written.", "Choose another file.")


class CopiedByServer(SupportError):
    """A desk on PostgreSQL is backed up by the server's own tool. `uri` names the database, without
    a password."""

    def __init__(self, uri: str, file: str) -> None:
        super().__init__(
            "A desk on PostgreSQL is backed up by PostgreSQL's own tool, while it is in use.",
            f"Run: pg_dump --format=custom --file={shlex.quote(file)} {shlex.quote(uri)}",
        )


class DatabaseOnNetwork(ConfigurationError):
    """SQLite's locks do not hold on a network file system: two programs would destroy the file."""

    def __init__(self, place: str, kind: str) -> None:
        super().__init__(
            (
                f"The desk at {place} is on a network file system ({kind}), where use by several "
                "programs would corrupt it."
            ),
            "Move it to a local disk, or use PostgreSQL for several machines.",
        )


class DatabaseReadOnly(NotAllowed):
    """The user of this process, or the file system, does not let this program write the desk."""

    def __init__(self, place: str, what: str) -> None:
        super().__init__(
            f"The desk at {place} cannot be opened: {what}.",
            "Give yourself permission to write the file and its folder.",
        )


class DatabaseBusy(TryAgainLater):
    """Another program has been writing for longer than we wait."""

    def __init__(self, place: str, seconds: float) -> None:
        super().__init__(
            (
                f"The desk at {place} has been locked by another program for {seconds:g} "
                "seconds; nothing was written."
            ),
            "Try again.",
        )


class DiskFull(TryAgainLater):
    """The disk has no room left for the desk."""

    def __init__(self, place: str) -> None:
        super().__init__(
            f"There is no room left on the disk for the desk at {place}; nothing was written.",
            "Free some space and try again.",
        )


class DiskFailed(TryAgainLater):
    """The disk refuses to read or write."""

    def __init__(self, place: str, what: str) -> None:
        super().__init__(
            f"The desk at {place} could not be read or written: {what}.",
            "Check the disk, then try again.",
        )


class DriverUnsafe(ConfigurationError):
    """The file is in WAL mode, and the SQLite in use can corrupt such files (sqlite.org/wal.html,
    the WAL-reset bug)."""

    def __init__(self, place: str, version: str) -> None:
        super().__init__(
            (
                f"The desk at {place} needs SQLite 3.51.3 or newer; this Python has {version}, "
                "which can corrupt it."
            ),
            "Install a fixed one with: pip install pysqlite3 (or use a Python with SQLite 3.51.3)",
        )


class DatabaseUnreachable(ServerUnreachable):
    """The PostgreSQL server does not answer, or hung up."""

    def __init__(self, place: str, what: str) -> None:
        super().__init__(
            f"The database {place} does not answer: {what}.",
            "Check host and port, and that the server is running.",
        )


class DatabaseLoginRefused(NotAllowed):
    """The PostgreSQL server refuses the user or the password, or does not allow what was tried."""

    def __init__(self, place: str, what: str) -> None:
        super().__init__(
            f"The database {place} refused the connection: {what}.",
            "Check the user name and password in the URL, or PGPASSWORD, or ~/.pgpass.",
        )


class DatabaseDriverMissing(ConfigurationError):
    """PostgreSQL was asked for, and its driver is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "PostgreSQL needs a driver that is not installed (psycopg).",
            "Install it with: pip install 'supportcli[postgres]'",
        )


class DatabaseUrlUnknown(ConfigurationError):
    """The database's URL is of a kind that supportcli does not know, or not a URL at all. `place`
    is what may be shown of it."""

    def __init__(self, place: str) -> None:
        super().__init__(
            f"“{place}” is not a database that supportcli knows.",
            (
                "Give the path of a file, or a URL such as "
                "postgresql+psycopg://user@host:5432/desk; write @ in a password as %40, / as "
                "%2F."
            ),
        )
