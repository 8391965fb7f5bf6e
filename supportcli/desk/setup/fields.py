"""The custom fields of the desk."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlmodel import Session

from supportcli.desk import Desk
from supportcli.desk.gestures import authorize
from supportcli.desk.tickets.filling_in import field_there
from supportcli.domain.custom_fields import (
    CustomField,
    FieldKind,
    field_choices,
    field_name,
    field_title,
)
from supportcli.domain.people import Action
from supportcli.errors.names import NameTaken, NotFound, Thing
from supportcli.errors.tickets import FieldKindKept
from supportcli.storage.setup import fields


@dataclass(frozen=True, slots=True)
class FieldChanges:
    """What to change of a field; None and empty change nothing. Tickets keep the choices that are
    removed."""

    title: str | None = None
    required: bool | None = None
    choices: Sequence[str] = ()
    no_choices: Sequence[str] = ()


def add_field(
    desk: Desk,
    name: str,
    kind: FieldKind = FieldKind.TEXT,
    *,
    title: str = "",
    choices: Sequence[str] = (),
    required: bool = False,
) -> CustomField:
    """Add a field; without a title it is called by its name. One that was removed comes back with
    its values.

    FieldNameInvalid, FieldChoicesInvalid, NameTaken; FieldKindKept if it was of another kind;
    NotAllowed if I am not an admin."""
    called = field_name(name)
    titled = field_title(title or called.replace("_", " ").capitalize())
    new = CustomField(0, called, titled, kind, field_choices(kind, choices), required)
    with desk.db.write() as tx:
        authorize(desk.me(tx), Action.SET_UP)
        known = fields.field(tx, called)
        if known is None:
            fields.add(tx, new, desk.now())
        else:
            _bring_back(tx, known, new)
        return field_there(tx, called)


def _bring_back(tx: Session, known: CustomField, new: CustomField) -> None:
    if known.active:
        raise NameTaken(Thing.FIELD, known.name)
    if known.kind is not new.kind:
        raise FieldKindKept(known.name, known.kind.value, known.kind_options)
    fields.change(tx, replace(new, id=known.id))


def edit_field(desk: Desk, name: str, changes: FieldChanges) -> CustomField:
    """Change a field. Its name and its kind stay: tickets, queries and templates use them.

    NotFound, also for a choice that it does not have; FieldNameInvalid, FieldChoicesInvalid,
    NotAllowed if I am not an admin."""
    with desk.db.write() as tx:
        authorize(desk.me(tx), Action.SET_UP)
        found = field_there(tx, name)
        choices = field_choices(found.kind, _choices(found, changes))
        title = found.title if changes.title is None else field_title(changes.title)
        required = found.required if changes.required is None else changes.required
        fields.change(tx, replace(found, title=title, required=required, choices=choices))
        return field_there(tx, name)


def _choices(found: CustomField, changes: FieldChanges) -> list[str]:
    gone = set()
    for typed in changes.no_choices:
        one = found.choice(" ".join(typed.split()))
        if one is None:
            hint = f"{found.title} is {found.expects}."
            raise NotFound(Thing.FIELD_CHOICE, typed, hint=hint)
        gone.add(one)
    return [one for one in found.choices if one not in gone] + list(changes.choices)


def remove_field(desk: Desk, name: str) -> CustomField:
    """Remove a field. Tickets keep its values unseen, and adding it again shows them.

    NotFound; NotAllowed if I am not an admin."""
    with desk.db.write() as tx:
        authorize(desk.me(tx), Action.SET_UP)
        found = field_there(tx, name)
        fields.change(tx, replace(found, active=False))
        return found
