"""The docks for custom fields: which field, and its value. Who solves a ticket that lacks required
ones is asked for these first."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from supportcli.domain.custom_fields import CustomField, FieldKind, FieldValue, by_name
from supportcli.domain.tickets.ticket import TicketLine
from supportcli.domain.tickets.verbs import BY_NAME
from supportcli.errors.tickets import FieldValueInvalid
from supportcli.terminal import clean
from supportcli.tui.context import InboxContext
from supportcli.tui.tickets.verbs import TicketVerbs
from supportcli.tui.widgets.picker import Choice

_NONE = "no value"
_NO_FIELDS = "There are no custom fields yet: supportcli field add NAME"


class FieldDocks:
    """One field at a time."""

    def __init__(self, context: InboxContext, verbs: TicketVerbs) -> None:
        self._context = context
        self._verbs = verbs
        verbs.lacks = self._before_solving

    def fill_in(self) -> None:
        """Choose a field of the ticket under the cursor, then its value."""
        line = self._verbs.choosing.line_for("Field")
        if line is None:
            return
        self._context.wait_for(
            lambda client: client.verbs.fields(),
            partial(self._offer, line),
            partial(self._verbs.choosing.fail_to_open, "Field"),
        )

    def _offer(self, line: TicketLine, there: Sequence[CustomField]) -> None:
        if not there:
            self._verbs.choosing.refuse("Field", _NO_FIELDS)
            return
        has, named = self._has(line), {one.name: one for one in there}
        choices = [
            Choice(one.name, one.title, has.get(one.name, "–"), also=one.name) for one in there
        ]
        whose = self._verbs.of(line)
        self._verbs.choosing.open(
            f"Field of {whose}",
            choices,
            lambda name: self._ask(line, named[name], _nothing_more, f"{{}} of {whose}"),
        )

    def _has(self, line: TicketLine) -> dict[str, str]:
        """The values that all the tickets have that a field is filled in for."""
        each = (set(by_name(one.fields).items()) for one in self._verbs.lines("field", line))
        return dict(set.intersection(*each))

    def _ask(
        self,
        line: TicketLine,
        field: CustomField,
        then: Callable[[TicketLine], object],
        title: str,
    ) -> None:
        """Ask for the value of a field; `then` is called with the ticket as it is after. `title`
        has {} for what the field is called."""
        now = self._has(line).get(field.name)
        choices = [
            Choice(one, one, "now" if one == now else "") for one in _values_to_choose(field)
        ]
        if now is not None and not field.required:
            choices.append(Choice(_NONE, _NONE, "remove it"))
        self._verbs.choosing.open(
            title.format(clean(field.title)),
            choices,
            partial(self._fill, line, field, then),
            new="" if _values_to_choose(field) else partial(_meant, field),
            asks=field.expects,
        )

    def _fill(
        self,
        line: TicketLine,
        field: CustomField,
        then: Callable[[TicketLine], object],
        typed: str,
    ) -> None:
        text = "" if typed == _NONE else field.kept(typed)
        others = tuple(one for one in line.fields if one.name != field.name)
        own = (FieldValue(field.name, field.title, field.kind, text),) if text else ()
        after = replace(line, fields=(*others, *own))
        self._verbs.do(
            after,
            f"{clean(field.title)} {text or _NONE}:",
            lambda client, seen: client.verbs.fill_in(line.number, field.name, text, seen),
            name="field",
            again=lambda other: self._fill(other, field, _nothing_more, typed),
        )
        then(after)

    def _before_solving(self, line: TicketLine, names: Sequence[str]) -> None:
        """Ask for what a ticket lacks, one after the other, and solve it then."""
        self._context.wait_for(
            lambda client: client.verbs.fields(),
            lambda there: self._next([one for one in there if one.name in names], line),
            self._context.notices.fail,
        )

    def _next(self, left: Sequence[CustomField], line: TicketLine) -> None:
        if left:
            title = f"Solving #{line.number} needs {{}}"
            self._ask(line, left[0], partial(self._next, left[1:]), title)
        else:
            self._verbs.simple(BY_NAME["solve"])


def _values_to_choose(field: CustomField) -> tuple[str, ...]:
    return ("yes", "no") if field.kind is FieldKind.CHECKBOX else field.choices


def _meant(field: CustomField, typed: str) -> str:
    """“Seats 12”; "" for what cannot be its value."""
    try:
        return f"{clean(field.title)} {field.kept(typed)}"
    except FieldValueInvalid:
        return ""


def _nothing_more(_: TicketLine) -> None:
    """Filling in one field is all."""
