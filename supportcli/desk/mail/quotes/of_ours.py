"""Mail that quotes what stands in the desk: compared with it before it is filed."""

from collections.abc import Sequence
from dataclasses import replace

from sqlmodel import Session

from supportcli.desk.mail.batch import Received, named_ids
from supportcli.domain.mail import Mail
from supportcli.storage.tickets.texts import OurText, texts_of


def compared(tx: Session, mails: Sequence[Received]) -> list[Received]:
    """These mails, in order, as `without_folded_answers` leaves them."""
    read = without_folded_answers(tx, [one.mail for one in mails])
    return [
        one if mail is one.mail else replace(one, mail=mail)
        for one, mail in zip(mails, read, strict=True)
    ]


def without_folded_answers(tx: Session, mails: Sequence[Mail]) -> list[Mail]:
    """These mails, in order, with the folds that a comparison with the stored texts of the mails
    they answer leaves: what somebody wrote between the lines of a quote is not folded.

    One statement for all of them; none if they answer nothing."""
    from supportcli.channels.comparison.answered_lines import MOST_OURS  # noqa: PLC0415  # see `channels.parse`

    named = [named_ids(mail)[:MOST_OURS] if mail.text else () for mail in mails]
    stored = texts_of(tx, {name for ids in named for name in ids})
    if not stored:
        return list(mails)
    return [
        _compared(mail, [stored[name] for name in ids if name in stored])
        for mail, ids in zip(mails, named, strict=True)
    ]


def _compared(mail: Mail, ours: list[OurText]) -> Mail:
    from supportcli.channels.comparison.answered_lines import with_answers  # noqa: PLC0415  # see `channels.parse`

    if not ours:
        return mail
    quoted = dict.fromkeys(one.quoted for one in ours if one.quoted.strip())
    folds = with_answers(mail.text, mail.folds, [one.text for one in ours], [*quoted])
    return mail if folds == mail.folds else replace(mail, folds=folds)
