"""Which patterns may lead to which addresses."""

import pytest

from supportcli.domain.text.link_patterns import filled, unfit_link

SHOP = "https://shop.test/orders/{0}"


@pytest.mark.parametrize(
    ("pattern", "address"),
    [
        (r"ORD-\d+", SHOP),
        (r"RMA (\d+)", "http://localhost:8080/r?n={1}&all={0}"),
        ("x", "https://shop.test/"),
    ],
)
def test_a_pattern_leads_to_an_address(pattern: str, address: str) -> None:
    assert unfit_link(pattern, address) == ""


@pytest.mark.parametrize(
    ("pattern", "address", "why"),
    [
        ("(", SHOP, "is no pattern: missing )"),
        ("a*", SHOP, "where nothing stands"),
        ("a" * 201, SHOP, "more than 200"),
        ("a", "https://{0}.test/", "must lead to an address"),
        ("a", "https://user@shop.test/", "must lead to an address"),
        ("a", "https://shop.test", "must lead to an address"),
        ("a", "javascript:alert(1)", "must lead to an address"),
        ("a", "https://shop.test/a b", "must lead to an address"),
        ("a", "https://shop.test/{1}", "no group for {1}"),
        ("a", "https://shop.test/{order}", "no group for {order}"),
        ("a", "https://shop.test/{²}", "no group for {²}"),
    ],
)
def test_what_is_wrong_is_said(pattern: str, address: str, why: str) -> None:
    assert why in unfit_link(pattern, address)


def test_the_places_are_filled() -> None:
    assert filled("https://s.test/{1}/{0}", ["a%2F", "b"]) == "https://s.test/b/a%2F"
