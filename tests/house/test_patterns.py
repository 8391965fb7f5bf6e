"""Python before 3.11.5 (Debian 12 has 3.11.2) matches possessive groups wrongly if a repetition
fails after a part of it has matched: it goes on behind that part (CPython issue 106052). Message-IDs
were lost by it. No pattern of the package has such a group."""

import importlib
import pkgutil
import re
from collections.abc import Iterable, Iterator
from re import _constants, _parser  # type: ignore[attr-defined]  # how re reads a pattern
from typing import Any

import pytest

import supportcli

_PLAIN = {"LITERAL", "NOT_LITERAL", "IN", "ANY", "CATEGORY", "AT"}
_REPEATS = {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}


def patterns() -> Iterator[tuple[str, re.Pattern[Any]]]:
    """The patterns that the modules of the package keep, by their names."""
    for module in pkgutil.walk_packages(supportcli.__path__, "supportcli."):
        if ".migrations." not in module.name and not module.name.endswith("__main__"):
            for name, value in vars(importlib.import_module(module.name)).items():
                for one in values_in(value):
                    if isinstance(one, re.Pattern):
                        yield f"{module.name}.{name}", one


def values_in(value: object) -> Iterable[object]:
    """What a constant is made of."""
    if isinstance(value, dict):
        return (*value.keys(), *value.values())
    return value if isinstance(value, list | tuple | set | frozenset) else (value,)


def flat(parts: Iterable[Any]) -> Iterator[tuple[str, Any]]:
    """The parts of a pattern one after the other, those of its groups too."""
    for operation, argument in parts:
        if operation is _constants.SUBPATTERN:
            yield from flat(argument[3])
        else:
            yield str(operation), argument


def is_plain(body: Any) -> bool:
    """Whether one character is repeated, rather than a group."""
    return len(body) == 1 and str(body[0][0]) in _PLAIN


def is_sure(body: Iterable[Any]) -> bool:
    """Whether a repetition of this leaves no trace if it fails."""
    began = touched = False
    for name, argument in flat(body):
        if touched and not (name in _REPEATS and argument[0] == 0):
            return False  # what may fail follows
        if name in _PLAIN:
            began = True
        elif name == "BRANCH" and not began:
            if not all(map(is_sure, argument[1])):
                return False
            began = True
        elif name in _REPEATS and (argument[0] == 0 or is_plain(argument[2])):
            if began and argument[0] > 0:
                return False
            touched = touched or began or not is_plain(argument[2])
            began = True
        else:
            return False
    return True


def possessive_groups(parts: Iterable[Any]) -> Iterator[Any]:
    """The bodies of possessive groups that repeat more than one part."""
    for name, argument in flat(parts):
        if name in _REPEATS:
            body = argument[2]
            if name == "POSSESSIVE_REPEAT" and not is_plain(body):
                yield body
            yield from possessive_groups(body)
        elif name == "BRANCH":
            for one in argument[1]:
                yield from possessive_groups(one)
        elif name in {"ASSERT", "ASSERT_NOT"}:
            yield from possessive_groups(argument[1])
        elif name == "ATOMIC_GROUP":
            yield from possessive_groups(argument)


def is_right_everywhere(pattern: re.Pattern[Any]) -> bool:
    """Whether every Python from 3.11 on matches it alike."""
    flags = pattern.flags & ~re.UNICODE if isinstance(pattern.pattern, bytes) else pattern.flags
    return all(map(is_sure, possessive_groups(_parser.parse(pattern.pattern, flags))))


def test_no_pattern_repeats_a_group_possessively_that_may_fail_midway() -> None:
    found = list(patterns())
    assert len(found) > 300
    assert [name for name, pattern in found if not is_right_everywhere(pattern)] == []


@pytest.mark.parametrize(
    "pattern",
    [
        r"(?:(?!from)[a-z]+:\n)*+from",
        r"(?:[a-z]++[ \t]*+\n)*+",
        r"(?:(?:bb)*+a)*+bf",
        r"(?:b(?!x)a)*+b",
        r"(?:<([^<>]*+)>)?+",
        r"(?:(?:re|aw)\.?:)*+",
    ],
)
def test_groups_that_went_wrong_are_found(pattern: str) -> None:
    assert not is_right_everywhere(re.compile(pattern))


@pytest.mark.parametrize(
    "pattern",
    [r'"(?:[^"\\]++|\\.)*+"', r"(?:\n[ \t][^\n]*+)*+\n", r"[^\s@]++@\s*+", r"(?:> ?+)?+(?!>)"],
)
def test_groups_that_are_right_everywhere_are_let_pass(pattern: str) -> None:
    assert is_right_everywhere(re.compile(pattern))
