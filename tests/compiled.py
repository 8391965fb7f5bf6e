"""What SQLAlchemy has compiled for one desk serves the next: tests open thousands of them in one
process, the program one."""

from typing import Any

from sqlalchemy import Compiled, Engine, event
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.util import LRUCache

_FIRST: dict[type[Dialect], Dialect] = {}
_COMPILED: "LRUCache[Any, Compiled]" = LRUCache(2_000)


@event.listens_for(Engine, "engine_connect")
def share(connection: Connection) -> None:
    """Let a connection's engine speak as the first of its kind did, and remember together."""
    engine = connection.engine
    shared = _FIRST.setdefault(type(engine.dialect), engine.dialect)
    if engine.dialect is not shared:
        engine.dialect = shared
        connection.dialect = shared
    engine._compiled_cache = _COMPILED
