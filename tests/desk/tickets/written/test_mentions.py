"""Who is mentioned in a note follows its ticket, and finds it."""

import pytest

from supportcli.desk import Desk, redo, undo
from supportcli.desk.people.agent_edits import AgentChanges, edit_agent
from supportcli.desk.tickets import lists, merging, reading, verbs
from supportcli.domain.mail import Address
from supportcli.domain.people import Agent, Role
from supportcli.domain.tickets.mentions import mentioned
from supportcli.errors.tickets import QueryError
from supportcli.storage.tickets import people
from tests.desk.desks import ADA, BOB, as_agent, with_role, write_in

AGENTS = [
    Agent(1, "Ada Byron", "ada@shop.test", Role.AGENT),
    Agent(2, "Bea Low", "bea@shop.test", Role.AGENT),
    Agent(3, "Bob Lee", "b.lee@shop.test", Role.AGENT),
    Agent(4, "Bob Ray", "ray@shop.test", Role.AGENT),
]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("@bea, can you look?", [2]),
        ("Ask @Bea and @ada. Thanks!", [2, 1]),
        ("(@BEA)", [2]),
        ("@b.lee@shop.test.", [3]),
        ("@ray @ray", [4]),
        ("@low", [2]),
        ("bea@shop.test wrote", []),
        ("user/@bea @@bea a@bea", []),
        ("@home @", []),
        ("@bob", []),
    ],
)
def test_whom_a_text_mentions(text: str, ids: list[int]) -> None:
    assert [agent.id for agent in mentioned(text, AGENTS).agents] == ids


def test_what_may_mean_several_is_said() -> None:
    told = mentioned("@bob and @bea.", AGENTS).told
    assert told == " · Bea Low follows it · @bob may be several agents: write the address"


def followers(desk: Desk, number: int = 1) -> list[str]:
    return [one.address for one in reading.ticket(desk, number).followers]


def found(desk: Desk, query: str = "mentions:me") -> list[int]:
    return list(lists.numbers(as_agent(desk, BOB), query))


def test_who_is_mentioned_follows_and_finds_the_ticket_until_the_note_is_taken_back(
    desk: Desk,
) -> None:
    write_in(desk)
    write_in(desk)
    done = verbs.note(desk, 1, "@bob, what do you think?")
    assert done.sentence == "Noted on #1 · Bob Lee follows it."
    assert followers(desk) == [BOB]
    assert reading.ticket(desk, 1).mentions == (Address("Bob Lee", BOB),)
    assert (found(desk), found(desk, "mentions:none"), found(desk, "mentions:ada")) == (
        [1],
        [2],
        [],
    )
    assert found(desk, "following:me") == [1]
    undo.undo(desk)
    assert (followers(desk), found(desk), found(desk, "following:me")) == ([], [], [])
    redo.redo(desk)
    assert (followers(desk), found(desk)) == ([BOB], [1])


def test_who_followed_before_still_does_when_the_note_is_taken_back(desk: Desk) -> None:
    write_in(desk)
    verbs.follow(as_agent(desk, BOB), [1])
    verbs.note(desk, 1, "@bob: see above")
    undo.undo(desk)
    assert (followers(desk), found(desk)) == ([BOB], [])


def test_a_mention_goes_with_a_merge_and_a_changed_address(desk: Desk) -> None:
    write_in(desk)
    write_in(desk)
    verbs.note(desk, 1, "@bob")
    merging.merge(desk, [1], 2, agree=lambda _: True)
    assert (followers(desk, 2), found(desk, "mentions:me -is:merged")) == ([BOB], [2])
    undo.undo(desk)
    with_role(desk, ADA, Role.ADMIN)
    edit_agent(desk, "bob", AgentChanges(address="robert@shop.test"))
    undo.undo(desk)
    assert followers(desk) == []


def test_a_light_agent_mentions_and_who_has_left_is_not_mentioned(desk: Desk) -> None:
    write_in(desk)
    with_role(desk, ADA, Role.LIGHT_AGENT)
    assert verbs.note(desk, 1, "@bob").sentence.endswith("Bob Lee follows it.")
    with desk.db.read() as tx:
        assert len(people.agents(tx)) == 2
    with pytest.raises(QueryError):
        lists.numbers(desk, "mentions:zoe")


def test_nobody_mentions_themselves(desk: Desk) -> None:
    number = write_in(desk)
    assert verbs.note(desk, number, "@ada: call her back.").sentence == "Noted on #1."
    assert followers(desk) == []
    assert list(lists.numbers(desk, "mentions:me")) == []
    said = verbs.note(desk, number, "@ada and @bob: call her back.").sentence
    assert said == "Noted on #1 · Bob Lee follows it."
