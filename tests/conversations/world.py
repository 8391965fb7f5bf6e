"""Many stories at once: a mailbox as a busy month leaves it."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tests.conversations.scene import GeneratedMail, Scene
from tests.conversations.traits import TRAITS, Story

BEGIN = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
MONTH = timedelta(days=30)
ORDINARY = 0.5  # the share of plain threads among the stories


@dataclass(frozen=True, slots=True)
class World:
    """Mails in the order in which the server took them."""

    mails: tuple[GeneratedMail, ...]

    def messages(self) -> list[GeneratedMail]:
        """The mails without the copies in other folders: each is to be one message of a ticket."""
        return [mail for mail in self.mails if not mail.copy]

    def conversations(self) -> set[frozenset[str]]:
        """The truth about tickets: the tokens of the mails of each conversation."""
        found: dict[str, set[str]] = {}
        for mail in self.mails:
            found.setdefault(mail.conversation, set()).add(mail.token)
        return {frozenset(tokens) for tokens in found.values()}

    def portions(self, size: int) -> "list[World]":
        """The world in parts of at least `size` mails, as passes at different times find it: cut
        where a minute passed without mail."""
        parts: list[list[GeneratedMail]] = [[]]
        for mail in self.mails:
            quiet = parts[-1] and mail.internal_date - parts[-1][-1].internal_date > timedelta(
                minutes=1
            )
            if quiet and len(parts[-1]) >= size:
                parts.append([])
            parts[-1].append(mail)
        return [World(tuple(part)) for part in parts]

    def in_folder(self, folder: str) -> list[tuple[bytes, datetime]]:
        """The bytes and internal dates of a folder's mails, as a server's `append_all` takes
        them."""
        return [(mail.raw, mail.internal_date) for mail in self.mails if mail.folder == folder]

    def folders(self) -> list[str]:
        """The folders that hold mail, in order of their first."""
        return list(dict.fromkeys(mail.folder for mail in self.mails))


def generate(seed: int = 1, mails: int = 1000) -> World:
    """A world of exactly so many mails, the same for the same arguments on every machine. Each
    trait comes up about every hundred mails."""
    rng = random.Random(seed)
    told: list[GeneratedMail] = []
    waiting: list[str] = []
    number = 0
    while len(told) < mails:
        number += 1
        if not waiting:
            waiting = sorted(TRAITS)
            rng.shuffle(waiting)
        name = "thread" if rng.random() < ORDINARY else waiting.pop()
        scene = tell(TRAITS[name], name, rng, number, BEGIN + MONTH * rng.random())
        if len(told) + len(scene) > mails:
            scene = tell(alone, "alone", rng, number, BEGIN + MONTH * rng.random())
        told += scene
    return delivered(told)


def trait(name: str, seed: int = 1) -> World:
    """The world of one trait alone. Raises KeyError for a name that is not in TRAITS."""
    return delivered(tell(TRAITS[name], name, random.Random(seed), 1, BEGIN))


def tell(
    story: Story, name: str, rng: random.Random, number: int, start: datetime
) -> list[GeneratedMail]:
    """The mails of one story."""
    scene = Scene(rng, number, name, start.replace(microsecond=0))
    story(scene)
    return scene.mails


def alone(scene: Scene) -> None:
    """One mail, and nobody ever answers."""
    scene.opens(scene.person())


def delivered(mails: list[GeneratedMail]) -> World:
    """The mails in order of their arrival; those of one second in the order they were written."""
    return World(tuple(sorted(mails, key=lambda mail: mail.internal_date)))
