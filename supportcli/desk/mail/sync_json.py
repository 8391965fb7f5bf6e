"""What `--json` prints of a sync."""

from typing import TYPE_CHECKING

from supportcli.desk.json_shapes import Shape, time
from supportcli.domain.intake.ledger import Counts

if TYPE_CHECKING:
    from supportcli.desk.mail.sync import MailboxReport
    from supportcli.domain.sla.ticked import Ticked


def counts(one: Counts) -> Shape:
    """Where the mails of a mailbox are."""
    return {name: getattr(one, name) for name in Counts.__dataclass_fields__}


def mailbox_report(one: "MailboxReport") -> Shape:
    """What a sync did for one mailbox."""
    return {
        "mailbox": one.mailbox,
        "fetched": one.fetched,
        "new_tickets": one.new_tickets,
        "follow_ups": one.follow_ups,
        "held": one.held,
        "duplicates": one.duplicates,
        "ignored": one.ignored,
        "completed": one.completed,
        "sent": one.sent,
        "deferred": one.deferred,
        "late": one.late,
        "failed": one.failed,
        "uncertain": one.uncertain,
        "busy": one.busy,
        "skipped": one.skipped,
        "failing_since": time(one.failing_since),
        "paused_until": time(one.paused_until),
        "sends_again_at": time(one.sends_again_at),
        "error": one.error.sentence if one.error else None,
        "mails": counts(one.counts),
    }


def ticked(one: "Ticked") -> Shape:
    """What a sync noted of the service levels of the whole desk."""
    return {"service_levels": {"warned": one.warned, "breached": one.breached}}
