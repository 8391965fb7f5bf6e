"""Drafts change hands."""

import pytest

from supportcli.desk import Desk
from supportcli.desk.redo import redo
from supportcli.desk.replies import drafts, writing
from supportcli.desk.replies.handing_over import drafts_there, hand_draft_over, take_draft
from supportcli.desk.tickets import queue, reading, verbs
from supportcli.desk.undo import undo
from supportcli.domain.mail import Address
from supportcli.domain.people import Role
from supportcli.domain.replies.chosen import ReplyChoice
from supportcli.domain.replies.recipients import Recipients
from supportcli.domain.tickets.ticket import Direction
from supportcli.errors import NotAllowed
from supportcli.errors.names import NotFound
from supportcli.errors.replies import DraftAbsent, DraftsDiffer, SendRefused
from supportcli.errors.tickets import RedoRefused
from tests.desk.desks import BOB, StandingClock, as_agent, write_in
from tests.desk.tickets.test_queue import EVE, add

ONLY_BOSS = Recipients((Address("", "boss@acme.test"),), by_hand=frozenset({"boss@acme.test"}))


def test_a_draft_is_handed_over_with_all_that_was_chosen(desk: Desk) -> None:
    bob, number = as_agent(desk, BOB), write_in(desk)
    chosen = ReplyChoice(subject="About the leak")
    drafts.save_draft(desk, number, "reply", "Dear Maria,", 1, chosen=chosen)
    assert hand_draft_over(desk, number, "reply", "bob").name == "Bob Lee"
    assert drafts.draft(desk, number, "reply") is None
    taken = drafts.draft(bob, number, "reply")
    assert taken is not None
    assert (taken.text, taken.seen, taken.chosen.subject) == ("Dear Maria,", 1, "About the leak")
    with pytest.raises(DraftAbsent):
        hand_draft_over(desk, number, "reply", "bob")


def test_a_reply_whose_draft_a_colleague_has_now_is_not_sent_again_by_redo(desk: Desk) -> None:
    """A trial: both would have sent it."""
    bob, number = as_agent(desk, BOB), write_in(desk)
    writing.reply(desk, number, "We send a new one.")
    undo(desk)
    hand_draft_over(desk, number, "reply", "bob")
    with pytest.raises(RedoRefused, match="its text is a draft of Bob Lee"):
        redo(desk)
    writing.reply(bob, number, "We send a new one.", seen=1)
    assert sum("a new one" in one.text for one in reading.ticket(desk, number).messages) == 1


def test_a_reply_is_redone_if_a_colleague_has_begun_the_same_words(
    desk: Desk, clock: StandingClock
) -> None:
    """The redo property at full size: two agents took back the same short answer."""
    bob, number = as_agent(desk, BOB), write_in(desk)
    for agent in (desk, bob):
        clock.tick(seconds=1)
        writing.reply(agent, number, "It is on its way.")
    undo(bob)
    undo(desk)
    redo(desk)
    assert drafts.draft(desk, number, "reply") is None
    redo(bob)
    said = [one.text for one in reading.ticket(desk, number).messages]
    assert said.count("It is on its way.") == 2


def test_a_draft_is_taken_over_above_mine(desk: Desk, clock: StandingClock) -> None:
    bob, number = as_agent(desk, BOB), write_in(desk)
    with pytest.raises(DraftAbsent):
        take_draft(desk, number, "reply")
    drafts.save_draft(desk, number, "reply", "Mine.", 1)
    clock.tick(seconds=1)
    drafts.save_draft(bob, number, "reply", "Bob's.", 1)
    drafts.save_draft(bob, number, "note", "A note.", 1)
    assert take_draft(desk, number, "reply").name == "Bob Lee"
    mine = drafts.draft(desk, number, "reply")
    assert mine is not None
    assert mine.text == "Bob's.\n\nMine."
    assert drafts.draft(bob, number, "reply") is None
    assert drafts.draft(bob, number, "note") is not None, "of another kind"


def test_of_several_drafts_one_is_chosen(desk: Desk, clock: StandingClock) -> None:
    number, bob, eve = write_in(desk), as_agent(desk, BOB), add(desk, EVE)
    drafts.save_draft(bob, number, "reply", "Bob's  words.", 1)
    clock.tick(seconds=1)
    drafts.save_draft(eve, number, "reply", "Eve's.", 1)
    drafts.save_draft(desk, number, "note", "Mine.", 1)
    there = drafts_there(desk, number)
    assert [(one.kind, one.person.name, one.begins) for one in there.theirs] == [
        ("reply", "Eve", "Eve's."),
        ("reply", "Bob Lee", "Bob's words."),
    ]
    assert {kind: [one.name for one in to] for kind, to in there.mine.items()} == {
        "note": ["Bob Lee", "Eve"]
    }
    assert take_draft(desk, number, "reply", BOB).name == "Bob Lee"
    assert [one.person.name for one in drafts_there(desk, number).theirs] == ["Eve"]
    with pytest.raises(DraftAbsent):
        take_draft(desk, number, "reply", BOB)


