"""Which addresses a text has, and where each of them really leads."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportcli.domain.text.web_addresses import numbered, web_addresses


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("See https://shop.test/a?b=1#c.", [("shop.test", "/a?b=1#c")]),
        ("(http://shop.test/a_(b)), then", [("shop.test", "/a_(b)")]),
        ("<HTTPS://Shop.TEST:8443/x>", [("shop.test:8443", "/x")]),
        ("https://paypal.test@evil.test/login", [("evil.test", "/login")]),
        ("https://paypal.test:pass@evil.test", [("evil.test", "")]),
        ("https://раypal.test/", [("xn--ypal-43d9g.test", "/")]),
        ("https://[2001:db8::1]:80/", [("[2001:db8::1]:80", "/")]),
        ("https://evil.test\\@paypal.test", [("evil.test", "")]),
        ("https:// nothing, ftp://a.test, javascript:alert(1), https://..", []),
        ("https://shop.test/\x1b]0;x\x07y", [("shop.test", "/")]),
        ("https://one.test https://two.test!", [("one.test", ""), ("two.test", "")]),
    ],
)
def test_an_address_is_shown_by_its_real_host(text: str, found: list[tuple[str, str]]) -> None:
    assert [(one.host, one.rest) for one in web_addresses(text)] == found


@given(st.text(alphabet="https:/.@[]()?#%aé \\\n"))
def test_any_text_is_read(text: str) -> None:
    for one in web_addresses(f"https://{text}"):
        assert one.url in f"https://{text}"
        assert one.host.isascii()


@pytest.mark.parametrize(
    ("said", "claims"),
    [
        ("https://bank.test/login", "bank.test"),
        ("www.bank.test", "bank.test"),
        ("Your bank.com", "bank.com"),
        ("bank.com.", "bank.com"),
        ("evil.test", ""),
        ("shop.evil.test", ""),
        ("report.pdf", ""),
        ("maria@bank.com", ""),
        ("click here", ""),
    ],
)
def test_words_that_name_another_host_than_their_link_are_found(said: str, claims: str) -> None:
    (found,) = web_addresses(f"{said} <https://evil.test/x>")
    assert (found.host, found.claims) == ("evil.test", claims)


def test_addresses_are_numbered_in_order_and_keep_their_numbers() -> None:
    texts = ["a https://b.test/2 https://a.test/1", "", "https://a.test/1 https://c.test/3"]
    assert numbered(texts) == {"https://b.test/2": 1, "https://a.test/1": 2, "https://c.test/3": 3}
