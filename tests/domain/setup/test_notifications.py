"""The hours in which nothing rings."""

from datetime import time

import pytest

from supportcli.domain.setup.notifications import QuietHours, quiet_hours


def test_hours_of_a_day_and_over_midnight() -> None:
    day = quiet_hours("12:00-13:30")
    night = quiet_hours("18:00 - 8:00")
    assert day == QuietHours(time(12), time(13, 30))
    assert day.cover(time(12))
    assert not day.cover(time(13, 30))
    assert night is not None
    assert [night.cover(time(hour)) for hour in (17, 18, 0, 7, 8)] == [
        False,
        True,
        True,
        True,
        False,
    ]
    assert quiet_hours(" ") is None


@pytest.mark.parametrize("text", ["18-8", "25:00-08:00", "18:00", "18:00-08:60", "x"])
def test_what_is_no_hours_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        quiet_hours(text)
