"""Drafts change hands."""

import pytest

from supportcli.desk import Desk
from supportcli.desk.replies import drafts
from supportcli.desk.replies.handing_over import hand_draft_over, take_draft
from supportcli.domain.replies.chosen import ReplyChoice
from supportcli.errors.names import NotFound
from supportcli.errors.replies import DraftAbsent
from tests.desk.desks import BOB, StandingClock, as_agent, write_in


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


def test_to_myself_it_stays_and_to_nobody_it_does_not_go(desk: Desk) -> None:
    number = write_in(desk)
    drafts.save_draft(desk, number, "reply", "Mine.", 1)
    assert hand_draft_over(desk, number, "reply", "me").name == "Ada Byron"
    with pytest.raises(NotFound):
        hand_draft_over(desk, number, "reply", "zoe")
    mine = drafts.draft(desk, number, "reply")
    assert mine is not None
    assert mine.text == "Mine."
