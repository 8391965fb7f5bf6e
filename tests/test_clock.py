"""The system's clock and its zone."""

from pathlib import Path
from zoneinfo import TZPATH

import pytest

from supportcli import clock
from supportcli.clock import system_zone


@pytest.mark.parametrize(
    "said", ["Europe/Berlin", ":Europe/Berlin", "/usr/share/zoneinfo/Europe/Berlin"]
)
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


@pytest.mark.parametrize("zone", ["America/St_Johns", "Europe/Berlin"])
def test_a_copy_of_the_rules_of_a_zone_is_that_zone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    copied = tmp_path / "localtime"
    rules = next(Path(folder, zone) for folder in TZPATH if Path(folder, zone).is_file())
    copied.write_bytes(rules.read_bytes())
    monkeypatch.delenv("TZ", raising=False)
    monkeypatch.setattr(clock, "LOCALTIME", copied)
    assert system_zone() == zone
    copied.write_bytes(b"no rules")
    assert system_zone() == "UTC"
    copied.unlink()
    assert system_zone() == "UTC"
