"""Relays, blocked senders, machines and floods on a real desk: what becomes of their mail, and
undo."""

from datetime import timedelta

import pytest

from supportcli.desk import Desk
from supportcli.desk.mail.held import accepting
from supportcli.desk.mail.senders import verbs
from supportcli.desk.mail.why import why
from supportcli.desk.setup import desk_info, relays
from supportcli.desk.tickets import reading
from supportcli.desk.tickets import verbs as ticket_verbs
from supportcli.domain.senders import Block, Judgement, SenderRule, Senders, who_of
from supportcli.domain.tickets.ticket import Status
from supportcli.errors.names import NotFound
from supportcli.errors.setup import RelayIsAgent, SenderInvalid, SenderIsOurs
from supportcli.storage.setup import identity
from tests.desk.desks import ADA, StandingClock
from tests.desk.fake_channel import FakeServers, take_in
from tests.desk.letters import EVE, GRACE, HELP, letter


@pytest.fixture
def desk(desk: Desk, servers: FakeServers) -> Desk:
    with desk.db.write() as tx:
        tx.connection().exec_driver_sql("UPDATE agent SET role = 'admin'")
    return servers.at(desk)


def state(desk: Desk, name: str) -> tuple[str, str | None]:
    (mail,) = why(desk, f"<{name}@customer.test>")
    return mail.state, mail.rule


def test_what_a_relay_posts_is_a_ticket_of_the_person(desk: Desk, servers: FakeServers) -> None:
    box = relays.edit_relays(desk, HELP, ["Forms@Service.test", "noreply@shop.test"])
    assert box.relays == ("forms@service.test", "noreply@shop.test")
    posted = letter("one", f"Name: Eve\r\nEmail: {EVE}\r\n", sender="forms@service.test")
    nobody = letter("two", "Name: Eve", sender="forms@service.test")
    take_in(desk, servers, posted, nobody)
    assert str(reading.ticket(desk, 1).line.customer) == f"Eve <{EVE}>"
    assert state(desk, "two") == ("held", "relay")
    with pytest.raises(NotFound):
        relays.edit_relays(desk, HELP, removed=["other@service.test"])
    with pytest.raises(RelayIsAgent):
        relays.edit_relays(desk, HELP, [ADA])
    assert relays.edit_relays(desk, HELP, removed=["forms@service.test"]).relays == (
        "noreply@shop.test",
    )


def test_the_newest_headers_propose_relays(desk: Desk, servers: FakeServers) -> None:
    for number in range(210):
        headers = f"Reply-To: c{number}@customer.test" if number % 2 else ""
        sender = "forms@service.test" if number % 2 else GRACE
        servers.deliver(letter(f"m{number}", sender=sender, headers=headers))
    found = relays.proposed_relays(desk, HELP)
    assert found.looked_at == relays.LOOKED_AT
    assert [(one.address, one.count) for one in found.relays] == [("forms@service.test", 100)]


@pytest.mark.parametrize("how", list(Block))
@pytest.mark.parametrize("who", [EVE, "@elsewhere.test", "*@elsewhere.test", "@ELSEWHERE.test"])
def test_blocked_mail_is_kept_and_bothers_nobody(
    desk: Desk, servers: FakeServers, how: Block, who: str
) -> None:
    take_in(desk, servers, letter("before", sender=EVE))
    ticket_verbs.solve(desk, [1])
    verbs.block(desk, who, how)
    take_in(
        desk,
        servers,
        letter("new", sender=EVE),
        letter("answer", sender=EVE, references=["before"]),
        letter("other", sender=GRACE),
    )
    wanted = "held" if how is Block.HOLD else "discarded"
    assert [state(desk, name) for name in ("new", "answer")] == [(wanted, "blocked")] * 2
    assert reading.ticket(desk, 1).line.status is Status.SOLVED
    assert state(desk, "other")[0] == "accepted"
    verbs.unblock(desk, who)
    take_in(desk, servers, letter("after", sender=EVE))
    assert state(desk, "after")[0] == "accepted"
    if how is Block.HOLD:
        ids = [one.id for name in ("new", "answer") for one in why(desk, f"<{name}@customer.test>")]
        accepting.retry(desk, ids)
        assert [state(desk, name)[0] for name in ("new", "answer")] == ["accepted"] * 2


def test_nobody_blocks_the_team(desk: Desk, servers: FakeServers) -> None:
    for who in (ADA, HELP, "@shop.test", "@test"):
        with pytest.raises((SenderIsOurs, SenderInvalid)):
            verbs.block(desk, who)
    with pytest.raises(NotFound):
        verbs.unblock(desk, EVE)
    take_in(desk, servers, letter("one", sender=ADA))
    assert state(desk, "one")[0] == "accepted"


