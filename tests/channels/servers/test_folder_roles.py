"""Folders as servers list them: roles by flag and by name, and names that are no names."""

from contextlib import closing

import pytest

from supportcli.channels.channel import FolderRole
from supportcli.channels.servers.imap import Imap
from tests.channels.boxes import mailbox_at
from tests.servers.liar import Liar


def roles(*lines: bytes) -> dict[str, FolderRole]:
    """The roles of all folders that a server lists like this."""
    with Liar() as server:
        server.answers[b"LIST"] = b"".join(b"* LIST " + line + b"\r\n" for line in lines)
        server.answers[b"LIST"] += b"%T OK done\r\n"
        with closing(Imap(mailbox_at(imap=server.port), "secret")) as connection:
            found = connection.folders()
    return {one.name: one.role for one in found}


SENT, JUNK, OTHER, INBOX = FolderRole.SENT, FolderRole.JUNK, FolderRole.OTHER, FolderRole.INBOX


def test_what_the_server_says_wins_over_names() -> None:
    assert roles(
        b'() "/" inbox',
        b'(\\HasNoChildren) "/" Sent',
        b'(\\hasnochildren \\SENT) "/" "Ausgang"',
        b'(\\Junk) "/" "[Gmail]/Spam"',
        b'(\\All) "/" "[Gmail]/All Mail"',
        b'(\\Noselect \\HasChildren) "/" "[Gmail]"',
        b'(\\NonExistent) "/" "Gone"',
    ) == {
        "inbox": INBOX,
        "Sent": OTHER,
        "Ausgang": SENT,
        "[Gmail]/Spam": JUNK,
        "[Gmail]/All Mail": OTHER,
    }


@pytest.mark.parametrize(
    ("lines", "sent", "junk"),
    [
        ([b'"." INBOX.Sent', b'"." INBOX.Spam'], "INBOX.Sent", "INBOX.Spam"),
        ([b'"/" "Archive/Sent"', b'"/" "Sent Items"'], "Sent Items", None),
        ([b'NIL "Sent Messages"', b"NIL Junk"], "Sent Messages", "Junk"),
        ([b'"/" "&AMk-l&AOk-ments envoy&AOk-s"'], "Éléments envoyés", None),
        ([b'"/" "Courrier ind&AOk-sirable"'], None, "Courrier indésirable"),
        ([b'"/" "&kAFP4W4IMH8wojCkMMYw4A-"'], "送信済みアイテム", None),
        ([b'"/" "Wys&AUI-ane"', b'"/" "Niechciane"'], "Wysłane", "Niechciane"),
        (
            [b'"\\\\" "Gesendete Elemente"', b'"\\\\" "Junk-E-Mail"'],
            "Gesendete Elemente",
            "Junk-E-Mail",
        ),
        ([b'"/" "Sent to Bob"', b'"/" "Not spam"'], None, None),
    ],
)
def test_names_in_many_languages(lines: list[bytes], sent: str | None, junk: str | None) -> None:
    found = roles(*(b"() " + line for line in lines))
    assert len(found) == len(lines)
    by_role = {role: name for name, role in found.items() if role is not OTHER}
    assert (by_role.get(SENT), by_role.get(JUNK)) == (sent, junk)


HOSTILE = [
    b'() "/" "\x1b]0;title\x07"',
    b'() "/" "&2D3eAA"',
    b'() "/" "&AGE-&"',
    b'() "/" "&AAo-"',
    b'() "/" {3}\r\na\nb',
    b'() "/" {4}\r\na\r\nb',
    b'() "/" "\xff\xfe"',
    b'() "/" ""',
    b'() "/" "' + b"x" * 5_000 + b'"',
    b'() "/" 2026',
    b'() "/" NIL',
]


@pytest.mark.parametrize("line", HOSTILE)
def test_one_name_that_is_none_costs_no_other(line: bytes) -> None:
    found = roles(b'() "/" INBOX', line, b'() "/" Sent')
    assert {"INBOX": INBOX, "Sent": SENT}.items() <= found.items()
    assert all(name.isprintable() and name for name in found)
    assert "None" not in found


def test_ten_thousand_folders() -> None:
    lines = [b'() "/" "Customers/%d/Sent"' % number for number in range(10_000)]
    found = roles(*lines, b'() "/" "Sent"')
    assert len(found) == 10_001
    assert found["Sent"] is SENT
