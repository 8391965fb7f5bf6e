"""What keys are called: by people, in config.toml and on the screen, and by Textual."""

import re
import unicodedata

from textual.keys import _character_to_key

from supportcli.domain.text.words import nearest

_SIGNS = {_character_to_key(chr(code)): chr(code) for code in range(33, 127)}
_SHOWN = {
    **_SIGNS,
    "enter": "⏎",
    "escape": "esc",
    "down": "↓",
    "up": "↑",
    "right": "→",
    "left": "←",
    "pagedown": "pgdn",
    "pageup": "pgup",
}

_NAMED = {
    **{name: name for name in ("enter", "escape", "space", "tab", "backspace", "delete")},
    **{name: name for name in ("insert", "home", "end", "pageup", "pagedown")},
    **{name: name for name in ("up", "down", "left", "right")},
    **{f"f{number}": f"f{number}" for number in range(1, 13)},
    "esc": "escape",
    "pgup": "pageup",
    "pgdn": "pagedown",
    "return": "enter",
    "backtab": "shift+tab",
    "shift+tab": "shift+tab",
    **{sign: name for name, sign in _SHOWN.items() if name not in _SIGNS},
}
"""The keys that are no character, by what people call them."""

_MOVES = frozenset({"up", "down", "left", "right", "home", "end", "pageup", "pagedown"})
_MOST = 2
"""Keys one after the other that are one."""

_SAME = {"h": "backspace", "i": "tab", "j": "enter", "m": "enter"}
"""What a terminal sends with ctrl and these letters."""


class KeyUnreadable(ValueError):
    """Text that is no key. `why` says what it is instead, `near` a key that may be meant."""

    def __init__(self, why: str, near: str = "") -> None:
        super().__init__(why)
        self.why, self.near = why, near


def shown_key(key: str) -> str:
    """One of Textual's keys as people write it: “.”, “^s”, “F4”."""
    if re.fullmatch(r"f\d+", key):
        return key.upper()
    before, plus, last = key.rpartition("+")
    shown = _SHOWN.get(last) or _character(last)
    return before.replace("ctrl", "^") + ("" if before == "ctrl" else plus) + shown


def _character(key: str) -> str:
    """A sign that is not ASCII, of which Textual has the name; other keys as they are."""
    try:
        return key if key in _NAMED else unicodedata.lookup(key.replace("_", " "))
    except KeyError:
        return key


def spelled_key(key: str) -> str:
    """The same in a sentence: “ctrl+s”."""
    return shown_key(key).replace("^", "ctrl+") if key.startswith("ctrl+") else shown_key(key)


def key_of(written: str) -> str:
    """A key, or two one after the other, as people write them (“ctrl+k”, “g d”, “rr”), as Textual
    names them. KeyUnreadable if it is no key, or one that terminals do not send."""
    words = written.split()
    if len(words) == 1 and len(written) == _MOST and not _is_known(written):
        words = [*written]
    if not words:
        raise KeyUnreadable("is no key")
    if len(words) > _MOST:
        raise KeyUnreadable("is more than two keys one after the other")
    return " ".join(map(_key, words))


def _is_known(word: str) -> bool:
    return word.lower() in _NAMED or word.startswith("^")


def _key(word: str) -> str:
    if _is_character(word):
        return _character_to_key(word)
    lowered = _plain(word.lower())
    if lowered in _NAMED:
        return _NAMED[lowered]
    before, _, last = lowered.rpartition("+")
    if before == "ctrl":
        return _with_ctrl(last)
    if before == "shift" and _NAMED.get(last) in _MOVES:
        return f"shift+{_NAMED[last]}"
    if {"alt", "meta"} & {*before.split("+")}:
        raise KeyUnreadable("cannot be told from esc and the key after it in most terminals")
    if before:
        raise KeyUnreadable("is not sent by most terminals")
    raise KeyUnreadable("is no key", nearest(lowered, _NAMED))


def _is_character(word: str) -> bool:
    is_one = len(word) == 1 and word.isprintable() and word not in _NAMED
    return is_one and shown_key(_character_to_key(word)) == word


def _plain(word: str) -> str:
    """“^s” and, as Vim and aerc write it, “<c-s>” as “ctrl+s”."""
    if found := re.fullmatch(r"<(c-|a-)?(.+)>", word):
        return {"c-": "ctrl+", "a-": "alt+"}.get(found[1] or "", "") + found[2]
    return f"ctrl+{word[1]}" if re.fullmatch(r"\^.", word) else word


def _with_ctrl(last: str) -> str:
    if last in _SAME:
        raise KeyUnreadable(f"is the same as {_SAME[last]} in a terminal", _SAME[last])
    if re.fullmatch(r"[a-z]", last):
        return f"ctrl+{last}"
    if _NAMED.get(last) in _MOVES:
        return f"ctrl+{_NAMED[last]}"
    raise KeyUnreadable("is not sent by most terminals")


def is_text(key: str) -> bool:
    """Whether a key types a character where there is a field."""
    return key == "space" or len(key) == 1 or key in _SIGNS
