"""What can be wrong with the call of a command, or with where its output goes."""

from supportcli.errors import ConfigurationError, SupportError, UsageError

_AROUND = 30
"""Letters that an error shows before and after the one that is wrong."""


class ArgumentNotText(UsageError):
    """A word of the command line holds bytes that are not UTF-8: they would be kept, and mailed, as
    something else."""

    def __init__(self, word: str) -> None:
        at = next(place for place, letter in enumerate(word) if "\ud800" <= letter <= "\udfff")
        shown = word[max(0, at - _AROUND) : at + _AROUND]
        super().__init__(
            (
                "An argument is not text in UTF-8: "
                f"{'…' if at > _AROUND else ''}{shown}{'…' if at + _AROUND < len(word) else ''}"
            ),
            "Convert it, for instance with iconv.",
        )


class OptionMisplaced(UsageError):
    """An option of the program stands after the command."""

    def __init__(self, option: str, command: str) -> None:
        hint = (
            "--config and --database go before the command: supportcli --config FILE "
            f"--database FILE {command} …"
        )
        super().__init__(f"There is no option {option} here.", hint)


class OutputClosed(SupportError):
    """A file was to go to standard output, which the caller has closed."""

    def __init__(self) -> None:
        super().__init__(
            "Standard output is closed, so the file was not written.",
            "Redirect it: … - > FILE, or give a file name instead of -.",
        )


class OutputLost(SupportError):
    """What a command had to say could not be printed. It must not look as if the command itself had
    failed, or a script would repeat it."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"The output could not be printed: {what}.",
            "The command did its work: check before you repeat it.",
        )


class PlaceUnusable(UsageError):
    """An address at which the inbox cannot, or must not, be offered to browsers."""

    def __init__(self, place: str, why: str, hint: str) -> None:
        super().__init__(f"{place} {why}.", hint)


class WebExtraMissing(ConfigurationError):
    """The inbox is wanted in a browser, and what serves it is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "The inbox in a browser needs the extra 'web', which is not installed.",
            "Install it with: pip install 'supportcli[web]'",
        )
