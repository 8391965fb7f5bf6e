"""Names and domains that look like somebody else's."""

import pytest

from supportcli.domain.authors import Us
from supportcli.domain.impostors import doubts_about
from supportcli.domain.mail import Address

US = Us(
    own=frozenset({"help@shop.test"}),
    domains=frozenset({"shop.test"}),
    agents=frozenset({"ada@shop.test"}),
    names=frozenset({"ada byron", "jose nunez"}),
)


def doubts(name: str, address: str) -> list[str]:
    return list(doubts_about(Address.of(name, address), US))


@pytest.mark.parametrize(
    ("name", "address", "said"),
    [
        ("ada@shop.test", "eve@evil.test", "the sender's name says ada@shop.test"),
        ("Bank <service@bank.test>", "eve@evil.test", "the sender's name says service@bank.test"),
        ("Ada Byron", "eve@evil.test", "an agent's name"),
        ("ADA  BYRON", "eve@evil.test", "an agent's name"),
        ("José Núñez", "eve@evil.test", "an agent's name"),
        ("Shop", "help@ѕhop.test", "letters that look like others"),
        ("Shop", "help@xn--hop-ehd.test", "letters that look like others"),
        ("Apple", "id@аррӏе.test", "letters that look like others"),
        ("Müller", "a@xn--mller-kva.test", "is read müller.test"),
    ],
)
def test_a_name_or_domain_of_somebody_else_is_named(name: str, address: str, said: str) -> None:
    (found,) = doubts(name, address)
    assert said in found


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("Grace Hopper", "grace@customer.test"),
        ("grace@customer.test", "grace@customer.test"),
        ("support@customer.test", "noreply@mail.customer.test"),
        ("'grace@customer.test' via Team", "team@groups.test"),
        ("Ada Byron", "ada@shop.test"),
        ("Ada Byron", "ada.byron@shop.test"),
        ("Müller", "a@müller.test"),
        ("Иван", "ivan@почта.test"),
        ("山田", "a@日本語abc.test"),
        ("", "a@xn--broken-.test"),
        ("", ""),
        ("Byron", "eve@evil.test"),
    ],
)
def test_ordinary_people_are_not(name: str, address: str) -> None:
    assert doubts(name, address) == []
