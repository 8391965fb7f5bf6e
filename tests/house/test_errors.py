"""The tree of errors as it is drawn: each class by its exit code and the module of its noun."""

import importlib
import pkgutil
import textwrap
from collections import defaultdict

from supportcli import errors
from supportcli.errors import SupportError

BASES: list[type[SupportError]] = [
    one for one in vars(errors).values() if isinstance(one, type) and "exit_code" in vars(one)
]
"""The classes that an exit code is written in."""

WIDTH = 100


def kinds(base: type[SupportError]) -> set[type[SupportError]]:
    """All classes below one."""
    return {one for below in base.__subclasses__() for one in {below, *kinds(below)}}


def drawn() -> str:
    """The tree as the package's docstring should draw it."""
    for module in pkgutil.iter_modules(errors.__path__, "supportcli.errors."):
        importlib.import_module(module.name)
    leaves: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for one in kinds(SupportError) - set(BASES):
        if one.__module__.startswith(errors.__name__):
            noun = one.__module__.removeprefix(errors.__name__).lstrip(".") or "(here)"
            leaves[one.exit_code][noun].append(one.__name__)
    lines = []
    for base in sorted(BASES, key=lambda base: base.exit_code):
        lines += [f"{base.exit_code:>2}  {base.__name__}"]
        for noun, names in sorted(leaves[base.exit_code].items()):
            first = f"      {noun:<9} "
            lines += textwrap.wrap(
                ", ".join(sorted(names)), WIDTH, initial_indent=first, subsequent_indent=" " * 16
            )
    return "\n".join(lines)


def test_the_tree_is_drawn_as_it_is() -> None:
    assert errors.__doc__ is not None
    assert drawn() in errors.__doc__, f"supportcli/errors/__init__.py should say:\n{drawn()}"


def test_each_exit_code_is_documented() -> None:
    documented = {1, 2, 69, 75, 77, 78}
    assert {base.exit_code for base in BASES} == documented
    assert {one.exit_code for one in kinds(SupportError)} <= documented
