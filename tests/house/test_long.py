"""What waits for `make acceptance`."""

import pytest

from tests.long import long_but


@long_but(1)
@pytest.mark.parametrize("size", [(80, 24), pytest.param((160, 45), id="wide")])
@pytest.mark.parametrize(("key", "verb"), [("e", "solve"), ("w", "wait")], ids=str)
def kept(size: tuple[int, int], key: str, verb: str) -> None: ...


def test_of_each_parametrize_only_the_first_values_are_tried_at_once() -> None:
    marks: list[pytest.Mark] = kept.pytestmark  # type: ignore[attr-defined]
    pairs, sizes = (list(mark.args[1]) for mark in marks)
    assert (pairs[0], sizes[0]) == (("e", "solve"), (80, 24))
    for later, values in ((pairs[1], ("w", "wait")), (sizes[1], ((160, 45),))):
        assert (later.values, list(later.marks)) == (values, [pytest.mark.acceptance])
    assert sizes[1].id == "wide"
    assert marks[0].kwargs == {"ids": str}
