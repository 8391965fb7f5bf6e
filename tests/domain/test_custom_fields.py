"""Custom fields: names, kinds, and the values that each kind takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportcli.domain.custom_fields import (
    CustomField,
    FieldKind,
    FieldValue,
    field_choices,
    field_name,
    lacking,
)
from supportcli.errors.tickets import FieldChoicesInvalid, FieldNameInvalid, FieldValueInvalid
from supportcli.terminal import clean


def a_field(kind: FieldKind, *choices: str, required: bool = False) -> CustomField:
    return CustomField(1, "plan", "Plan", kind, choices, required)


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        (FieldKind.TEXT, "  A \n 1042\x1b[31m ", "A 1042␛[31m"),
        (FieldKind.NUMBER, "12", "12"),
        (FieldKind.NUMBER, "-1.50", "-1.5"),
        (FieldKind.NUMBER, "1e3", "1000"),
        (FieldKind.NUMBER, "-0.0", "0"),
        (FieldKind.DATE, "2026-01-31", "2026-01-31"),
        (FieldKind.CHECKBOX, "TRUE", "yes"),
        (FieldKind.CHECKBOX, "off", "no"),
        (FieldKind.CHOICE, "PRO  plus", "Pro plus"),
    ],
)
def test_a_value_is_kept_in_one_way(kind: FieldKind, typed: str, kept: str) -> None:
    field = a_field(kind, *(["free", "Pro plus"] if kind is FieldKind.CHOICE else []))
    assert field.kept(typed) == kept
    assert field.kept("  ") == ""


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        (FieldKind.TEXT, "x" * 501),
        (FieldKind.NUMBER, "twelve"),
        (FieldKind.NUMBER, "1,5"),
        (FieldKind.NUMBER, "NaN"),
        (FieldKind.NUMBER, "1" * 16),
        (FieldKind.NUMBER, "0." + "1" * 16),
        (FieldKind.NUMBER, "1e999999999"),
        (FieldKind.DATE, "31.1.2026"),
        (FieldKind.DATE, "2026-02-30"),
        (FieldKind.CHECKBOX, "maybe"),
        (FieldKind.CHOICE, "gold"),
    ],
)
def test_what_does_not_suit_the_kind_is_refused(kind: FieldKind, typed: str) -> None:
    field = a_field(kind, *(["free", "pro"] if kind is FieldKind.CHOICE else []))
    with pytest.raises(FieldValueInvalid, match="cannot be Plan"):
        field.kept(typed)


@given(st.sampled_from(list(FieldKind)), st.text(max_size=30))
def test_what_is_kept_is_kept_again(kind: FieldKind, typed: str) -> None:
    field = a_field(kind, *(["free", "pro"] if kind is FieldKind.CHOICE else []))
    try:
        once = field.kept(typed)
    except FieldValueInvalid:
        return
    assert field.kept(once) == once
    assert once == clean(once)


@given(st.integers(-(10**14), 10**14) | st.decimals(-1000, 1000, places=3))
def test_a_number_is_a_number_in_json(number: object) -> None:
    text = a_field(FieldKind.NUMBER).kept(str(number))
    assert FieldValue("plan", "Plan", FieldKind.NUMBER, text).plain == float(str(number))


def test_names_are_those_of_templates() -> None:
    assert [field_name(one) for one in ("Plan", "order-number", "a1")] == [
        "plan",
        "order_number",
        "a1",
    ]
    for typed in ("", "1a", "a b", "a.b", "größe", "x" * 31):
        with pytest.raises(FieldNameInvalid):
            field_name(typed)


def test_only_a_field_of_choices_has_choices() -> None:
    assert field_choices(FieldKind.CHOICE, ["free", " Free ", "pro"]) == ("Free", "pro")
    for kind, choices in (
        (FieldKind.CHOICE, []),
        (FieldKind.TEXT, ["a"]),
        (FieldKind.CHOICE, ["a,b"]),
        (FieldKind.CHOICE, ["x" * 41]),
    ):
        with pytest.raises(FieldChoicesInvalid):
            field_choices(kind, choices)


def test_a_required_checkbox_has_to_be_ticked() -> None:
    text, box = a_field(FieldKind.TEXT, required=True), a_field(FieldKind.CHECKBOX, required=True)
    assert lacking([text], {}) == (text,)
    assert lacking([text], {"plan": "x"}) == ()
    assert lacking([box], {"plan": "no"}) == (box,)
    assert lacking([box], {"plan": "yes"}) == ()
