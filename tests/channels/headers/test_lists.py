"""Which addresses are a list's, by what its headers say."""

import pytest

from supportcli.channels.headers.lists import posting

LIST_IDS = [
    ("<users.lists.foreign.test>", "users@lists.foreign.test"),
    ("Users of it <users.lists.foreign.test>", "users@lists.foreign.test"),
    ("users.foreign.test", "users@foreign.test"),
    ("<my.users.foreign.test>", "my.users@foreign.test"),
    ('"a, list" <LIST-X.Lists.Foreign.TEST>', "list-x@lists.foreign.test"),
]


@pytest.mark.parametrize(("value", "address"), LIST_IDS)
def test_the_id_of_a_list_names_its_address(value: str, address: str) -> None:
    found = posting(f"List-Id: {value}\r\nFrom: a@b.test\r\n\r\n".encode())
    assert address in found.lists
    assert (found.is_list, found.is_posted) == (True, False)


@pytest.mark.parametrize(
    "value", ["", "<>", "users", "<a@b.test>", "<users.test>", "<" + "a." * 10_000 + "test>"]
)
def test_what_is_no_id_names_none(value: str) -> None:
    assert len(posting(f"List-Id: {value}\r\n\r\n".encode()).lists) <= 200


SENDERS = [
    ("l-bounces@lists.test", "l@lists.test"),
    ("L-Bounces@Lists.Test", "l@lists.test"),
    ("l-bounces+maria=acme.test@lists.test", "l@lists.test"),
    ("l-bounces-3f2a@lists.test", "l@lists.test"),
    ("Users of it <my-users-bounces@lists.test>", "my-users@lists.test"),
    ("owner-l@lists.test", "l@lists.test"),
    ("owner-my-users@lists.test", "my-users@lists.test"),
    ("l-owner@lists.test", "l@lists.test"),
    ("l-admin@lists.test", "l@lists.test"),
    ("l-errors@lists.test", "l@lists.test"),
    ("l-request@lists.test", "l@lists.test"),
    ("l-return-17-maria=acme.test@lists.test", "l@lists.test"),
    ("bounce-l@lists.test", "l@lists.test"),
]
BULK = ["Precedence: list", "Precedence: BULK", "X-Precedence: list"]


@pytest.mark.parametrize(("sender", "address"), SENDERS)
@pytest.mark.parametrize("precedence", BULK)
@pytest.mark.parametrize("name", ["Sender", "Errors-To", "Return-Path"])
def test_who_sends_for_a_list_names_it(
    sender: str, address: str, precedence: str, name: str
) -> None:
    found = posting(f"{name}: {sender}\r\n{precedence}\r\nFrom: a@b.test\r\n\r\n".encode())
    assert (found.lists, found.is_list, found.is_posted) == (frozenset({address}), True, False)


@pytest.mark.parametrize(
    "sender",
    [
        "maria@acme.test",
        "bounces@acme.test",
        "owner@acme.test",
        "owner-@acme.test",
        "-bounces@acme.test",
        "",
        "<>",
        "l-bounces",
    ],
)
def test_who_sends_for_nobody_names_no_list(sender: str) -> None:
    found = posting(f"Sender: {sender}\r\nPrecedence: bulk\r\n\r\n".encode())
    assert (found.lists, found.is_list) == (frozenset(), False)


@pytest.mark.parametrize("more", ["", "Precedence: first-class\r\n", "Precedence: junk\r\n"])
def test_a_sender_of_that_form_alone_is_no_list(more: str) -> None:
    assert posting(f"Sender: product-owner@acme.test\r\n{more}\r\n".encode()).lists == frozenset()
