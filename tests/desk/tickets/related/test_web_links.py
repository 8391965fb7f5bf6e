"""The addresses in a ticket: those that stand there, and those that patterns make of its words."""

import time
from dataclasses import replace

from supportcli.desk import Desk
from supportcli.desk.tickets.related import web_links
from supportcli.desk.tickets.related.web_links import links_of
from supportcli.domain.text.link_patterns import LinkPattern
from tests.desk.desks import write_in

ORDERS = LinkPattern(r"ORD-\S+", "https://shop.test/orders/{0}")
RETURNS = LinkPattern(r"RMA (\d+)( late)?", "https://shop.test/returns?n={1}{2}")
SLOW = LinkPattern(r"(a+)+b", "https://shop.test/{0}")


def with_links(desk: Desk, *links: LinkPattern) -> Desk:
    return replace(desk, settings=replace(desk.settings, links=links))


def found(desk: Desk, number: int) -> list[tuple[str, str]]:
    return [(one.url, one.words) for one, _ in links_of(desk, number).found]


def test_words_lead_to_addresses_beside_those_of_the_web(desk: Desk) -> None:
    number = write_in(desk, text="ORD-7 and https://bank.test/x, RMA 12\nORD-7 again")
    write_in(desk, number, text="RMA 12 late, ORD-8")
    assert found(with_links(desk, ORDERS, RETURNS), number) == [
        ("https://shop.test/returns?n=12%20late", "RMA 12 late"),
        ("https://shop.test/orders/ORD-8", "ORD-8"),
        ("https://shop.test/returns?n=12", "RMA 12"),
        ("https://shop.test/orders/ORD-7", "ORD-7"),
        ("https://bank.test/x", ""),
    ]
    assert found(desk, number) == [("https://bank.test/x", "")]


def test_a_stranger_does_not_say_where_it_leads(desk: Desk) -> None:
    number = write_in(desk, text="ORD-7/../../x?y#z@evil.test\x1b]0;\ud800%00")
    ((address, words),) = found(with_links(desk, ORDERS), number)
    assert address.startswith("https://shop.test/orders/ORD-7%2F..%2F..%2Fx%3Fy%23z%40evil.test")
    assert address.isascii()
    assert address.isprintable()
    assert words.startswith("ORD-7/")


def test_a_pattern_that_is_too_slow_is_named_and_holds_nothing_up(desk: Desk) -> None:
    number = write_in(desk, text=f"ORD-7 {'a' * 60} https://bank.test/")
    began = time.monotonic()
    told = links_of(with_links(desk, ORDERS, SLOW, RETURNS), number)
    assert time.monotonic() - began < web_links.SECONDS + 10
    assert told.slow == SLOW.pattern
    assert [one.url for one, _ in told.found] == [
        "https://shop.test/orders/ORD-7",
        "https://bank.test/",
    ]


def test_long_texts_are_looked_at_in_part(desk: Desk) -> None:
    long = "x" * 1_000 + "ORD-9\n" + "ORD-1 " * 60 + "\n" + "ORD-2 ORD-3\n" * 30
    told = found(with_links(desk, ORDERS), write_in(desk, text=long))
    assert told == [("https://shop.test/orders/ORD-1", "ORD-1")], "50 places in a message"
