"""A quick look into the file for shell completion: a few words by the driver alone, because loading SQLAlchemy takes longer than a person waits
for the next letter. Nothing is written, nothing migrated, and what cannot be read at once offers nothing."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from supportcli.storage.driver import load_driver

MOST = 50
"""Words offered."""

_BUSY_SECONDS = 0.1

_WORDS = {
    "numbers": "SELECT number, subject FROM ticket WHERE status NOT IN ('closed', 'spam', 'deleted') AND CAST(number AS TEXT) GLOB ? "
    "ORDER BY updated_at DESC LIMIT ?",
    "agents": "SELECT address, name FROM agent WHERE active AND address GLOB ? ORDER BY address LIMIT ?",
    "mailboxes": "SELECT address, name FROM mailbox WHERE active AND address GLOB ? ORDER BY address LIMIT ?",
}


def words(file: Path, what: str, begin: str) -> Iterator[tuple[str, str]]:
    """Numbers, agents or mailboxes of the desk in `file` that begin with `begin`, each with what it is called."""
    driver = load_driver()
    if any(sign in begin for sign in "*?[") or not file.is_file():
        return
    try:
        with closing(driver.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=_BUSY_SECONDS)) as connection:
            for word, called in connection.execute(_WORDS[what], (f"{begin}*", MOST)):
                yield str(word), str(called)
    except driver.Error:
        return
