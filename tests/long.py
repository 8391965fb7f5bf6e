"""Whether the tests take their time: `LONG=1 make test` and `LONG=1 make acceptance` try many more
examples, sizes and moments than fit a commit. What takes long and differs little from what is tried
already waits for `make acceptance`."""

import os
from collections.abc import Callable
from typing import Any, TypeVar

import pytest

Test = TypeVar("Test", bound=Callable[..., object])

LONG = bool(os.environ.get("LONG"))

SOAK = bool(os.environ.get("SOAK"))
"""Whether the faults of tests/faults are tried at full size, as `make soak` does by SOAK=1."""

THOROUGH = LONG or bool(os.environ.get("THOROUGH"))
"""Whether a property that is dear to try gets all its examples, as `make acceptance` does by
THOROUGH=1 for those that are marked `thorough`."""

thorough = pytest.mark.thorough


def postgres_later(fixture: str) -> pytest.MarkDecorator:
    """Give a fixture that stands for each engine SQLite in `make test` and PostgreSQL in
    `make acceptance`: for a long test whose statements shorter ones try on both."""
    engines = ["sqlite", pytest.param("postgresql", marks=pytest.mark.acceptance)]
    return pytest.mark.parametrize(fixture, engines, indirect=True)


def examples(few: int, many: int) -> int:
    """How many examples a property that is dear to try gets: `many` where tests take their time."""
    return many if THOROUGH else few


def long_but(first: int) -> Callable[[Test], Test]:
    """Keep the first values of each `parametrize` below it in `make test`; the others wait for
    `make acceptance`."""

    def mark(test: Test) -> Test:
        marks: list[pytest.Mark] = test.pytestmark  # type: ignore[attr-defined]
        test.pytestmark = [_later(one, first) for one in marks]  # type: ignore[attr-defined]
        return test

    return mark


def _later(mark: pytest.Mark, first: int) -> pytest.Mark:
    """A mark as it was, or a `parametrize` whose later values are for `make acceptance`."""
    if mark.name != "parametrize":
        return mark
    names, values = mark.args
    alone = isinstance(names, str) and "," not in names
    kept = [
        value if place < first else _acceptance(value, alone=alone)
        for place, value in enumerate(values)
    ]
    return pytest.mark.parametrize(names, kept, **mark.kwargs).mark


def _acceptance(value: Any, *, alone: bool) -> Any:
    """A value of a `parametrize`, for `make acceptance`."""
    if isinstance(value, type(pytest.param())):
        marks = [*value.marks, pytest.mark.acceptance]
        return pytest.param(*value.values, marks=marks, id=value.id)
    return pytest.param(*([value] if alone else value), marks=pytest.mark.acceptance)
