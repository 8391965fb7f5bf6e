"""An issuer, and a desk that signs in there."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.credentials.sign_in_desk import Desk
from tests.desk.desks import START, StandingClock
from tests.servers.certificates import Certificates
from tests.servers.issuer import Issuer


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock(START)


@pytest.fixture
def issuer(
    certificates: Certificates, clock: StandingClock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Issuer]:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.authority))
    with Issuer(certificates, now=clock) as issuer:
        yield issuer


@pytest.fixture
def desk(tmp_path: Path, issuer: Issuer, clock: StandingClock) -> Desk:
    return Desk(tmp_path, issuer, clock)
