"""Which configuration and which desk a command is about."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import typer

    from supportcli.config import Settings
    from supportcli.desk import Desk


@dataclass(frozen=True, slots=True)
class Place:
    """What `--config` and `--database` said; None where they did not."""

    config: Path | None = None
    database: str | None = None

    def settings(self) -> "Settings":
        """The settings that hold here."""
        from supportcli import config

        return config.load(self.config, self.database, os.environ)


def settings_of(ctx: "typer.Context") -> "Settings":
    """The settings that a command runs with."""
    place: Place = ctx.find_object(Place) or Place()
    return place.settings()


@contextmanager
def desk_of(ctx: "typer.Context") -> Iterator["Desk"]:
    """The desk that a command is about, open; ConfigurationError where there is none."""
    from supportcli import clock
    from supportcli.desk import open_desk

    desk = open_desk(settings_of(ctx), clock.utc_now)
    try:
        yield desk
    finally:
        desk.close()
