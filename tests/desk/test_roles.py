"""Who may do what, to what is whose: the verbs come from their table, so that a new one without an
entry fails; all that is not allowed is refused."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from supportcli.desk import Desk, redo, undo
from supportcli.desk.canned import responses
from supportcli.desk.mail.held import accepting
from supportcli.desk.people.merging import merge_customers
from supportcli.desk.people.undoing import undo_people
from supportcli.desk.replies import applying, drafts, forwarding, outbox, writing
from supportcli.desk.sla import explain
from supportcli.desk.tickets import (
    editing,
    filling_in,
    merging,
    reading,
    snoozing,
    splitting,
    verbs,
)
from supportcli.desk.tickets.related import linking
from supportcli.desk.tickets.written.calls import log_call
from supportcli.domain.canned.responses import Body, Canned, Scope
from supportcli.domain.mail import Address
from supportcli.domain.people import Role, may
from supportcli.domain.replies.recipients import Recipients
from supportcli.domain.tickets.calls import PhoneCall
from supportcli.domain.tickets.ticket import Priority
from supportcli.domain.tickets.verbs import BY_NAME
from supportcli.errors import NotAllowed, SupportError
from supportcli.errors.names import NotFound
from supportcli.errors.setup import RoleForbids
from supportcli.errors.tickets import NothingToUndo
from tests.desk.desks import (
    ADA,
    BOB,
    StandingClock,
    as_agent,
    desk_at,
    file_after,
    sign_agent,
    with_role,
    write_in,
)

Call = Callable[[Desk], object]
TO_SUE = Recipients((Address("", "sue@else.test"),))

CALLS: dict[str, Call] = {
    "new": lambda desk: verbs.new(
        desk, mailbox=None, customer=Address("", "sue@else.test"), subject="Hi", text="Hi"
    ),
    "reply": lambda desk: writing.reply(desk, 1, "Hi"),
    "reply_sender": lambda desk: writing.reply(desk, 1, "Hi", only_sender=True),
    "forward": lambda desk: forwarding.forward(
        desk, 1, "Hi", recipients=TO_SUE, chosen=forwarding.begin(desk, 1)
    ),
    "schedule": lambda desk: writing.reply(desk, 1, "Hi"),
    "note": lambda desk: verbs.note(desk, 1, "Hi"),
    "call": lambda desk: log_call(desk, 1, "Hi"),
    "take_call": lambda desk: log_call(desk, 1, "Hi", PhoneCall.WAITING),
    "take": lambda desk: verbs.assign(desk, [1], "me"),
    "assign": lambda desk: verbs.assign(desk, [1], "bob"),
    "tag": lambda desk: verbs.tag(desk, [1], ["x"]),
    "priority": lambda desk: verbs.prioritise(desk, [1], Priority.HIGH),
    "field": lambda desk: filling_in.fill_in(desk, [1], {}),
    "solve": lambda desk: verbs.solve(desk, [1]),
    "wait": lambda desk: verbs.wait(desk, [1]),
    "hold": lambda desk: verbs.hold(desk, [1]),
    "spam": lambda desk: verbs.spam(desk, [1]),
    "delete": lambda desk: verbs.delete(desk, [1]),
    "snooze": lambda desk: snoozing.snooze(desk, [1], "2h"),
    "wake": lambda desk: snoozing.wake(desk, [1]),
    "merge": lambda desk: merging.merge(desk, [1], 2, agree=lambda _: True),
    "take_in": lambda desk: merging.merge(desk, [1], 2, agree=lambda _: True),
    "keep_meanwhile": lambda desk: merging.merge(desk, [1], 2, agree=lambda _: True),
    "link": lambda desk: linking.link(desk, [1], 2),
    "unlink": lambda desk: linking.unlink(desk, [1], 2),
    "split": lambda desk: splitting.split(desk, 1, [1]),
    "canned": lambda desk: applying.apply(desk, [1], "hi"),
    "reopen": lambda desk: verbs.reopen(desk, [1]),
    "follow": lambda desk: verbs.follow(desk, [1]),
    "unfollow": lambda desk: verbs.unfollow(desk, [1]),
    "excuse": lambda desk: explain.excuse(desk, "number:1", "because"),
    "accept": lambda desk: accepting.accept(desk, [1]),
    "edit": lambda desk: editing.edit(desk, [1], editing.Edit(subject="New")),
    "undo": undo.undo,
    "redo": redo.redo,
    "merge_customer": lambda desk: merge_customers(desk, "maria@acme.test", "sue@else.test"),
    "separate_customer": undo_people,
}
"""A call of each verb of the table."""


def fill(desk: Desk) -> None:
    """Make Ada an admin; two tickets, and a response for all."""
    with_role(desk, ADA, Role.ADMIN)
    for _ in range(2):
        write_in(desk)
    responses.add(desk, Canned("hi", "Hi", (Body("", "Hello."),)), {})


@pytest.fixture
def shop(tmp_path: Path, clock: StandingClock) -> Iterator[Desk]:
    """Ada is an admin, and Bob is whoever a test says. Two tickets, and a response for all."""
    with desk_at(f"sqlite:///{tmp_path / 'desk.db'}", clock, file_after(fill)) as desk:
        yield desk


def test_each_verb_has_a_call() -> None:
    assert set(CALLS) == set(BY_NAME)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("name", CALLS)
def test_a_role_allows_a_verb_or_it_is_refused(shop: Desk, role: Role, name: str) -> None:
    with_role(shop, BOB, role)
    before = reading.ticket(shop, 1)
    try:
        CALLS[name](as_agent(shop, BOB))
        forbidden = False
    except RoleForbids:
        forbidden = True
    except SupportError:  # it got so far as to look at what is there
        forbidden = False
    assert forbidden is not may(role, BY_NAME[name].needs)
    if forbidden:
        assert reading.ticket(shop, 1) == before


def undo_note(desk: Desk) -> None:
    done = verbs.note(as_agent(desk, ADA), 1, "Mine.")
    undo.undo(desk, gesture_id=done.gesture)


def cancel_reply(desk: Desk) -> None:
    done = writing.reply(as_agent(desk, ADA), 1, "Hi")
    outbox.cancel(desk, done.replies[0].id)


def undo_reply(desk: Desk) -> None:
    done = writing.reply(as_agent(desk, ADA), 1, "Hi")
    undo.undo(desk, gesture_id=done.gesture)


def write_over_draft(desk: Desk) -> None:
    drafts.save_draft(as_agent(desk, ADA), 1, "reply", "Mine.", 0)
    try:
        drafts.save_draft(desk, 1, "reply", "", 0)
    finally:
        kept = drafts.draft(as_agent(desk, ADA), 1, "reply")
        assert kept is not None
        assert kept.text == "Mine."


def remove_response(desk: Desk) -> None:
    mine = Canned("own", "Own", (Body("", "Hello."),), scope=Scope.ME)
    responses.add(as_agent(desk, ADA), mine, {})
    responses.remove(desk, "own")


def sign(desk: Desk) -> None:
    sign_agent(desk, ADA, "Bob was here")


FORBIDDEN, NO_SUCH = RoleForbids, (NotFound, NothingToUndo)
FOREIGN: dict[Call, dict[Role, type[SupportError] | tuple[type[SupportError], ...] | None]] = {
    undo_note: {
        Role.ADMIN: NO_SUCH,
        Role.AGENT: NO_SUCH,
        Role.LIGHT_AGENT: NO_SUCH,
        Role.READ_ONLY: FORBIDDEN,
    },
    undo_reply: {
        Role.ADMIN: NO_SUCH,
        Role.AGENT: NO_SUCH,
        Role.LIGHT_AGENT: NO_SUCH,
        Role.READ_ONLY: FORBIDDEN,
    },
    cancel_reply: {
        Role.ADMIN: None,
        Role.AGENT: None,
        Role.LIGHT_AGENT: FORBIDDEN,
        Role.READ_ONLY: FORBIDDEN,
    },
    write_over_draft: {
        Role.ADMIN: None,
        Role.AGENT: None,
        Role.LIGHT_AGENT: FORBIDDEN,
        Role.READ_ONLY: FORBIDDEN,
    },
    remove_response: {
        Role.ADMIN: NO_SUCH,
        Role.AGENT: NO_SUCH,
        Role.LIGHT_AGENT: FORBIDDEN,
        Role.READ_ONLY: FORBIDDEN,
    },
    sign: {
        Role.ADMIN: None,
        Role.AGENT: FORBIDDEN,
        Role.LIGHT_AGENT: FORBIDDEN,
        Role.READ_ONLY: FORBIDDEN,
    },
}
"""What is done to something of Ada's, and what each role gets; None: it is done. A reply on its way
is the team's: who works on tickets may cancel it."""


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("act", FOREIGN)
def test_what_is_somebody_elses_stays_so(shop: Desk, act: Call, role: Role) -> None:
    with_role(shop, BOB, role)
    expected = FOREIGN[act][role]
    if expected is None:
        act(as_agent(shop, BOB))
    else:
        with pytest.raises(expected):
            act(as_agent(shop, BOB))


def test_who_lost_a_role_cannot_take_back_what_it_allowed(shop: Desk) -> None:
    bob = as_agent(shop, BOB)
    verbs.note(bob, 1, "Mine.")
    verbs.solve(bob, [1])
    with_role(shop, BOB, Role.LIGHT_AGENT)
    with pytest.raises(NotAllowed, match="has the role light-agent here and may not work on"):
        undo.undo(bob)
