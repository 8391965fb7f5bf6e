"""The tables of a desk, as SQLModel classes, one module for each subject. Rows never leave `desk`;
`migrations` makes the same tables on both engines.

A class takes four milliseconds of each command, so each is loaded when it is asked for. Who looks
at all tables calls `load_all` first."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from supportcli.storage.tables.columns import NAMES, ForeignText, PriorityRank, UtcDateTime

if TYPE_CHECKING:
    from supportcli.storage.tables.canned import (
        CannedFileRow,
        CannedRow,
        CannedUseRow,
        CannedVersionRow,
    )
    from supportcli.storage.tables.imports import ImportedItemRow, ImportedMailRow, ImportRunRow
    from supportcli.storage.tables.mail.automatic_answers import AutomaticAnswerRow
    from supportcli.storage.tables.mail.ledger import LACKING, RemoteMailRow, ServerActionRow
    from supportcli.storage.tables.mail.mail_events import MailEventRow
    from supportcli.storage.tables.mail.mails import MailRow, RawMailRow
    from supportcli.storage.tables.mail.senders import SenderEventRow, SenderRow
    from supportcli.storage.tables.people.addresses import CustomerAddressRow
    from supportcli.storage.tables.people.customers import CustomerRow
    from supportcli.storage.tables.people.lookups import CustomerLookupRow
    from supportcli.storage.tables.people.organisations import (
        OrganisationDomainRow,
        OrganisationRow,
    )
    from supportcli.storage.tables.people.people_events import PeopleEventRow
    from supportcli.storage.tables.people.profiles import CustomerProfileRow
    from supportcli.storage.tables.replies.deliveries import OutboxRecipientRow, SentCopyRow
    from supportcli.storage.tables.replies.draft_files import DraftFileRow
    from supportcli.storage.tables.replies.drafts import DraftRow
    from supportcli.storage.tables.replies.outbox import OutboxRow
    from supportcli.storage.tables.setup.absences import AgentAbsenceRow
    from supportcli.storage.tables.setup.agents import AgentRow
    from supportcli.storage.tables.setup.desk import DeskRow
    from supportcli.storage.tables.setup.fields import CustomFieldRow, TicketFieldRow
    from supportcli.storage.tables.setup.former_addresses import FormerAgentAddressRow
    from supportcli.storage.tables.setup.mailbox_parts import FolderRow, MailboxAliasRow
    from supportcli.storage.tables.setup.mailboxes import MailboxRow
    from supportcli.storage.tables.setup.team_members import TeamMemberRow
    from supportcli.storage.tables.setup.teams import TeamRow
    from supportcli.storage.tables.setup.views import SavedViewRow
    from supportcli.storage.tables.sla.calendars import CalendarRow, CalendarVersionRow
    from supportcli.storage.tables.sla.policies import PolicyRow, PolicyVersionRow
    from supportcli.storage.tables.sla.targets import TargetRow
    from supportcli.storage.tables.tickets.attachments import AttachmentRow
    from supportcli.storage.tables.tickets.belonging import ParticipantRow, ReferenceRow
    from supportcli.storage.tables.tickets.claims import ClaimRow
    from supportcli.storage.tables.tickets.events import EventRow
    from supportcli.storage.tables.tickets.followers import TicketFollowerRow
    from supportcli.storage.tables.tickets.links import TicketLinkRow
    from supportcli.storage.tables.tickets.mentions import MentionRow
    from supportcli.storage.tables.tickets.messages import NOTES, MessageRow
    from supportcli.storage.tables.tickets.presence import PresenceRow
    from supportcli.storage.tables.tickets.regrouping import RegroupingRow
    from supportcli.storage.tables.tickets.search_documents import SearchDocumentRow
    from supportcli.storage.tables.tickets.seen import SeenMessageRow
    from supportcli.storage.tables.tickets.tickets import TicketRow, TicketTagRow

__all__ = [
    "LACKING",
    "NAMES",
    "NOTES",
    "AgentAbsenceRow",
    "AgentRow",
    "AttachmentRow",
    "AutomaticAnswerRow",
    "CalendarRow",
    "CalendarVersionRow",
    "CannedFileRow",
    "CannedRow",
    "CannedUseRow",
    "CannedVersionRow",
    "ClaimRow",
    "CustomFieldRow",
    "CustomerAddressRow",
    "CustomerLookupRow",
    "CustomerProfileRow",
    "CustomerRow",
    "DeskRow",
    "DraftFileRow",
    "DraftRow",
    "EventRow",
    "FolderRow",
    "ForeignText",
    "FormerAgentAddressRow",
    "ImportRunRow",
    "ImportedItemRow",
    "ImportedMailRow",
    "MailEventRow",
    "MailRow",
    "MailboxAliasRow",
    "MailboxRow",
    "MentionRow",
    "MessageRow",
    "OrganisationDomainRow",
    "OrganisationRow",
    "OutboxRecipientRow",
    "OutboxRow",
    "ParticipantRow",
    "PeopleEventRow",
    "PolicyRow",
    "PolicyVersionRow",
    "PresenceRow",
    "PriorityRank",
    "RawMailRow",
    "ReferenceRow",
    "RegroupingRow",
    "RemoteMailRow",
    "SavedViewRow",
    "SearchDocumentRow",
    "SeenMessageRow",
    "SenderEventRow",
    "SenderRow",
    "SentCopyRow",
    "ServerActionRow",
    "TargetRow",
    "TeamMemberRow",
    "TeamRow",
    "TicketFieldRow",
    "TicketFollowerRow",
    "TicketLinkRow",
    "TicketRow",
    "TicketTagRow",
    "UtcDateTime",
    "load_all",
]

_LATER = {
    "canned": ("CannedFileRow", "CannedRow", "CannedUseRow", "CannedVersionRow"),
    "imports": ("ImportRunRow", "ImportedItemRow", "ImportedMailRow"),
    "mail.automatic_answers": ("AutomaticAnswerRow",),
    "mail.ledger": ("LACKING", "RemoteMailRow", "ServerActionRow"),
    "mail.mail_events": ("MailEventRow",),
    "mail.mails": ("MailRow", "RawMailRow"),
    "mail.senders": ("SenderEventRow", "SenderRow"),
    "people.addresses": ("CustomerAddressRow",),
    "people.customers": ("CustomerRow",),
    "people.lookups": ("CustomerLookupRow",),
    "people.organisations": ("OrganisationDomainRow", "OrganisationRow"),
    "people.people_events": ("PeopleEventRow",),
    "people.profiles": ("CustomerProfileRow",),
    "replies.deliveries": ("OutboxRecipientRow", "SentCopyRow"),
    "replies.draft_files": ("DraftFileRow",),
    "replies.drafts": ("DraftRow",),
    "replies.outbox": ("OutboxRow",),
    "setup.absences": ("AgentAbsenceRow",),
    "setup.former_addresses": ("FormerAgentAddressRow",),
    "setup.agents": ("AgentRow",),
    "setup.desk": ("DeskRow",),
    "setup.fields": ("CustomFieldRow", "TicketFieldRow"),
    "setup.mailbox_parts": ("FolderRow", "MailboxAliasRow"),
    "setup.mailboxes": ("MailboxRow",),
    "setup.team_members": ("TeamMemberRow",),
    "setup.teams": ("TeamRow",),
    "setup.views": ("SavedViewRow",),
    "sla.calendars": ("CalendarRow", "CalendarVersionRow"),
    "sla.policies": ("PolicyRow", "PolicyVersionRow"),
    "sla.targets": ("TargetRow",),
    "tickets.attachments": ("AttachmentRow",),
    "tickets.belonging": ("ParticipantRow", "ReferenceRow"),
    "tickets.events": ("EventRow",),
    "tickets.followers": ("TicketFollowerRow",),
    "tickets.links": ("TicketLinkRow",),
    "tickets.mentions": ("MentionRow",),
    "tickets.messages": ("MessageRow", "NOTES"),
    "tickets.claims": ("ClaimRow",),
    "tickets.presence": ("PresenceRow",),
    "tickets.regrouping": ("RegroupingRow",),
    "tickets.search_documents": ("SearchDocumentRow",),
    "tickets.seen": ("SeenMessageRow",),
    "tickets.tickets": ("TicketRow", "TicketTagRow"),
}
"""What is loaded when it is asked for, by its module."""

_MODULES = {name: module for module, names in _LATER.items() for name in names}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a class of `_LATER`'s modules
    if name not in _MODULES:
        raise AttributeError(name)
    found = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    globals()[name] = found  # not asked for again
    return found


def load_all() -> None:
    """Load all tables: the metadata of the models is complete then."""
    for module in _LATER:
        import_module(f"{__name__}.{module}")