def test_who_may_not_write_a_reply_neither_takes_nor_gets_one(desk: Desk) -> None:
    number, bob = write_in(desk), as_agent(desk, BOB)
    drafts.save_draft(bob, number, "reply", "Dear Maria,", 1)
    drafts.save_draft(bob, number, "note", "Call her.", 1)
    light, read_only = add(desk, EVE, Role.LIGHT_AGENT), add(desk, "zoe@shop.test", Role.READ_ONLY)
    assert [one.name for one in drafts_there(bob, number).mine["reply"]] == ["Ada Byron"]
    assert [one.name for one in drafts_there(bob, number).mine["note"]] == ["Ada Byron", "Eve"]
    for taker, kind in ((light, "reply"), (read_only, "note")):
        with pytest.raises(NotAllowed):
            take_draft(taker, number, kind)
    for kind, to in (("reply", "eve"), ("note", "zoe")):
        with pytest.raises(NotAllowed):
            hand_draft_over(bob, number, kind, to)
    assert take_draft(light, number, "note").name == "Bob Lee"


def test_colleagues_see_who_has_begun(desk: Desk) -> None:
    number, bob = write_in(desk), as_agent(desk, BOB)
    assert queue.colleagues(desk) == ()
    drafts.save_draft(bob, number, "reply", "Dear Maria,", 1)
    assert queue.colleagues(bob) == ()
    (seen,) = queue.colleagues(desk)
    assert (seen.number, seen.person.name, seen.doing.told) == (number, "Bob Lee", "has a draft")
    take_draft(desk, number, "reply")
    assert queue.colleagues(desk) == ()


def test_to_myself_it_stays_and_to_nobody_it_does_not_go(desk: Desk) -> None:
    number = write_in(desk)
    drafts.save_draft(desk, number, "reply", "Mine.", 1)
    assert hand_draft_over(desk, number, "reply", "me").name == "Ada Byron"
    with pytest.raises(NotFound):
        hand_draft_over(desk, number, "reply", "zoe")
    mine = drafts.draft(desk, number, "reply")
    assert mine is not None
    assert mine.text == "Mine."


@pytest.mark.parametrize("how", ["taken", "handed over"])
def test_drafts_for_different_people_do_not_become_one(desk: Desk, how: str) -> None:
    bob, number = as_agent(desk, BOB), write_in(desk)
    drafts.save_draft(desk, number, "reply", "For her.", 1)
    drafts.save_draft(bob, number, "reply", "Our margins.", 1, recipients=ONLY_BOSS)
    moves = {
        "taken": lambda: take_draft(desk, number, "reply"),
        "handed over": lambda: hand_draft_over(desk, number, "reply", "bob"),
    }
    with pytest.raises(DraftsDiffer):
        moves[how]()
    mine, theirs = (drafts.draft(one, number, "reply") for one in (desk, bob))
    assert mine is not None
    assert theirs is not None
    assert (mine.text, theirs.text) == ("For her.", "Our margins.")


def test_a_reply_that_comes_back_does_not_reach_the_people_of_a_newer_draft(desk: Desk) -> None:
    number = write_in(desk)
    writing.reply(desk, number, "Our margins.", recipients=ONLY_BOSS)
    drafts.save_draft(desk, number, "reply", "For her.", 1)
    done = undo(desk, number)
    assert done.partly
    assert done.sentence.endswith(
        f"Its text is a note in #{number}: your draft there is for other people."
    )
    _stands_apart(desk, number, "A reply was taken back.\n", "newer")


def test_a_reply_that_is_refused_does_not_reach_the_people_of_my_draft(desk: Desk) -> None:
    number = write_in(desk)
    drafts.save_draft(desk, number, "reply", "For her.", 1)
    seen = reading.ticket(desk, number, 1).last_event
    verbs.note(as_agent(desk, BOB), number, "She called.")
    with pytest.raises(SendRefused, match=r"in the meantime\. Your text is kept as a note"):
        writing.reply(desk, number, "Our margins.", recipients=ONLY_BOSS, seen=seen)
    _stands_apart(desk, number, "A reply was not sent.\n", "earlier")


def _stands_apart(desk: Desk, number: int, begins: str, which: str) -> None:
    mine = drafts.draft(desk, number, "reply")
    assert mine is not None
    assert mine.text == "For her."
    assert mine.recipients is None or not mine.recipients.same_people(ONLY_BOSS)
    note = reading.ticket(desk, number).messages[-1]
    assert note.direction is Direction.NOTE
    assert note.text == (
        f"{begins}It was to go to boss@acme.test.\n"
        f"The {which} draft is for other people and stays as it is. The text was:\n\nOur margins."
    )
