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


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("pete(his account)@silly.test(his host)", "pete@silly.test"),
        ("pete@silly.test (at: home)", "pete@silly.test"),
        ('"p(x)"@silly.test', '"p(x)"@silly.test'),
    ],
)
def test_comments_may_stand_within_the_brackets_of_an_address(written: str, address: str) -> None:
    assert parse_addresses(f"Pete <{written}>".encode()) == (Address("Pete", address),)
