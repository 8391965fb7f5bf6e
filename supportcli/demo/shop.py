"""The complete demo: servers, mail, customers, and a desk that is set up by the same functions as
any other; all of it temporary."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from supportcli import config
from supportcli.clock import utc_now
from supportcli.config import Settings
from supportcli.demo.colleague import COLLEAGUE, work
from supportcli.demo.customers import Customers
from supportcli.demo.folder import passing_folder
from supportcli.demo.mails import mails
from supportcli.demo.promises import promise
from supportcli.demo.servers import HOST, Servers
from supportcli.demo.signals import ended_by_signals
from supportcli.demo.story import MAILBOX, SHOP, stories
from supportcli.desk import open_desk
from supportcli.desk.mail.sync import SyncProgress, sync
from supportcli.desk.setup.founding import MailboxDetails, add_agent, add_mailbox, create_desk
from supportcli.domain.mail import Address
from supportcli.domain.mailbox import Endpoint, Secret, Security, logins

AGENT = Address("Ada", "ada@halden.test")
OPENED = timedelta(days=10)
"""How long before its start the demo's desk was created: all its mail came later, so that its
clocks run."""

PAUSES = (
    timedelta(days=6),
    timedelta(days=5),
    timedelta(days=3, hours=22, seconds=-30),
    timedelta(hours=18),
    timedelta(0),
)
"""When, before the demo's start, mail stops coming in until the colleague has answered: customers
who wrote again did so after an answer."""

PASSWORD = "SUPPORTCLI_DEMO_PASSWORD"  # noqa: S105 - the variable's name


@dataclass(frozen=True, slots=True)
class Shop:
    """A running demo: the settings that open its desk, and the variables with which other programs
    find it."""

    settings: Settings
    environment: Mapping[str, str]


@contextmanager
def open_shop(answer_after: float, progress: Callable[[SyncProgress], None]) -> Iterator[Shop]:
    """Open the shop: its mailbox is full, and a desk has synced it over IMAP. Closing it removes
    everything. Only for the main thread.

    Customers answer `answer_after` seconds after the agent's reply has left. `progress` is called
    with the progress of the first sync."""
    with (
        ended_by_signals(),
        passing_folder("supportcli-demo-") as folder,
        Servers(MAILBOX.address) as servers,
    ):
        now = utc_now()
        environment = {
            "SUPPORTCLI_CONFIG": str(folder / "config.toml"),
            "SUPPORTCLI_DATABASE": str(folder / "desk.db"),
            PASSWORD: servers.password,
        }
        with _environment(environment):
            settings = _set_up(servers, now, progress)
            customers = Customers(list(stories()), servers.later, answer_after, utc_now)
            servers.received = lambda mail: customers.read(mail.raw)
            yield Shop(settings, environment)


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Set variables for this process and its children, and restore the old ones afterwards."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _set_up(servers: Servers, now: datetime, progress: Callable[[SyncProgress], None]) -> Settings:
    """Create the desk that the environment names, add the mailbox with its secret, and let the days
    until `now` pass: mail comes in, the colleague answers, more comes in."""
    settings = config.load(None, None, os.environ)
    founded = now - OPENED
    create_desk(settings, AGENT, None, founded, with_starters=False)
    settings = config.write(
        settings, database=os.environ["SUPPORTCLI_DATABASE"], agent=AGENT.address
    )
    with closing(open_desk(settings, lambda: founded)) as desk:
        imap, smtp = (
            Endpoint(HOST, port, Security.NONE) for port in (servers.imap_port, servers.smtp_port)
        )
        add_agent(desk, COLLEAGUE)
        box = add_mailbox(
            desk,
            MailboxDetails(MAILBOX.address, imap, smtp, servers.user, history="all", name=SHOP),
        )
    settings = config.write_secret(
        settings, MAILBOX.address, Secret(f"env:{PASSWORD}", servers=logins(box))
    )
    fetched = 0
    for earliest, latest in pairwise((OPENED, *PAUSES)):
        for post in mails(now):
            if now - earliest <= post.at < now - latest:
                servers.deliver(post.raw, post.at, post.folder)
        fetched = _synced(settings, progress, fetched)
        work(settings, now, earliest, latest)
    _synced(settings, progress, fetched)
    promise(settings, founded)
    return settings


def _synced(settings: Settings, progress: Callable[[SyncProgress], None], before: int) -> int:
    """Sync the desk; returns how many mails have come in so far. `before` is how many had
    before."""
    fetched = 0

    def report(step: SyncProgress) -> None:
        nonlocal fetched
        fetched = step.fetched
        progress(replace(step, fetched=before + step.fetched))

    with closing(open_desk(settings)) as desk:
        error = sync(desk, progress=report).error
    if error is not None:
        raise error
    return before + fetched
