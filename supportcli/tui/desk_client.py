"""Every question the inbox puts to the desk. Imported by a thread after the first frame: the desk
brings sqlmodel, which takes longer than that. It remembers which gestures were its own, which are
no news; verbs on tickets go through `do` by their names."""

import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from copy import copy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from supportcli.clock import Clock
from supportcli.config import Settings
from supportcli.desk import Desk, open_desk, redo, reports, searching, ticking, undo
from supportcli.desk.canned import filling, responses
from supportcli.desk.canned.filling import Insertion, Offer
from supportcli.desk.exports import attachments, pictures, piping
from supportcli.desk.exports.attachments import TicketFile
from supportcli.desk.exports.pictures import Pixels
from supportcli.desk.exports.piping import Printed
from supportcli.desk.gestures import Done
from supportcli.desk.mail.held import accepting, counting
from supportcli.desk.mail.held import waiting as held
from supportcli.desk.mail.held.accepting import MailsDone
from supportcli.desk.people import agents, alerts, colleagues, lookups
from supportcli.desk.people import editing as people_editing
from supportcli.desk.people import reading as people
from supportcli.desk.people.blocking import block_customer
from supportcli.desk.people.merging import merge_customers
from supportcli.desk.people.people_gestures import CustomerDone
from supportcli.desk.people.reading import CustomerShown
from supportcli.desk.replies import (
    applying,
    attaching,
    drafts,
    forwarding,
    handing_over,
    outbox,
    previewing,
    recipients,
    writing,
)
from supportcli.desk.replies.first import outreach
from supportcli.desk.replies.handing_over import TicketDrafts
from supportcli.desk.replies.previewing import PreviewedReply
from supportcli.desk.setup import desk_info, founding, sign_ins, teams, views
from supportcli.desk.sla import calendars, policies
from supportcli.desk.tickets import (
    editing,
    filling_in,
    handing,
    inbox,
    lists,
    merging,
    queue,
    reading,
    snoozing,
    splitting,
    unseen,
    verbs,
)
from supportcli.desk.tickets.counting import Counted, KeptCounts
from supportcli.desk.tickets.editing import Edit
from supportcli.desk.tickets.inbox import Health, TicketChoices
from supportcli.desk.tickets.merging import MergePlan
from supportcli.desk.tickets.queue import Next
from supportcli.desk.tickets.related import linking, proposals, similar, web_links
from supportcli.desk.tickets.related.proposals import RelatedTicket
from supportcli.desk.tickets.related.similar import SimilarTicket
from supportcli.desk.tickets.related.web_links import TicketLinks
from supportcli.desk.tickets.written import calls
from supportcli.domain.custom_fields import CustomField
from supportcli.domain.intake.ledger import LetterShown, WaitingMail
from supportcli.domain.mail import Address
from supportcli.domain.people import Agent
from supportcli.domain.people.customers import CustomerChanges
from supportcli.domain.query.completion import QueryWords, instead
from supportcli.domain.replies.chosen import AS_USUAL, ReplyChoice, ReplyFile
from supportcli.domain.replies.delivery import Outgoing
from supportcli.domain.replies.drafts import Draft
from supportcli.domain.replies.recipients import Addressing, Recipients
from supportcli.domain.reports.dashboard.desk_day import DeskDay
from supportcli.domain.reports.dashboard.figures import Figure
from supportcli.domain.reports.dashboard.my_day import MyDay
from supportcli.domain.senders import Block
from supportcli.domain.setup.alerts import Alert
from supportcli.domain.setup.own_commands import OwnCommand, PipeSource
from supportcli.domain.tickets.calls import PhoneCall
from supportcli.domain.tickets.news import NewsItem, Sight
from supportcli.domain.tickets.presence import Colleague
from supportcli.domain.tickets.saved_views import SavedView, ViewChanges, ViewOwner
from supportcli.domain.tickets.snoozing import SnoozeTimes
from supportcli.domain.tickets.ticket import (
    Link,
    Message,
    Status,
    Ticket,
    TicketLine,
    first_unread,
)
from supportcli.errors.database import DatabaseBusy
from supportcli.errors.names import NotFound
from supportcli.errors.replies import RecipientsUnsure
from supportcli.rendering import events
from supportcli.rendering.conversation.message import USUAL_KEYS, PageKeys
from supportcli.rendering.conversation.page import ConversationPage, page
from supportcli.rendering.ink import Spans
from supportcli.rendering.mail import held_mail
from supportcli.rendering.mail import outbox as outgoing
from supportcli.rendering.settings import DeskSettings
from supportcli.tui.list_order import FoundTickets

