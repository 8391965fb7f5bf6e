"""Drafts of replies and notes: kept at the desk with their recipients and all that was chosen, so
that no crash and no refusal loses a word."""

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from supportcli.desk import Desk
from supportcli.desk.gestures import Gesture
from supportcli.desk.replies import attaching
from supportcli.desk.replies.recipients import answer as answer_to
from supportcli.desk.replies.recipients import recipients_of
from supportcli.desk.states import state_of
from supportcli.domain.mail import Address
from supportcli.domain.people import Action, Agent
from supportcli.domain.replies.chosen import AS_USUAL, ReplyChoice
from supportcli.domain.replies.drafts import Draft
from supportcli.domain.replies.recipients import Recipients, told
from supportcli.domain.tickets.ticket import Direction, Event
from supportcli.errors.replies import KEPT, NOTED
from supportcli.storage import canned
from supportcli.storage.replies import drafts, outbox
from supportcli.storage.replies.drafts import DraftKey
from supportcli.storage.tickets import events, messages, people, tickets


def save_draft(
    desk: Desk,
    number: int,
    kind: str,
    text: str,
    seen: int,
    *,
    recipients: Recipients | None = None,
    chosen: ReplyChoice = AS_USUAL,
) -> None:
    """Keep a draft (`kind` is reply, note or forward) instead of the previous one; a blank one
    forgets it.

    A draft keeps its recipients until others are given. If these name nobody yet, it is for the
    people who would get a reply begun now."""
    with desk.db.write() as tx:
        gesture = Gesture.begin(desk, tx, needed(kind))
        key = DraftKey(gesture.state(number).number, gesture.agent.id, kind)
        if Draft(text, seen, recipients, chosen).is_blank:
            forget(gesture, desk, key)
            return
        if recipients is None:
            before = drafts.find(tx, key)
            recipients = before.recipients if before else None
        elif not recipients.to and kind == "reply":
            found = messages.of_ticket(tx, number)
            answered = answer_to(tx, number, found, only_sender=recipients.only_sender)
            named = answered.addressing.recipients
            recipients = replace(recipients, to=named.to, cc=recipients.cc or named.cc)
        drafts.save(tx, key, Draft(text, seen, recipients, chosen), gesture.now)


def needed(kind: str) -> Action:
    """What a role must allow for a draft of this kind: who may not send a reply writes none."""
    return Action.NOTE if kind == "note" else Action.WORK


def forget(gesture: Gesture, desk: Desk, key: DraftKey) -> None:
    """Within a verb: forget a draft, and the files that no other one has."""
    before = drafts.find(gesture.tx, key)
    if before is not None:
        drafts.discard(gesture.tx, key)
        if before.chosen.files:
            attaching.tidy(gesture.tx, desk)


def forget_sent(
    gesture: Gesture, desk: Desk, number: int, text: str, *, of_draft: bool, kind: str = "reply"
) -> None:
    """Within a verb: forget my draft if it is what is sent. Another draft, begun in the inbox
    before a script answered, exists nowhere else."""
    key = DraftKey(number, gesture.agent.id, kind)
    begun = drafts.find(gesture.tx, key)
    if of_draft or (begun and begun.text.strip() == text.strip()):
        forget(gesture, desk, key)


def keep_unsent(
    desk: Desk, number: int, kept: Draft, *, of_draft: bool, kind: str = "reply"
) -> str:
    """Keep an unsent text as my draft, above one that was begun before. If that is for other people
    the text becomes a note. Returns what to say of it: KEPT or NOTED."""
    whole = kept
    if not of_draft:
        with desk.db.write() as tx:
            gesture = Gesture.begin(desk, tx, needed(kind))
            key = DraftKey(gesture.state(number).number, gesture.agent.id, kind)
            joined = together(tx, key, kept)
            if joined is None:
                note_down(tx, key, kept, "not sent", gesture.now, draft="earlier")
                return NOTED
            whole = joined
    save_draft(
        desk,
        number,
        kind,
        whole.text,
        whole.seen,
        recipients=whole.recipients,
        chosen=whole.chosen,
    )
    return KEPT


def together(tx: Session, key: DraftKey, text: Draft, unsent: int = 0) -> Draft | None:
    """A text above the one that its writer has begun there; None if that is for other people: no
    word may reach somebody whom it was not for. `unsent` is the message that the text was."""
    there = drafts.find(tx, key)
    if there is None:
        return text
    known = [one.recipients for one in (text, there)]
    if key.kind == "reply" and None in known and known != [None, None]:
        usual = _usual(tx, key.ticket, unsent)
        text, there = (replace(one, recipients=one.recipients or usual) for one in (text, there))
    return text.above(there) if text.fits(there) else None


def note_down(
    tx: Session, key: DraftKey, apart: Draft, why: str, now: datetime, *, draft: str = "newer"
) -> bool:
    """Keep a text that is for other people than the draft there as a note of its writer, which says
    for whom it was, and `why` it is here; False if the draft has the same words."""
    there = drafts.find(tx, key)
    if there is not None and apart.text.strip() == there.text.strip():
        return False
    writer = next(agent for agent in people.agents(tx) if agent.id == key.agent_id)
    files = ", ".join(file.name for file in apart.chosen.files)
    about = [
        f"A {key.kind} was {why}.",
        f"It was to go {told(apart.recipients)}." if apart.recipients else "",
        f"Its subject was: {apart.chosen.subject}" if apart.chosen.subject else "",
        f"Its files were: {files}" if files else "",
        f"The {draft} draft is for other people and stays as it is. The text was:",
    ]
    text = "\n".join(filter(None, about)) + f"\n\n{apart.text}"
    sender = Address(writer.name, writer.address)
    note = messages.NewMessage(
        Direction.NOTE, now, sender, text, agent_id=writer.id, channel="note"
    )
    messages.add(tx, key.ticket, state_of(tx, key.ticket).mailbox_id, note)
    return True


