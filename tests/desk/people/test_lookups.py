"""A customer looked up in another system: by a real command, and over real HTTPS."""

import json
import ssl
import sys
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from supportcli.config import load
from supportcli.credentials.lookups import asked
from supportcli.desk import Desk
from supportcli.desk.canned import filling
from supportcli.desk.people import people_json, reading
from supportcli.desk.people.lookups import look_up
from supportcli.domain.canned import templates
from supportcli.domain.people.lookup import LookupSource, lookup_values
from supportcli.errors.people import LookupFailed, LookupMissing
from supportcli.errors.setup import SettingUnknown, SettingWrong
from tests.desk.desks import StandingClock, write_in
from tests.servers.certificates import Certificates

MARIA = "maria@acme.test"
PROGRAM = """
import json, sys
from pathlib import Path
log = Path(__file__).with_suffix(".log")
asked = log.read_text().split() if log.exists() else []
log.write_text(" ".join([*asked, sys.argv[-1]]))
if len(asked) == 1:
    sys.exit(3)
print(json.dumps({"Plan": "pro", "asked": len(asked) + 1, "name": "a\\x1b[31mb",
    "last orders": [{"id": 7, "total": "9.50"}], "address": {"city": "Graz"}, "none": None}))
"""


def at_command(desk: Desk, folder: Path, minutes: int = 60) -> Desk:
    """The desk of somebody whose config.toml names a program."""
    program = folder / "crm.py"
    program.write_text(PROGRAM, encoding="utf-8")
    config = folder / "config.toml"
    config.touch(mode=0o600)
    source = LookupSource(command=f"{sys.executable} {program}", minutes=minutes)
    return replace(desk, settings=replace(desk.settings, path=config, customer_lookup=source))


def test_the_answer_of_a_command_is_kept_with_its_age(
    each_desk: Desk, clock: StandingClock, tmp_path: Path
) -> None:
    desk = at_command(each_desk, tmp_path)
    write_in(desk, sender=MARIA)
    found = look_up(desk, MARIA)
    assert found.values == {
        "plan": "pro",
        "asked": "1",
        "name": "a␛[31mb",
        "last_orders": "id 7 total 9.50",
        "address_city": "Graz",
    }
    clock.tick(minutes=59)
    assert look_up(desk, "#1") == found
    assert reading.customer(desk, MARIA).lookup == found
    clock.tick(minutes=2)
    failed = look_up(desk, MARIA)
    assert (failed.values, failed.failure) == (found.values, "it failed with code 3")
    assert look_up(desk, MARIA) == failed
    clock.tick(minutes=2)
    again = look_up(desk, MARIA)
    assert (again.values["asked"], again.failure) == ("3", "")
    assert (tmp_path / "crm.log").read_text(encoding="utf-8").split() == [MARIA] * 3
    shown = people_json.customer_shown(reading.customer(desk, MARIA), desk.now())
    assert shown["lookup"]["values"]["plan"] == "pro"


def test_a_canned_response_names_what_was_looked_up(desk: Desk, tmp_path: Path) -> None:
    desk = at_command(desk, tmp_path)
    write_in(desk, sender=MARIA)
    text = (
        "Plan: {{ customer.lookup.plan }}, {{ customer.lookup.seats | default('some') }}, "
        "{{ customer.fields.vat }}"
    )
    look_up(desk, MARIA)
    with desk.db.read() as tx:
        known = filling.with_all_of_customer(tx, {"customer": {"name": "Maria"}}, 1)
    assert known["customer"]["lookup.plan"] == "pro"
    assert templates.fill(text, known).text == "Plan: pro, some, ⟦customer.fields.vat?⟧"


def test_an_address_that_looks_like_an_option_is_not_passed_on(desk: Desk, tmp_path: Path) -> None:
    desk = at_command(desk, tmp_path)
    write_in(desk, sender="--delete@acme.test")
    found = look_up(desk, "--delete@acme.test")
    assert "begins with -" in found.failure
    assert not (tmp_path / "crm.log").exists()


@pytest.mark.parametrize("address", ["~root@acme.test", "~/x@acme.test", "$(id)'@acme.test"])
def test_an_address_is_passed_on_as_it_is(desk: Desk, tmp_path: Path, address: str) -> None:
    desk = at_command(desk, tmp_path)
    write_in(desk, sender=address)
    assert look_up(desk, address).failure == ""
    assert (tmp_path / "crm.log").read_text(encoding="utf-8") == address


@pytest.mark.parametrize("source", [LookupSource(command="true"), LookupSource(url="https://a.b")])
@pytest.mark.parametrize("address", ["a\0b@acme.test", "a\ud800@acme.test", "a\u202eb@acme.test"])
def test_an_address_that_cannot_be_read_is_not_passed_on(
    source: LookupSource, address: str, tmp_path: Path
) -> None:
    with pytest.raises(LookupFailed, match="control characters"):
        asked(source, address, tmp_path / "config.toml")


def test_a_home_that_nobody_has_is_named_as_the_cause(tmp_path: Path) -> None:
    with pytest.raises(LookupFailed, match="names no home folder"):
        asked(LookupSource(command="~nobody-here/crm"), MARIA, tmp_path / "config.toml")


def test_nothing_is_asked_where_nobody_says_whom(desk: Desk) -> None:
    write_in(desk, sender=MARIA)
    with pytest.raises(LookupMissing):
        look_up(desk, MARIA)


@pytest.fixture
def crm(certificates: Certificates, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A server that knows Maria, and nobody else."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.authority))

    class Crm(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            knows = self.path == "/c/maria%40acme.test"
            self.send_response(200 if knows else 404)
            self.end_headers()
            self.wfile.write(json.dumps({"plan": "free"}).encode() if knows else b"")

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Crm) as server:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificates.good, certificates.key)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"https://localhost:{server.server_address[1]}/c/{{address}}"
        server.shutdown()


def test_an_address_on_the_web_is_asked_over_https(desk: Desk, crm: str) -> None:
    source = LookupSource(url=crm)
    desk = replace(desk, settings=replace(desk.settings, customer_lookup=source))
    write_in(desk, sender=MARIA)
    write_in(desk, sender="eve@acme.test")
    assert look_up(desk, MARIA).values == {"plan": "free"}
    assert (look_up(desk, "eve@acme.test").values, look_up(desk, "#2").failure) == ({}, "")


def test_the_answer_is_short_and_flat() -> None:
    deep: dict[str, object] = {}
    deep["a"] = {"b": {"c": {"d": {"e": "f" * 1000}}}}
    assert max(map(len, lookup_values(deep).values())) <= 500
    nest: object = 1
    for _ in range(5000):
        nest = [nest]
    assert lookup_values({"a": nest, "b": [[{"id": 7}]]}) == {"b": "id 7"}
    assert lookup_values([1, 2]) == lookup_values("text") == lookup_values(None) == {}
    assert len(lookup_values({f"n{number}": "x" for number in range(1000)})) == 40


@pytest.mark.parametrize(
    ("table", "error"),
    [
        ('command = "a"\nurl = "https://b"', SettingWrong),
        ('url = "http://crm.test"', SettingWrong),
        ('comand = "a"', SettingUnknown),
        ('command = "a"\nminutes = 0', SettingWrong),
        ("minutes = 5", SettingWrong),
    ],
)
def test_a_table_that_cannot_be_meant_is_refused(
    tmp_path: Path, table: str, error: type[Exception]
) -> None:
    file = tmp_path / "config.toml"
    file.write_text(f"[customer_lookup]\n{table}\n", encoding="utf-8")
    with pytest.raises(error):
        load(file, None, {})
