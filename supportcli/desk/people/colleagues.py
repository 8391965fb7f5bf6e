"""Who answers, as lists and conversations name them."""

from supportcli.desk import Desk
from supportcli.domain.people import Agent
from supportcli.storage.tickets import people


def list_agents(desk: Desk) -> list[Agent]:
    """All agents of the desk by name, including those who left."""
    with desk.db.read() as tx:
        return people.agents(tx)
