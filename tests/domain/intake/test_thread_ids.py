"""Signed Message-IDs, References, subjects, and replies behind their parents."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportcli.domain.intake.thread_ids import (
    Threaded,
    numbers_in,
    parents_first,
    references,
    reply_subject,
    sign,
    ticket_of,
    ticket_of_address,
    topic,
)

KEYS = st.binary(min_size=32, max_size=32)
TICKETS = st.integers(1, 10**9 - 1)
UNIQUE = st.text("0123456789abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=32)


@given(KEYS, TICKETS, UNIQUE)
def test_a_signed_message_id_names_its_ticket_in_any_case(
    key: bytes, ticket: int, unique: str
) -> None:
    signed = sign(key, ticket, unique, "shop.test")
    assert ticket_of(key, signed) == ticket
    assert ticket_of(key, signed.upper()) == ticket


@given(KEYS, KEYS, TICKETS, UNIQUE)
def test_another_desks_signature_is_not_ours(
    key: bytes, other: bytes, ticket: int, unique: str
) -> None:
    assert (ticket_of(other, sign(key, ticket, unique, "shop.test")) == ticket) is (key == other)


@given(TICKETS, TICKETS)
def test_a_signature_is_bound_to_its_ticket(ticket: int, other: int) -> None:
    forged = sign(b"k" * 32, ticket, "u1", "shop.test").replace(f".{ticket}.", f".{other}.", 1)
    assert ticket_of(b"k" * 32, forged) == (ticket if ticket == other else None)


@pytest.mark.parametrize(
    "forged",
    [
        "",
        "<>",
        "<12@shop.test>",
        "<supportcli.12.u1.@x>",
        "<supportcli.12.u1.aaaaaaaaaaaaaaaaaaaaaaaa@shop.test>",
    ],
)
def test_a_guess_names_no_ticket(forged: str) -> None:
    assert ticket_of(b"k" * 32, forged) is None


def test_a_plus_address_carries_the_same_token() -> None:
    token = sign(b"k" * 32, 7, "u1", "shop.test").strip("<>").partition("@")[0]
    assert ticket_of_address(b"k" * 32, f"help+{token}@shop.test") == 7
    assert ticket_of_address(b"k" * 32, "help+7@shop.test") is None
    assert ticket_of_address(b"k" * 32, f"{token}@shop.test") is None


IDS = st.lists(st.integers(0, 999).map(lambda n: f"<{n}@{'x' * (n % 60)}.test>"), max_size=80)


@given(IDS, st.integers(200, 1_500))
def test_references_keep_the_first_and_the_last_within_the_limit(
    ids: list[str], limit: int
) -> None:
    kept = references(ids, limit)
    assert len(" ".join(kept)) <= limit
    assert len(set(kept)) == len(kept)
    once = list(dict.fromkeys(ids))
    assert [name for name in once if name in kept] == list(kept)
    if once:
        assert (kept[0], kept[-1]) == (once[0], once[-1])


@pytest.mark.parametrize(
    ("subject", "bare", "numbers"),
    [
        ("Grinder", "Grinder", ()),
        ("Re: Grinder [#12]", "Grinder", (12,)),
        ("AW: Re: RE : Grinder", "Grinder", ()),
        ("Re[2]: Grinder", "Grinder", ()),
        ("回复：Grinder", "Grinder", ()),
        ("Fwd: [#1] Grinder [#12]", "Fwd: [#1] Grinder", (12, 1)),
        ("[#471100] Your delivery is delayed", "[#471100] Your delivery is delayed", (471100,)),
        ("Re: [#12] [#471100] Delay [#12]", "[#471100] Delay", (12, 471100)),
        ("[#120] Delay [#1]", "[#120] Delay [#1]", (1, 120)),
        ("Reference: 12", "Reference: 12", ()),
        ("[#0] [#012] [12] #12", "[#0] [#012] [12] #12", ()),
        ("Re:", "", ()),
    ],
)
def test_a_subject_is_told_from_its_marks(
    subject: str, bare: str, numbers: tuple[int, ...]
) -> None:
    assert " ".join(topic(subject, 12).split()) == bare
    assert numbers_in(subject) == numbers


def test_a_subject_full_of_numbers_asks_for_a_handful() -> None:
    assert numbers_in("".join(f"[#{number}]" for number in range(1, 5_000))) == tuple(
        range(4_999, 4_989, -1)
    )


def test_a_subject_of_spaces_is_read_at_once() -> None:
    assert topic("Re:" + " " * 200_000 + "x" + "Re:" * 200_000, 1) == "x" + "Re:" * 200_000


@given(st.text(max_size=60), TICKETS)
def test_a_reply_to_a_reply_grows_no_marks(subject: str, ticket: int) -> None:
    once = reply_subject(subject, ticket)
    assert numbers_in(once)[0] == ticket
    assert reply_subject(once, ticket).split() == once.split()


MAILS = st.lists(
    st.builds(
        Threaded,
        st.none() | st.integers(0, 12).map(lambda n: f"<{n}@x>"),
        st.frozensets(st.integers(0, 12).map(lambda n: f"<{n}@x>"), max_size=3),
    ),
    max_size=20,
)


@given(MAILS)
def test_every_mail_is_taken_once(mails: list[Threaded]) -> None:
    assert sorted(parents_first(mails)) == list(range(len(mails)))


@given(st.permutations(range(20)))
def test_parents_come_first_whatever_the_order_of_arrival(arrived: list[int]) -> None:
    mails = [Threaded(f"<{n}@x>", frozenset({f"<{n // 2}@x>"} if n else ())) for n in arrived]
    ordered = [arrived[place] for place in parents_first(mails)]
    assert all(ordered.index(n // 2) <= ordered.index(n) for n in arrived)


def test_an_order_that_is_right_is_kept() -> None:
    mails = [
        Threaded("<a@x>", frozenset()),
        Threaded("<b@x>", frozenset({"<a@x>"})),
        Threaded(None, frozenset()),
        Threaded("<a@x>", frozenset()),
    ]
    assert parents_first(mails) == [0, 3, 1, 2]


def test_a_long_chain_and_a_circle_end() -> None:
    chain = [Threaded(f"<{n}@x>", frozenset({f"<{n + 1}@x>"})) for n in range(5_000)]
    assert parents_first(chain) == list(range(4_999, -1, -1))
    circle = [Threaded("<a@x>", frozenset({"<b@x>"})), Threaded("<b@x>", frozenset({"<a@x>"}))]
    assert sorted(parents_first(circle)) == [0, 1]
