"""Which configuration and which desk a command is about."""

import gc
import os
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from supportcli.errors.database import DatabaseMissing

if TYPE_CHECKING:
    import typer

    from supportcli.config import Settings
    from supportcli.desk import Desk


OPTIONS = ("--config", "--database")
"""The program's options that say so; they come before the command."""


_OFTEN = 700, 10, 10
"""How often Python collects garbage by itself."""


@dataclass(frozen=True, slots=True)
class Place:
    """What `--config` and `--database` said; None if not given."""

    config: Path | None = None
    database: str | None = None

    @property
    def options(self) -> list[str]:
        """The program's options that say the same."""
        said = zip(OPTIONS, (self.config, self.database), strict=True)
        return [word for option, value in said if value for word in (option, str(value))]

    def settings(self, *, new: bool = False) -> "Settings":
        """The settings that apply here. ConfigurationMissing if a named file is not there, unless
        it may be a `new` one: otherwise the usual desk would open, which is not the one that was
        meant."""
        from supportcli import config
        from supportcli.errors.setup import ConfigurationMissing

        found = config.load(self.config, self.database, os.environ)
        named = self.config or os.environ.get("SUPPORTCLI_CONFIG")
        said = self.database or os.environ.get("SUPPORTCLI_DATABASE")
        if named and not said and not new and not found.path.exists():
            raise ConfigurationMissing(str(found.path))
        return found


def settings_of(ctx: "typer.Context", *, new: bool = False) -> "Settings":
    """The settings that a command runs with; `new` if it may create the file."""
    place: Place = ctx.find_object(Place) or Place()
    return place.settings(new=new)


def _there(ctx: "typer.Context", error: DatabaseMissing) -> DatabaseMissing:
    """The error for the place that the call names; a URL, which may hold a password, is not
    repeated."""
    place = ctx.find_object(Place) or Place()
    shown = ["URL" if "://" in word else word for word in place.options]
    return error.at(shlex.join(shown)) if shown else error


@contextmanager
def desk_of(ctx: "typer.Context", *, unattended: bool = False) -> Iterator["Desk"]:
    """The desk that a command is about, open; ConfigurationError if there is none. AgentLeft if its
    agent has left, unless the command is one that a machine calls (`unattended`): mail comes in
    then, too."""
    from supportcli import clock
    from supportcli.desk import open_desk

    try:
        desk = open_desk(settings_of(ctx), clock.utc_now)
    except DatabaseMissing as error:
        raise _there(ctx, error) from None
    gc.freeze()  # what was loaded stays: no pass has to look at it again
    gc.set_threshold(*_OFTEN)  # loading is over: a long sync must not keep what it has done with
    try:
        if not unattended:
            desk.refuse_departed()
        yield desk
    finally:
        desk.close()