MANY = 500
"""With more changes than this at once, the query is run again."""

D = TypeVar("D", Done, MailsDone)


@dataclass(frozen=True, slots=True)
class Start:
    """What the inbox has to know before the first key: who I am, the first view's tickets, and my
    drafts; `upto` as in `ListChanges`.

    The lines include those of the rows that were painted ahead; `told` is what came into the marked
    one since."""

    me: Agent
    found: FoundTickets
    drafts: dict[tuple[int, str], Draft]
    views: Sequence[SavedView]
    upto: int
    told: Sequence[NewsItem]


@dataclass(frozen=True, slots=True)
class ListChanges:
    """What changes mean for the list that is shown: new lines, tickets that belong in it and are
    not shown, shown ones that no longer belong. The lines include all events up to `upto`."""

    lines: list[TicketLine]
    fresh: frozenset[int]
    gone: frozenset[int]
    upto: int = 0


@dataclass(frozen=True, slots=True)
class Envelope:
    """How a text is sent: to `recipients` as shown, or else to those the desk finds. `agreed` is
    the question about them that was answered with yes, `seen` the last event of the ticket that the
    writer had seen."""

    only_sender: bool
    recipients: Recipients | None
    agreed: str
    status: Status | None
    seen: int | None
    used: tuple[str, ...] = ()
    chosen: ReplyChoice = AS_USUAL


@dataclass(frozen=True, slots=True)
class Nameable:
    """Who can be named in a reply, and the addresses it can come from."""

    people: Sequence[Address]
    senders: Sequence[str]


