"""`mail verify` on a mailbox of thousands of mails of a real server; of ten thousand with LONG."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from supportcli.desk.mail.ledger import verifying
from supportcli.desk.mail.sync import sync
from supportcli.domain.intake.accounts import Fate
from tests.conversations import OTHER_FOLDER
from tests.desk.letters import letter
from tests.desk.receiving import desk_reading
from tests.long import LONG
from tests.servers.imap import ImapServer

MAILS, HELD, DOUBLED, REMOVED = 10_000 if LONG else 2_500, 50, 30, 20
STEP = MAILS // 100
AT = datetime(2026, 2, 1, 12, tzinfo=UTC)


@pytest.mark.acceptance
@pytest.mark.parametrize("imap_server", ["dovecot"], indirect=True)
def test_each_of_many_mails_is_accounted_for_and_a_lost_one_is_named(
    imap_server: ImapServer, tmp_path: Path
) -> None:
    user = imap_server.new_user()[0]
    url = f"sqlite:///{tmp_path / 'desk.db'}"
    mails = [letter(f"m{k}", f"Number {k}.", subject=f"Number {k}") for k in range(MAILS)]
    for k in range(HELD):
        mails[k * STEP] = mails[k * STEP].replace(b"From: Grace <grace@customer.test>\r\n", b"")
    for k in range(DOUBLED):
        mails[k * STEP + 11] = mails[k * STEP + 10]
    uids = imap_server.append_all(
        user, "INBOX", ((raw, AT + timedelta(seconds=place)) for place, raw in enumerate(mails))
    )
    imap_server.create_folder(user, OTHER_FOLDER)
    with desk_reading(imap_server, user, url, tmp_path) as desk:
        assert sync(desk).error is None
        with imap_server.login(user) as imap:
            imap.select("INBOX")
            for k in range(REMOVED):
                imap.uid("STORE", str(uids[k * STEP + 20]), "+FLAGS", r"(\Deleted)")
            imap.expunge()
        (found,) = verifying.verify(desk, None, lambda *_: None, deep=True)
        assert found.account is not None
        inbox = next(one for one in found.account.folders if one.folder == "INBOX")
        assert inbox.fates == {
            Fate.TICKETS: MAILS - HELD - DOUBLED - REMOVED,
            Fate.HELD: HELD,
            Fate.DUPLICATES: DOUBLED,
        }
        assert (inbox.on_server, inbox.removed) == (MAILS - REMOVED, REMOVED)
        assert inbox.compared == MAILS - REMOVED
        assert found.account.unaccounted == 0
        with desk.db.write() as tx:
            tx.connection().execute(
                text("DELETE FROM remote_mail WHERE uid = :uid"), {"uid": uids[2_321]}
            )
        (found,) = verifying.verify(desk, None, lambda *_: None)
        assert found.account is not None
        (lost,) = found.account.folders[0].unaccounted
        assert (lost.uid, lost.subject) == (uids[2_321], "Number 2321")