def test_what_was_said_about_a_sender_overrules_the_mail(
    desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    take_in(desk, servers, letter("one"))
    ticket_verbs.solve(desk, [1])
    verbs.judge(desk, GRACE, Judgement.MACHINE)
    clock.tick(minutes=1)
    take_in(desk, servers, letter("two", references=["one"]))
    assert reading.ticket(desk, 1).line.status is Status.SOLVED
    (decided,) = why(desk, "<two@customer.test>")
    assert f"Ada Byron said that {GRACE} is a machine" in (decided.reason or "")
    verbs.judge(desk, "@customer.test", Judgement.PERSON)
    verbs.judge(desk, GRACE, None)
    automatic = letter("three", references=["one"], headers="Auto-Submitted: auto-replied")
    take_in(desk, servers, automatic)
    assert reading.ticket(desk, 1).line.status is Status.OPEN


def test_undo_takes_back_what_was_said_last(desk: Desk, clock: StandingClock) -> None:
    verbs.block(desk, EVE)
    clock.tick(minutes=1)
    verbs.judge(desk, EVE, Judgement.MACHINE)
    clock.tick(minutes=1)
    assert verbs.undo_last(desk) is not None
    assert [(one.judged, one.blocked) for one in verbs.rules(desk)] == [(None, Block.HOLD)]
    assert verbs.undo_last(desk) is not None
    assert verbs.rules(desk) == []
    assert verbs.undo_last(desk) is None


def test_a_flood_is_held_and_an_hour_later_over(
    each_desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    desk = servers.at(each_desk)
    with desk.db.write() as tx:
        identity.set_most_opened(tx, 3)
    for number in range(5):
        clock.tick(minutes=1)
        take_in(desk, servers, letter(f"m{number}", f"Text {number}."))
        take_in(desk, servers, letter(f"o{number}", sender=f"c{number}@else.test"))
    assert [state(desk, f"m{number}")[0] for number in range(5)] == ["accepted"] * 3 + ["held"] * 2
    assert state(desk, "m3")[1] == "flood"
    assert {state(desk, f"o{number}")[0] for number in range(5)} == {"accepted"}
    take_in(desk, servers, letter("answer", references=["m0"]))
    assert state(desk, "answer") == ("accepted", "thread")
    clock.tick(hours=1)
    take_in(desk, servers, letter("later", "Once more."))
    assert state(desk, "later")[0] == "accepted"


def test_mail_from_before_the_desks_time_is_no_flood(
    desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    desk_info.most_opened(desk, 1)
    for number in range(4):
        servers.deliver(letter(f"m{number}"), clock.now - timedelta(minutes=number + 1))
    take_in(desk, servers)
    assert {state(desk, f"m{number}")[0] for number in range(4)} == {"accepted"}


@pytest.mark.parametrize("typed", ["", "@", "@test", "spam", "a@b@c", "*@*", "@a..test", "a b@c.d"])
def test_whom_nobody_can_be_is_refused(typed: str) -> None:
    with pytest.raises(SenderInvalid):
        who_of(typed)


def test_the_closest_rule_counts() -> None:
    rules = Senders(
        {
            name: SenderRule(name, blocked=how)
            for name, how in (("@spam.test", Block.DISCARD), ("ann@mail.spam.test", Block.HOLD))
        }
    )
    found = [
        rules.blocked(one)
        for one in (
            "ann+x@mail.spam.test",
            "bob@mail.spam.test",
            "bob@SPAM.test",
            "bob@nospam.test",
        )
    ]
    assert [one and one.blocked for one in found] == [
        Block.HOLD,
        Block.DISCARD,
        Block.DISCARD,
        None,
    ]


@pytest.mark.parametrize(
    ("subject", "headers", "moves"),
    [
        ("Automatic reply: is it on or off?", "", True),
        ("Automatic reply: is it on or off?", "X-Auto-Response-Suppress: All", False),
        ("Automatic reply: Grinder", "", False),
        ("Automatische Antwort:  GRINDER", "", False),
        ("[Automatic reply] Grinder", "", False),
        ("Automatic reply: Re: Grinder [#1]", "", False),
        ("Automatic reply", "", False),
        ("Automatic reply: It still grinds", "", False),
        ("Abwesenheitsnotiz: Grinder [#1]", "", False),
        ("Absence du bureau : is it on or off? [#1]", "", True),
        ("Abwesenheitsnotiz: 3.-7. 5.", "", True),
        ("Abwesenheitsnotiz", "", True),
        ("AW: Abwesenheitsnotiz: Grinder", "", True),
        ("Out of office Grinder", "", True),
    ],
)
def test_a_form_before_a_subject_is_an_automatic_answer_only_in_that_conversation(
    desk: Desk, servers: FakeServers, subject: str, headers: str, *, moves: bool
) -> None:
    take_in(desk, servers, letter("a"), letter("b", subject="It still grinds", references=["a"]))
    ticket_verbs.solve(desk, [1])
    take_in(desk, servers, letter("c", subject=subject, references=["b"], headers=headers))
    found = reading.ticket(desk, 1)
    assert len(found.messages) == 3
    assert (found.line.status is Status.OPEN) is moves
    assert ("automatic answer" in (why(desk, "<c@customer.test>")[0].reason or "")) is not moves


def test_unblock_names_the_domain_above_that_is_blocked(desk: Desk) -> None:
    verbs.block(desk, "@acme.test", Block.DISCARD)
    with pytest.raises(NotFound) as refused:
        verbs.unblock(desk, "q@sub.acme.test")
    assert "@acme.test is blocked" in (refused.value.hint or "")


@pytest.mark.parametrize("typed", ["acme.test", "@acme", "nonsense"])
def test_what_is_no_sender_is_told_how_to_name_a_domain(typed: str) -> None:
    with pytest.raises(SenderInvalid) as refused:
        who_of(typed)
    assert "@shop.test" in (refused.value.hint or "")
