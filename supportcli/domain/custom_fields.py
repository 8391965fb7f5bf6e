"""Custom fields: what a desk wants to know of its tickets besides what all desks do."""

import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import NamedTuple

from supportcli.domain.text.words import nearest
from supportcli.errors.tickets import FieldChoicesInvalid, FieldNameInvalid, FieldValueInvalid
from supportcli.terminal import clean

PREFIX = "field:"
"""What stands before a field's name in the history of a ticket."""

MOST_TEXT = 500
"""Characters of a text at most."""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,29}")
_MOST_TITLE = 40
_MOST_DIGITS = 15
"""Digits of a number at most: what both databases compare exactly."""

_TICKED = {"yes": "yes", "true": "yes", "on": "yes", "1": "yes", "x": "yes"}
_UNTICKED = {"no": "no", "false": "no", "off": "no", "0": "no"}


class FieldKind(StrEnum):
    """What a custom field holds."""

    TEXT = "text"
    NUMBER = "number"
    CHOICE = "choice"
    DATE = "date"
    CHECKBOX = "checkbox"


class FieldValue(NamedTuple):
    """A ticket's value of a field, as it is kept (`CustomField.kept`)."""

    name: str
    title: str
    kind: FieldKind
    text: str

    @property
    def plain(self) -> str | bool | int | float:
        """The value as JSON has it: a number, a truth or a text."""
        if self.kind is FieldKind.CHECKBOX:
            return self.text == "yes"
        if self.kind is not FieldKind.NUMBER:
            return self.text
        return float(self.text) if "." in self.text else int(self.text)


@dataclass(frozen=True, slots=True)
class CustomField:
    """A field that an admin made. `name` is what commands, queries and templates call it, `title`
    what people read. One that is `required` must be filled in, and a checkbox be ticked, before a
    ticket is solved."""

    id: int
    name: str
    title: str
    kind: FieldKind
    choices: tuple[str, ...] = ()
    required: bool = False
    active: bool = True

    @property
    def kind_options(self) -> str:
        """How the command line says its kind, and its choices."""
        choices = "".join(f" --choice {shlex.quote(choice)}" for choice in self.choices)
        return f"--kind {self.kind.value}{choices}"

    def kept(self, typed: str) -> str:
        """A typed value as it is kept; "" for none. Numbers without needless digits, dates as
        2026-01-31, checkboxes as yes or no. FieldValueInvalid."""
        text = clean(" ".join(typed.split()))
        if not text:
            return ""
        match self.kind:
            case FieldKind.TEXT:
                return text if len(text) <= MOST_TEXT else self._refuse(typed)
            case FieldKind.NUMBER:
                return self._number(text)
            case FieldKind.DATE:
                return self._date(text)
            case FieldKind.CHECKBOX:
                return (_TICKED | _UNTICKED).get(text.lower()) or self._refuse(typed)
            case FieldKind.CHOICE:
                return self.choice(text) or self._refuse(typed)

    def choice(self, text: str) -> str | None:
        """The choice that is spelled so in any case."""
        wanted = text.casefold()
        return next((one for one in self.choices if one.casefold() == wanted), None)

    def lacks(self, kept: str | None) -> bool:
        """Whether a ticket with this value may not be solved."""
        filled = kept == "yes" if self.kind is FieldKind.CHECKBOX else bool(kept)
        return self.required and not filled

    @property
    def expects(self) -> str:
        """What its values look like, for a hint."""
        return {
            FieldKind.TEXT: f"a text of up to {MOST_TEXT} characters",
            FieldKind.NUMBER: "a number such as 12 or 1.5",
            FieldKind.DATE: "a date such as 2026-01-31",
            FieldKind.CHECKBOX: "yes or no",
            FieldKind.CHOICE: f"one of: {', '.join(self.choices)}",
        }[self.kind]

    def _number(self, text: str) -> str:
        try:
            number = Decimal(text)
        except InvalidOperation:
            return self._refuse(text)
        if not number.is_finite() or abs(number.adjusted()) > _MOST_DIGITS:
            return self._refuse(text)
        plain = f"{number:f}"
        plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
        if sum(map(str.isdigit, plain)) > _MOST_DIGITS:
            return self._refuse(text)
        return "0" if plain in {"-0", ""} else plain

    def _date(self, text: str) -> str:
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            return self._refuse(text)

    def _refuse(self, typed: str) -> str:
        near = nearest(typed.lower(), self.choices) if self.choices else ""
        raise FieldValueInvalid(self.title, typed, self.expects, near)


def field_name(typed: str) -> str:
    """The name of a field as it is kept. FieldNameInvalid if a template could not name it."""
    name = typed.strip().lower().replace("-", "_")
    if not _NAME.fullmatch(name):
        raise FieldNameInvalid(typed)
    return name


def field_title(typed: str) -> str:
    """A title as people read it. FieldNameInvalid if it is empty, or too long for a heading."""
    title = clean(" ".join(typed.split()))
    if not 0 < len(title) <= _MOST_TITLE:
        raise FieldNameInvalid(typed)
    return title


def field_choices(kind: FieldKind, typed: Iterable[str]) -> tuple[str, ...]:
    """The choices of a field, each once in any case. FieldChoicesInvalid if they do not suit its
    kind: a choice needs at least one, and no other kind has any."""
    found = {one.casefold(): one for text in typed if (one := clean(" ".join(text.split())))}
    unfit = [one for one in found.values() if len(one) > _MOST_TITLE or set(one) & set(',"')]
    if unfit or (kind is FieldKind.CHOICE) != bool(found):
        raise FieldChoicesInvalid(kind.value, unfit[0] if unfit else "")
    return tuple(found.values())


def lacking(fields: Iterable[CustomField], values: Mapping[str, str]) -> tuple[CustomField, ...]:
    """The required fields that a ticket with these values (by name) lacks."""
    return tuple(one for one in fields if one.active and one.lacks(values.get(one.name)))


def by_name(values: Sequence[FieldValue]) -> dict[str, str]:
    """The values of a ticket by the names of their fields."""
    return {value.name: value.text for value in values}
