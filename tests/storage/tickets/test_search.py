"""What a query finds in the database is what it means in the domain, on both engines."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import chain, combinations, product
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert
from sqlmodel import Session

from supportcli.domain.custom_fields import CustomField, FieldKind
from supportcli.domain.mail import Address, Attachment
from supportcli.domain.mailbox import Endpoint, Mailbox, Security
from supportcli.domain.people import DESK, Role
from supportcli.domain.people.lookup import CustomerLookup
from supportcli.domain.people.organisations import Organisation
from supportcli.domain.query.about_customer import Beside
from supportcli.domain.query.match import matches
from supportcli.domain.query.nodes import LONGEST_PHRASE, Moment
from supportcli.domain.query.parse import parse
from supportcli.domain.query.traits import HAS, IS
from supportcli.domain.replies.drafts import Draft
from supportcli.domain.sla.policy import TargetKind
from supportcli.domain.sla.targets import Target
from supportcli.domain.tickets.ticket import (
    CHANNELS,
    FORWARD,
    NO_REPLIES,
    Direction,
    Order,
    Priority,
    SlaState,
    Status,
    TargetSummary,
    Ticket,
)
from supportcli.errors.tickets import QueryError
from supportcli.storage.engine import rows
from supportcli.storage.engine.database import Database
from supportcli.storage.people import agents, customers, lookups, mentions, organisations, seen
from supportcli.storage.replies import drafts
from supportcli.storage.setup import fields, identity, mailboxes, teams
from supportcli.storage.sla import policies, targets
from supportcli.storage.tables import CustomerRow
from supportcli.storage.tickets import (
    events,
    followers,
    lists,
    messages,
    people,
    search,
    tickets,
)
from supportcli.storage.tickets.search import Asker
from tests.long import LONG, examples, postgres_later, thorough
from tests.servers.postgres import Postgres

NOW = datetime(2026, 3, 29, 9, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Berlin")
"""Where the clocks went forward this night."""

AGENTS = (
    Address("Ada Byron", "ada@shop.test"),
    Address("Ádám Lee", "adam@shop.test"),
    Address("", "root@shop.test"),
)
ME = AGENTS[0].address
TEAMS = ("billing", "Zweite Größe")
FIELDS = {
    "plan": (FieldKind.CHOICE, ["free", "Größe"]),
    "seats": (FieldKind.NUMBER, ["-1.5", "0", "3", "12"]),
    "renewal": (FieldKind.DATE, ["2025-12-31", "2026-01-01", "2026-03-29"]),
    "vip": (FieldKind.CHECKBOX, ["yes", "no"]),
    "order": (FieldKind.TEXT, ["A 1", "a 1", "A"]),
}
"""Custom fields by name, with values that tickets have."""

ORGANISATIONS = (
    Organisation(id=0, name="Größe & Söhne", since=NOW, domains=("sub.acme.test",)),
    Organisation(id=0, name="Acme Inc", since=NOW, domains=("a_me.test", "acme.test")),
)
"""Who writes from one of their domains is a member."""

ANSWERS: tuple[dict[str, str], ...] = (
    {},
    {"plan": "Größe"},
    {"plan": "pro", "orders": "12"},
    {"orders": "9", "vip": "yes"},
)
"""What another system says about a customer."""

MAILBOXES = ("help@shop.test", "he_p@shop.test", "h%@shop.test", "Müller@shop.test")


@dataclass(frozen=True)
class Said:
    """A message to be made."""

    text: str = "It leaks."
    direction: Direction = Direction.IN
    channel: str = "mail"
    has_file: bool = False
    is_retracted: bool = False
    mentions: frozenset[int] = frozenset()
    """Places in AGENTS."""
    agent: int | None = None
    """Who wrote it: a place in AGENTS."""


@dataclass(frozen=True)
class Wanted:
    """A ticket to be made: texts of its messages behind the subject; `assignee` and
    `followers` are places in AGENTS, `mailbox` one in MAILBOXES; `targets` are those of service levels, in the order in which
    they started; `solved_at` when it was solved, where it was; `said` are further messages;
    `is_linked`: to the ticket before it."""

    subject: str
    texts: tuple[str, ...] = ()
    status: Status = Status.OPEN
    tags: tuple[str, ...] = ()
    assignee: int | None = None
    priority: Priority = Priority.NORMAL
    customer: str = "maria@acme.test"
    mailbox: int = 0
    targets: tuple[TargetSummary, ...] = ()
    solved_at: datetime | None = None
    followers: frozenset[int] = frozenset()
    said: tuple[Said, ...] = ()
    created_at: datetime = NOW
    updated_at: datetime = NOW
    waiting_since: datetime | None = None
    is_linked: bool = False
    snoozed_until: datetime | None = None
    team: str | None = None
    filled: tuple[tuple[str, str], ...] = ()
    """Custom fields with their values, as they are kept."""
    called: str = "María"
    is_vip: bool = False
    answer: int | None = None
    """What was looked up about the customer: a place in ANSWERS."""
    has_draft: bool = False
    seen: int | None = None
    """How many of its last messages ME has not seen, if ME looked at all."""


class Known(NamedTuple):
    """A ticket that was loaded whole, and what queries ask about it besides."""

    ticket: Ticket
    beside: Beside


@dataclass(frozen=True)
class RandomDesk:
    """Tickets, what is asked about them, and how many days after they were solved they close (None:
    never)."""

    world: list[Wanted]
    queries: list[str]
    closes: int | None


class TakenBack(Exception):
    """Ends a transaction that leaves nothing behind."""


@contextmanager
def taken_back(db: Database) -> Iterator[Session]:
    """A transaction that writes and is rolled back, so that many examples can share one
    database."""
    with suppress(TakenBack), db.write() as tx:
        yield tx
        take_back()


def take_back() -> None:
    raise TakenBack


def furnish(db: Database) -> Database:
    with db.write() as tx:
        identity.found_desk(tx, b"k" * 32, NOW)
        for agent in AGENTS:
            people.add_agent(tx, agent.name, agent.address, Role.AGENT, now=NOW)
        nowhere = Endpoint("localhost", 1, Security.NONE)
        for address in MAILBOXES:
            mailboxes.add_mailbox(
                tx, Mailbox(0, address, "Help", nowhere, nowhere, "help", "all", NOW), NOW
            )
        for name in TEAMS:
            teams.add(tx, name, NOW)
        for one in ORGANISATIONS:
            organisations.add(tx, one)
        somebody = people.customer_for(tx, Address("María Ítem", "maria@acme.test"), NOW)
        lookups.put(tx, somebody, CustomerLookup(NOW, {"plan": "", "orders": "", "vip": ""}), NOW)
        for place, (name, (kind, kept)) in enumerate(FIELDS.items()):
            choices = tuple(kept) if kind is FieldKind.CHOICE else ()
            fields.add(tx, CustomField(place, name, name, kind, choices), NOW)
        policy = policies.add(tx, policies.KeptPolicy(0, "Standard", 1, NOW, None), NOW)
        policies.add_version(tx, policies.KeptVersion(0, policy, NOW, {}, NOW), None)
    return db


@pytest.fixture(scope="module")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    db = furnish(Database.open(str(tmp_path_factory.mktemp("search") / "desk.db"), create=True))
    yield db
    db.close()


@pytest.fixture(scope="module")
def postgresql(postgres: Postgres) -> Iterator[Database]:
    db = furnish(Database.open(postgres.new_database(), create=True))
    yield db
    db.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def shared(request: pytest.FixtureRequest) -> Database:
    """A desk with agents and a mailbox that the tests of this module share."""
    db: Database = request.getfixturevalue(request.param)
    return db


def make(tx: Session, wanted: Wanted, number: int | None = None) -> int:
    ids = {address: key for key, address in people.agent_addresses(tx).items()}
    assignee = None if wanted.assignee is None else ids[AGENTS[wanted.assignee].address]
    customer = people.customer_for(tx, Address(wanted.called, wanted.customer), NOW)
    know(tx, customer, wanted)
    made = tickets.NewTicket(
        wanted.subject,
        customer,
        wanted.mailbox + 1,
        wanted.created_at,
        wanted.status,
        priority=wanted.priority,
        assignee_id=assignee,
        waiting_since=wanted.waiting_since,
        number=number,
    )
    number = tickets.create(tx, made, NOW)
    after: dict[str, object] = {"tags": wanted.tags, "solved_at": wanted.solved_at}
    after["snoozed_until"] = wanted.snoozed_until
    after |= {"team": wanted.team, **{f"field:{name}": text for name, text in wanted.filled}}
    tickets.change(tx, number, after, wanted.updated_at)
    if wanted.is_linked and tickets.state(tx, number - 1):
        tickets.link(tx, number, number - 1, "follow-up", "the same")
    if wanted.has_draft:
        drafts.save(tx, drafts.DraftKey(number, ids[ME], "reply"), Draft("Dear", 0), NOW)
    for place in wanted.followers:
        followers.put(tx, number, ids[AGENTS[place].address], follows=True)
    for text in wanted.texts:
        messages.add(
            tx,
            number,
            1,
            messages.NewMessage(Direction.IN, NOW, Address("María", "maria@acme.test"), text),
        )
    for said in wanted.said:
        say(tx, number, said)
    there = [one.id for one in messages.of_ticket(tx, number)]
    if wanted.seen is not None and there:
        seen.note(tx, ids[ME], {number: max(there) - wanted.seen})
    started = events.record(tx, events.NewEvent(NOW, DESK, "made", "created", number))
    for ordinal, one in enumerate(wanted.targets, 1):
        targets.add(tx, number, target(one, ordinal, started))
    targets.set_due(
        tx,
        number,
        min((one.due_at for one in wanted.targets if one.is_open and one.due_at), default=None),
    )
    return number


def know(tx: Session, customer: int, wanted: Wanted) -> None:
    """Write down what is known about a customer."""
    [there] = customers.customers(tx, [customer])
    if wanted.is_vip:
        customers.put_profile(tx, replace(there, vip=True))
    if wanted.answer is not None:
        lookups.put(tx, customer, CustomerLookup(NOW, ANSWERS[wanted.answer]), NOW)


def say(tx: Session, number: int, said: Said) -> None:
    file = Attachment(1, "Rechnung.pdf", "application/pdf", 1, "0")
    files = (file,) if said.has_file else ()
    new = messages.NewMessage(
        said.direction, NOW, AGENTS[0], said.text, channel=said.channel, attachments=files
    )
    ids = agents.by_address(tx)
    by = None if said.agent is None else ids[AGENTS[said.agent].address]
    message = messages.add(tx, number, 1, replace(new, agent_id=by))
    mentions.mention(tx, message, [ids[AGENTS[place].address] for place in said.mentions])
    if said.is_retracted:
        messages.retract(tx, message, NOW)


def target(one: TargetSummary, ordinal: int, started: int) -> Target:
    return Target(
        TargetKind(one.kind),
        ordinal,
        1,
        None,
        started,
        NOW,
        3600,
        0,
        one.due_at,
        met_at=one.met_at,
        breached_at=one.breached_at,
        cancelled_at=one.cancelled_at,
    )


def whole(tx: Session, number: int) -> Ticket:
    return Ticket(
        lists.lines(tx, [number])[0],
        tuple(messages.of_ticket(tx, number)),
        links=tuple(tickets.links(tx, number)),
        followers=followers.of_ticket(tx, number),
        mentions=mentions.of_ticket(tx, number),
    )


def beside(tx: Session, number: int, wanted: Wanted) -> Beside:
    state = tickets.state(tx, number)
    assert state is not None
    customer = state.customer_id
    [known] = customers.customers(tx, [customer])
    answer = lookups.of_customer(tx, customer)
    member_of = [known.organisation_id] if known.organisation_id is not None else []
    return Beside(
        customer=known,
        tickets=frozenset(customers.every_ticket_of(tx, customer)),
        organisation=next(iter(organisations.organisations(tx, member_of)), None),
        lookup=answer.values if answer else {},
        has_draft=wanted.has_draft,
        answered_by=tuple(
            AGENTS[said.agent]
            for said in wanted.said
            if said.agent is not None and said.direction is Direction.OUT
            if said.channel not in NO_REPLIES and not said.is_retracted
        ),
        forwarded_by=tuple(
            AGENTS[said.agent]
            for said in wanted.said
            if said.agent is not None and said.direction is Direction.OUT
            if said.channel == FORWARD and not said.is_retracted
        ),
        is_unread=lists.lines(tx, [number], ME)[0].unread is not None,
    )


def made(tx: Session, world: list[Wanted]) -> list[Known]:
    """The tickets of a desk, numbered from 1, as they are when all of them are there."""
    numbers = [make(tx, wanted, number) for number, wanted in enumerate(world, 1)]
    return [
        Known(whole(tx, number), beside(tx, number, wanted))
        for number, wanted in zip(numbers, world, strict=True)
    ]


def asker(tx: Session) -> Asker:
    me = people.agent_by_address(tx, ME)
    assert me is not None
    return Asker(me.id, NOW, ZONE)


def found(tx: Session, query: str) -> set[int]:
    return set(lists.numbers(tx, parse(query), asker(tx), Order.NUMBER))


def both_agree(db: Database, desk: RandomDesk) -> None:
    """What is found is what is meant."""
    with taken_back(db) as tx:
        identity.set_close_after(tx, desk.closes)
        there = made(tx, desk.world)
        for query in desk.queries:
            assert (query, found(tx, query)) == (query, meant(there, query))
        with pytest.MonkeyPatch.context() as patch:  # as if there were many tickets
            patch.setattr(search, "RARE", 0)
            patch.setattr(lists, "FIRST", (1, 2))
            for query in desk.queries:
                begins_alike(tx, query)


def meant(there: list[Known], query: str) -> set[int]:
    node = parse(query)
    return {
        ticket.line.number
        for ticket, besides in there
        if matches(node, ticket, ME, NOW, ZONE, beside=besides)
    }


def begins_alike(tx: Session, query: str) -> None:
    """The beginning of a list is that of the complete list."""
    node, me = parse(query), asker(tx)
    for order, most in ((Order.URGENCY, 2), (Order.UPDATED, 1)):
        complete = lists.numbers(tx, node, me, order)
        assert lists.numbers(tx, node, me, order, most) == complete[:most]


# Few words, so that they meet; in several scripts, cases and spellings.
WORDS = [
    "refund",
    "Refund",
    "REFÜND",
    "charge",
    "double",
    "größe",
    "grosse",
    "退款",
    "款",
    "退",
    "हिन्दी",
    "ขอเงิน",
    "a-b",
    "b",
    "b's",
    "х",
]
TEXT = st.one_of(
    st.lists(st.sampled_from([*WORDS, "!", "\n"]), max_size=6).map(" ".join), st.text(max_size=12)
)
TAGS = ["größe", "refund", "vip"]
PARTS = ["a", "A", "ab", "_", "%", "%_", "/", "\\", ".", "+", "'", "é", "É", "ß", "İ", "ä"]
DOMAINS = [
    "acme.test",
    "ACME.test",
    "a_me.test",
    "sub.acme.test",
    "müller.test",
    "MÜLLER.test",
    "acme.test.example",
]
CUSTOMER = st.one_of(
    st.builds(
        "{}@{}".format,
        st.lists(st.sampled_from(PARTS), min_size=1, max_size=3).map("".join),
        st.sampled_from(DOMAINS),
    ),
    st.sampled_from(["", "maria"]),
)
SOMETIME = st.sampled_from(
    [NOW + timedelta(minutes=minutes) for minutes in (-90, -1, 0, 1, 30, 60, 61, 600)]
)
MIDNIGHTS = [
    datetime(*day, tzinfo=ZONE).astimezone(UTC)
    for day in (
        (2025, 12, 29),
        (2026, 1, 1),
        (2026, 3, 1),
        *((2026, 3, day) for day in (23, 28, 29, 30)),
    )
]
DAY = st.builds(
    lambda midnight, seconds: midnight + timedelta(seconds=seconds),
    st.sampled_from([*MIDNIGHTS, NOW, NOW - timedelta(days=7)]),
    st.sampled_from([-1, 0, 1, 3_600]),
)
SOLVED = [
    NOW - timedelta(days=days, seconds=seconds) for days in (0, 1, 28) for seconds in (-1, 0, 1)
]
CLOSES = st.sampled_from([28, 1, None])
ENDED = st.fixed_dictionaries(
    {
        "met_at": SOMETIME | st.none(),
        "cancelled_at": SOMETIME | st.none(),
        "breached_at": SOMETIME | st.none(),
    }
)
TARGET = st.builds(
    lambda kind, due_at, ended: TargetSummary(kind, due_at, **ended),
    st.sampled_from(TargetKind),
    SOMETIME | st.none(),
    ENDED,
)
TICKET = st.builds(
    Wanted,
    TEXT,
    st.lists(TEXT, max_size=3).map(tuple),
    st.sampled_from(Status),
    st.sets(st.sampled_from(TAGS)).map(lambda tags: tuple(sorted(tags))),
    st.none() | st.integers(0, len(AGENTS) - 1),
    solved_at=st.sampled_from([None, *SOLVED]),
    followers=st.frozensets(st.integers(0, len(AGENTS) - 1)),
    is_linked=st.booleans(),
)
SAID = st.builds(
    Said,
    st.sampled_from(["It leaks.", "Double charge"]),
    st.sampled_from(Direction),
    st.sampled_from(CHANNELS),
    st.booleans(),
    st.booleans(),
    st.frozensets(st.integers(0, len(AGENTS) - 1)),
    st.none() | st.integers(0, len(AGENTS) - 1),
)
LABELLED = st.builds(
    Wanted,
    st.just("Leak"),
    priority=st.sampled_from(Priority),
    customer=CUSTOMER,
    mailbox=st.integers(0, len(MAILBOXES) - 1),
    targets=st.lists(TARGET, max_size=3).map(tuple),
    said=st.lists(SAID, max_size=2).map(tuple),
    created_at=DAY,
    updated_at=DAY,
    solved_at=st.none() | DAY,
    waiting_since=st.none() | DAY,
    snoozed_until=st.none() | DAY,
    is_linked=st.booleans(),
    team=st.sampled_from([None, *TEAMS]),
    filled=st.fixed_dictionaries(
        {}, optional={name: st.sampled_from(kept) for name, (_, kept) in FIELDS.items()}
    ).map(lambda values: tuple(values.items())),
    called=st.sampled_from(["", "María", "MARIA  Ítem", "Mar", "İtem 2", "退款"]),
    is_vip=st.booleans(),
    answer=st.none() | st.integers(0, len(ANSWERS) - 1),
    has_draft=st.booleans(),
    seen=st.none() | st.integers(0, 2),
)
ASKED_FIELDS = [
    *FIELDS,
    *("plan=FREE", "plan=größe,free", "plan=GRÖSSE", "vip=on", "vip=no", "order=A", '"order=A 1"'),
    *(f"seats{sign}{number}" for sign in ("=", "<", "<=", ">", ">=") for number in ("0", "3.0")),
    *("seats=-1.50,12", "renewal=2026-01-01", "renewal<2026-01-01", "renewal>=2026-01-01"),
]
CUSTOMERS = [
    *("maria", "mar", "MARÍA", "item", "1", "#1", "maria@acme.test", "@acme.test"),
    "Maria@",
]
ABOUT = [
    *("lookup:plan", "lookup:PLAN=pro", "lookup:plan=größe,pro", "lookup:orders>=10"),
    *("lookup:orders<10", "lookup:orders=9.0", "lookup:vip=YES", "lookup:plan>free"),
    *("organisation:grosse", "organisation:acme", "organisation:none,acme.test"),
    *("organisation:@sub.acme.test", 'organisation:"söhne größe"'),
]
SOMEBODY = ["me", "none", "ada", "byron", "adam", "lee", "root", "root@shop.test", "Ada@shop.test"]


def listed(choices: list[str], most: int = 3) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(choices), min_size=1, max_size=most).map(",".join)


DATES = [
    *("today", "yesterday", "tomorrow", '"this week"', '"last week"', '"next month"', "last-month"),
    *(
        "2025",
        "2026-03",
        "2026-w13",
        "2026-03-29",
        "2026-03-28..2026-03-29",
        "2026-03-29..",
        "..2025",
    ),
    *("2026-03-29T00:00..2026-03-29T10:00", "2026..2026-03-28"),
    *(
        sign + one
        for sign in ("<", "<=", ">", ">=")
        for one in ("1h", "7d", "2026-03-29", "2026-03")
    ),
]
TERM = st.one_of(
    st.sampled_from(WORDS),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(
        lambda words: f'"{" ".join(words)}"'
    ),
    st.sampled_from(WORDS).map("subject:{}".format),
    st.sampled_from(["refu*", "R*", '"double char*"', "größ*", "退*", "हिन्*", "subject:ch*", "b*"]),
    st.integers(1, 6).map(str),
    st.integers(1, 6).map("#{}".format),
    st.sampled_from(["number:2", "number:2..3", "number:1,4..", "number:3..1"]),
    listed([*Status, "any"]).map("status:{}".format),
    listed(SOMEBODY).map("assignee:{}".format),
    listed(SOMEBODY).map("following:{}".format),
    listed(SOMEBODY).map("mentions:{}".format),
    listed(TAGS).map("tag:{}".format),
    listed(list(IS)).map("is:{}".format),
    listed(list(HAS)).map("has:{}".format),
)
LABEL = st.one_of(
    listed([sign + str(one) for one in Priority for sign in ("", "<", "<=", ">", ">=")]).map(
        "priority:{}".format
    ),
    listed(
        [
            "help",
            "Help",
            "help@shop.test",
            "he_p",
            "h%",
            "HE_P@SHOP.test",
            "müller",
            "MÜLLER",
        ]
    ).map("mailbox:{}".format),
    listed(
        [
            *(part for part in PARTS),
            *(f"@{domain}" for domain in DOMAINS),
            "a@a",
            "cme.t",
            "@cme.test",
            "MARIA",
            "@",
        ]
    ).map("from:{}".format),
    listed(list(SlaState)).map("sla:{}".format),
    st.sampled_from(["1m", "30m", "1h", "61m", "2d", "10m1s"]).map("sla:<{}".format),
    st.builds("{}:{}".format, st.sampled_from(Moment), st.sampled_from(DATES)),
    listed(list(IS)).map("is:{}".format),
    listed(list(HAS)).map("has:{}".format),
    listed(list(CHANNELS)).map("channel:{}".format),
    listed(["none", "billing", "BILLING"]).map("team:{}".format),
    st.sampled_from(["ZWEITE größe", "zweite  GRÖSSE"]).map('team:"{}"'.format),
    st.sampled_from(ASKED_FIELDS).map("field:{}".format),
    listed(CUSTOMERS).map("customer:{}".format),
    listed(SOMEBODY).map("answered:{}".format),
    st.sampled_from(ABOUT),
)


def queries(term: st.SearchStrategy[str], least: int = 0) -> st.SearchStrategy[str]:
    """Queries of such terms: side by side, between AND or OR, with a - before them, and in
    parentheses."""
    sign = st.sampled_from(["", "-"])

    def level(part: st.SearchStrategy[str], least: int) -> st.SearchStrategy[str]:
        parts = st.lists(st.builds(str.__add__, sign, part), min_size=least, max_size=3)
        joints = st.sampled_from([(" ", " OR "), (" ", " AND "), (" ", " ")]).flatmap(
            lambda both: st.lists(st.sampled_from(both), min_size=3, max_size=3)
        )
        return st.builds(joined, parts, joints)

    inner = st.recursive(term, lambda part: level(part, 1).map("({})".format), max_leaves=6)
    return level(inner, least)


def joined(parts: list[str], joints: list[str]) -> str:
    """The parts with a joint before each but the first."""
    return "".join(chain.from_iterable(zip(["", *joints], parts, strict=False)))


QUERY = queries(TERM)
ASKED = queries(LABEL, 1)


AT_ONCE = 20 if LONG else 8
"""How many queries are asked of each desk."""


def desks(
    ticket: st.SearchStrategy[Wanted], query: st.SearchStrategy[str]
) -> st.SearchStrategy[RandomDesk]:
    asked = st.lists(query, min_size=AT_ONCE, max_size=AT_ONCE)
    return st.builds(RandomDesk, st.lists(ticket, min_size=1, max_size=6), asked, CLOSES)


ASKED_DESK = desks(TICKET, QUERY) | desks(LABELLED, ASKED)


@thorough
@settings(max_examples=500 if LONG else examples(6, 12))
@given(desk=ASKED_DESK)
def test_the_two_interpreters_agree_on_sqlite(sqlite: Database, desk: RandomDesk) -> None:
    both_agree(sqlite, desk)


@pytest.mark.acceptance
@settings(max_examples=500 if LONG else 6)
@given(desk=ASKED_DESK)
def test_the_two_interpreters_agree_on_postgresql(postgresql: Database, desk: RandomDesk) -> None:
    both_agree(postgresql, desk)


def every_label() -> list[Wanted]:
    """A ticket for each way in which few targets can stand, and for each customer and mailbox that
    could be taken for another."""
    moments = [
        None,
        NOW - timedelta(minutes=1),
        NOW,
        NOW + timedelta(minutes=30),
        NOW + timedelta(hours=1),
    ]
    ends: list[dict[str, datetime | None]] = [
        {"met_at": None, "cancelled_at": None},
        {"met_at": NOW, "cancelled_at": None},
    ]
    ends.append({"met_at": None, "cancelled_at": NOW})
    singles = [
        TargetSummary(TargetKind.RESOLUTION, due, breached_at=breached, **end)
        for due, breached, end in product(moments, (None, NOW), ends)
    ]
    targets = [(one,) for one in singles] + [
        (one, other) for one, other in combinations(singles[::3], 2)
    ]
    return [
        Wanted(
            "Leak",
            targets=some,
            mailbox=place % len(MAILBOXES),
            customer=f"{PARTS[place % len(PARTS)]}@{DOMAINS[place % len(DOMAINS)]}",
        )
        for place, some in enumerate([(), *targets])
    ]


@postgres_later("shared")
def test_they_agree_on_every_state_of_a_clock(shared: Database) -> None:
    terms = [*(f"sla:{state}" for state in SlaState), "sla:<30m", "sla:<1h", "sla:<61m"]
    terms += [f"mailbox:{name}" for name in ("help", "he_p", "h%", "müller", "he_p@shop.test")]
    terms += [
        f"from:{part}"
        for part in (
            "%",
            "_",
            "/",
            "\\",
            "é",
            "@acme.test",
            "ACME.test",
            "@müller.test",
            "@a_me.test",
        )
    ]
    with taken_back(shared) as tx:
        there = made(tx, every_label())
        for query in (*terms, *(f"-{term}" for term in terms)):
            expected = meant(there, query)
            assert (query, found(tx, query)) == (query, expected)
            assert expected


def test_a_number_names_its_ticket_and_not_those_that_mention_it(shared: Database) -> None:
    with taken_back(shared) as tx:
        one = make(tx, Wanted("Leak", status=Status.CLOSED))
        other = make(tx, Wanted(f"As in #{one}", (f"See {one}.",)))
        for query in (f"{one}", f"#{one}", f"{one} leak", f"{one} status:closed"):
            assert found(tx, query) == {one}, query
        assert found(tx, f"-{one} {other}") == {other}
        assert found(tx, f"{one} status:open") == set()
        assert found(tx, f'"{one}"') == {other}


@postgres_later("shared")
def test_they_agree_on_every_status_at_every_age(shared: Database) -> None:
    statuses = [*Status, "solved,closed", "solved,open", "closed,spam", "any"]
    world = [
        Wanted("Leak", status=status, solved_at=solved)
        for status in Status
        for solved in (None, *SOLVED)
    ]
    for closes in (28, 1, None):
        with taken_back(shared) as tx:
            identity.set_close_after(tx, closes)
            there = made(tx, world)
            for query in (
                "",
                *(f"{sign}status:{status}" for sign in ("", "-") for status in statuses),
            ):
                assert (closes, query, found(tx, query)) == (closes, query, meant(there, query))
            for status in Status:
                shown = {
                    ticket.line.number
                    for ticket, _ in there
                    if ticket.line.status_at(NOW) is status
                }
                assert found(tx, f"status:{status}") == shown, (
                    "what a list shows is what a query finds"
                )


def test_words_are_found_wherever_they_stand(shared: Database) -> None:
    file = Attachment(1, "Rechnung.pdf", "application/pdf", 1, "0")
    with taken_back(shared) as tx:
        one = make(tx, Wanted("Double charge", ("Please refund me.", "退款申请")))
        other = make(tx, Wanted("Leak", ("It leaks.",)))
        note = messages.NewMessage(
            Direction.NOTE, NOW, AGENTS[0], "We know that leak.", attachments=(file,)
        )
        messages.add(tx, one, 1, note)
        assert found(tx, "charge refund") == {one}
        assert found(tx, "leak") == {one, other}
        assert found(tx, "leak -refund") == {other}
        assert found(tx, "rechnung byron 款申") == {one}
        assert found(tx, "maria@acme.test") == {one, other}
        assert found(tx, '"leaks refund"') == set()


@pytest.mark.parametrize(
    ("query", "column", "word", "nearest"),
    [
        ("assignee:adda", 10, "adda", "ada"),
        ("leak -assignee:me,byrom", 19, "byrom", "byron"),
        ('assignee:"?"', 11, "?", ""),
        ("assignee:ad", 10, "ad", "ada"),
    ],
)
def test_an_agent_that_there_is_not(
    shared: Database, query: str, column: int, word: str, nearest: str
) -> None:
    with (
        shared.read() as tx,
        pytest.raises(QueryError, match="is not an agent of this desk") as refused,
    ):
        found(tx, query)
    assert (refused.value.column, refused.value.word, refused.value.nearest) == (
        column,
        word,
        nearest,
    )


@pytest.mark.parametrize(
    ("query", "column", "word", "nearest"),
    [
        ("mailbox:hlep", 9, "hlep", "help"),
        ("leak -mailbox:help,he_p@shop.tset", 20, "he_p@shop.tset", "he_p@shop.test"),
        ('mailbox:"?"', 10, "?", ""),
        ("mailbox:hel", 9, "hel", "help"),
        ("mailbox:help@", 9, "help@", "help"),
        ("mailbox:_elp", 9, "_elp", "help"),
        ("mailbox:none", 9, "none", ""),
    ],
)
def test_a_mailbox_that_there_is_not(
    shared: Database, query: str, column: int, word: str, nearest: str
) -> None:
    with (
        shared.read() as tx,
        pytest.raises(QueryError, match="is not a mailbox of this desk") as refused,
    ):
        found(tx, query)
    assert (refused.value.column, refused.value.word, refused.value.nearest) == (
        column,
        word,
        nearest,
    )


def test_a_mailbox_that_was_removed_is_found_with_its_tickets(shared: Database) -> None:
    with taken_back(shared) as tx:
        number = make(tx, Wanted("Leak"))
        mailboxes.remove_mailbox(tx, 1)
        assert found(tx, "mailbox:help") == {number}


def test_what_was_taken_back_is_not_found(shared: Database) -> None:
    with taken_back(shared) as tx:
        number = make(tx, Wanted("Leak"))
        note = messages.add(
            tx, number, 1, messages.NewMessage(Direction.NOTE, NOW, AGENTS[0], "secret")
        )
        assert found(tx, "secret") == {number}
        messages.retract(tx, note, NOW)
        assert found(tx, "secret") == set()
        assert found(tx, "leak") == {number}


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        (
            "the refund " * 20_000,
            LONGEST_PHRASE,
        ),  # more positions of a word than a tsvector keeps, and more words
        (" ".join(f"word{number}" for number in range(40_000)), LONGEST_PHRASE),
        (
            " ".join(f"{number:x}" * 60 for number in range(6_000)),
            LONGEST_PHRASE // 5,
        ),  # more bytes than it keeps; each word is cut in five
    ],
    ids=["one word often", "many words", "long words"],
)
def test_a_very_long_text_is_found_to_its_end(shared: Database, text: str, phrase: int) -> None:
    words = text.split()
    with taken_back(shared) as tx:
        number = make(tx, Wanted("Log", (f"{text} thelast",)))
        for start in (
            0,
            200,
            254,
            255,
            min(len(words) // 2, 16_000 - phrase // 2),
            len(words) - phrase,
        ):
            assert found(tx, f'"{" ".join(words[start : start + phrase])}"') == {number}, start
        assert found(tx, f'"{words[-1]} thelast"') == {number}
        assert found(tx, f'"{words[0]} thelast"') == set()


def test_a_word_that_stands_there_too_often_for_one_piece_is_found_where_it_stands_last(
    shared: Database,
) -> None:
    with taken_back(shared) as tx:
        number = make(tx, Wanted("Log", ("the " * 290 + "end",)))
        assert found(tx, '"the the end"') == {number}


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("team:biling", "is not a team of this desk"),
        ("field:plam=free", "is not a custom field of this desk"),
        ("field:plan=gold", "cannot be plan"),
        ("field:plan>free", "compares numbers and dates"),
        ("field:seats=many", "cannot be seats"),
        ("field:=pro", "is not a field"),
        ("field:plan=", "has a comma with a value missing"),
        ("customer:marai", "is not a customer"),
        ("customer:@nowhere.test", "is not a customer"),
        ("customer:#99999", "is not a customer"),
        ("organisation:acmee", "is not an organisation"),
        ("lookup:plam=free", "stands in no answer"),
    ],
)
def test_what_a_term_names_and_is_not_there_is_named(
    shared: Database, query: str, said: str
) -> None:
    with taken_back(shared) as tx, pytest.raises(QueryError, match=said):
        found(tx, query)


@pytest.mark.parametrize(
    ("query", "column", "word", "nearest"),
    [
        ("leak customer:maria,mraia", 21, "mraia", "maria"),
        ("-organisation:acmee", 15, "acmee", "acme"),
        ("lookup:oders>=1", 8, "oders", "orders"),
    ],
)
def test_a_name_of_a_customer_like_one_that_there_is(
    shared: Database, query: str, column: int, word: str, nearest: str
) -> None:
    with taken_back(shared) as tx, pytest.raises(QueryError) as refused:
        found(tx, query)
    error = refused.value
    assert (error.column, error.word, error.nearest) == (column, word, nearest)


@postgres_later("shared")
def test_more_customers_are_meant_than_a_statement_takes_parameters(shared: Database) -> None:
    with taken_back(shared) as tx:
        number = make(tx, Wanted("Leak", called="Anna", customer="anna@home.test"))
        there = [
            {"name": f"Anna {place}", "address": f"a{place}@home.test", "created_at": NOW}
            for place in range(70_000)
        ]
        tx.connection().execute(insert(rows.table_of(CustomerRow)), there)
        assert found(tx, "customer:anna") == {number}


def test_thousands_of_tickets_are_named_by_their_numbers(shared: Database) -> None:
    with taken_back(shared) as tx:
        made = {make(tx, Wanted("Leak", status=status)) for status in (Status.OPEN, Status.SPAM)}
        make(tx, Wanted("Leak"))
        others = range(max(made) + 10, max(made) + 5_000, 2)
        assert found(tx, f"number:{','.join(map(str, [*made, *others]))}") == made
