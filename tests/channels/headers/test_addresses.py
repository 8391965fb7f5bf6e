"""Addresses at the edge of what they may be."""

import base64
import time

import pytest

from supportcli.channels import mime
from supportcli.channels.headers.addresses import parse_addresses
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


JURGEN, ADDRESS = "Jürgen", "jm@customer.test"


def encoded(text: str, charset: str = "utf-8") -> str:
    return f"=?{charset}?B?{base64.b64encode(text.encode(charset)).decode()}?="


PEOPLE = {
    "encoded as a whole": (encoded(f"{JURGEN} <{ADDRESS}>"), JURGEN, ADDRESS),
    "encoded as a whole in quoted-printable": (
        "=?utf-8?Q?J=C3=BCrgen_=3Cjm=40customer=2Etest=3E?=",
        JURGEN,
        ADDRESS,
    ),
    "encoded as a whole in Latin-1": (
        encoded(f"{JURGEN} <{ADDRESS}>", "iso-8859-1"),
        JURGEN,
        ADDRESS,
    ),
    "encoded as a whole, with its quotes": (
        encoded(f'"Müller, Jürgen" <{ADDRESS}>'),
        "Müller, Jürgen",
        ADDRESS,
    ),
    "encoded as a whole, within quotes": (f'"{encoded(f"{JURGEN} <{ADDRESS}>")}"', JURGEN, ADDRESS),
    "encoded as a whole, within brackets": (
        f"<{encoded(f'{JURGEN} <{ADDRESS}>')}>",
        JURGEN,
        ADDRESS,
    ),
    "encoded as a whole, in two words": (
        f"{encoded('Jürgen ')} {encoded(f'Müller <{ADDRESS}>')}",
        "Jürgen Müller",
        ADDRESS,
    ),
    "encoded as a whole, the name behind": (encoded(f"{ADDRESS} ({JURGEN})"), JURGEN, ADDRESS),
    "the address encoded": (encoded(ADDRESS), "", ADDRESS),
    "the address encoded within its brackets": (f"{JURGEN} <{encoded(ADDRESS)}>", JURGEN, ADDRESS),
    "the local part encoded": (f"{JURGEN} <{encoded('jm')}@customer.test>", JURGEN, ADDRESS),
    "a bare quoted local part": ('"john doe"@customer.test', "", '"john doe"@customer.test'),
    "a bare quoted local part, the name behind": (
        '"john doe"@customer.test (John)',
        "John",
        '"john doe"@customer.test',
    ),
    "a bare quoted local part, the name before": (
        '(John) "john doe"@customer.test',
        "John",
        '"john doe"@customer.test',
    ),
    "a bare quoted local part behind a name": (
        'John Doe "john doe"@customer.test',
        "John Doe",
        '"john doe"@customer.test',
    ),
    "a bare quoted local part with a comma": (
        '"doe, john"@customer.test',
        "",
        '"doe, john"@customer.test',
    ),
    "a bare quoted local part with an at": (
        '"john@doe"@customer.test',
        "",
        '"john@doe"@customer.test',
    ),
    "a bare quoted local part with spaces": (
        '"john doe" @ customer.test',
        "",
        '"john doe"@customer.test',
    ),
    "a bare quoted local part with escapes": (
        '"john \\"j\\" doe"@customer.test',
        "",
        '"john \\"j\\" doe"@customer.test',
    ),
    "a quoted name before an address without brackets": (f'"{JURGEN}" {ADDRESS}', JURGEN, ADDRESS),
    "no space": (f'"{JURGEN}"<{ADDRESS}>', JURGEN, ADDRESS),
    "the name in a comment": (f"{ADDRESS} (Jürgen M.)", "Jürgen M.", ADDRESS),
    "comments in comments": (f"{ADDRESS} (Jürgen (sales))", "Jürgen sales", ADDRESS),
    "a group": (f'Team: "M, J" <{ADDRESS}>, b@c.test;', "M, J", ADDRESS),
    "a group that never ends": (f"Team: {ADDRESS}", "", ADDRESS),
    "an international domain": ("x <info@müller.test>", "x", "info@müller.test"),
    "an international local part": ("x <jürgen@müller.test>", "x", "jürgen@müller.test"),
    "an international domain in ASCII": (
        "x <info@xn--mller-kva.test>",
        "x",
        "info@xn--mller-kva.test",
    ),
    "the first has no address": (f"<>, Nobody, {JURGEN} <{ADDRESS}>", JURGEN, ADDRESS),
    "a bracket never closed": (f"{JURGEN} <{ADDRESS}", JURGEN, ADDRESS),
    "a bracket never opened": (f"{JURGEN} {ADDRESS}>", JURGEN, ADDRESS),
    "brackets in brackets": (f"{JURGEN} <<{ADDRESS}>>", JURGEN, ADDRESS),
    "a name in brackets": (f"<{JURGEN}> <{ADDRESS}>", JURGEN, ADDRESS),
    "square brackets": (f"{JURGEN} [{ADDRESS}]", JURGEN, ADDRESS),
    "a link": (f"{JURGEN} [mailto:{ADDRESS}]", JURGEN, ADDRESS),
    "a link in brackets": (f"{JURGEN} <mailto:{ADDRESS}>", JURGEN, ADDRESS),
    "all in quotes": (f'"{JURGEN} <{ADDRESS}>"', JURGEN, ADDRESS),
    "the address in quotes": (f'"{ADDRESS}"', "", ADDRESS),
    "a quote never closed": (f'"{JURGEN} <{ADDRESS}>', JURGEN, ADDRESS),
    "a quote never opened": (f'{JURGEN}" <{ADDRESS}>', JURGEN, ADDRESS),
    "escaped for HTML": (f"{JURGEN} &lt;{ADDRESS}&gt;", JURGEN, ADDRESS),
    "wide brackets": (f"{JURGEN} ＜{ADDRESS}＞", JURGEN, ADDRESS),
    "a wide at": (f"{JURGEN} <jm＠customer.test>", JURGEN, ADDRESS),
    "hard spaces": (f"{JURGEN}\N{NO-BREAK SPACE}<{ADDRESS}\N{NO-BREAK SPACE}>", JURGEN, ADDRESS),
    "what cannot be seen": (f"{JURGEN} <\N{ZERO WIDTH SPACE}{ADDRESS}\0>", JURGEN, ADDRESS),
    "folds": (f"{JURGEN}\r\n\t<jm@\r\n customer.test>", JURGEN, ADDRESS),
    "an obsolete route": (f"{JURGEN} <@a.test,@b.test:{ADDRESS}>", JURGEN, ADDRESS),
    "an address literal": (f"{JURGEN} <jm@[IPv6:2001:db8::1]>", JURGEN, "jm@[ipv6:2001:db8::1]"),
    "a company": (f"Cora Ex, Ltd. <{ADDRESS}>", "Cora Ex, Ltd.", ADDRESS),
    "an address in a name": (f'"Cora <x@y.test>" <{ADDRESS}>', "Cora <x@y.test>", ADDRESS),
    "a wide at in a name": (f"田中＠会社 <{ADDRESS}>", "田中＠会社", ADDRESS),
    "an at in a name": (f"J@Shop <{ADDRESS}>", "J@Shop", ADDRESS),
}


