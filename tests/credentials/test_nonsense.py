"""Issuers that answer nonsense: a page of a proxy, half of an answer, or other kinds of values."""

import subprocess
import sys
from contextlib import suppress

import pytest

from supportcli.domain.sign_in import SignInWay
from tests.credentials.sign_in_desk import Desk
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
    with suppress(Exception):
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