def carry_draft(desk: Desk, number: int, kind: str, begun: Draft) -> int:
    """Keep a text that was begun in a ticket before that was merged, with the draft in the ticket
    that it was merged into; returns its number. What the merge has brought there of this text is
    not repeated. NotFound if there is no ticket `number`."""
    with desk.db.write() as tx:
        gesture = Gesture.begin(desk, tx, needed(kind))
        into = tickets.ends_of_merges(tx, [number]).get(number, number)
        key = DraftKey(gesture.state(into).number, gesture.agent.id, kind)
        there = drafts.find(tx, key)
        drafts.save(tx, key, there.continued(begun) if there else begun, gesture.now)
        return into


def draft(desk: Desk, number: int, kind: str) -> Draft | None:
    """My draft in a ticket, if there is one."""
    with desk.db.read() as tx:
        return drafts.find(tx, DraftKey(number, desk.me(tx).id, kind))


def draft_again(tx: Session, agent_id: int, event: Event, message: int, now: datetime) -> bool:
    """Make an agent's draft of a reply or note that `event` wrote, above what they have begun
    since, with the marks for its files and macro and all that was chosen. A canned response that
    was sent unchanged makes no draft: nothing is lost. Returns whether it became a note instead,
    because the newer draft is for other people."""
    again = _again(tx, event, message, event.ticket, now)
    if again is None:
        return False
    key = DraftKey(event.ticket, agent_id, _KINDS.get(event.kind, "reply"))
    joined = together(tx, key, again, message)
    if joined is None:
        return note_down(tx, key, again, "taken back", now)
    drafts.save(tx, key, joined, now)
    return False


def draft_given_up(
    tx: Session, agent_id: int, event: Event, message: int, now: datetime, *, number: int, why: str
) -> bool:
    """As `draft_again`, for a reply with a time that leaves by itself no longer, in the ticket
    `number`, where a merge may have moved it. What its agent has begun since keeps its recipients
    and choices."""
    again = _again(tx, event, message, number, now)
    if again is None:
        return False
    again = replace(again, chosen=replace(again.chosen, at=None))
    key = DraftKey(number, agent_id, _KINDS.get(event.kind, "reply"))
    there, joined = drafts.find(tx, key), together(tx, key, again, message)
    if joined is not None and there is not None:
        chosen = there.chosen.joined(again.chosen)
        joined = replace(joined, seen=there.seen, chosen=chosen)
    kept = joined or there or again
    drafts.save(tx, key, kept, now)  # written now: `outbox list` shows what was given up
    return joined is None and note_down(tx, key, again, why, now)


def _usual(tx: Session, number: int, besides: int) -> Recipients:
    """Who would get a reply begun now, `besides` one that was never sent."""
    found = [one for one in messages.of_ticket(tx, number) if one.id != besides]
    return answer_to(tx, number, found, only_sender=False).addressing.recipients


def _again(tx: Session, event: Event, message: int, number: int, now: datetime) -> Draft | None:
    """What `event` wrote, as a draft in the ticket `number`, and its files kept; None for a canned
    response that was sent unchanged."""
    if any(use.applied for use in canned.uses_of(tx, event.gesture, event.ticket)):
        return None
    text = _written(tx, event, message)
    one = outbox.of_message(tx, message)
    chosen = replace(one.chosen if one else AS_USUAL, then="")
    if one is not None and chosen.files:
        attaching.keep_again(tx, chosen.files, outbox.content(tx, one.id), now)
    return Draft(text, events.last_id(tx, number), recipients_of(tx, number, message), chosen)


_KINDS = {"forwarded": "forward", "noted": "note"}
"""The kinds of drafts by that of the event that wrote the text; others are replies."""


def _written(tx: Session, event: Event, message: int) -> str:
    """What the writer of a reply typed, with the marks for its files and macro."""
    uses = canned.uses_of(tx, event.gesture, event.ticket)
    marks = "\n".join(mark for use in uses for mark in use.marks)
    return "\n\n".join(filter(None, (messages.words_of(tx, message), marks)))


def holder_of_text(tx: Session, agent_id: int, event: Event, message: int) -> Agent | None:
    """The colleague whose draft has the text of a reply that `event` wrote, if the writer's has it
    no longer: it was handed over after the reply was taken back."""
    text = _written(tx, event, message)
    there = drafts.keys_of(tx, event.ticket, _KINDS.get(event.kind, "reply"))
    found = {key.agent_id: drafts.find(tx, key) for key in there}
    holders = [one for one, draft in found.items() if draft and text and text in draft.text]
    if not holders or agent_id in holders:
        return None
    return next(one for one in people.agents(tx) if one.id == holders[0])


def undraft(tx: Session, agent_id: int, event: Event, message: int, now: datetime) -> None:
    """Take the text of a reply or note that `event` wrote out of its writer's draft, because it is
    written again; what they have begun below it stays, and so does a draft that they changed."""
    key = DraftKey(event.ticket, agent_id, _KINDS.get(event.kind, "reply"))
    draft, text = drafts.find(tx, key), _written(tx, event, message)
    if draft is None or not draft.text.startswith(text):
        return
    left = draft.text.removeprefix(text)
    if not left.strip():
        drafts.discard(tx, key)
    elif left.startswith("\n\n"):
        drafts.save(tx, key, Draft(left.lstrip("\n"), draft.seen, draft.recipients), now)
