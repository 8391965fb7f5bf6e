"""Signatures, and the HTML frames of mailboxes."""

from sqlmodel import Session

from supportcli.desk import Desk
from supportcli.desk.gestures import authorize
from supportcli.desk.setup.founding import see
from supportcli.domain.canned import templates
from supportcli.domain.canned.placeholders import Fault
from supportcli.domain.mailbox import Mailbox
from supportcli.domain.people import Action
from supportcli.domain.replies import frames, signatures
from supportcli.errors.names import NotFound, Thing
from supportcli.errors.replies import FrameFaulty, SignatureFaulty
from supportcli.storage.setup import letterheads, mailboxes


def sign_mailbox(desk: Desk, address: str, signature: str) -> Mailbox:
    """Put this below everything that a mailbox sends; nothing if it is empty.

    NotFound; SignatureFaulty; NotAllowed if I am not an admin."""
    wanted = checked_signature(signature)
    with desk.db.write() as tx:
        authorize(desk.me(tx), Action.SET_UP)
        letterheads.set_signature(tx, _mailbox(tx, address).id, wanted)
        return _mailbox(tx, address)


def frame_mailbox(desk: Desk, address: str, frame: str, *, remote: bool = False) -> Mailbox:
    """Send the mail of a mailbox in this page; as it is if that is empty. With `remote` it may have
    pictures from the web.

    NotFound; FrameFaulty; NotAllowed if I am not an admin."""
    if frame and (wrong := frames.faults(frame, remote=remote)):
        raise FrameFaulty(*_told(wrong))
    with desk.db.write() as tx:
        authorize(desk.me(tx), Action.SET_UP)
        letterheads.set_frame(tx, _mailbox(tx, address).id, frame)
        return _mailbox(tx, address)


def frame_of(desk: Desk, address: str) -> str:
    """The page in which a mailbox sends; NotFound if it has none."""
    with desk.db.read() as tx:
        found = _mailbox(tx, address)
        frame = letterheads.frame(tx, found.id)
    if not frame:
        raise NotFound(Thing.FRAME, address, hint=see(found))
    return frame


def checked_signature(typed: str) -> str:
    """A signature as it is kept, an agent's or a mailbox's; SignatureFaulty if it cannot be one."""
    kept = signatures.typed(typed)
    if wrong := [*signatures.faults(kept), *templates.faults(kept)]:
        raise SignatureFaulty(*_told(wrong))
    return kept


def _told(wrong: list[Fault]) -> list[str]:
    return [
        f"line {one.line}: {one.sentence}" if one.line else one.sentence
        for one in dict.fromkeys(wrong)
    ]


def _mailbox(tx: Session, address: str) -> Mailbox:
    found = mailboxes.mailbox_by_address(tx, address)
    if found is None or not found.active:
        raise NotFound(Thing.MAILBOX, address)
    return found
