"""Issuers that answer nonsense: a page of a proxy, half of an answer, or other kinds of values."""

import json
import subprocess
import sys
from collections.abc import Callable

import pytest

from supportcli.credentials.ways import Prompts
from supportcli.domain.sign_in import SignInWay
from supportcli.errors.tokens import SignInUnreachable
from tests.credentials.sign_in_desk import HELP, Desk, visiting
from tests.servers.issuer import Issuer

_CUT = '{"access_token": "SECRET-TOKEN", "refresh_token": "SECRET-REFRESH", "expires_in": 36'
_PAGE = "<html>\x1b]0;owned\x07 Please log in to this network"


@pytest.mark.parametrize("way", SignInWay)
@pytest.mark.parametrize("body", [_CUT, _PAGE], ids=["cut", "page"])
def test_no_library_logs_what_an_issuer_answers(
    desk: Desk,
    issuer: Issuer,
    way: SignInWay,
    body: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    found = desk.signed_in(way)
    desk.clock.tick(hours=2)
    issuer.babble(body)
    caplog.set_level(0)
    with pytest.raises(SignInUnreachable):
        found.token("")
    assert caplog.records == []


def test_no_library_speaks_in_a_program_without_a_log() -> None:
    source = """
import logging, warnings
import supportcli.credentials.ways
for name in ("msal.oauth2cli.oauth2", "google.auth.transport", "requests", "urllib3.pool"):
    logging.getLogger(name).critical("a secret")
    warnings.warn_explicit("a secret", FutureWarning, "x.py", 1, module=name)
"""
    ran = subprocess.run([sys.executable, "-c", source], capture_output=True, check=True)
    assert (ran.stdout, ran.stderr) == (b"", b"")


_NONSENSE = (
    (200, _PAGE),
    (200, ""),
    (302, ""),
    (302, _PAGE),
    (404, _PAGE),
    (200, _CUT),
    (200, "[1, 2]"),
    (200, '"yes"'),
    (200, "[" * 200_000),
    (200, '{"access_token": "abc", "expires_in": "soon"}'),
    (200, '{"access_token": "abc", "expires_in": -5}'),
    (200, '{"access_token": "abc", "expires_in": 1e30}'),
    (200, '{"access_token": "abc", "expires_in": Infinity}'),
    (200, '{"access_token": 7, "expires_in": 3600}'),
    (200, '{"error": ["invalid_grant"], "error_description": {}}'),
)


_PEOPLE = [one for one in SignInWay if one.by_person]
_APPS = [one for one in SignInWay if not one.by_person]


@pytest.mark.parametrize("way", _APPS)
def test_nonsense_for_an_app_is_to_be_tried_later(
    desk: Desk, issuer: Issuer, way: SignInWay
) -> None:
    found = desk.way(way)
    for status, body in _NONSENSE:
        issuer.babble(body, status)
        _asks_nonsense(found.ask_app, body)


@pytest.mark.parametrize("way", _PEOPLE)
def test_nonsense_for_a_person_who_signed_in_ends_nothing(
    desk: Desk, issuer: Issuer, way: SignInWay
) -> None:
    found = desk.signed_in(way)
    desk.clock.tick(hours=2)
    for status, body in _NONSENSE:
        issuer.babble(body, status)
        _asks_nonsense(lambda: found.token(""), body)
    issuer.babble("", at="nowhere")
    assert issuer.user_of(found.token("")) == HELP, "the sign-in is still there"


@pytest.mark.parametrize("way", _PEOPLE)
def test_nonsense_while_a_person_signs_in(desk: Desk, issuer: Issuer, way: SignInWay) -> None:
    issuer.approve()
    found = desk.way(way)
    for status, body in _NONSENSE:
        issuer.babble(body, status)
        _asks_nonsense(lambda: found.ask_person(Prompts(lambda _code: None, visiting)), body)


_CODE = {
    "user_code": "AB",
    "device_code": "device",
    "verification_uri": "https://login.test",
    "expires_in": 900,
    "interval": 1,
}


_NO_CODES = (
    {"interval": "x"},
    {"interval": -1},
    {"interval": 1e30},
    {"expires_in": "soon"},
    {"expires_in": -5},
    {"expires_in": 1e30},
    {"user_code": ["AB"]},
    {"verification_uri": None},
    {"device_code": None},
)


def test_nonsense_instead_of_a_device_code(desk: Desk, issuer: Issuer) -> None:
    shown: list[object] = []
    found = desk.way(SignInWay.MICROSOFT)
    bodies = [*(body for _, body in _NONSENSE), '{"user_code": "AB"}']
    for body in [*bodies, *(json.dumps(_CODE | wrong) for wrong in _NO_CODES)]:
        issuer.babble(body, at="/devicecode")
        _asks_nonsense(lambda: found.ask_person(Prompts(shown.append, lambda _: None)), body)
    assert shown == []


def test_nonsense_instead_of_the_addresses(desk: Desk, issuer: Issuer) -> None:
    found = desk.way(SignInWay.MICROSOFT_APP)
    bodies = [*(body for _, body in _NONSENSE), '{"authorization_endpoint": 5}']
    for body in [*bodies, '{"authorization_endpoint": 5, "token_endpoint": []}']:
        issuer.babble(body, at="/openid-configuration")
        _asks_nonsense(found.ask_app, body)


def _asks_nonsense(ask: Callable[[], object], body: str) -> None:
    with pytest.raises(SignInUnreachable, match="could not be understood") as said:
        ask()
    assert (said.value.exit_code, said.value.__cause__) == (69, None), body[:90]


@pytest.mark.parametrize("way", SignInWay)
def test_a_token_without_an_end_lives_shortly(desk: Desk, issuer: Issuer, way: SignInWay) -> None:
    found = desk.signed_in(way)
    desk.clock.tick(hours=2)
    token = issuer.issue()
    issuer.babble(json.dumps({"access_token": token}))
    assert found.token("") == token
    issuer.babble("", at="nowhere")
    desk.clock.tick(minutes=4)
    assert found.token("") == token
    desk.clock.tick(minutes=2)
    assert found.token("") != token
