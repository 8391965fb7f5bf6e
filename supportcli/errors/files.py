"""What can be wrong with files, in and out."""

from supportcli.errors import SupportError, TryAgainLater, UsageError


class FileUnwritable(SupportError):
    """A file cannot be written where it should be. `how` is the option or the command that names
    another place."""

    def __init__(self, file: str, what: str, how: str) -> None:
        super().__init__(f"{file} cannot be written: {what}.", f"Choose another place with: {how}")


class FileInTheWay(SupportError):
    """A file was to be written in the place of one that exists. `another` is what else can be
    named: a file or a folder."""

    def __init__(self, file: str, another: str = "file") -> None:
        super().__init__(
            f"{file} already exists; nothing was written.",
            f"Choose another {another}, or overwrite it with --force.",
        )


class ViewerFailed(SupportError):
    """The program that opens files, or the pager, could not be started."""

    def __init__(self, program: str, what: str, named: str = "") -> None:
        named = named or "config.toml names it: open_with in [inbox]."
        super().__init__(f"{program} cannot be started: {what}.", named)


class OwnCommandFailed(SupportError):
    """A command of the agent's own cannot be started, or does not end. `cause` says why."""

    def __init__(self, command: str, cause: str, hint: str = "") -> None:
        super().__init__(f"The command “{command}” failed: {cause}.", hint)


class PipeEmpty(SupportError):
    """There is nothing of the kind that a command wants."""

    def __init__(self, why: str) -> None:
        super().__init__(f"There is nothing to give to the command: {why}.")


class PictureUnreadable(SupportError):
    """A picture cannot be shown in the terminal."""

    def __init__(self, why: str) -> None:
        super().__init__(f"The picture cannot be shown: {why}.", "A saves it, or opens it.")


class NamesUsedUp(SupportError):
    """A folder has a file under every name that an attachment could be given."""

    def __init__(self, folder: str, name: str) -> None:
        super().__init__(
            f"{folder} is full of files called {name}.", "Choose a file name yourself."
        )


class ArchiveUnreadable(UsageError):
    """What is to be imported cannot be read, or is not what it was said to be; nothing was
    written."""

    def __init__(self, file: str, what: str, hint: str) -> None:
        super().__init__(f"{file} {what}; nothing was imported.", hint)


class ImportBusy(TryAgainLater):
    """Mail was to be imported into a mailbox while a sync of it or another import into it runs."""

    def __init__(self, mailbox: str) -> None:
        super().__init__(
            f"A sync of {mailbox}, or another import into it, is running; nothing was imported.",
            "Try again when it has ended.",
        )


class ColumnsInvalid(UsageError):
    """It is not clear what the columns of a table mean."""

    def __init__(self, file: str, what: str, hint: str, nearest: str = "") -> None:
        super().__init__(f"{file}: {what}; nothing was imported.", hint, nearest)
