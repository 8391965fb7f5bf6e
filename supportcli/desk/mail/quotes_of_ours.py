"""Mail that quotes what stands in the desk: compared with it before it is filed."""

from collections.abc import Sequence
from dataclasses import replace

from sqlmodel import Session

from supportcli.channels.folding.answered_lines import MOST_OURS, with_answers
from supportcli.desk.mail.batch import Received, named_ids
from supportcli.storage.tickets.texts import texts_of


def compared(tx: Session, mails: Sequence[Received]) -> list[Received]:
    """These mails, in order, with the folds that a comparison with the stored texts of the mails
    they answer leaves: what somebody wrote between the lines of a quote is not folded.

    One statement for all of them; none if they answer nothing."""
    named = [named_ids(one.mail)[:MOST_OURS] if one.mail.text else () for one in mails]
    stored = texts_of(tx, {name for ids in named for name in ids})
    if not stored:
        return list(mails)
    return [
        _compared(one, [stored[name] for name in ids if name in stored])
        for one, ids in zip(mails, named, strict=True)
    ]


def _compared(received: Received, ours: list[str]) -> Received:
    mail = received.mail
    folds = with_answers(mail.text, mail.folds, ours) if ours else mail.folds
    return received if folds == mail.folds else replace(received, mail=replace(mail, folds=folds))
