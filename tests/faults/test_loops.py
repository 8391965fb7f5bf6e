"""F15: desks that answer by themselves meet what answers by itself: another such desk, a help desk
that says nowhere that it is one, an autoresponder, a server that bounces everything. A simulated day
passes, with cron on each desk and a customer who writes now and then.

However they begin, they stop by themselves within two automatic emails, and no email is dropped."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from itertools import count
from pathlib import Path

import pytest

from supportcli.desk import Desk
from supportcli.desk.canned import responses
from supportcli.desk.mail.ledger import verifying
from supportcli.desk.replies import writing
from supportcli.desk.setup import automatic
from supportcli.desk.setup.automatic import AutomaticWish
from supportcli.domain.canned.responses import Body, Canned
from supportcli.domain.mailbox import AutomaticKind
from tests.desk.joined_desks import JoinedDesks, joined_desks
from tests.faults.figures import Figure
from tests.long import SOAK
from tests.servers.dovecot import Dovecot
from tests.servers.post_office import Letter, Robot, answers_everything, bounces_everything, head

pytestmark = pytest.mark.acceptance

ONE, TWO, ROBOT, MARIA = "help@one.test", "help@two.test", "desk@robots.test", "maria@acme.test"
STEP = 5 if SOAK else 60
"""The minutes between two runs of cron."""


def switch_on(desk: Desk) -> None:
    """Both kinds of automatic answers, as generous as the program lets them be."""
    for name in ("got", "away"):
        responses.add(desk, Canned(name, name, (Body("", f"This is “{name}”."),)), {})
    address = desk.settings.agent.replace("ada@", "help@")
    wishes = (
        AutomaticWish(AutomaticKind.ACKNOWLEDGEMENT, "got", domain_limit=1000),
        AutomaticWish(AutomaticKind.OUT_OF_OFFICE, "away", domain_limit=1000),
    )
    for wish in wishes:
        automatic.switch_on(desk, address, wish)


@pytest.fixture
def joined(tmp_path: Path, dovecot: Dovecot) -> Iterator[JoinedDesks]:
    with joined_desks(tmp_path, dovecot, ONE, TWO) as joined:
        joined.post.employ(MARIA, lambda *_: [])
        yield joined


def written(sender: str, recipient: str, subject: str, now: datetime) -> Letter:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, recipient, subject
    mail["Date"], mail["Message-ID"] = format_datetime(now), f"<{next(_IDS)}@people.test>"
    mail.set_content("Can you help?")
    return Letter(sender, (recipient,), mail.as_bytes(policy=SMTP))


_IDS = count(1)


def forgets_everything(address: str, letter: Letter, now: datetime) -> Sequence[Letter]:
    """A help desk that opens a ticket for each mail, and says so from an address of its own for it,
    under a subject of its own, without a header that would tell what it answers."""
    number = next(_IDS)
    written_by = parseaddr(head(letter, "From"))[1]
    mine = address.replace("@", f"-{number}@")
    return [written(mine, written_by, f"Request {number} received", now)]


def is_kin(address: str) -> bool:
    return address.endswith("@robots.test")


def day(joined: JoinedDesks, hours: float = 24) -> None:
    """Time passes; each six hours a customer writes to the first desk."""
    for place in range(int(hours * 60 / STEP)):
        if place * STEP % 360 == 0:
            now = joined.clock()
            joined.post.write(written(MARIA, ONE, f"Question of {now:%d %H:%M}", now))
        joined.go_on(STEP)


def pairs(joined: JoinedDesks) -> Counter[tuple[str, str]]:
    """How many automatic mails of ours went from whom to whom; the robots are one."""
    found: Counter[tuple[str, str]] = Counter()
    for one in joined.post.automatic():
        if head(one, "X-Supportcli-Instance"):
            whom = "robots" if is_kin(one.recipients[0]) else one.recipients[0]
            found[parseaddr(head(one, "From"))[1], whom] += 1
    return found


def unaccounted(joined: JoinedDesks) -> int:
    """The mails on the servers that no desk accounts for."""
    found = [one for desk in joined.desks for one in verifying.verify(desk, None, lambda *_: None)]
    accounts = [one.account for one in found]
    assert all(accounts)
    return sum(one.unaccounted for one in accounts if one is not None)


def check(joined: JoinedDesks, figure: Figure, row: str) -> None:
    """A day of it: the promise, and what was counted."""
    figure.of(f"F15 {row}")
    before = len(joined.post.carried)
    day(joined)
    found = pairs(joined)
    carried = len(joined.post.carried)
    joined.clock.tick(minutes=STEP)
    joined.go_on(STEP)
    joined.go_on(STEP)
    figure.count(
        emails=carried - before,
        automatic=sum(found.values()),
        most_of_a_pair=max(found.values(), default=0),
        dropped=(lost := unaccounted(joined)),
    )
    assert max(found.values(), default=0) <= 2, found
    assert found[ONE, MARIA] >= 1, "the customer is answered"
    assert len(joined.post.carried) == carried, "it has not stopped by itself"
    assert lost == 0


def test_two_desks_that_answer_each_other(joined: JoinedDesks, figure: Figure) -> None:
    for desk in joined.desks:
        switch_on(desk)
    joined.post.write(written(TWO, ONE, "It leaks", joined.clock()))
    joined.go_on(1)
    writing.reply(joined.desks[0], 1, "Try this.", send_now=True)
    check(joined, figure, "two desks")


@pytest.mark.parametrize(
    "robot",
    [answers_everything, bounces_everything, forgets_everything],
    ids=["autoresponder", "bouncer", "help desk"],
)
def test_a_robot_that_says_nowhere_that_it_is_one(
    joined: JoinedDesks, figure: Figure, robot: Robot, request: pytest.FixtureRequest
) -> None:
    switch_on(joined.desks[0])
    joined.post.employ(ROBOT, robot)
    for number in range(10_000 if robot is forgets_everything else 0):
        joined.post.employ(ROBOT.replace("@", f"-{number}@"), robot)
    joined.post.write(written(ROBOT, ONE, "It leaks", joined.clock()))
    joined.go_on(1)
    writing.reply(joined.desks[0], 1, "Try this.", send_now=True)
    check(joined, figure, f"a desk and {request.node.callspec.id}")
