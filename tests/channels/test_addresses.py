"""Addresses at the edge of what they may be."""

import pytest

from supportcli.channels.addresses import parse_addresses
from supportcli.domain.mail import Address


@pytest.mark.parametrize(("letters", "address"), [(313, f"{'a' * 313}@x.test"), (314, "")])
def test_an_address_has_a_length_that_servers_take(letters: int, address: str) -> None:
    """One of ten kilobytes is a key that PostgreSQL refuses: its mail could never be kept."""
    [found] = parse_addresses(f"Maria <{'a' * letters}@x.test>".encode())
    assert found.address == address
    assert found == Address("Maria", address) or not address
