"""What a mailbox's own settings and its provider say about sending."""

from supportcli.domain.mailbox import Mailbox, SentCopies
from supportcli.domain.replies.throttling import SendingLimits
from supportcli.domain.setup.mail_providers import provider_of


def keeps_copies(mailbox: Mailbox) -> bool:
    """Whether we put copies of replies into a mailbox's folder of sent mail: not if its provider
    does, since each would be there twice."""
    if mailbox.sent_copies is not SentCopies.AUTO:
        return mailbox.sent_copies is SentCopies.ALWAYS
    provider = provider_of(mailbox)
    return provider is None or not provider.files_sent


def limits_of(mailbox: Mailbox) -> SendingLimits:
    """The limits of a mailbox: its own, else those of its provider."""
    provider = provider_of(mailbox)
    usual = provider.a_minute if provider is not None else None
    return SendingLimits(mailbox.a_minute or usual, mailbox.an_hour)
