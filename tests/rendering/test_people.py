"""Customers and organisations as lines."""

from datetime import UTC, datetime, timedelta

from supportcli.desk.people.reading import CustomerShown, OrganisationShown
from supportcli.domain.people.customers import Customer
from supportcli.domain.people.history import PeopleEvent
from supportcli.domain.people.lookup import CustomerLookup
from supportcli.domain.people.organisations import Organisation
from supportcli.rendering.ink import width_of
from supportcli.rendering.people import customer_lines, organisation_lines

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOSTILE = "a\x1b[31m\u202eb[red]" + "x" * 10_000


def customer(**known: object) -> Customer:
    """A customer of whom this is known."""
    values = {"id": 1, "name": "Maria", "address": "m@acme.test", "addresses": ("m@acme.test",)}
    return Customer(**(values | {"since": NOW} | known))  # type: ignore[arg-type]


def lines(
    one: Customer, lookup: CustomerLookup | None = None, history: tuple[PeopleEvent, ...] = ()
) -> list[str]:
    """A customer in 60 columns."""
    shown = CustomerShown(one, (), 0, history, {}, lookup)
    return ["".join(text for text, _ in line).rstrip() for line in customer_lines(shown, 60, NOW)]


def event(kind: str, before: dict[str, object], after: dict[str, object]) -> PeopleEvent:
    """What Ada changed."""
    return PeopleEvent(
        at=NOW, actor="ada@shop.test", gesture="g", kind=kind, before=before, after=after
    )


def test_values_stand_below_each_other_beside_names_of_any_width() -> None:
    shown = lines(customer(fields={"plan": "pro", "日本語": "値", "y" * 40: "z"}))
    found = shown[shown.index("FIELDS") + 1 :]
    assert found[0] == "plan           pro"
    assert found[1] == "日本語         値"
    assert found[2] == "y" * 13 + "… z"


def test_an_old_answer_does_not_pass_for_a_new_one() -> None:
    asked = NOW - timedelta(minutes=5)
    assert "LOOKUP, 5M AGO" in lines(customer(), CustomerLookup(asked, {"plan": "pro"}))
    failed = lines(customer(), CustomerLookup(asked, {"plan": "pro"}, "it failed"))
    assert failed[4:8] == ["LAST LOOKUP", "plan pro", "", "lookup failed, 5m ago: it failed"]


def test_the_history_has_words_and_leaves_out_what_is_empty() -> None:
    said = lines(
        customer(),
        history=(
            event("joined", {"organisation_id": None}, {"organisation_id": 2}),
            event("added", {}, {"name": "Maria", "notes": "", "fields": {}}),
        ),
    )
    assert said[-2:] == [
        "09:00 ada@shop.test joined: organisation",
        "09:00 ada@shop.test added: name",
    ]


def test_what_strangers_wrote_is_clean_and_fits() -> None:
    one = customer(
        name=HOSTILE,
        organisation=HOSTILE,
        notes=HOSTILE,
        fields={HOSTILE: HOSTILE},
        address=HOSTILE,
    )
    answer = CustomerLookup(NOW, {HOSTILE: HOSTILE}, HOSTILE)
    shown = lines(one, answer, (event(HOSTILE, {}, {HOSTILE: 1}),))
    acme = Organisation(id=1, name=HOSTILE, since=NOW, members=30, notes=HOSTILE)
    spans = organisation_lines(OrganisationShown(acme, (one,), ()), 60, NOW)
    of_acme = ["".join(text for text, _ in line) for line in spans]
    for line in shown + of_acme:
        assert not {"\x1b", "\u202e"} & set(line)
    assert max(map(width_of, shown + [one for one in of_acme if "--organisation" not in one])) <= 60
    assert sum("a␛[31m\ufffdb[red]xxx" in line for line in shown) >= 6


def test_the_command_for_all_members_can_be_pasted() -> None:
    shown = OrganisationShown(Organisation(id=1, name="O'Neil", since=NOW, members=30), (), ())
    said = ["".join(text for text, _ in line) for line in organisation_lines(shown, 20, NOW)]
    assert said[-1].endswith("""supportcli customer list --organisation 'O'"'"'Neil'""")