class DeskClient:
    """The desk, open, as the inbox uses it. Each call may wait for the database, so none is made on
    the event loop."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._desk = open_desk(settings, clock)
        self.changes = reading.Changes(self._desk)
        self._own: set[str] = set()
        self._agents: Sequence[Agent] | None = None
        self.marked: tuple[int, ...] = ()
        self._me: Agent | None = None
        self._told = self.changes.seen
        self._counts = KeptCounts(self._desk)
        self._name = uuid.uuid4().hex

    def close(self) -> None:
        """Close the desk."""
        self._desk.close()

    # Reading

    def start(
        self, query: str, window: int, painted: Collection[int], marked: int | None, seen: int
    ) -> Start:
        """Everything for the first screen, over rows that were painted ahead: they show all up to
        the event `seen`, and one is marked."""
        upto = self.changes.seen
        numbers = lists.numbers(self._desk, query)
        lines = lists.lines(self._desk, list(dict.fromkeys([*numbers[:window], *painted])))
        told = self.unseen(marked, seen) if marked is not None else []
        me, drafts_there = inbox.me(self._desk), inbox.my_drafts(self._desk)
        self._me = me
        groups = inbox.groups(self._desk, query, numbers, whole=window)
        return Start(
            me,
            FoundTickets(numbers, lines, groups),
            drafts_there,
            views.my_tabs(self._desk),
            upto,
            told,
        )

    def find(self, query: str, window: int) -> FoundTickets:
        """The tickets of a query, the first lines of them, and their groups."""
        numbers = lists.numbers(self._desk, query)
        groups = inbox.groups(self._desk, query, numbers, whole=window)
        return FoundTickets(numbers, lists.lines(self._desk, numbers[:window]), groups)

    def found_instead(self, query: str) -> tuple[str, int] | None:
        """The first query that finds something where this one finds nothing, and how many
        tickets; None if there is none."""
        counts = ((one, len(lists.numbers(self._desk, one))) for one in instead(query))
        return next(((one, count) for one, count in counts if count), None)

    def lines(self, numbers: Sequence[int]) -> list[TicketLine]:
        """The lines of these tickets."""
        return lists.lines(self._desk, numbers)

    def counts(self, queries: Collection[str]) -> Counted:
        """See `desk.tickets.counting.KeptCounts.of`. All counts are asked for in one thread."""
        return self._counts.of(queries)

    def news(
        self, query: str, changed: Collection[int], shown: Collection[int], known: Sequence[int]
    ) -> ListChanges:
        """What the `changed` tickets mean for a list that shows `shown` and has the lines of
        `known`."""
        there, upto = frozenset(shown), self.changes.seen
        if len(changed) > MANY:
            return replace(
                self.compared(query, shown), lines=lists.lines(self._desk, known), upto=upto
            )
        found = inbox.among(self._desk, query, changed)
        return ListChanges(
            lists.lines(self._desk, known),
            found - there,
            (frozenset(changed) & there) - found,
            upto,
        )

    def compared(self, query: str, shown: Collection[int]) -> ListChanges:
        """The tickets that a list showing `shown` lacks, and those it has too many."""
        found, there = frozenset(lists.numbers(self._desk, query)), frozenset(shown)
        return ListChanges([], found - there, there - found)

    def settled(
        self, query: str, numbers: Sequence[int]
    ) -> tuple[list[TicketLine], frozenset[int]]:
        """The lines of tickets after a verb, and those that the query still finds."""
        return lists.lines(self._desk, numbers), inbox.among(self._desk, query, numbers)

    def conversation(
        self,
        number: int,
        last: int,
        width: int,
        query: str = "",
        *,
        unfolded: bool,
        unread: int = 0,
        seen: int = 0,
        keys: PageKeys = USUAL_KEYS,
    ) -> tuple[Ticket, ConversationPage]:
        """A ticket with its newest messages, laid out for a width; the words of a query are marked
        in it, and the first unread message: `unread` (its id), or else the first after `seen`. (The
        agents' names are asked for once, until something changes.)"""
        found, words = reading.ticket(self._desk, number, last), searching.words_of(query)
        if self._agents is None:
            self._agents = colleagues.list_agents(self._desk)
        told = events.runs(found, events.names_in(found, self._agents))
        return found, page(
            found,
            width,
            self._desk.now(),
            unfolded=unfolded,
            words=words,
            told=told,
            unread=unread or first_unread(found, seen),
            keys=keys,
        )

    def addressing(
        self, number: int, *, only_sender: bool, own: Recipients | None
    ) -> tuple[Addressing, Recipients]:
        """Who gets a reply: a draft's `own` recipients if it has some; and who would get it if it
        were begun now."""
        fresh = recipients.addressing_of(self._desk, number, only_sender=only_sender)
        told = (
            recipients.addressing_of(self._desk, number, only_sender=only_sender, recipients=own)
            if own and own.to
            else fresh
        )
        return told, fresh.recipients

    def known(self, number: int) -> Nameable:
        """See `desk.replies.recipients.known`."""
        return Nameable(*recipients.known(self._desk, number))

    def attach(self, number: int, path: Path, there: Sequence[ReplyFile]) -> tuple[ReplyFile, ...]:
        """See `desk.replies.attaching.attach`."""
        return attaching.attach(self._desk, number, [path], there)

    def customer(self, number: int) -> CustomerShown:
        """The customer of a ticket, with what the team knows about them."""
        return people.customer(self._desk, f"#{number}")

    def edit_customer(self, number: int, changes: CustomerChanges) -> CustomerDone:
        """See `desk.people.editing.edit_customer`, for the customer of a ticket."""
        return people_editing.edit_customer(self._desk, f"#{number}", changes)

    def merge_customer(self, number: int, into: str) -> CustomerDone:
        """See `desk.people.merging.merge_customers`, for the customer of a ticket."""
        return merge_customers(self._desk, f"#{number}", into)

    def block_customer(self, number: int, how: Block | None) -> CustomerDone:
        """See `desk.people.blocking.block_customer`, for the customer of a ticket."""
        return block_customer(self._desk, f"#{number}", how)

    def look_up(self, number: int) -> None:
        """See `desk.people.lookups.look_up`. It may take seconds."""
        lookups.look_up(self._desk, f"#{number}")

    def alerts(self) -> list[Alert]:
        """What is for me since the last question."""
        if self._me is None:
            return []
        self._told, found = alerts.since(self._desk, self._me, self._told)
        return found

    def drafts(self) -> dict[tuple[int, str], Draft]:
        """My drafts by ticket and kind."""
        return inbox.my_drafts(self._desk)

    def views(self) -> Sequence[SavedView]:
        """See `desk.setup.views.my_tabs`."""
        return views.my_tabs(self._desk)

    def choices(self) -> TicketChoices:
        """The agents and the tags there are. It is asked whenever something has changed."""
        self._agents = None
        return inbox.choices(self._desk)

    def query_words(self) -> QueryWords:
        """What completes queries."""
        return inbox.query_words(self._desk)

    def offers(self) -> list[Offer]:
        """The canned responses I may use, those used lately first."""
        return filling.offers(self._desk)

    def insertion(self, number: int, shortcut: str) -> Insertion:
        """A canned response, filled in for a ticket."""
        return filling.insertion(self._desk, number, shortcut)

    def count_held(self) -> int:
        """How many mails wait for a person."""
        return counting.count(self._desk)

    def held(self, most: int) -> WaitingMail:
        """What is held, the oldest mails first."""
        return held.waiting(self._desk, limit=most)

    def letter(self, mail_id: int, width: int) -> Sequence[Spans]:
        """A complete mail, laid out for a width."""
        return held_mail.page(held.letters(self._desk, str(mail_id))[0], width, self._desk.now())

    def letter_of(self, number: int, position: int) -> LetterShown | None:
        """The mail of a message of a ticket, and what was decided about it; None if it was no mail
        that came in."""
        try:
            return held.letters(self._desk, f"{number}:{position}")[0]
        except NotFound:
            return None

    def outbox(self) -> list[Outgoing]:
        """See `desk.replies.outbox.list_outbox`."""
        return outbox.list_outbox(self._desk)

    def outgoing_page(self, one: Outgoing, width: int) -> Sequence[Spans]:
        """All that is known of a reply on its way, laid out for a width."""
        messages = reading.ticket(self._desk, one.ticket).messages
        text = next((message.text for message in messages if message.id == one.message_id), "")
        return outgoing.page(one, text, width, self._desk.now())

    def outbox_do(self, verb: str, which: int) -> Outgoing:
        """Do a verb of `desk.replies.outbox` (send, retry, cancel). It may take seconds."""
        verbs_of: dict[str, Callable[[Desk, int], Outgoing]] = {
            "send": outbox.send,
            "retry": outbox.retry,
            "cancel": outbox.cancel,
        }
        return verbs_of[verb](self._desk, which)

    def settings(self) -> DeskSettings:
        """What is set up."""
        desk, boxes = self._desk, founding.list_mailboxes(self._desk)
        return DeskSettings(
            desk_info.about(desk),
            desk.settings.agent,
            boxes,
            {box.address: sign_ins.shown_sign_in(desk, box.address) for box in boxes},
            colleagues.list_agents(desk),
            agents.absences(desk),
            teams.list_teams(desk),
            policies.list_policies(desk),
            calendars.list_calendars(desk),
            responses.list_canned(desk),
            filling_in.list_fields(desk),
            views.list_views(desk),
            desk.settings.inbox,
            desk.settings.path,
        )

    def health(self) -> Health:
        """The health of mail."""
        return inbox.health(self._desk)

    def desk_day(self, most: int) -> DeskDay:
        """See `desk.reports.desk_day`."""
        return reports.desk_day(self._desk, most)

    def my_day(self, most: int) -> MyDay:
        """See `desk.reports.of_me`."""
        return reports.of_me(self._desk, most)

    def next_due(self, most: int, *, mine: bool) -> Sequence[TicketLine]:
        """See `desk.reports.next_due`."""
        return reports.next_due(self._desk, most, mine=mine)

    def query_of(self, figure: Figure) -> tuple[str, int]:
        """See `desk.reports.query_of`."""
        return reports.query_of(self._desk, figure)

    def unseen(self, number: int, seen: int) -> list[NewsItem]:
        """What changed in a ticket after the event `seen`, except from here. Ask it after the
        verbs, which it has to know."""
        return unseen.since(self._desk, number, self._sight(seen))

    # Doing

    def looked(self, upto: Mapping[int, int]) -> None:
        """See `desk.tickets.unseen.looked`. If somebody else is writing just now, the same messages
        are unread once more."""
        with suppress(DatabaseBusy):
            unseen.looked(self._desk, upto)

    def unlook(self, numbers: Sequence[int]) -> None:
        """See `desk.tickets.unseen.unlook`."""
        unseen.unlook(self._desk, numbers)

    def save_view(self, new: SavedView, owner: ViewOwner) -> SavedView:
        """See `desk.setup.views.add_view`."""
        return views.add_view(self._desk, new, owner)

    def edit_view(self, which: int, changes: ViewChanges) -> SavedView:
        """See `desk.setup.views.edit_view`."""
        return views.edit_view(self._desk, which, changes)

    def remove_view(self, which: int) -> SavedView:
        """See `desk.setup.views.remove_view`."""
        return views.remove_view(self._desk, which)

    def _sight(self, seen: int) -> Sight:
        return Sight(seen, frozenset(self._own))

    def _mine(self, done: D) -> D:
        """Remember that this was done from here, so it is not news. All verbs run in one thread."""
        self._own.add(done.gesture)
        return done

    def tick(self) -> None:
        """See `desk.ticking.tick`. If somebody else is writing just now, the next minute
        will do."""
        with suppress(DatabaseBusy):
            ticking.tick(self._desk)

    def take_next(self) -> Next:
        """See `desk.tickets.queue.take_next`."""
        return queue.take_next(self._desk)

    def give_back(self, number: int) -> None:
        """See `desk.tickets.queue.give_back`. If somebody else is writing just now, it runs out by
        itself."""
        with suppress(DatabaseBusy):
            queue.give_back(self._desk, number)

    def be_at(self, number: int | None, *, writes: bool) -> None:
        """See `desk.tickets.queue.be_at` and, without a ticket, `leave`; as `tick`."""
        with suppress(DatabaseBusy):
            if number is None:
                queue.leave(self._desk, self._name)
            else:
                queue.be_at(self._desk, self._name, number, writes=writes)

    def leave(self, number: int | None) -> None:
        """The inbox is left, and the ticket that it has got from the queue given back."""
        self.be_at(None, writes=False)
        if number is not None:
            self.give_back(number)

    def colleagues(self) -> Sequence[Colleague]:
        """See `desk.tickets.queue.colleagues`."""
        return queue.colleagues(self._desk)

    def do(self, verb: str, number: int, seen: int | None, *given: object) -> Done:
        """Do a verb of `desk.tickets.verbs` to a ticket by the name of its function (“solve”), with
        what it is `given` beside the ticket. ChangedMeanwhile where others changed the ticket after
        the event `seen`; None for a verb that does not mind."""
        return self._do(getattr(verbs, verb), number, seen, *given)

    def for_all(self, numbers: Sequence[int]) -> "DeskClient":
        """The same client, whose verbs are done to all of these tickets as one, whichever they are
        given."""
        one = copy(self)
        one.marked = tuple(numbers)
        return one

    def _do(self, verb: Callable[..., Done], number: int, seen: int | None, *given: object) -> Done:
        """Run a verb. What was seen is of one ticket: several are changed even if others changed
        them."""
        wanted = list(self.marked or (number,))
        sight = {} if seen is None or len(wanted) > 1 else {"sight": self._sight(seen)}
        return self._mine(verb(self._desk, wanted, *given, **sight))

    def mailboxes(self) -> list[str]:
        """See `desk.tickets.editing.mailboxes_of`."""
        return editing.mailboxes_of(self._desk)

    def customers(self, words: str = "") -> list[Address]:
        """The customers who came last, or those with these words in their name or address."""
        return people.some(self._desk, words)

    def new_ticket(self, customer: Address, subject: str, mailbox: str | None, text: str) -> Done:
        """See `desk.tickets.verbs.new`."""
        new = verbs.new(self._desk, mailbox=mailbox, customer=customer, subject=subject, text=text)
        return self._mine(new)

    def begin_mail(self, customer: Address, subject: str, mailbox: str | None) -> Done:
        """See `desk.replies.first.outreach.begin`."""
        begun = outreach.begin(self._desk, mailbox=mailbox, customer=customer, subject=subject)
        return self._mine(begun)

    def people(self, number: int) -> list[Address]:
        """The people who can be the customer of a ticket, those in it first."""
        return recipients.known(self._desk, number)[0]

    def edit(
        self,
        number: int,
        seen: int,
        *,
        subject: str | None = None,
        mailbox: str | None = None,
        customer: str | None = None,
    ) -> Done:
        """See `desk.tickets.editing.edit`."""
        return self._do(editing.edit, number, seen, Edit(subject, mailbox, customer))

    def log_call(self, number: int, text: str, call: PhoneCall, seen: int) -> Done:
        """See `desk.tickets.written.calls.log_call`."""
        return self._mine(calls.log_call(self._desk, number, text, call, sight=self._sight(seen)))

    def snooze_times(self, number: int) -> SnoozeTimes:
        """See `desk.tickets.snoozing.times`."""
        return snoozing.times(self._desk, number)

    def snooze(self, number: int, until: str, seen: int) -> Done:
        """See `desk.tickets.snoozing.snooze`."""
        return self._do(snoozing.snooze, number, seen, until)

    def wake(self, number: int, seen: int) -> Done:
        """See `desk.tickets.snoozing.wake`."""
        return self._do(snoozing.wake, number, seen)

    def fields(self) -> list[CustomField]:
        """The custom fields of the desk."""
        return filling_in.list_fields(self._desk)

    def fill_in(self, number: int, name: str, text: str, seen: int) -> Done:
        """See `desk.tickets.filling_in.fill_in`."""
        return self._do(filling_in.fill_in, number, seen, {name: text})

    def hand_to(self, number: int, team: str, seen: int) -> Done:
        """See `desk.tickets.handing.hand_to`."""
        return self._do(handing.hand_to, number, seen, team)

    def search(self, query: str, most: int) -> list[TicketLine]:
        """The lines of the first `most` tickets that a query finds."""
        return lists.lines(self._desk, lists.numbers(self._desk, query, most=most))

    def related(self, line: TicketLine, most: int) -> list[RelatedTicket]:
        """See `desk.tickets.related.proposals.related`."""
        return proposals.related(self._desk, line, most)

    def similar(self, number: int) -> Sequence[SimilarTicket]:
        """See `desk.tickets.related.similar.similar`."""
        return similar.similar(self._desk, number)

    def files(self, number: int) -> Sequence[TicketFile]:
        """The files that came with a ticket."""
        return attachments.files(self._desk, number)

    def file_content(self, number: int, place: int) -> bytes:
        """The bytes of one of them."""
        return attachments.content(self._desk, number, place)[1]

    def picture(self, number: int, place: int, most: tuple[int, int], colours: int = 0) -> Pixels:
        """One of them as a picture of at most so many pixels (width, height) and colours (0: any
        number). It may take seconds."""
        content = attachments.content(self._desk, number, place)[1]
        return pictures.decoded(content, *most, colours)

    def faults_of(self, commands: Mapping[str, OwnCommand]) -> Mapping[str, str]:
        """Why some of these cannot be started, by name."""
        faults = {name: piping.fault(command) for name, command in commands.items()}
        return {name: fault for name, fault in faults.items() if fault}

    def run_own(
        self, command: OwnCommand, number: int, source: PipeSource, place: int | None
    ) -> Printed:
        """See `desk.exports.piping`. It may take as long as the command may."""
        given = piping.content_of(self._desk, number, source, place)
        return piping.run(self._desk.settings, command, given)

    def web_links(self, number: int, last: int) -> TicketLinks:
        """See `desk.tickets.related.web_links.links_of`. The agent's own patterns may take long."""
        return web_links.links_of(self._desk, number, last)

    def links(self, number: int) -> Sequence[Link]:
        """The tickets that one is linked to."""
        return reading.ticket(self._desk, number, 1).links

    def link(self, number: int, to: int, seen: int) -> Done:
        """See `desk.tickets.related.linking.link`."""
        return self._do(linking.link, number, seen, to)

    def unlink(self, number: int, other: int, seen: int) -> Done:
        """See `desk.tickets.related.linking.unlink`."""
        return self._do(linking.unlink, number, seen, other)

    def merge_plan(self, numbers: Sequence[int], into: int) -> MergePlan:
        """See `desk.tickets.merging.plan`. The other ticket may be one of several."""
        return merging.plan(self._desk, _into_another(numbers, into), into)

    def merge(self, number: int, into: int, seen: int) -> Done:
        """See `desk.tickets.merging.merge`; the agent was shown both customers, and agreed."""
        wanted = _into_another(self.marked or (number,), into)
        sight = self._sight(seen) if len(wanted) == 1 else None
        return self._mine(
            merging.merge(self._desk, wanted, into, agree=lambda _: True, sight=sight)
        )

    def messages(self, number: int) -> list[Message]:
        """The messages of a ticket."""
        return list(reading.ticket(self._desk, number).messages)

    def split(self, number: int, positions: Sequence[int], seen: int) -> Done:
        """See `desk.tickets.splitting.split`."""
        return self._mine(splitting.split(self._desk, number, positions, sight=self._sight(seen)))

    def undo(self, gesture: str) -> Done:
        """Take one verb back."""
        return self._mine(undo.undo(self._desk, gesture_id=gesture))

    def redo(self, gesture: str) -> Done:
        """Do again what an undo took back."""
        return self._mine(redo.redo(self._desk, gesture_id=gesture))

    def accept(self, mail_id: int, customer: Address | None, ticket: int | None) -> MailsDone:
        """See `desk.mail.held.accepting.accept`."""
        return self._mine(accepting.accept(self._desk, [mail_id], customer, ticket))

    def retry(self, mail_id: int) -> MailsDone:
        """See `desk.mail.held.accepting.retry`."""
        return self._mine(accepting.retry(self._desk, [mail_id]))

    def discard(self, mail_id: int) -> MailsDone:
        """See `desk.mail.held.accepting.discard`."""
        return accepting.discard(self._desk, [mail_id])

    def discard_bounces(self) -> MailsDone:
        """Discard all reports about mail that is not ours."""
        return accepting.discard(self._desk, accepting.bounces(self._desk))

    def undo_mail(self, gesture: str) -> tuple[int, ...]:
        """See `desk.undo.undo_mail`."""
        return undo.undo_mail(self._desk, gesture_id=gesture)

    def note(self, number: int, text: str) -> Done:
        """See `desk.tickets.verbs.note`; the draft of it is forgotten."""
        done = self._mine(verbs.note(self._desk, number, text))
        drafts.save_draft(self._desk, number, "note", "", 0)
        return done

    def reply(self, number: int, text: str, envelope: Envelope) -> Done:
        """See `desk.replies.writing.reply`."""
        done = writing.reply(
            self._desk,
            number,
            text,
            only_sender=envelope.only_sender,
            recipients=envelope.recipients,
            agree=lambda question: question == envelope.agreed,
            status=envelope.status,
            seen=envelope.seen,
            of_draft=True,
            used=envelope.used,
            chosen=envelope.chosen,
        )
        return self._mine(done)

    def preview(self, number: int, text: str, envelope: Envelope) -> PreviewedReply:
        """See `desk.replies.previewing`: a reply, or a forward if a message is passed on."""
        if envelope.chosen.forwards:
            named = envelope.recipients or Recipients(())
            return previewing.preview_forward(self._desk, number, text, named, envelope.chosen)
        return previewing.preview(
            self._desk,
            number,
            text,
            only_sender=envelope.only_sender,
            recipients=envelope.recipients,
            used=envelope.used,
            chosen=envelope.chosen,
        )

    def begin_forward(self, number: int) -> ReplyChoice:
        """See `desk.replies.forwarding.begin`."""
        return forwarding.begin(self._desk, number)

    def forward(self, number: int, text: str, envelope: Envelope) -> Done:
        """See `desk.replies.forwarding.forward`."""
        done = forwarding.forward(
            self._desk,
            number,
            text,
            envelope.recipients or Recipients(()),
            envelope.chosen,
            agree=lambda question: question == envelope.agreed,
            status=envelope.status,
        )
        return self._mine(done)

    def apply(self, number: int, shortcut: str, seen: int) -> Done | Insertion:
        """See `desk.replies.applying.apply`. If something is missing, or recipients must be asked
        about, nothing is done, and the text is returned."""
        inserted = filling.insertion(self._desk, number, shortcut)
        try:
            if inserted.missing:
                done: Done | Insertion = inserted
            else:
                done = self._mine(
                    applying.apply(self._desk, [number], shortcut, sight=self._sight(seen))
                )
        except RecipientsUnsure:
            done = inserted
        return done

    def went(self, number: int) -> int | None:
        """See `desk.tickets.reading.merged_into`."""
        return reading.merged_into(self._desk, number)

    def carry_draft(
        self, number: int, kind: str, begun: Draft
    ) -> tuple[int, dict[tuple[int, str], Draft]]:
        """See `desk.replies.drafts.carry_draft`; with all my drafts as they are then."""
        return drafts.carry_draft(self._desk, number, kind, begun), self.drafts()

    def drafts_there(self, number: int) -> TicketDrafts:
        """See `desk.replies.handing_over.drafts_there`."""
        return handing_over.drafts_there(self._desk, number)

    def move_draft(
        self, number: int, kind: str, who: str, *, takes: bool
    ) -> tuple[Address, dict[tuple[int, str], Draft]]:
        """Take a draft over from an agent, or hand mine over; whose it was or is, and all mine."""
        if takes:
            return handing_over.take_draft(self._desk, number, kind, who), self.drafts()
        return handing_over.hand_draft_over(self._desk, number, kind, who), self.drafts()

    def save_draft(self, number: int, kind: str, draft: Draft) -> None:
        """See `desk.replies.drafts.save_draft`."""
        drafts.save_draft(
            self._desk,
            number,
            kind,
            draft.text,
            draft.seen,
            recipients=draft.recipients,
            chosen=draft.chosen,
        )


def _into_another(numbers: Sequence[int], into: int) -> Sequence[int]:
    """The tickets to merge into another one, which may be one of several."""
    return [number for number in numbers if number != into] if len(numbers) > 1 else numbers
