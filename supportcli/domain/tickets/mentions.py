"""Who is mentioned in a note: “@bea, can you look?”"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from supportcli.domain.people import Agent, agents_called

_MENTION = re.compile(r"(?<![\w@.+/-])@([^\W_][\w.+-]*(?:@[\w.-]+)?)")

MENTIONS = "mentions"
"""What a note's event says: the addresses of the agents whom it mentions."""

JOINED = "followers"
"""The same of those who follow the ticket only since then."""


@dataclass(frozen=True, slots=True)
class Mentioned:
    """The agents whom a text mentions, in the order of their names there, and the words that might
    mean several."""

    agents: tuple[Agent, ...]
    unclear: tuple[str, ...]

    def besides(self, author: Agent) -> "Mentioned":
        """The same without who wrote it: nobody calls themselves."""
        return replace(self, agents=tuple(one for one in self.agents if one.id != author.id))

    @property
    def told(self) -> str:
        """“ · Bea Low follows it”, with what is not clear; "" if nobody is mentioned."""
        return self._told("follows it", "follow it")

    @property
    def told_shortly(self) -> str:
        """“ · Bea Low is told”, the same in fewer words."""
        return self._told("is told", "are told")

    def _told(self, one: str, many: str) -> str:
        names = " and ".join(agent.name or agent.address for agent in self.agents)
        follow = f" · {names} {one if len(self.agents) == 1 else many}" if names else ""
        words = " and ".join(f"@{word}" for word in self.unclear)
        return follow + (f" · {words} may be several agents: write the address" if words else "")


_BEGUN = re.compile(r"(?<![\w@.+/-])@([\w.+-]*)$")


def begun_mention(before: str) -> str | None:
    """What is written of a name after the @ at the end of a text; None if it ends in none."""
    found = _BEGUN.search(before)
    return found[1] if found else None


def completions(begun: str, agents: Sequence[Agent]) -> tuple[str, ...]:
    """The names that begin so and mean one agent each: of an agent who is there, the part of their
    address before its @, else a word of their name, else the whole address."""
    found = []
    for agent in (one for one in agents if one.active):
        short = agent.address.partition("@")[0]
        forms = (short, *agent.name.casefold().split(), agent.address)
        fits = (form for form in forms if form.startswith(begun.casefold()))
        sayable = (form for form in fits if _MENTION.fullmatch(f"@{form}"))
        clear = (form for form in sayable if agents_called(agents, form) == [agent])
        found += [form for form in (next(clear, None),) if form]
    return tuple(sorted(found))


def mentioned(text: str, agents: Sequence[Agent]) -> Mentioned:
    """Whom a text mentions: @ and an agent's address, the part of it before its @, or a word of
    their name. What means no agent is a word like others."""
    found: dict[int, Agent] = {}
    unclear: dict[str, None] = {}
    for word in _MENTION.findall(text):
        meant = agents_called(agents, word.rstrip(".-+"))
        if len(meant) == 1:
            found.setdefault(meant[0].id, meant[0])
        elif meant:
            unclear.setdefault(word.rstrip(".-+"))
    return Mentioned(tuple(found.values()), tuple(unclear))
