"""`python -m supportcli`, and the console script."""

import os
import signal
import sys
from collections.abc import Sequence
from typing import NoReturn


def main(argv: list[str] | None = None) -> int:
    """Run a command and answer with its exit code; errors have been printed. Without `argv` this is
    the program itself, and the process ends here."""
    if argv is None:
        _end_calmly(sys.argv[1:])  # before what takes a second to load
    from supportcli.commands import main as run

    if argv is not None:
        return run(argv)
    _open_what_is_closed()
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]  # a terminal that knows no "▸" shows a "?"
    return _leave(run(sys.argv[1:]))


def _end_calmly(argv: Sequence[str]) -> None:
    """A watch that a signal stops before it has begun ends like any other: with exit code 0. Once
    it watches, it has handlers of its own."""
    if "sync" in argv and "--watch" in argv:
        for one in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            if signal.getsignal(one) is not signal.SIG_IGN or one is not signal.SIGHUP:  # nohup
                signal.signal(one, lambda *_: os._exit(0))


def _open_what_is_closed() -> None:
    """Some callers close a standard stream (`>&-`); the next file that is opened would stand in its
    place and get what was meant for it."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115  # as open as the streams it stands for


def _leave(code: int) -> NoReturn:
    """End the process at once: taking down an interpreter that has loaded SQLAlchemy or Textual
    costs 40 to 70 ms that nobody wants to wait for."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            code = code or 1
    os._exit(code)


if __name__ == "__main__":
    main()
