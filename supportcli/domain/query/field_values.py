"""`field:plan=pro`: how it is read, which values it means, and whether a ticket has one of them."""

import re
from datetime import date

from supportcli.domain.custom_fields import CustomField, FieldKind, FieldValue
from supportcli.domain.query.nodes import HasField
from supportcli.domain.query.values import Value, filled
from supportcli.domain.text.words import nearest
from supportcli.errors.tickets import FieldValueInvalid, QueryError

_TERM = re.compile(r"\s*([\w-]+)\s*(?:(<=|>=|=|<|>)\s*(.*))?", re.DOTALL)
_EXAMPLE = "Write it as in field:plan, field:plan=pro,free or field:seats>=10."


def has_field(value: Value) -> HasField:
    """What `field:` makes of its value. QueryError."""
    return HasField(*named_values(value, "is not a field", _EXAMPLE), value.column)


def named_values(value: Value, problem: str, example: str) -> tuple[str, str, tuple[str, ...]]:
    """A name, the sign behind it (= if there is none), and the values behind that. QueryError, of
    this `problem`, where there is no name."""
    read = _TERM.fullmatch(value.text)
    if read is None:
        raise QueryError(value.column, value.text, problem, example)
    name, sign, text = read[1].lower().replace("-", "_"), read[2], read[3]
    if sign is None:
        return name, "=", ()
    wanted = Value(text, value.column + read.start(3), value.quoted)
    return name, sign, tuple(" ".join(one.text.split()) for one in filled(wanted))


def meant(term: HasField, field: CustomField | None, known: list[str]) -> list[str]:
    """The values of a term as the field keeps them. QueryError if the desk has no such field
    (`known` are those that it has), or the field no such values."""
    if field is None:
        raise QueryError(
            term.column,
            term.name,
            "is not a custom field of this desk",
            "See the fields with: supportcli field list",
            nearest(term.name, known),
        )
    if term.sign != "=" and field.kind not in {FieldKind.NUMBER, FieldKind.DATE}:
        hint = f"{field.title} is {field.expects}: only = can be asked for."
        raise QueryError(term.column, term.sign, "compares numbers and dates", hint)
    try:
        return [field.kept(one) for one in term.values]
    except FieldValueInvalid as error:
        shown = ",".join(term.values)
        raise QueryError(
            term.column, shown, f"cannot be {field.title}", error.hint, error.nearest
        ) from None


def is_filled(term: HasField, values: tuple[FieldValue, ...]) -> bool:
    """Whether a ticket with these values has what a term asks for."""
    found = next((one for one in values if one.name == term.name), None)
    if found is None or not term.values:
        return found is not None
    return any(_stands(found, term.sign, one) for one in term.values)


def _stands(value: FieldValue, sign: str, typed: str) -> bool:
    if value.kind is FieldKind.NUMBER:
        return compared(float(value.text), sign, float(typed))
    if value.kind is FieldKind.DATE:
        return compared(value.text, sign, date.fromisoformat(typed).isoformat())
    if value.kind is FieldKind.TEXT:
        return value.text == typed
    field = CustomField(0, value.name, value.title, value.kind, (value.text,))
    try:
        return field.kept(typed) == value.text
    except FieldValueInvalid:
        return False


def compared(one: float | str, sign: str, other: float | str) -> bool:
    """Whether a number, or a text, stands so to another one."""
    if one == other:
        return "=" in sign
    return sign.startswith("<" if (one, other) == tuple(sorted((one, other))) else ">")
