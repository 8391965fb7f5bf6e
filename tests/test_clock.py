"""The system's clock and its zone."""

import pytest

from supportcli.clock import system_zone


@pytest.mark.parametrize("said", ["Europe/Berlin", ":Europe/Berlin", "/usr/share/zoneinfo/Europe/Berlin"])
def test_the_zone_of_the_environment_goes_first(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setenv("TZ", said)
    assert system_zone() == "Europe/Berlin"


@pytest.mark.parametrize("said", ["", "CET-1CEST,M3.5.0,M10.5.0/3", "localtime"])
def test_what_is_no_name_is_that_of_the_machine(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setenv("TZ", said)
    named = system_zone()
    monkeypatch.delenv("TZ")
    assert named == system_zone()
    assert named not in {"", "localtime"}
