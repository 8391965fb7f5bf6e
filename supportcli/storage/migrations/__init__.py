"""The schema's history, one for both engines. Alembic is loaded only to migrate (it costs 70 ms);
everybody else compares `HEAD`."""

import re
from pathlib import Path

from sqlalchemy import Connection

HEAD = "0006"
"""The revision that this program reads and writes."""

SCRIPTS = Path(__file__).parent
"""The folder of Alembic's env.py and of versions/."""

_OURS = re.compile(r"\d{4}")


def version_of(connection: Connection) -> str:
    """The revision that a desk is at; empty where its table of versions is. Whatever the driver
    raises where there is no such table."""
    return str(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() or "")


def is_ours(version: str) -> bool:
    """Whether a revision can be one of this program: ours are numbers, those of others hashes."""
    return _OURS.fullmatch(version) is not None


def upgrade(connection: Connection) -> None:
    """Bring a database to `HEAD` inside the transaction that `connection` has begun; the caller
    commits."""
    from alembic import command  # noqa: PLC0415  # see the module
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, HEAD)