@pytest.mark.parametrize("how", list(PEOPLE))
def test_people_are_recognised_however_they_are_written(how: str) -> None:
    written, name, address = PEOPLE[how]
    sender = mime.parse(f"From: {written}\nSubject: s\n\nx\n".encode()).sender
    assert sender == Address(name, address)


@pytest.mark.parametrize(
    "written",
    [
        "undisclosed-recipients:;",
        "Nobody",
        '""',
        "<>",
        "=?utf-8?q?Nobody?=",
        "@",
        "a@",
        "@b.test",
        "()",
        "a b c",
    ],
)
def test_no_address_is_made_up(written: str) -> None:
    assert not any(one.address for one in parse_addresses(written.encode()))


@pytest.mark.parametrize(
    ("headers", "sender"),
    [
        ("From: Grace\nSender: grace@customer.test", "Grace <grace@customer.test>"),
        (
            "From: undisclosed-recipients:;\nSender: Post <post@customer.test>",
            "Post <post@customer.test>",
        ),
        ("From: Nobody\nFrom: Grace <grace@customer.test>", "Grace <grace@customer.test>"),
        (
            "From: Grace <grace@customer.test>\nSender: post@customer.test",
            "Grace <grace@customer.test>",
        ),
        ("Sender: grace@customer.test", "grace@customer.test"),
        ("From: Grace\nReply-To: grace@customer.test", "Grace <>"),
    ],
)
def test_who_posted_a_mail_wrote_it_where_from_names_nobody(headers: str, sender: str) -> None:
    assert str(mime.parse(f"{headers}\n\nx\n".encode()).sender) == sender


@pytest.mark.parametrize(
    "text",
    [
        "a" * 60_000 + " @",
        '"' * 60_000 + "@",
        "(" * 60_000 + "a@b",
        "@" * 60_000,
        '"a"@' * 15_000,
        "a@ " * 20_000,
    ],
)
def test_no_header_takes_long(text: str) -> None:
    """Each within the budget of a header (64 KB), and none in the square of its length."""
    begun = time.process_time()
    parse_addresses(text.encode())
    assert time.process_time() - begun < 2
