"""Domains: which organisation they belong to."""

import pytest

from supportcli.domain.mail_domains import organisational


@pytest.mark.parametrize(
    ("domain", "organisation"),
    [
        ("firm.test", "firm.test"),
        ("a.b.firm.test", "firm.test"),
        ("firm.co.uk", "firm.co.uk"),
        ("desk.firm.co.uk", "firm.co.uk"),
        ("mail.firm.com.au", "firm.com.au"),
        ("co.uk", "co.uk"),
        ("mail.go.com", "go.com"),
        ("shop.firm.de", "firm.de"),
        ("localhost", "localhost"),
        ("[192.0.2.7]", "[192.0.2.7]"),
        ("", ""),
    ],
)
def test_a_domain_belongs_to_an_organisation(domain: str, organisation: str) -> None:
    assert organisational(domain) == organisation
