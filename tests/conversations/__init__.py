"""Conversations with a shop, made from a seed, and the truth about which mails belong together.

    world = generate(seed=1, mails=1000)
    for mail in world.mails:                 # in the order in which the server took them
        dovecot.append(user, mail.folder, mail.raw, mail.internal_date)
    assert tickets_by_token == world.conversations()

The truth follows the threading rules of the desk: whose own domain is shop.test, whose mailbox is
help@shop.test and whose agent ada@shop.test."""

from tests.conversations.letter import MAILBOX
from tests.conversations.scene import INBOX, OTHER_FOLDER, GeneratedMail
from tests.conversations.traits import TRAITS
from tests.conversations.world import World, generate, trait

__all__ = [
    "INBOX",
    "MAILBOX",
    "OTHER_FOLDER",
    "TRAITS",
    "GeneratedMail",
    "World",
    "generate",
    "trait",
]
