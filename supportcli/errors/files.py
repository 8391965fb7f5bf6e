"""What can be wrong with files, in and out."""

from supportcli.errors import SupportError, TryAgainLater, UsageError


class FileUnwritable(SupportError):
    """A file cannot be written where it should be; `command` is that which would write it to
    another place."""

    def __init__(self, file: str, what: str, command: str) -> None:
        super().__init__(
            f"{file} cannot be written: {what}.", f"Name another place: supportcli {command}"
        )


class PageUnwritable(SupportError):
    """A report cannot be written to the file that was named."""

    def __init__(self, file: str, what: str) -> None:
        super().__init__(
            f"{file} cannot be written: {what}.", "Name another place with --html FILE."
        )


class ArchiveUnreadable(UsageError):
    """What should be imported cannot be read, or is something else than was said; nothing was
    written."""

    def __init__(self, file: str, what: str, hint: str) -> None:
        super().__init__(f"{file} {what}; nothing was imported.", hint)


class ImportBusy(TryAgainLater):
    """Mail was to be imported into a mailbox that is being synced, or into which somebody imports
    already."""

    def __init__(self, mailbox: str) -> None:
        super().__init__(
            f"A sync of {mailbox}, or another import into it, is running; nothing was imported.",
            "Try again when it has ended.",
        )


class ColumnsInvalid(UsageError):
    """It cannot be told what the columns of a table mean."""

    def __init__(self, file: str, what: str, hint: str) -> None:
        super().__init__(f"{file}: {what}; nothing was imported.", hint)


class ExportExists(UsageError):
    """An export was to be written over a file that is there."""

    def __init__(self, file: str) -> None:
        super().__init__(
            f"{file} is there already and was left as it is.",
            "Name another file, or overwrite it with --force.",
        )


class ExportUnwritable(SupportError):
    """An export cannot be written where it should be; nothing is left of it."""

    def __init__(self, file: str, what: str) -> None:
        super().__init__(f"{file} cannot be written: {what}.", "Name another place with --output.")
