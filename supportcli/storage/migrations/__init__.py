"""The history of the schema, one for both engines. Alembic is loaded only to migrate (it costs 70
ms); everything else compares `HEAD`."""

import re
from pathlib import Path

from sqlalchemy import Connection

HEAD = "0028"
"""The revision that this program reads and writes."""

SCRIPTS = Path(__file__).parent
"""The folder of Alembic's env.py and of versions/."""

_OURS = re.compile(r"\d{4}")


def version_of(connection: Connection) -> str:
    """The revision of a desk; "" if its table of versions is empty. Raises the driver's error if
    there is no such table."""
    return str(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() or "")


def is_ours(version: str) -> bool:
    """Whether a revision can be this program's: ours are numbers, others are hashes."""
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
