"""The table of verbs is whole: what a reader of it needs is there for each verb."""

from collections import Counter

from supportcli.commands.program import command_of
from supportcli.desk.tickets import verbs
from supportcli.domain.tickets.ticket import Status
from supportcli.domain.tickets.verbs import BY_NAME, DID, STEPS, VERBS

SIMPLE = {verb.name for verb in VERBS if verb.is_simple}


def test_names_stand_once() -> None:
    assert len(BY_NAME) == len(VERBS)


def test_a_kind_of_event_is_told_once() -> None:
    told = Counter(verb.kind for verb in VERBS if verb.did)
    assert set(told) == {verb.kind for verb in VERBS if verb.kind}
    assert set(told.values()) == {1}
    assert set(DID) == set(told)


def test_verbs_of_one_kind_are_undone_alike() -> None:
    undoable = {(verb.kind, verb.undoable) for verb in VERBS if verb.kind}
    assert len(undoable) == len({kind for kind, _ in undoable})


def test_one_verb_leads_to_a_status() -> None:
    assert len(STEPS) == sum(verb.status is not None for verb in VERBS)
    assert set(STEPS) == set(Status) - {Status.NEW, Status.CLOSED}


def test_each_simple_verb_is_a_use_case_and_a_command() -> None:
    assert {"solve", "reopen"} < SIMPLE
    group = command_of("ticket")
    commands = set(group.list_commands(group.make_context("ticket", [], resilient_parsing=True)))
    assert SIMPLE - {"take"} <= commands  # it is `ticket assign`
    assert {name for name in SIMPLE - {"take"} if not callable(getattr(verbs, name))} == set()
