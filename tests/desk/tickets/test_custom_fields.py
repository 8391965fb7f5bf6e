"""Custom fields of tickets: filled in, undone, asked for before solving, named by templates."""

import pytest

from supportcli.desk import Desk, redo, undo
from supportcli.desk.canned import filling, responses
from supportcli.desk.replies import writing
from supportcli.desk.setup import fields
from supportcli.desk.setup.fields import FieldChanges
from supportcli.desk.states import unmerged
from supportcli.desk.tickets import lists, reading, ticket_json, verbs
from supportcli.desk.tickets.filling_in import fill_in, list_fields
from supportcli.domain.canned import templates
from supportcli.domain.canned.responses import Body, Canned
from supportcli.domain.custom_fields import FieldKind
from supportcli.domain.people import Role
from supportcli.domain.tickets.ticket import Status
from supportcli.errors import NotAllowed
from supportcli.errors.canned import CannedFaulty
from supportcli.errors.names import NameTaken, NotFound
from supportcli.errors.tickets import (
    FieldKindKept,
    FieldsLacking,
    FieldValueInvalid,
    RedoRefused,
    UndoRefused,
)
from tests.desk.desks import ADA, BOB, as_agent, with_role, write_in


@pytest.fixture
def desk(each_desk: Desk) -> Desk:
    """A desk on each engine, where Ada is an admin, with a field of each kind."""
    with_role(each_desk, ADA, Role.ADMIN)
    fields.add_field(each_desk, "plan", FieldKind.CHOICE, choices=["free", "pro"])
    fields.add_field(each_desk, "seats", FieldKind.NUMBER)
    fields.add_field(each_desk, "order")
    fields.add_field(each_desk, "renewal", FieldKind.DATE)
    fields.add_field(each_desk, "vip", FieldKind.CHECKBOX)
    return each_desk


def values(desk: Desk, number: int) -> dict[str, object]:
    shown: dict[str, object] = ticket_json.line(lists.lines(desk, [number])[0], desk.now())[
        "fields"
    ]
    return shown


def test_each_kind_has_its_value_and_undo_takes_it_back(desk: Desk) -> None:
    number = write_in(desk)
    typed = {"plan": "PRO", "seats": "12.50", "order": "A 1", "renewal": "2026-12-31", "vip": "on"}
    assert fill_in(desk, [number], typed).sentence == (
        "Set plan=pro, seats=12.5, order=A 1, renewal=2026-12-31, vip=yes: #1."
    )
    assert values(desk, number) == {
        "plan": "pro",
        "seats": 12.5,
        "order": "A 1",
        "renewal": "2026-12-31",
        "vip": True,
    }
    fill_in(desk, [number], {"plan": "", "vip": "no"})
    assert values(desk, number)["vip"] is False
    assert "plan" not in values(desk, number)
    undo.undo(desk)
    assert values(desk, number)["plan"] == "pro"
    undo.undo(desk)
    assert values(desk, number) == {}
    assert fill_in(desk, [number], {"plan": ""}).sentence == "Nothing changed: already plan=."


def test_two_agents_who_fill_in_two_fields_do_not_disturb_each_other(desk: Desk) -> None:
    number, bob = write_in(desk), as_agent(desk, BOB)
    fill_in(desk, [number], {"plan": "pro"})
    fill_in(bob, [number], {"seats": "3"})
    undo.undo(desk)
    assert values(desk, number) == {"seats": 3}
    fill_in(desk, [number], {"seats": "4"})
    with pytest.raises(UndoRefused, match="the seats has since been changed"):
        undo.undo(bob)


def test_a_redo_names_the_field_that_a_colleague_has_changed(desk: Desk) -> None:
    number = write_in(desk)
    fill_in(desk, [number], {"plan": "pro"})
    undo.undo(desk)
    fill_in(as_agent(desk, BOB), [number], {"plan": "free"})
    with pytest.raises(RedoRefused, match=f"the plan has since been changed by {BOB}"):
        redo.redo(desk)


def test_a_wrong_value_or_field_changes_nothing(desk: Desk) -> None:
    number = write_in(desk)
    with pytest.raises(FieldValueInvalid) as refused:
        fill_in(desk, [number], {"order": "A 1", "plan": "prro"})
    assert refused.value.nearest == "pro"
    with pytest.raises(NotFound) as unknown:
        fill_in(desk, [number], {"seat": "1"})
    assert unknown.value.nearest == "seats"
    assert values(desk, number) == {}


