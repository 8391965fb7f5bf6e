"""Filling in the custom fields of tickets."""

from collections.abc import Mapping, Sequence

from sqlmodel import Session

from supportcli.desk import Desk
from supportcli.desk.gestures import Done, Gesture, sentence
from supportcli.desk.tickets import unseen
from supportcli.domain.custom_fields import PREFIX, CustomField
from supportcli.domain.text.words import nearest
from supportcli.domain.tickets.news import Sight
from supportcli.errors.names import NotFound, Thing
from supportcli.storage.setup import fields


def list_fields(desk: Desk) -> list[CustomField]:
    """The custom fields of the desk in the order in which they were made."""
    with desk.db.read() as tx:
        return fields.fields(tx)


def fill_in(
    desk: Desk, numbers: Sequence[int], typed: Mapping[str, str], *, sight: Sight | None = None
) -> Done:
    """Give custom fields of tickets these values, as typed, by the names of the fields; "" takes
    one away. `sight` as in `solve`.

    NotFound for a field that there is not; FieldValueInvalid. Then nothing is changed."""
    with desk.db.write() as tx:
        gesture = Gesture.begin(desk, tx)
        wanted = kept(tx, typed)
        with gesture.together():
            for number in dict.fromkeys(numbers):
                unseen.refuse(gesture, number, sight)
                gesture.change(gesture.state(number), "filled", wanted)
        named = ", ".join(
            f"{name.removeprefix(PREFIX)}={text or ''}" for name, text in wanted.items()
        )
        return gesture.done(
            sentence(f"Set {named}:", gesture.numbers, f"Nothing changed: already {named}.")
        )


def check_fields(desk: Desk, typed: Mapping[str, str]) -> None:
    """NotFound or FieldValueInvalid as `fill_in` raises them."""
    with desk.db.read() as tx:
        kept(tx, typed)


def field_there(tx: Session, name: str) -> CustomField:
    """The field of this name, in any case; NotFound."""
    wanted = name.strip().lower().replace("-", "_")
    there = {one.name: one for one in fields.fields(tx)}
    if wanted not in there:
        raise NotFound(Thing.FIELD, name, nearest=nearest(wanted, there))
    return there[wanted]


def kept(tx: Session, typed: Mapping[str, str]) -> dict[str, str | None]:
    """What an event says of these values: `field:plan`, and the value as it is kept. NotFound;
    FieldValueInvalid."""
    found = {field_there(tx, name): text for name, text in typed.items()}
    return {f"{PREFIX}{one.name}": one.kept(text) or None for one, text in found.items()}
