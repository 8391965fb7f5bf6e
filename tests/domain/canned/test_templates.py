"""The language of canned responses: small, and safe whatever stands in a template or in a value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportcli.domain.canned.placeholders import (
    VARIABLES,
    Values,
    about_customer,
    blanks,
    first_name,
    foreign,
    values_of,
)
from supportcli.domain.canned.templates import FILTERS, MOST, Filled, faults, fill
from supportcli.domain.mail import Address
from supportcli.domain.people import Agent
from supportcli.domain.tickets.ticket import Priority, Status, TicketLine
from supportcli.errors.canned import TemplateWrong
from tests.desk.desks import START

ADA = Agent(1, "Ada Byron", "ada@shop.test")


def values(name: str = "Maria Lopez", subject: str = "Leak") -> Values:
    line = TicketLine(
        12,
        subject,
        Status.OPEN,
        Priority.HIGH,
        Address(name, "maria@acme.test"),
        None,
        "help@shop.test",
        (),
        START,
        START,
        START,
        1,
        1,
    )
    return values_of(line, ADA, "Help")


def test_every_variable_has_its_value() -> None:
    every = " ".join(
        f"{{{{ {group}.{key} }}}}" for group, keys in VARIABLES.items() for key in keys
    )
    known = values()
    more = about_customer("Acme", {"plan": "pro"}, {"plan": "gold"})
    known = {**known, "customer": {**known["customer"], **more}}
    assert fill(every, known) == Filled(
        "Maria Lopez Maria maria@acme.test Acme 12 Leak open high Ada Byron Ada ada@shop.test Help help@shop.test",
    )
    assert faults(every) == []
    of_customer = "{{ customer.fields.plan }} {{ customer.lookup.plan }} {{ customer.lookup.x }}"
    assert fill(of_customer, known).text == "pro gold ⟦customer.lookup.x?⟧"
    assert faults(of_customer) == []
    assert faults("{{ customer.lookup }} {{ customer.other.plan }}") != []
    assert set(foreign(known)) >= {"Acme", "pro", "gold"}


@pytest.mark.parametrize(
    "name",
    [
        "{{ 7*7 }}",
        "[/x]",
        "{% for x in y %}",
        "<b>&amp;",
        "%s {0}",
        "\\N{BELL}",
        "{{ customer.address }}",
    ],
)
def test_a_customer_is_greeted_by_exactly_their_name(name: str) -> None:
    assert (
        fill("Hello {{ customer.name }}, {{ customer.first_name }}!", values(name)).text
        == f"Hello {name}, {first_name(name)}!"
    )
    assert first_name(name) == name


def test_a_value_can_be_no_mark_and_no_control() -> None:
    filled = fill("Hello {{ customer.name }}", values("⟦macro refund⟧\n⟦x?⟧\x1b[31m"))
    assert filled.text == "Hello [macro refund] [x?]␛[31m"
    assert filled.missing == ()


@pytest.mark.parametrize(
    ("template", "text", "missing"),
    [
        ("{{ customer.first_name }}", "⟦customer.first_name?⟧", ("customer.first_name",)),
        ('{{ customer.first_name | default("there") }}', "there", ()),
        ('{{ customer.first_name | upper | default("there") }}', "there", ()),
        ("{{ customer.first_name | upper }}", "⟦customer.first_name?⟧", ("customer.first_name",)),
        ("Hi{% if customer.first_name %} {{ customer.first_name }}{% endif %}!", "Hi!", ()),
        ("{% if customer.first_name == '' %}a{% else %}b{% endif %}", "a", ()),
        ("{% if customer.first_name is defined %}a{% else %}b{% endif %}", "b", ()),
        ("{{ customer.first_name ~ '!' }}", "⟦customer.first_name?⟧!", ("customer.first_name",)),
        (
            "{{ organisation.name }} {{ customer.frist_name }}",
            "⟦organisation.name?⟧ ⟦customer.frist_name?⟧",
            ("organisation.name", "customer.frist_name"),
        ),
        (
            "{{ customer }} {{ customer.name.upper }}",
            "⟦customer?⟧ ⟦customer.name.upper?⟧",
            ("customer", "customer.name.upper"),
        ),
        ("by ⟦date?⟧ or ⟦date?⟧", "by ⟦date?⟧ or ⟦date?⟧", ("date",)),
        (f"⟦{'a' * 300}?⟧", f"⟦{'a' * 300}?⟧", ("a" * 300,)),
        ("{{ customer.first_name | default('you', true) }}", "you", ()),
        ("{% if true %}\nline\n{% endif %}\nend", "line\nend", ()),
    ],
)
def test_what_is_missing_is_marked_unless_something_stands_in_for_it(
    template: str, text: str, missing: tuple[str, ...]
) -> None:
    filled = fill(template, values(name=""))
    assert (filled.text, filled.missing) == (text, missing)


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("a\n{{ customer.name", "Line 2: This cannot be read"),
        ("{% for x in customer %}{% endfor %}", "A loop has no place"),
        ("{{ range(10 ** 9) }}", "A call has no place"),
        ("{{ 'a' * 10 ** 9 }}", "“mul” has no place"),
        ("{% set x = 'a' %}{{ x ~ x }}", "set has no place"),
        ("{{ customer['__class__'] }}", "An index has no place"),
        ("{{ customer.name.__class__.mro() }}", "A call has no place"),
        ("{% include 'x' %}", "include has no place"),
        ("{% macro x() %}{% endmacro %}", "macro has no place"),
        ("{{ self }}", "“self” is not allowed"),
        ("{{ customer.name | replace('a', 'aaaa') }}", "There is no filter “replace”"),
        ("{{ customer.name | upper(1) }}", "takes no such argument"),
        ("{{ customer.name is string }}", "There is no test “string”"),
        ("{{ 'a' < 'b' }}", "== and !="),
        ("{% if customer.name == 1e999 %}{% endif %}", "Put numbers and none in quotes"),
        ("{% if ticket.number == 12 %}{% endif %}", "Put numbers and none in quotes"),
        ("{{ customer.first_name | default(none) }}", "Put numbers and none in quotes"),
        ("{{ 0x" + "f" * 9_000 + " }}", "Put numbers and none in quotes"),
        ("{{ " + "(" * 5_000 + ")" * 5_000 + " }}", "nested too deeply"),
        ("{% if true %}" * 60 + "{% endif %}" * 60, "nested too deeply"),
        ("{{ " + " or ".join(["true"] * 200) + " }}", "nested too deeply"),
        ("{{ " + "9" * 5_000 + " }}", "a number is too long"),
        ("x" * (MOST + 1), f"the limit is {MOST}"),
    ],
)
def test_what_could_loop_grow_or_escape_is_refused(template: str, said: str) -> None:
    with pytest.raises(TemplateWrong) as refused:
        fill(template, values())
    assert said in refused.value.sentence
    assert len(faults(template)) >= 1


def test_lint_names_each_unknown_variable_on_its_line() -> None:
    found = faults(
        "Hi {{ customer.frist_name }}\n\n{{ foo.bar.baz | default('x') }} {{ customer.name }}\n{% if agent %}{% endif %}"
    )
    assert [(fault.line, fault.sentence.split(":")[0]) for fault in found] == [
        (1, "“customer.frist_name” is unknown"),
        (3, "“foo.bar.baz” is unknown"),
        (4, "“agent” by itself is not a value"),
    ]


TOKENS = "{{ }} {% %} {# #} customer .name | default upper ( ) if endif for in ' \" ~ == not [ ] * self \\ud800 - x else elif and raw endraw , ⟦x?⟧ None"
PIECES = st.sampled_from([*TOKENS.split(" "), "9" * 30, "1e999", "0xf", "\n", " ", "is defined"])


@given(st.lists(PIECES, max_size=25).map("".join) | st.text(max_size=60), st.text(max_size=20))
def test_any_template_is_filled_or_refused_and_never_more(template: str, name: str) -> None:
    try:
        text = fill(template, values(name)).text
    except TemplateWrong:
        assert faults(template) != []
    else:
        assert len(text) < 100 * (len(template) + 1)
        text.encode()


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Maria Lopez", "Maria"),
        ("Dr. Maria Lopez", "Maria"),
        ("Lopez, Maria", "Maria"),
        ("Jean-Luc Picard (Enterprise)", "Jean-Luc"),
        ("O'Neill", "O'Neill"),
        ("佐藤", "佐藤"),
        ("Acme, Inc.", "Acme, Inc."),
        ("maria@acme.test", ""),
        ("  ", ""),
    ],
)
def test_people_are_greeted_by_their_first_name(name: str, first: str) -> None:
    assert first_name(name) == first


def test_the_words_of_strangers_are_known_as_such() -> None:
    named = values("*Maria van x*", "[Go](http://x)")
    assert foreign(named)[:3] == ("*Maria van x*", "*MARIA VAN X*", "*maria van x*")
    for name in FILTERS[1:]:
        assert fill("{{ customer.name | " + name + " }}", named).text in foreign(named), name
        assert fill("{{ ticket.subject | " + name + " }}", named).text in foreign(named), name
    assert blanks("⟦?⟧ ⟦a?⟧ ⟦macro x⟧") == ("a",)


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{{ customer.name", "“{{” has no matching “}}”"),
        ("{% if customer.name", "“{%” has no matching “%}”"),
        ("{# to do", "“{#” has no matching “#}”"),
        ("{{ }}", "there is nothing between the braces"),
        ("{% if %}a{% endif %}", "nothing follows “if”"),
        ("{% if customer.name %}a", "“{% if … %}” has no “{% endif %}”"),
        ("a{% endif %}", "“{% endif %}” is used outside an “if”"),
        ("{% if ticket.number %}{% else %}{% else %}", "“{% else %}” is used outside an “if”"),
        ("{% fro %}", "“{% fro %}” is unknown: use if, elif, else or endif"),
        ("{{ customer name }}", "“}}” is missing, or there is an extra word before it"),
        ("{{ 'there }}", "a quotation mark is not closed"),
        ("{{ ticket ! }}", "“!” has no place between the braces"),
        ("{{ (customer.name }}", "“)” is missing"),
        ("{{ customer.name }", "“}” has no place there"),
        ("{{ customer. }}", "a name is missing after a dot"),
        ("{{ customer.name | }}", "a filter is missing after “|”"),
        ("{% raw %}x", "“{% raw %}” has no “{% endraw %}”"),
        (
            "{% if customer.name == %}{% endif %}",
            "it is neither a variable with filters nor a condition",
        ),
    ],
)
def test_what_cannot_be_read_is_told_in_words_of_ours(template: str, said: str) -> None:
    assert [fault.sentence for fault in faults(template)] == [f"This cannot be read: {said}."]
