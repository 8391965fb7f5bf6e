"""`[keys]` of config.toml: a preset, and lines of one's own."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from supportcli.domain.text.words import nearest
from supportcli.errors.setup import KeysWrong
from supportcli.tui.key_names import KeyUnreadable, is_text, key_of
from supportcli.tui.keymaps.keymap import KeyMap, clash, rebound
from supportcli.tui.keymaps.presets import EDITORS, PRESETS
from supportcli.tui.keys import TABLE, TYPING, Act, Mode

PRESET = "preset"
_PLACED = re.compile(r"(\w+):(.+)", re.DOTALL)
_ACTS = {act.id: act for act in TABLE}
_PLACES = {mode.name.lower(): mode for mode in Mode if mode.name}
_FIXED = {"quit_anywhere": "is ctrl+q always, so that there is a way out"}


class _Unfit(Exception):
    """A line that cannot be: its name, what is wrong with it, and what may be meant."""

    def __init__(self, name: str, what: str, near: str = "") -> None:
        super().__init__(what)
        self.name, self.what, self.near = name, what, near


def keymap(said: Mapping[str, object], path: Path) -> KeyMap:
    """The keys that `[keys]` of the config.toml at `path` says. KeysWrong, with the line, if it
    names an action or a key that does not exist, or one key for two actions of one place."""
    if not said:
        return KeyMap()
    try:
        return KeyMap(_bound(said), str(said.get(PRESET, "default")))
    except _Unfit as unfit:
        line = _line_of(unfit.name, path)
        raise KeysWrong(unfit.name, unfit.what, str(path), line, unfit.near) from None


def preset(name: str, path: Path) -> KeyMap:
    """The keys of a preset alone. KeysWrong if there is none of this name."""
    return keymap({PRESET: name}, path)


def _bound(said: Mapping[str, object]) -> tuple[Act, ...]:
    lines = {name: value for name, value in said.items() if name != PRESET}
    keys = {name: _written(name, value) for name, value in _preset(said).items()}
    keys |= {name: _written(name, value) for name, value in lines.items()}
    acts = rebound(_editor_first(TABLE) if said.get(PRESET) in EDITORS else TABLE, keys)
    if (clashing := clash(acts)) is not None:
        mine, its = clashing.act.id, clashing.other.id
        name, other = (mine, its) if mine in lines else (its, mine)
        free = f'give {other} another key, or none with {other} = ""'
        raise _Unfit(name, f"{clashing.says(name)}: {free}")
    for act in acts:
        if not act.keys and "escape" in _ACTS[act.id].keys.split(",") and act.id != "unfilter":
            raise _Unfit(act.id, "needs a key: there is no other way out")
    return acts


def _editor_first(acts: Iterable[Act]) -> tuple[Act, ...]:
    """The same actions, with the editor's key beside the one that sends."""
    return tuple(replace(act, rank=1) if act.id == "editor" else act for act in acts)


def _preset(said: Mapping[str, object]) -> Mapping[str, Sequence[str]]:
    name = said.get(PRESET, "default")
    if not isinstance(name, str) or name not in PRESETS:
        near = nearest(name, PRESETS) if isinstance(name, str) else ""
        raise _Unfit(PRESET, f"must be one of {', '.join(PRESETS)}", near)
    return PRESETS[name]


def _written(name: str, value: object) -> str:
    """The keys of a line, as the table writes them."""
    if name not in _ACTS:
        raise _Unfit(name, "is no action of the inbox", nearest(name, _ACTS))
    if name in _FIXED:
        raise _Unfit(name, _FIXED[name])
    keys = [value] if isinstance(value, str) else value
    if not isinstance(keys, Sequence) or not all(isinstance(key, str) for key in keys):
        raise _Unfit(name, "must be a key in quotes, or a list of keys")
    return ",".join(_stroke(_ACTS[name], key) for key in keys if key)


def _stroke(act: Act, written: str) -> str:
    """One key of an action, as the table writes it."""
    placed = _PLACED.fullmatch(written)
    place, written = placed.groups() if placed else ("", written)
    modes = _modes(act, place) if place else act.modes
    try:
        key = key_of(written)
    except KeyUnreadable as error:
        raise _Unfit(act.id, f"has “{written}”, which {error.why}", error.near) from None
    if modes & TYPING and (" " in key or is_text(key)):
        what = "would be text there: use ctrl and a letter, or F1 to F12"
        raise _Unfit(act.id, f"has “{written}”, which {what}")
    return f"{place}:{key}" if place else key


def _modes(act: Act, place: str) -> Mode:
    there = [name for name, mode in _PLACES.items() if mode & act.modes]
    if place not in there:
        what = f"has a key for “{place}”, but applies in {', '.join(there)}"
        raise _Unfit(act.id, what, nearest(place, there))
    return _PLACES[place]


def _line_of(name: str, path: Path) -> int:
    """The line of the file that has a name of [keys], from 1; 0 if it is not found."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return 0
    word = rf"[\"']?{re.escape(name)}[\"']?\s*="
    table, inside = "", re.compile(rf"\s*{word}")
    outside = re.compile(rf"\s*keys\s*\.\s*{word}")
    for number, line in enumerate(lines, 1):
        if header := re.match(r"\s*\[\s*([^\[\]]+?)\s*\]", line):
            table = header[1]
        if (table == "keys" and inside.match(line)) or (not table and outside.match(line)):
            return number
    return 0
