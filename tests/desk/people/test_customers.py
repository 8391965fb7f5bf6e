"""Customers and organisations on a desk: edits, membership, merges, and the undo of each."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from supportcli.desk import Desk
from supportcli.desk.mail.senders import verbs as senders
from supportcli.desk.people import editing, people_json, reading
from supportcli.desk.people.blocking import block_customer
from supportcli.desk.people.importing import import_customers
from supportcli.desk.people.merging import merge_customers
from supportcli.desk.people.redoing import redo_people
from supportcli.desk.people.undoing import undo_people
from supportcli.desk.redo import redo
from supportcli.desk.tickets import lists, verbs
from supportcli.desk.tickets import reading as tickets
from supportcli.desk.undo import undo
from supportcli.domain.people import Role
from supportcli.domain.people.customers import CustomerChanges
from supportcli.domain.people.organisations import OrganisationChanges
from supportcli.domain.senders import Block
from supportcli.errors import NotAllowed, SupportError
from supportcli.errors.names import NameAmbiguous, NotFound
from supportcli.errors.people import (
    AddressIsTaken,
    CustomerSheetUnfit,
    LastAddress,
    PeopleNothingToRedo,
    PeopleNothingToUndo,
    PeopleRedoRefused,
    PeopleUndoRefused,
    SameCustomer,
)
from supportcli.errors.tickets import NothingToRedo, NothingToUndo
from tests.desk.desks import BOB, StandingClock, as_agent, desk_at, with_role, write_in
from tests.desk.fake_channel import FakeServers, take_in
from tests.desk.letters import letter
from tests.long import examples, thorough

MARIA, HOME, EVE = "maria@acme.test", "maria@home.test", "eve@acme.test"


def people(desk: Desk) -> dict[str, Any]:
    """All that is shown of all customers, but for their history, and the customer of each
    ticket."""
    found = [reading.customer(desk, one.customer.address) for one in reading.each_customer(desk)]
    shapes = [people_json.customer_shown(one, desk.now()) for one in found]
    lines = {line.number: line.customer.address for line in lists.each_line(desk, "status:any")}
    return {
        "customers": [{**shape, "history": None} for shape in shapes],
        "organisations": [people_json.organisation(one) for one in reading.each_organisation(desk)],
        "tickets": lines,
    }


def test_what_is_known_of_a_customer_is_kept_and_taken_back(each_desk: Desk) -> None:
    desk = each_desk
    write_in(desk, sender=MARIA)
    before = people(desk)
    changes = CustomerChanges(
        name="Maria Lopez",
        vip=True,
        zone="europe/madrid",
        language="es-ES",
        notes="Calls on Monday.",
        fields={"plan": "pro"},
        addresses=("Maria@Home.test",),
    )
    made = editing.edit_customer(desk, MARIA, changes).customer
    assert (made.vip, made.zone, made.language) == (True, "Europe/Madrid", "es")
    assert made.addresses == (MARIA, HOME)
    assert reading.customer(desk, "maria lopez").customer == made
    assert reading.customer(desk, "#1").customer == made
    local = made.local_time(desk.now())
    assert local is not None
    assert local.hour == desk.now().hour + 1
    editing.edit_customer(desk, HOME, CustomerChanges(fields={"plan": ""}, no_addresses=(MARIA,)))
    assert reading.customer(desk, HOME).customer.address == HOME
    with pytest.raises(NotFound):
        reading.customer(desk, MARIA)
    assert undo_people(desk) == ("Maria Lopez is as before",)
    assert undo_people(desk) == ("Maria Lopez is as before",)
    assert people(desk) == before
    with pytest.raises(PeopleNothingToUndo):
        undo_people(desk)


def test_an_edit_that_cannot_be_meant_changes_nothing(desk: Desk) -> None:
    write_in(desk, sender=MARIA)
    write_in(desk, sender=EVE)
    before = people(desk)
    with pytest.raises(AddressIsTaken, match="is an address of Eve"):
        editing.edit_customer(desk, MARIA, CustomerChanges(addresses=(EVE,), vip=True))
    with pytest.raises(AddressIsTaken, match="of this desk"):
        editing.edit_customer(desk, MARIA, CustomerChanges(addresses=(BOB,), vip=True))
    with pytest.raises(LastAddress):
        editing.edit_customer(desk, MARIA, CustomerChanges(no_addresses=(MARIA,), vip=True))
    with pytest.raises(NotFound):
        editing.edit_customer(desk, MARIA, CustomerChanges(organisation="Acme", vip=True))
    editing.edit_customer(desk, EVE, CustomerChanges(name="Maria"))
    with pytest.raises(NameAmbiguous):
        reading.customer(desk, "Maria")
    undo_people(desk)
    assert people(desk) == before


def test_an_edit_that_somebody_changed_since_is_not_taken_back(desk: Desk) -> None:
    write_in(desk, sender=MARIA)
    editing.edit_customer(desk, MARIA, CustomerChanges(notes="Ada", vip=True))
    editing.edit_customer(as_agent(desk, BOB), MARIA, CustomerChanges(notes="Bob"))
    with pytest.raises(PeopleUndoRefused, match="notes changed since"):
        undo_people(desk)
    assert reading.customer(desk, MARIA).customer.vip


def test_what_was_removed_comes_back_as_itself_after_others_came(each_desk: Desk) -> None:
    write_in(each_desk)
    bob = as_agent(each_desk, BOB)
    editing.add_organisation(each_desk, "Else", OrganisationChanges())
    editing.add_organisation(each_desk, "Acme", OrganisationChanges())
    for name in ("Acme", "Else"):
        editing.edit_customer(each_desk, MARIA, CustomerChanges(organisation=name))
    editing.remove_organisation(bob, "Acme")
    editing.add_organisation(bob, "Evil", OrganisationChanges())
    undo_people(each_desk)
    assert reading.customer(each_desk, MARIA).customer.organisation == "", "Acme is gone"
    editing.add_organisation(each_desk, "Home", OrganisationChanges())
    editing.remove_organisation(each_desk, "Home")
    editing.add_organisation(bob, "Fourth", OrganisationChanges())
    undo_people(each_desk)
    assert reading.organisation(each_desk, "Home").organisation.name == "Home"
    assert len(reading.organisation(each_desk, "Fourth").history) == 1


def test_who_writes_from_the_domain_of_an_organisation_is_a_member(
    each_desk: Desk, servers: FakeServers
) -> None:
    write_in(each_desk, sender=MARIA)
    made, joined = editing.add_organisation(
        each_desk, "Acme Ltd", OrganisationChanges(domains=("@ACME.test",), fields={"plan": "pro"})
    )
    assert (made.domains, made.members, joined) == (("acme.test",), 1, 1)
    take_in(each_desk, servers, letter("one", sender="New One <new@acme.test>"))
    take_in(each_desk, servers, letter("two", sender="Other <o@else.test>"))
    assert reading.customer(each_desk, "new@acme.test").customer.organisation == "Acme Ltd"
    assert reading.customer(each_desk, "o@else.test").customer.organisation == ""
    found = reading.organisation(each_desk, "acme ltd")
    assert [one.address for one in found.members] == [MARIA, "new@acme.test"]
    gone = editing.remove_organisation(each_desk, "acme.test")
    assert gone.members == 2
    assert reading.customer(each_desk, MARIA).customer.organisation == ""
    assert undo_people(each_desk) == ("Acme Ltd is there again",)
    assert reading.organisation(each_desk, "Acme Ltd").organisation == found.organisation
    assert reading.customer(each_desk, MARIA).customer.organisation == "Acme Ltd"


def test_new_customers_cost_a_sync_one_statement_for_all_of_them(
    each_desk: Desk, servers: FakeServers
) -> None:
    editing.add_organisation(each_desk, "Acme", OrganisationChanges(domains=("acme.test",)))
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.extend([statement] if "FROM organisation_domain" in statement else [])

    for number in range(20):
        servers.deliver(letter(f"n{number}", sender=f"New <n{number}@acme.test>"))
    event.listen(each_desk.db.engine, "before_cursor_execute", note)
    take_in(each_desk, servers, letter("last", sender="Last <last@acme.test>"))
    event.remove(each_desk.db.engine, "before_cursor_execute", note)
    assert reading.organisation(each_desk, "Acme").organisation.members == 21
    assert len(asked) == 1


def test_merged_customers_are_one_and_become_two_again(
    each_desk: Desk, clock: StandingClock
) -> None:
    desk = each_desk
    for sender in (MARIA, HOME, EVE):
        write_in(desk, sender=sender)
    write_in(desk, sender=HOME)
    editing.edit_customer(desk, HOME, CustomerChanges(vip=True, notes="Home", fields={"a": "1"}))
    editing.edit_customer(desk, MARIA, CustomerChanges(notes="Acme", fields={"a": "2", "b": "3"}))
    before = people(desk)
    tried = merge_customers(desk, HOME, MARIA, dry_run=True).customer
    assert tried.addresses == (MARIA, HOME)
    assert people(desk) == before
    kept = merge_customers(desk, HOME, MARIA).customer
    assert (kept.vip, kept.notes, kept.fields) == (True, "Acme\n\nHome", {"a": "2", "b": "3"})
    assert {line.customer.address for line in lists.each_line(desk)} == {MARIA, EVE}
    assert tickets.ticket(desk, 2).events[-1].kind == "customer-merged"
    with pytest.raises(SameCustomer):
        merge_customers(desk, HOME, MARIA)
    with pytest.raises(NothingToUndo):
        undo(desk, 2)
    clock.tick(minutes=1)
    write_in(desk, sender=HOME, subject="After the merge")
    undo_people(desk)
    after = people(desk)
    assert after["tickets"] == {**before["tickets"], 5: HOME}
    unlike = [one for one in after["customers"] if one not in before["customers"]]
    assert [one["address"] for one in unlike] == [HOME]


def test_a_customer_is_known_since_their_first_ticket(desk: Desk, clock: StandingClock) -> None:
    write_in(desk, sender=HOME)
    first = clock()
    clock.tick(days=9)
    write_in(desk, sender=MARIA)
    assert reading.customer(desk, MARIA).customer.since == clock()
    merge_customers(desk, HOME, MARIA)
    assert reading.customer(desk, MARIA).customer.since == first
    assert [one.customer.since for one in reading.each_customer(desk)] == [first]


def test_a_merge_is_not_taken_back_once_its_addresses_went_elsewhere(desk: Desk) -> None:
    for sender in (MARIA, HOME, EVE):
        write_in(desk, sender=sender)
    merge_customers(desk, HOME, MARIA)
    merge_customers(as_agent(desk, BOB), MARIA, EVE)
    before = people(desk)
    with pytest.raises(PeopleUndoRefused):
        undo_people(desk)
    assert people(desk) == before
    undo_people(as_agent(desk, BOB))
    undo_people(desk)
    assert people(desk)["tickets"] == {1: MARIA, 2: HOME, 3: EVE}


def test_all_addresses_of_a_blocked_customer_are_blocked_and_let_in_as_one(desk: Desk) -> None:
    write_in(desk, sender=MARIA)
    editing.edit_customer(desk, MARIA, CustomerChanges(addresses=(HOME,)))
    desk.clock.tick(minutes=1)  # type: ignore[attr-defined]
    block_customer(desk, MARIA, Block.DISCARD)
    assert reading.customer(desk, MARIA).blocked == {MARIA: Block.DISCARD, HOME: Block.DISCARD}
    assert next(reading.each_customer(desk)).is_blocked
    assert {one.who for one in senders.rules(desk)} == {MARIA, HOME}
    assert undo_people(desk) == (f"{HOME} is as before", f"{MARIA} is as before")
    assert senders.rules(desk) == []
    assert len(redo_people(desk)) == 2
    assert {one.who for one in senders.rules(desk)} == {MARIA, HOME}
    block_customer(desk, MARIA)
    block_customer(desk, MARIA, None)
    assert senders.rules(desk) == []


def test_a_table_adds_and_changes_customers_and_names_what_it_cannot_read(
    each_desk: Desk, tmp_path: Path
) -> None:
    desk = each_desk
    write_in(desk, sender=MARIA)
    editing.add_organisation(desk, "Acme", OrganisationChanges(domains=("acme.test",)))
    before = people(desk)
    file = tmp_path / "people.csv"
    file.write_text(
        "E-mail,Name,Company,VIP,Time zone,Plan\n"
        f"{MARIA},Maria Lopez,,yes,Europe/Madrid,pro\n"
        "new@acme.test;n2@acme.test,New,,,,\n"
        "two@else.test,Two,Else,,,free\n"
        "nobody,Bad,,,,\n"
        "x@y.test,X,,perhaps,,\n"
        "z@y.test,Z,New Firm,,Mars/One,\n"
        f"{BOB},Bob,Other Firm,,,\n"
        f"{MARIA};two@else.test,Both,,,,\n"
        f"{MARIA},Maria Lopez,,yes,Europe/Madrid,pro\n",
        encoding="utf-8",
    )
    tried = import_customers(desk, file, dry_run=True)
    assert people(desk) == before
    done = import_customers(desk, file)
    assert (done.added, done.changed, done.unchanged) == (2, 1, 1)
    assert (tried.added, tried.changed, tried.refused) == (done.added, done.changed, done.refused)
    assert [line for line, _ in done.refused] == [5, 6, 7, 8, 9]
    assert done.refused[0][1] == "no address: nobody"
    assert reading.customer(desk, MARIA).customer.fields == {"plan": "pro"}
    assert reading.customer(desk, "n2@acme.test").customer.organisation == "Acme"
    assert {one.name for one in reading.each_organisation(desk)} == {"Acme", "Else"}
    undo_people(desk)
    assert people(desk) == before


def test_each_column_of_addresses_counts_and_two_fields_of_one_name_are_refused(
    desk: Desk, tmp_path: Path
) -> None:
    file = tmp_path / "people.csv"
    file.write_text(
        "address,Address,Other emails,Name,Name\n"
        f"{MARIA},{HOME},m3@home.test m4@home.test,Maria,Lopez\n"
        f"{EVE},,,Eve,\n",
        encoding="utf-8",
    )
    done = import_customers(desk, file)
    assert (done.added, done.refused, done.fields) == (2, [], ("name",))
    maria = reading.customer(desk, HOME).customer
    assert maria.addresses == ("m3@home.test", "m4@home.test", MARIA, HOME)
    assert (maria.name, dict(maria.fields)) == ("Maria", {"name": "Lopez"})
    file.write_text("email,plan,Plan\nbea@home.test,free,pro\n", encoding="utf-8")
    with pytest.raises(CustomerSheetUnfit, match="has two columns “Plan”"):
        import_customers(desk, file)


WHO = st.sampled_from([MARIA, HOME, EVE, "d@acme.test"])
STEPS = st.one_of(
    st.tuples(st.just("edit"), WHO, st.sampled_from(["", "pro"])),
    st.tuples(st.just("merge"), WHO, WHO),
    st.tuples(st.just("organisation"), st.sampled_from(["Acme", "Home"]), st.just("acme.test")),
    st.tuples(st.just("remove"), st.sampled_from(["Acme", "Home"]), st.just("")),
)


@thorough
@settings(max_examples=examples(8, 25))
@given(st.lists(STEPS, max_size=8))
def test_any_series_of_changes_undone_leaves_everybody_as_before(
    steps: list[tuple[str, str, str]],
) -> None:
    with (
        TemporaryDirectory() as folder,
        desk_at(f"sqlite:///{Path(folder) / 'desk.db'}") as desk,
    ):
        for sender in (MARIA, HOME, EVE, "d@acme.test", MARIA):
            write_in(desk, sender=sender)
        before, done = people(desk), 0
        for step in steps:
            done += _did(desk, *step)
        for _ in range(done):
            undo_people(desk)
        assert people(desk) == before
        with pytest.raises(PeopleNothingToUndo):
            undo_people(desk)


@thorough
@settings(max_examples=examples(8, 25))
@given(st.lists(STEPS.filter(lambda step: step[0] in {"edit", "merge"}), max_size=6))
def test_what_was_undone_is_done_again_and_can_be_undone_again(
    steps: list[tuple[str, str, str]],
) -> None:
    with (
        TemporaryDirectory() as folder,
        desk_at(f"sqlite:///{Path(folder) / 'desk.db'}") as desk,
    ):
        for sender in (MARIA, HOME, EVE, "d@acme.test", MARIA):
            write_in(desk, sender=sender)
        before = people(desk)
        done = sum(_did(desk, *step) for step in steps)
        after = people(desk)
        for _ in range(2):
            for _ in range(done):
                undo_people(desk)
            assert people(desk) == before
            for _ in range(done):
                redo_people(desk)
            assert people(desk) == after
        with pytest.raises(PeopleNothingToRedo):
            redo_people(desk)


def test_what_was_changed_since_is_not_done_again(desk: Desk) -> None:
    write_in(desk, sender=MARIA)
    write_in(desk, sender=HOME)
    editing.edit_customer(desk, MARIA, CustomerChanges(notes="Ada"))
    undo_people(desk)
    editing.edit_customer(as_agent(desk, BOB), MARIA, CustomerChanges(notes="Bob"))
    with pytest.raises(PeopleRedoRefused, match="notes changed since"):
        redo_people(desk)
    assert reading.customer(desk, MARIA).customer.notes == "Bob"
    merge_customers(desk, HOME, MARIA)
    undo_people(desk)
    merge_customers(as_agent(desk, BOB), HOME, MARIA)
    with pytest.raises(PeopleRedoRefused, match="was merged since"):
        redo_people(desk)
    editing.add_organisation(desk, "Acme", OrganisationChanges())
    undo_people(desk)
    with pytest.raises(PeopleRedoRefused, match="by its command"):
        redo_people(desk)


def _did(desk: Desk, step: str, first: str, second: str) -> bool:
    """Whether a step changed anything."""
    state = people(desk)
    try:
        match step:
            case "edit":
                changes = CustomerChanges(fields={"plan": second}, vip=not second)
                editing.edit_customer(desk, first, changes)
            case "merge":
                merge_customers(desk, first, second)
            case "organisation":
                wanted = OrganisationChanges(domains=(second,))
                editing.add_organisation(desk, first, wanted)
            case _:
                editing.remove_organisation(desk, first)
    except SupportError:
        return False
    return people(desk) != state


def test_tickets_of_merged_customers_keep_their_own_undo(desk: Desk) -> None:
    for sender in (MARIA, HOME):
        write_in(desk, sender=sender)
    verbs.solve(desk, [2])
    merge_customers(desk, HOME, MARIA)
    assert undo(desk, 2).numbers == (2,)


def test_the_one_undo_takes_back_what_was_done_last_whatever_it_was_about(
    each_desk: Desk, clock: StandingClock, tmp_path: Path
) -> None:
    desk = each_desk
    for sender in (MARIA, HOME):
        write_in(desk, sender=sender)
    before = [one.customer for one in reading.each_customer(desk)]
    file = tmp_path / "people.csv"
    file.write_text("address,vip\nnew@acme.test,yes\n")
    for do in (
        lambda: editing.edit_customer(desk, MARIA, CustomerChanges(vip=True)),
        lambda: verbs.solve(desk, [1]),
        lambda: merge_customers(desk, HOME, MARIA),
        lambda: block_customer(desk, MARIA, Block.DISCARD),
        lambda: import_customers(desk, file),
        lambda: verbs.tag(desk, [2], {"leak"}),
    ):
        clock.tick(minutes=1)
        do()
    clock.tick(minutes=1)
    told = undo(desk, dry_run=True).sentence
    assert told == "Would undo (tagged): #2."
    said = [undo(desk).sentence for _ in range(6)]
    assert said == [
        "Undone (tagged): #2.",
        "Undone: new@acme.test is not a customer any more.",
        f"Undone: {HOME} is as before; {MARIA} is as before.",
        f"Undone: {HOME} is a customer of their own again.",
        "Undone (solved): #1.",
        "Undone: Maria is as before.",
    ]
    assert [one.customer for one in reading.each_customer(desk)] == before
    assert senders.rules(desk) == []
    with pytest.raises(NothingToUndo):
        undo(desk)


def test_the_one_redo_does_again_what_was_undone_last_whatever_it_was_about(
    each_desk: Desk, clock: StandingClock
) -> None:
    desk = each_desk
    for sender in (MARIA, HOME):
        write_in(desk, sender=sender)
    for do in (
        lambda: block_customer(desk, MARIA, Block.DISCARD),
        lambda: editing.edit_customer(desk, MARIA, CustomerChanges(vip=True)),
        lambda: verbs.solve(desk, [1]),
        lambda: merge_customers(desk, HOME, MARIA),
    ):
        clock.tick(minutes=1)
        do()
    for _ in range(4):
        clock.tick(minutes=1)
        undo(desk)
    said = []
    for _ in range(4):
        clock.tick(minutes=1)
        said.append(redo(desk).sentence)
    assert said == [
        f"Redone: {MARIA} is as it was decided.",
        "Redone: Maria is changed again.",
        "Redone (solved): #1.",
        "Redone: Maria is one with Maria again.",
    ]
    clock.tick(minutes=1)
    undo(desk)
    clock.tick(minutes=1)
    verbs.tag(desk, [1], {"a"})
    with pytest.raises(NothingToRedo):
        redo(desk)


def test_the_one_undo_asks_the_role_and_says_what_it_would_do(
    desk: Desk, clock: StandingClock
) -> None:
    write_in(desk, sender=MARIA)
    editing.edit_customer(desk, MARIA, CustomerChanges(vip=True))
    assert undo(desk, dry_run=True).sentence == "Would undo: Maria is as before."
    assert reading.customer(desk, MARIA).customer.vip
    with_role(desk, desk.settings.agent, Role.LIGHT_AGENT)
    with pytest.raises(NotAllowed):
        undo(desk)
    with_role(desk, desk.settings.agent, Role.AGENT)
    clock.tick(minutes=1)
    with pytest.raises(NothingToUndo):
        undo(desk, 1)
    undo(desk)
    assert not reading.customer(desk, MARIA).customer.vip
