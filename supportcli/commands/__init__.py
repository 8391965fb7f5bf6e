"""The command line: one module a noun. Each asks the desk and shows its answer.

`--help` and completion load neither textual nor sqlmodel: a noun's module is imported when it is called, and imports the desk inside its functions.
The inbox does not even load Typer, which takes longer than its first frame. Errors are printed here and nowhere else:
`supportcli: sentence`, the next step below it, and the exit code of the error's class.
"""

import os
import sys

from supportcli.errors import OutputLost, SupportError


def main(argv: list[str]) -> int:
    """Run a command, or without one the inbox; answers with its exit code after printing what went wrong."""
    try:
        code = _run(argv)
        _flush()
    except SupportError as error:
        return _say(error.sentence, error.hint, error.exit_code)
    except KeyboardInterrupt:
        return 130
    except SystemExit as stop:  # completion, and pipes that were closed, end in this way
        return stop.code if isinstance(stop.code, int) else 1
    except OSError as error:
        return _failed(error)
    except Exception as error:  # noqa: BLE001  # a mistake of ours: what it repeats from a mail must not reach the terminal as it is
        return _mistaken(error)
    return code


def _run(argv: list[str]) -> int:
    if argv or "_SUPPORTCLI_COMPLETE" in os.environ:  # by which shells ask for completion (Typer's documentation, CLI completion)
        from supportcli.commands.program import run

        return run(argv)
    from supportcli.commands.place import Place
    from supportcli.commands.start import start

    return start(Place())


def _flush() -> None:
    """Print what is still buffered. OutputLost where that fails; a reader who has enough is no error to speak of."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputLost(error.strerror or str(error)) from error


def _failed(error: OSError) -> int:
    if isinstance(error, BrokenPipeError):
        # whoever read us has enough; what is still buffered must not fail once more when the interpreter ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    what = f"{error.filename}: {error.strerror}." if error.filename else f"{error.strerror or error}."
    return _say(what, "", 1)


def _mistaken(error: Exception) -> int:
    import traceback

    from supportcli.terminal import clean

    sys.stderr.write(clean("".join(traceback.format_exception(error)), lines=True))
    return _say("This is a mistake of the program, not yours.", "Please report it with the lines above.", 1)


def _say(sentence: str, hint: str, code: int) -> int:
    from supportcli.commands import output

    output.warn(sentence, hint)
    return code
