"""Mail that quotes what stands in the desk: compared with it before it is filed."""

from collections.abc import Sequence
from dataclasses import replace

from sqlmodel import Session

from supportcli.channels.folding.answered_lines import MOST_OURS, with_answers
from supportcli.desk.mail.filing import named_ids
from supportcli.domain.mail import Mail
from supportcli.storage.tickets.texts import texts_of


def compared(tx: Session, mails: Sequence[Mail]) -> list[Mail]:
    """These mails, in order, with the folds that a comparison with the stored texts of the mails
    they answer leaves: what somebody wrote between the lines of a quote is not folded.

    One statement for all of them; none if they answer nothing."""
    named = [named_ids(mail)[:MOST_OURS] if mail.text else () for mail in mails]
    stored = texts_of(tx, {one for ids in named for one in ids})
    if not stored:
        return list(mails)
    return [
        _compared(mail, [stored[one] for one in ids if one in stored])
        for mail, ids in zip(mails, named, strict=True)
    ]


def _compared(mail: Mail, ours: list[str]) -> Mail:
    folds = with_answers(mail.text, mail.folds, ours) if ours else mail.folds
    return mail if folds == mail.folds else replace(mail, folds=folds)
