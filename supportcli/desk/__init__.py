"""The application layer that commands and inbox share: one function a use case. `open_desk` is the
only place where the parts are joined."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from supportcli.clock import Clock, utc_now
from supportcli.config import Settings
from supportcli.domain.mailbox import Mailbox, Secret
from supportcli.domain.people import Agent
from supportcli.errors import NotAllowed
from supportcli.errors.people import AgentLeft
from supportcli.errors.tickets import AgentUnknown

if TYPE_CHECKING:  # shell completion imports this package and must not wait for SQLAlchemy
    from sqlmodel import Session

    from supportcli.channels.channel import Channel
    from supportcli.credentials.tokens import Silences
    from supportcli.storage.engine.database import Database


@dataclass(frozen=True, slots=True)
class Desk:
    """An open help desk: its database, the clock, access to a mailbox's servers, and the settings
    of the person at this machine."""

    db: "Database"
    clock: Clock
    channels: Callable[[Mailbox], "Channel"]
    settings: Settings

    def now(self) -> datetime:
        """The present moment, read once a use case."""
        return self.clock()

    def me(self, tx: "Session") -> Agent:
        """The agent that config.toml names; AgentUnknown if there is none, NotAllowed if that agent
        is another user of this machine."""
        import getpass  # noqa: PLC0415

        from supportcli.storage.tickets import people  # noqa: PLC0415

        found = people.agent_by_address(tx, self.settings.agent)
        if found is None or not found.active:
            raise AgentUnknown(self.settings.agent)
        bound_to = people.os_user_of(tx, found.id)
        if bound_to is not None and bound_to != getpass.getuser():
            raise NotAllowed(
                f"{found.address} is bound to the user {bound_to} of this machine.",
                'Set agent = "your address" in config.toml, or ask an admin.',
            )
        return found

    def refuse_departed(self) -> None:
        """AgentLeft if config.toml names an agent who has left: they read nothing any more."""
        from supportcli.storage.tickets import people  # noqa: PLC0415

        with self.db.read() as tx:
            found = people.agent_by_address(tx, self.settings.agent)
        if found is not None and not found.active:
            raise AgentLeft(found.name, found.address)

    def trusting(self, address: str, secret: Secret) -> "Desk":
        """The same desk for somebody who also holds the secret of this mailbox."""
        known = {**self.settings.secrets, address: secret}
        settings = replace(self.settings, secrets=known)
        return replace(self, settings=settings, channels=_channels(settings, self.clock))

    def rehearsing(self) -> "Desk":
        """The same desk, in which a verb does all that it does and nothing of it stays: it then
        refuses what it would refuse, and says which tickets it would change."""
        return replace(self, db=self.db.rehearsal())

    def close(self) -> None:
        """Close the connections."""
        self.db.close()


def open_desk(settings: Settings, clock: Clock = utc_now) -> Desk:
    """Open the desk that the settings name. ConfigurationError if there is none; also raises what
    `Database.open` raises."""
    from supportcli.storage.engine.database import Database  # noqa: PLC0415

    return Desk(Database.open(settings.database), clock, _channels(settings, clock), settings)


def _channels(settings: Settings, clock: Clock) -> Callable[[Mailbox], "Channel"]:
    silences: Silences = {}

    def connect(mailbox: Mailbox) -> "Channel":
        from supportcli import credentials  # noqa: PLC0415  # keyring and imapclient are loaded only to connect
        from supportcli.channels import open_channel  # noqa: PLC0415

        return open_channel(
            mailbox,
            credentials.secret_for(
                mailbox,
                settings.secrets,
                settings.path,
                clock,
                seconds=settings.sign_in_timeout,
                silences=silences,
            ),
            settings.smtp,
        )

    return connect
