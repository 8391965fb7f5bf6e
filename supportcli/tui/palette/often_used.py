"""Which actions an agent chooses by name, and how often: a small file beside config.toml."""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

_FADES = 0.97
"""What is left of each count when another action is chosen: habits change."""

_LEAST = 0.05

Uses = Mapping[str, float]
"""How much an action is used, by its name: the higher, the oftener and the later."""


def file_of_uses(settings: Path) -> Path:
    """The file, beside config.toml, for its owner alone."""
    return settings.with_name("often-used.json")


def read_uses(file: Path) -> Uses:
    """What the file has; nothing if it is not there, or is no longer what was written."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {name: float(uses) for name, uses in found.items() if _is_number(uses)}


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def used(uses: Uses, name: str) -> Uses:
    """The same after an action was chosen."""
    faded = {one: round(count * _FADES, 3) for one, count in uses.items()}
    faded[name] = faded.get(name, 0.0) + 1
    return {one: count for one, count in faded.items() if count >= _LEAST}


def write_uses(file: Path, uses: Uses) -> None:
    """Write them in one piece. A folder that cannot be written is no reason to stop anybody: then
    the order is that of the table at the next start."""
    beside = file.with_name(f".{file.name}-{os.getpid()}")
    with suppress(OSError):
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            json.dump(uses, out)
        beside.replace(file)
