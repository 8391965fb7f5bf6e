"""Canned responses that mailboxes answer with by themselves: none is removed or changed so that
these answers end without a word."""

from collections.abc import Iterator
from dataclasses import replace

from sqlmodel import Session

from supportcli.domain.canned.responses import Canned, Scope, StoredResponse
from supportcli.domain.mailbox import AutomaticRule, Mailbox
from supportcli.errors.canned import CannedAnswers
from supportcli.storage.setup import automatic_rules, mailboxes


def refuse_end(tx: Session, kept: StoredResponse) -> None:
    """CannedAnswers if a mailbox answers with a response that is about to be removed."""
    for box, rule in _answering(tx, kept.canned):
        raise CannedAnswers(kept.canned.shortcut, box.address, rule.kind.command, "is needed")


def follow(tx: Session, kept: StoredResponse, new: Canned) -> None:
    """Let the mailboxes that answer with a response answer with what it becomes, under its new
    shortcut. CannedAnswers if it is no longer everybody's."""
    if new.scope is not Scope.ALL:
        refuse_end(tx, kept)
    elif new.shortcut != kept.canned.shortcut:
        for box in {box.id: box for box, _ in _answering(tx, kept.canned)}.values():
            renamed = [
                replace(rule, response=new.shortcut)
                if rule.response == kept.canned.shortcut
                else rule
                for rule in box.automatic
            ]
            automatic_rules.set_rules(tx, box.id, renamed)


def refuse_unfit(tx: Session, new: Canned) -> None:
    """CannedAnswers if a mailbox answers with this response, and nobody could send it unread."""
    for box, rule in _answering(tx, new):
        from supportcli.domain.canned.unattended import unfit  # noqa: PLC0415  # Jinja takes a while to load

        if why := unfit(new, box.address):
            raise CannedAnswers(new.shortcut, box.address, rule.kind.command, why)


def _answering(tx: Session, one: Canned) -> Iterator[tuple[Mailbox, AutomaticRule]]:
    """The mailboxes that answer with a response, and their rules."""
    if one.scope is Scope.ALL:
        for box in mailboxes.mailboxes(tx):
            yield from ((box, rule) for rule in box.automatic if rule.response == one.shortcut)
