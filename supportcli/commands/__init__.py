"""The command line: one module a noun. Each asks the desk and shows its answer.

`--help` and completion load neither textual nor sqlmodel: a noun's module is imported when it is
called, and imports the desk inside its functions. The inbox does not even load Typer, which takes
longer than its first frame. Errors are printed here and nowhere else: `supportcli: sentence`, the
next step below it, and the exit code of the error's class."""

import gc
import os
import re
import sys
from contextlib import suppress
from itertools import pairwise

from supportcli.errors import SupportError
from supportcli.errors.program import ArgumentNotText, OutputLost

_KEEP_IT = 75
"""EX_TEMPFAIL tells the mail server that hands us a mail to keep it and try again (sysexits.h;
Postfix's pipe(8))."""

_RARELY = 1_000_000, 20, 100
"""How often a command collects garbage until its desk is open: hardly ever. While it loads it
allocates much and frees little, and the passes were a tenth of its start."""


def main(argv: list[str]) -> int:
    """Run a command, or without one the inbox. Prints what went wrong, and returns the exit
    code."""
    code = _ended(argv)
    # any other code tells a mail server that the mail cannot be delivered: it would go back to the
    # customer because of a typo on our side
    return _KEEP_IT if code and _takes_mail(argv) else code


def _ended(argv: list[str]) -> int:
    try:
        code = _run([_as_text(word) for word in argv])
        _flush()
    except SupportError as error:
        return _say(error.sentence, error.hint, error.exit_code)
    except KeyboardInterrupt:
        return 130
    except SystemExit as stop:  # completion, and closed pipes, end like this
        return stop.code if isinstance(stop.code, int) else 1
    except OSError as error:
        return _failed(error)
    except Exception as error:  # noqa: BLE001  # our own bug: what it quotes from a mail must not reach the terminal as it is
        return _mistaken(error)
    return code


def _run(argv: list[str]) -> int:
    if "_SUPPORTCLI_COMPLETE" in os.environ or not (
        _opens_inbox(argv) or _opens_demo(argv)
    ):  # how shells ask for completion (Typer's documentation, CLI completion)
        gc.set_threshold(*_RARELY)
        from supportcli.commands.program import run

        return run(argv)
    from supportcli.tui.driver.typed_ahead import keep_keys

    with keep_keys():  # before anything that takes time to load
        if argv:
            from supportcli.commands.program import run

            return run(argv)
        from supportcli.commands.options.location import Place
        from supportcli.commands.start import start

        return start(Place())


def _opens_inbox(argv: list[str]) -> bool:
    """Whether a call names no command, only a desk."""
    words = iter(argv)
    return all(
        word.startswith(("--config=", "--database="))
        or (word in {"--config", "--database"} and next(words, ""))
        for word in words
    )


def _opens_demo(argv: list[str]) -> bool:
    """Whether a call opens the demo's inbox, which loads for seconds."""
    return argv[:1] == ["demo"] and not {"--no-tui", "--help", "-h"}.intersection(argv)


def _flush() -> None:
    """Print what is still buffered. OutputLost if that fails; a reader that stops early is not an
    error."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputLost(error.strerror or str(error)) from error


def _as_text(word: str) -> str:
    """A word of the command line as proper text; ArgumentNotText if it is not UTF-8. The name of a
    file may be any bytes."""
    if not re.search("[\ud800-\udfff]", word) or any(
        map(os.path.exists, (word, word.partition("=")[2]))
    ):
        return word
    try:
        return os.fsencode(word).decode(
            "utf-8"
        )  # in the locale C Python takes each byte beyond ASCII for a surrogate
    except UnicodeError as error:
        raise ArgumentNotText(word) from error


def _takes_mail(argv: list[str]) -> bool:
    """Whether a command line calls `mail ingest`, as far as a faulty one can tell: a word after an
    option may be the option's value."""
    from supportcli.commands.program import NOUNS

    nouns = (
        word
        for before, word in pairwise(["", *argv])
        if word == "mail" or (word in NOUNS and not before.startswith("-"))
    )
    words = (word for word in argv if not word.startswith("-"))
    return next(nouns, "") == "mail" and ("mail", "ingest") in pairwise(words)


def _failed(error: OSError) -> int:
    if isinstance(error, BrokenPipeError):
        from supportcli.commands.output import printing

        printing.discard()  # the reader stopped early
        return 1
    what = (
        f"{error.filename}: {error.strerror}." if error.filename else f"{error.strerror or error}."
    )
    return _say(what, "", 1)


def _mistaken(error: Exception) -> int:
    import traceback

    from supportcli.config import without_passwords
    from supportcli.terminal import clean

    sys.stderr.write(
        clean(without_passwords("".join(traceback.format_exception(error))), lines=True)
    )
    return _say(
        "This is a bug in supportcli, not your mistake.",
        "Please report it with the lines above.",
        1,
    )


def _say(sentence: str, hint: str, code: int) -> int:
    from supportcli.commands.output import printing
    from supportcli.config import without_passwords

    with suppress(OSError):  # nobody can read it; the exit code still says it
        printing.warn(without_passwords(sentence), hint)
    return code
