"""`python -m tests.conversations --seed 1 --mails 50 --maildir DIR`: write a world into Maildirs,
to look at it with any mail program.

Beside them, `truth.jsonl` says for each file which conversation it belongs to."""

import argparse
import json
import os
from pathlib import Path

from tests.conversations.scene import INBOX
from tests.conversations.traits import TRAITS
from tests.conversations.world import World, generate, trait


def main() -> None:
    """Read the arguments and write."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.conversations", description=__doc__.partition(":")[0]
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mails", type=int, default=50)
    parser.add_argument("--trait", choices=sorted(TRAITS), help="this trait alone")
    parser.add_argument("--maildir", type=Path, required=True, help="a folder that does not exist")
    chosen = parser.parse_args()
    world = (
        trait(chosen.trait, chosen.seed) if chosen.trait else generate(chosen.seed, chosen.mails)
    )
    write(world, chosen.maildir)
    print(  # noqa: T201 — the answer of a program
        f"{len(world.mails)} mails of {len(world.conversations())} conversations in {chosen.maildir}"
    )


def write(world: World, root: Path) -> None:
    """Write INBOX as the Maildir `root` and every other folder as `.NAME` in it (Maildir++). Raises
    FileExistsError."""
    root.mkdir(parents=True)
    with (root / "truth.jsonl").open("w", encoding="utf-8") as truth:
        for number, mail in enumerate(world.mails, 1):
            folder = root if mail.folder == INBOX else root / f".{mail.folder}"
            for part in ("cur", "new", "tmp"):
                (folder / part).mkdir(parents=True, exist_ok=True)
            arrived = int(mail.internal_date.timestamp())
            path = folder / "new" / f"{arrived}.{number:05}.generated"
            path.write_bytes(mail.raw)
            os.utime(path, (arrived, arrived))
            known = {
                "file": str(path.relative_to(root)),
                "conversation": mail.conversation,
                "trait": mail.trait,
                "token": mail.token,
            }
            truth.write(json.dumps(known | {"subject": mail.subject, "sender": mail.sender}) + "\n")


if __name__ == "__main__":
    main()
