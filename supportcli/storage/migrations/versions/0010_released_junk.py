"""For mail that was held as junk although it is in another folder too, and for copies of mail that
nobody sees: the next sync decides about both."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_COPY_OF = re.compile(r"mail (\d+)\Z")
"""The end of the reason why a mail is a copy of one that is in no ticket."""

_UNSEEN = """
    SELECT id FROM mail
    WHERE (state = 'discarded' AND rule = 'blocked') OR (state = 'held' AND rule = 'junk')
"""

_COPIES = "SELECT id, reason FROM mail WHERE state = 'duplicate' AND ticket_number IS NULL"

_ELSEWHERE = """
    SELECT mail.id FROM mail
    WHERE state = 'held' AND rule = 'junk' AND EXISTS (
        SELECT 1 FROM remote_mail JOIN folder ON folder.id = remote_mail.folder_id
        WHERE remote_mail.mail_id = mail.id AND folder.role = 'inbox')
"""

_RELEASE = """
    UPDATE mail SET state = 'kept', rule = NULL, reason = NULL, message_id = NULL,
        fingerprint = NULL, ticket_number = NULL, decided_at = NULL
    WHERE id = :id
"""


def upgrade() -> None:
    """Make them wait for a decision again."""
    connection = op.get_bind()
    unseen = {row[0] for row in connection.execute(sa.text(_UNSEEN))}
    copies = connection.execute(sa.text(_COPIES)).all()
    ids = [row[0] for row in connection.execute(sa.text(_ELSEWHERE))]
    for mail, reason in copies:
        found = _COPY_OF.search(reason or "")
        if found is not None and int(found[1]) in unseen:
            ids.append(mail)
    if ids:
        connection.execute(sa.text(_RELEASE), [{"id": mail} for mail in ids])
