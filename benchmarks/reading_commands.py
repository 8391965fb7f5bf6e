"""P14: `ticket list` as a process against the import of SQLModel alone, and an export of tickets
against parsing their mails."""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

from benchmarks.conversations import letters
from benchmarks.filled_desk import config_of
from benchmarks.goal import SUPPORTCLI, Result, in_turn, spent
from benchmarks.mailed_desk import MailedDesk, write_mbox
from supportcli.channels import mime
from supportcli.desk.exports.files import Exported, Form, export

LISTED = 50
TICKETS = 1_000
MAILS = 700
"""In 200 tickets of 3.5 messages."""

ROUNDS = 9


def measure() -> Iterator[Result]:
    """Both halves of P14."""
    yield _listing()
    yield from _exports()


def _listing() -> Result:
    place = {"SUPPORTCLI_CONFIG": str(config_of(TICKETS))}
    command = [SUPPORTCLI, "ticket", "list", "--limit", str(LISTED)]
    ours, theirs = in_turn(
        lambda: spent(command, place), lambda: spent([sys.executable, "-c", "import sqlmodel"])
    )
    return Result(
        "P14",
        f"ticket list of {LISTED} : import sqlmodel",
        ours / theirs,
        limit=1.25,
        aim=1.1,
        detail=f"{ours * 1000:.0f} ms against {theirs * 1000:.0f} ms",
    )


def _exports() -> Iterator[Result]:
    """The processor's time of each form of export, and of parsing the mails of as many tickets."""
    mails = list(letters(MAILS))
    with tempfile.TemporaryDirectory() as folder:
        desk = MailedDesk(Path(folder) / "desk", 1, "help", "none").found()
        write_mbox(mails, Path(folder) / "mails.mbox")
        desk.run("import", "mbox", str(Path(folder) / "mails.mbox"))
        with desk.opened() as opened:
            done = Exported()

            def exported(form: Form, *, raw: bool = False) -> Callable[[], None]:
                def run() -> None:
                    done.tickets = done.messages = 0
                    for _ in export(opened, form, "status:any", done, raw=raw):
                        pass

                return run

            runs = {
                "jsonl": exported(Form.JSONL),
                "jsonl --raw": exported(Form.JSONL, raw=True),
                "csv": exported(Form.CSV),
                "mbox": exported(Form.MBOX),
            }
            parsing = [lambda: [mime.parse(mail.raw) for mail in mails]]
            rounds = [
                (*map(_processor, runs.values()), *map(_processor, parsing)) for _ in range(ROUNDS)
            ][1:]
    *ours, parsed = (median(column) / done.tickets * 1000 for column in zip(*rounds, strict=True))
    for form, spent_ms in zip(runs, ours, strict=True):
        yield Result(
            "P14",
            f"export {form} a ticket : parsing its mails",
            spent_ms / parsed,
            limit=1,
            aim=0.3,
            detail=(
                f"{spent_ms:.2f} ms of a processor against {parsed:.2f} ms, "
                f"{done.messages / done.tickets:.1f} messages each"
            ),
        )


def _processor(run: Callable[[], object]) -> float:
    started = time.process_time()
    run()
    return time.process_time() - started
