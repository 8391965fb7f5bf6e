"""The keys of one agent: which action a key is, in each mode, and what is shown for it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache

from supportcli.tui.key_names import shown_key
from supportcli.tui.keys import TABLE, Act, Mode, Stroke, told

_NAMED = re.compile(r"\{(\w+)\}")

_BEGINS = "after_"
"""The names of the actions that are the first of two keys: “after_g”."""


class KeyMap:
    """The actions with the keys that they have for this agent. A key is looked up in two
    dictionaries, made once."""

    def __init__(self, acts: Iterable[Act] = TABLE, preset: str = "default") -> None:
        self.preset = preset
        given = told(acts)
        begins = [
            Act(
                f"{_BEGINS}{key}",
                key,
                "Go",
                "",
                f"{shown_key(key)}: the next key says what",
                0,
                modes,
            )
            for key, modes in _first_keys(given).items()
        ]
        self.first_keys: Mapping[str, str] = {act.id: act.keys for act in begins}
        """The first of two keys, by the name of the action that it is."""
        self.acts: Mapping[str, Act] = {act.id: act for act in (*given, *begins)}
        self._actions: dict[Mode, dict[str, str]] = {mode: {} for mode in Mode}
        self._footers: dict[tuple[Mode, str], tuple[tuple[Act, str], ...]] = {}
        for act in self.acts.values():
            for stroke in act.strokes:
                for mode in each(stroke.modes):
                    self._actions[mode].setdefault(stroke.keys, act.id)

    def with_acts(self, more: Iterable[Act]) -> "KeyMap":
        """The same keys, and further actions."""
        own = (act for name, act in self.acts.items() if name not in self.first_keys)
        return KeyMap((*own, *more), self.preset)

    def action(self, mode: Mode, keys: str) -> str:
        """The name of the action that a key is in one mode; "" if it is none."""
        return self._actions[mode].get(keys, "")

    def key(self, name: str) -> str:
        """How an action is reached, for a sentence: its key, or the palette's and its name."""
        act = self.acts[name]
        if act.strokes:
            return act.strokes[0].spelled
        palette = self.acts["palette"].strokes
        return f"{palette[0].spelled} {name}" if palette and name != "palette" else name

    def shortest(self, name: str) -> str:
        """As `key`, but the shortest that there is."""
        strokes = self.acts[name].strokes
        return min((one.spelled for one in strokes), key=len) if strokes else self.key(name)

    def told(self, sentence: str) -> str:
        """A sentence in which `{name}` is how that action is reached."""
        return _NAMED.sub(
            lambda found: self.key(found[1]) if found[1] in self.acts else found[0], sentence
        )

    def footer(self, mode: Mode, after: str = "") -> tuple[tuple[Act, str], ...]:
        """The actions that a footer may show in one mode, each with its key there, the most useful
        first; after the first of two keys, all that can follow it."""
        if (mode, after) not in self._footers:
            made = self._following(mode, after) if after else self._in_order(mode)
            self._footers[mode, after] = tuple(made)
        return self._footers[mode, after]

    def _in_order(self, mode: Mode) -> list[tuple[Act, str]]:
        ranked = [act for act in self.acts.values() if act.rank and act.modes & mode]
        keys = [(act, _key_in(act, mode)) for act in sorted(ranked, key=lambda act: act.rank)]
        return [(act, key) for act, key in keys if key]

    def _following(self, mode: Mode, after: str) -> list[tuple[Act, str]]:
        found = []
        for act in self.acts.values():
            there = [one for one in act.strokes if one.first == after and one.modes & mode]
            if there:  # several keys of one action are one entry
                found.append((act, "/".join(shown_key(one.keys.split()[1]) for one in there)))
        return [*found, *self._in_order(Mode.GO)]


@cache
def each(modes: Mode) -> tuple[Mode, ...]:
    """Several modes, one by one."""
    return tuple(modes)


def _key_in(act: Act, mode: Mode) -> str:
    """The key of an action in one mode, as its footer shows it; "" if it has none there."""
    there = [stroke for stroke in act.strokes if stroke.modes & mode]
    if not there:
        return ""
    first = replace(there[0], place="").shown
    return act.shown if act.shown and act.strokes[0] == there[0] else first


def _first_keys(acts: Iterable[Act]) -> dict[str, Mode]:
    """The first of two keys, and where one that can follow it applies."""
    found: dict[str, Mode] = {}
    for act in acts:
        for stroke in act.strokes:
            if first := stroke.first:
                found[first] = found.get(first, stroke.modes) | stroke.modes
    return found


def rebound(acts: Iterable[Act], keys: Mapping[str, str]) -> tuple[Act, ...]:
    """The actions with other keys, by their names; "" leaves one none."""
    made = {
        act.id: replace(act, keys=keys[act.id], shown="") if act.id in keys else act for act in acts
    }
    return tuple(_together(act, made, keys) for act in made.values())


def _together(act: Act, acts: Mapping[str, Act], changed: Mapping[str, str]) -> Act:
    """An action that the footer shows with those beside it: “j/k”."""
    if not act.beside or not changed.keys() & {act.id, *act.beside}:
        return act
    firsts = [acts[name].strokes[:1] for name in (act.id, *act.beside)]
    shown = [stroke[0].shown for stroke in firsts if stroke]
    return replace(act, shown="/".join(shown) if act.strokes else "")


@dataclass(frozen=True, slots=True)
class KeyClash:
    """Two actions that cannot both have their keys in some place."""

    act: Act
    stroke: Stroke
    other: Act
    taken: Stroke

    def says(self, name: str) -> str:
        """What is wrong with the line of one of them."""
        mine, its = (self.stroke, self.taken), self.other
        if name == its.id:
            mine, its = (self.taken, self.stroke), self.act
        stroke, other = mine
        if stroke.keys == other.keys:
            return f"has the key {stroke.shown}, which is a key of {its.id} in the same place"
        if stroke.first:
            return f"has the keys {stroke.shown}, but {other.shown} alone is a key of {its.id}"
        return f"has the key {stroke.shown}, with which {other.shown} begins, a key of {its.id}"


def clash(acts: Iterable[Act]) -> KeyClash | None:
    """Two actions that are one key in some place; None without any. A key cannot be an action and
    the first of two keys: it would have to wait."""
    taken: dict[tuple[Mode, str], tuple[Act, Stroke]] = {}
    begun: dict[tuple[Mode, str], tuple[Act, Stroke]] = {}
    for act in acts:
        for stroke in act.strokes:
            for mode in each(stroke.modes):
                other, its = taken.setdefault((mode, stroke.keys), (act, stroke))
                if other.id != act.id:
                    return KeyClash(act, stroke, other, its)
                if stroke.first:
                    begun.setdefault((mode, stroke.first), (act, stroke))
    for place in taken.keys() & begun.keys():
        return KeyClash(*taken[place], *begun[place])
    return None
