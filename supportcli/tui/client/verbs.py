"""What is done to tickets. Those that the table of verbs has go through `do` by their names."""

from collections.abc import Sequence

from supportcli.desk import redo, undo
from supportcli.desk.gestures import Done
from supportcli.desk.replies.first import outreach
from supportcli.desk.tickets import (
    editing,
    filling_in,
    handing,
    merging,
    snoozing,
    splitting,
    verbs,
)
from supportcli.desk.tickets.editing import Edit
from supportcli.desk.tickets.merging import MergePlan
from supportcli.desk.tickets.related import linking
from supportcli.desk.tickets.written import calls
from supportcli.domain.custom_fields import CustomField
from supportcli.domain.mail import Address
from supportcli.domain.tickets.calls import PhoneCall
from supportcli.domain.tickets.snoozing import SnoozeTimes
from supportcli.tui.client.own_desk import OwnDesk


class DeskVerbs:
    """Verbs on tickets."""

    def __init__(self, own: OwnDesk) -> None:
        self._own = own

    def do(self, verb: str, number: int, seen: int | None, *given: object) -> Done:
        """Do a verb of `desk.tickets.verbs` to a ticket by the name of its function (“solve”), with
        what it is `given` beside the ticket. ChangedMeanwhile where others changed the ticket after
        the event `seen`; None for a verb that does not mind."""
        return self._own.do(getattr(verbs, verb), number, seen, *given)

    def edit(
        self,
        number: int,
        seen: int,
        *,
        subject: str | None = None,
        mailbox: str | None = None,
        customer: str | None = None,
    ) -> Done:
        """See `desk.tickets.editing.edit`."""
        return self._own.do(editing.edit, number, seen, Edit(subject, mailbox, customer))

    def mailboxes(self) -> list[str]:
        """See `desk.tickets.editing.mailboxes_of`."""
        return editing.mailboxes_of(self._own.desk)

    def log_call(self, number: int, text: str, call: PhoneCall, seen: int) -> Done:
        """See `desk.tickets.written.calls.log_call`."""
        return self._own.mine(
            calls.log_call(self._own.desk, number, text, call, sight=self._own.sight(seen))
        )

    def snooze_times(self, number: int) -> SnoozeTimes:
        """See `desk.tickets.snoozing.times`."""
        return snoozing.times(self._own.desk, number)

    def snooze(self, number: int, until: str, seen: int) -> Done:
        """See `desk.tickets.snoozing.snooze`."""
        return self._own.do(snoozing.snooze, number, seen, until)

    def wake(self, number: int, seen: int) -> Done:
        """See `desk.tickets.snoozing.wake`."""
        return self._own.do(snoozing.wake, number, seen)

    def fields(self) -> list[CustomField]:
        """The custom fields of the desk."""
        return filling_in.list_fields(self._own.desk)

    def fill_in(self, number: int, name: str, text: str, seen: int) -> Done:
        """See `desk.tickets.filling_in.fill_in`."""
        return self._own.do(filling_in.fill_in, number, seen, {name: text})

    def hand_to(self, number: int, team: str, seen: int) -> Done:
        """See `desk.tickets.handing.hand_to`."""
        return self._own.do(handing.hand_to, number, seen, team)

    def link(self, number: int, to: int, seen: int) -> Done:
        """See `desk.tickets.related.linking.link`."""
        return self._own.do(linking.link, number, seen, to)

    def unlink(self, number: int, other: int, seen: int) -> Done:
        """See `desk.tickets.related.linking.unlink`."""
        return self._own.do(linking.unlink, number, seen, other)

    def merge_plan(self, numbers: Sequence[int], into: int) -> MergePlan:
        """See `desk.tickets.merging.plan`. The other ticket may be one of several."""
        return merging.plan(self._own.desk, _into_another(numbers, into), into)

    def merge(self, number: int, into: int, seen: int) -> Done:
        """See `desk.tickets.merging.merge`; the agent was shown both customers, and agreed."""
        wanted = _into_another(self._own.marked or (number,), into)
        sight = self._own.sight(seen) if len(wanted) == 1 else None
        return self._own.mine(
            merging.merge(self._own.desk, wanted, into, agree=lambda _: True, sight=sight)
        )

    def split(self, number: int, positions: Sequence[int], seen: int) -> Done:
        """See `desk.tickets.splitting.split`."""
        return self._own.mine(
            splitting.split(self._own.desk, number, positions, sight=self._own.sight(seen))
        )

    def new(self, customer: Address, subject: str, mailbox: str | None, text: str) -> Done:
        """See `desk.tickets.verbs.new`."""
        new = verbs.new(
            self._own.desk, mailbox=mailbox, customer=customer, subject=subject, text=text
        )
        return self._own.mine(new)

    def begin_mail(self, customer: Address, subject: str, mailbox: str | None) -> Done:
        """See `desk.replies.first.outreach.begin`."""
        begun = outreach.begin(self._own.desk, mailbox=mailbox, customer=customer, subject=subject)
        return self._own.mine(begun)

    def undo(self, gesture: str) -> Done:
        """Take one verb back."""
        return self._own.mine(undo.undo(self._own.desk, gesture_id=gesture))

    def redo(self, gesture: str) -> Done:
        """Do again what an undo took back."""
        return self._own.mine(redo.redo(self._own.desk, gesture_id=gesture))


def _into_another(numbers: Sequence[int], into: int) -> Sequence[int]:
    """The tickets to merge into another one, which may be one of several."""
    return [number for number in numbers if number != into] if len(numbers) > 1 else numbers