def test_a_ticket_is_solved_once_its_required_fields_are_filled_in(desk: Desk) -> None:
    fields.edit_field(desk, "plan", FieldChanges(required=True))
    fields.edit_field(desk, "vip", FieldChanges(required=True))
    number, other = write_in(desk), write_in(desk)
    fill_in(desk, [number], {"vip": "no"})
    with pytest.raises(FieldsLacking) as refused:
        verbs.solve(desk, [number])
    assert refused.value.sentence == "#1 cannot be solved before Plan and Vip are filled in."
    assert "supportcli ticket field 1 " in refused.value.hint
    fill_in(desk, [number], {"vip": "yes", "plan": "free"})
    with pytest.raises(FieldsLacking):
        verbs.solve(desk, [number, other])
    assert lists.lines(desk, [number])[0].status is Status.NEW
    verbs.solve(desk, [number])
    verbs.reopen(desk, [number])
    fill_in(desk, [number], {"vip": ""})
    undo.undo(desk)
    undo.undo(desk)  # of reopening: what was solved before is solved again
    assert lists.lines(desk, [number])[0].status is Status.SOLVED


def test_a_redo_solves_only_what_could_be_solved_now(desk: Desk) -> None:
    fields.edit_field(desk, "plan", FieldChanges(required=True))
    number = write_in(desk)
    fill_in(desk, [number], {"plan": "pro"})
    verbs.solve(desk, [number])
    undo.undo(desk)
    fill_in(as_agent(desk, BOB), [number], {"plan": ""})
    with pytest.raises(FieldsLacking):
        redo.redo(desk)
    assert lists.lines(desk, [number])[0].status is Status.NEW


def test_a_reply_that_solves_is_refused_too(desk: Desk) -> None:
    fields.edit_field(desk, "plan", FieldChanges(required=True))
    number = write_in(desk)
    with pytest.raises(FieldsLacking):
        writing.reply(desk, number, "Done.", status=Status.SOLVED)
    assert len(reading.ticket(desk, number).messages) == 1
    writing.reply(desk, number, "Done.", status=Status.PENDING)


def test_templates_name_fields(desk: Desk) -> None:
    number = write_in(desk)
    text = "On {{ ticket.fields.plan }} with {{ ticket.fields.seats | default('no') }} seats."
    fill_in(desk, [number], {"plan": "pro"})
    with desk.db.read() as tx:
        known = filling.values_of(tx, desk.me(tx), unmerged(tx, number))
    assert templates.fill(text, known).text == "On pro with no seats."
    lacks = templates.fill("{{ ticket.fields.seats }}", known)
    assert lacks.missing == ("ticket.fields.seats",)
    assert templates.faults(text, {"plan", "seats"}) == []
    [fault] = templates.faults(text, {"plan"})
    assert fault.sentence.startswith("“ticket.fields.seats” is no custom field of this desk")
    assert [one.line for one in templates.faults("{{ ticket.fields }}", {"plan"})] == [1]
    responses.add(desk, Canned("plan", "Plan", (Body("", text),)), {})
    with pytest.raises(CannedFaulty, match="no custom field"):
        responses.add(desk, Canned("zip", "Zip", (Body("", "{{ ticket.fields.zip }}"),)), {})


def test_a_removed_field_hides_its_values_and_brings_them_back(desk: Desk) -> None:
    number = write_in(desk)
    fill_in(desk, [number], {"seats": "3"})
    fields.remove_field(desk, "seats")
    assert values(desk, number) == {}
    with pytest.raises(NotFound):
        fill_in(desk, [number], {"seats": "4"})
    with pytest.raises(FieldKindKept, match="There was a field seats of the kind number"):
        fields.add_field(desk, "seats")
    fields.add_field(desk, "SEATS", FieldKind.NUMBER, title="Chairs")
    assert values(desk, number) == {"seats": 3}
    with pytest.raises(NameTaken):
        fields.add_field(desk, "seats", FieldKind.NUMBER)
    assert [one.title for one in list_fields(desk) if one.name == "seats"] == ["Chairs"]


def test_choices_come_and_go_and_tickets_keep_theirs(desk: Desk) -> None:
    number = write_in(desk)
    fill_in(desk, [number], {"plan": "free"})
    changes = FieldChanges(choices=["enterprise"], no_choices=["FREE"])
    assert fields.edit_field(desk, "plan", changes).choices == ("pro", "enterprise")
    assert values(desk, number) == {"plan": "free"}
    with pytest.raises(FieldValueInvalid):
        fill_in(desk, [number], {"plan": "free"})
    with pytest.raises(NotFound):
        fields.edit_field(desk, "plan", FieldChanges(no_choices=["free"]))


def test_only_an_admin_changes_fields(desk: Desk) -> None:
    bob = as_agent(desk, BOB)
    with pytest.raises(NotAllowed):
        fields.add_field(bob, "mine")
    with pytest.raises(NotAllowed):
        fields.edit_field(bob, "plan", FieldChanges(title="Mine"))
    with pytest.raises(NotAllowed):
        fields.remove_field(bob, "plan")
