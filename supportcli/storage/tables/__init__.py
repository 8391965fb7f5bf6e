"""The tables of a desk, as SQLModel classes, one module for each subject. Rows never leave `desk`;
`migrations` makes the same tables on both engines.

A class takes two milliseconds of each command, so those that few commands use are loaded when they
are asked for. Who looks at all tables calls `load_all` first."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from supportcli.storage.tables.columns import NAMES, ForeignText, PriorityRank, UtcDateTime
from supportcli.storage.tables.desk import (
    LACKING,
    AgentRow,
    AttachmentRow,
    CustomerAddressRow,
    CustomerRow,
    DeskRow,
    DraftRow,
    EventRow,
    FolderRow,
    MailboxAliasRow,
    MailboxRow,
    MailEventRow,
    MailRow,
    MessageRow,
    OutboxRecipientRow,
    OutboxRow,
    ParticipantRow,
    RawMailRow,
    ReferenceRow,
    RegroupingRow,
    RemoteMailRow,
    SearchDocumentRow,
    SenderEventRow,
    SenderRow,
    SentCopyRow,
    ServerActionRow,
    TicketFollowerRow,
    TicketLinkRow,
    TicketRow,
    TicketTagRow,
)
from supportcli.storage.tables.sla import (
    CalendarRow,
    CalendarVersionRow,
    PolicyRow,
    PolicyVersionRow,
    TargetRow,
)

if TYPE_CHECKING:
    from supportcli.storage.tables.absences import AgentAbsenceRow, FormerAgentAddressRow
    from supportcli.storage.tables.automatic import AutomaticAnswerRow
    from supportcli.storage.tables.canned import (
        CannedFileRow,
        CannedRow,
        CannedUseRow,
        CannedVersionRow,
    )
    from supportcli.storage.tables.draft_files import DraftFileRow
    from supportcli.storage.tables.fields import CustomFieldRow, TicketFieldRow
    from supportcli.storage.tables.imports import ImportedItemRow, ImportedMailRow, ImportRunRow
    from supportcli.storage.tables.mentions import MentionRow
    from supportcli.storage.tables.people import (
        CustomerLookupRow,
        CustomerProfileRow,
        OrganisationDomainRow,
        OrganisationRow,
        PeopleEventRow,
    )
    from supportcli.storage.tables.queue import ClaimRow, PresenceRow
    from supportcli.storage.tables.teams import TeamMemberRow, TeamRow
    from supportcli.storage.tables.views import SavedViewRow

__all__ = [
    "LACKING",
    "NAMES",
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
    "AgentAbsence": "absences",
    "Automatic": "automatic",
    "Canned": "canned",
    "Claim": "queue",
    "CustomerLookup": "people",
    "CustomerProfile": "people",
    "CustomField": "fields",
    "DraftFile": "draft_files",
    "FormerAgentAddress": "absences",
    "Import": "imports",
    "Mention": "mentions",
    "Organisation": "people",
    "PeopleEvent": "people",
    "Presence": "queue",
    "SavedView": "views",
    "Team": "teams",
    "TicketField": "fields",
}
"""The beginnings of the names of classes that are loaded when they are asked for, and their
modules."""


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a class of `_LATER`'s modules
    for begin, module in _LATER.items():
        if name.startswith(begin):
            return getattr(import_module(f"{__name__}.{module}"), name)
    raise AttributeError(name)


def load_all() -> None:
    """Load all tables: the metadata of the models is complete then."""
    for module in set(_LATER.values()):
        import_module(f"{__name__}.{module}")
