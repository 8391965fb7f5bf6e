"""F18: a line end, a NUL or a mark of some language, in an argument or in a mail, stays data: it
gives no mail server a second command, no mail a second header, no folder a second file, no table a
second row."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.parser import BytesParser
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.conversations import INBOX, MAILBOX, OTHER_FOLDER
from tests.faults.checker import Account, counted
from tests.faults.desks import DISCARD, Desk, Ground, found_desk, make_ground
from tests.faults.figures import Figure
from tests.faults.meddler import Meddler
from tests.faults.warm import Ran, Warm
from tests.long import SOAK
from tests.servers.dovecot import Dovecot
from tests.servers.process import LOOPBACK
from tests.servers.smtp import SmtpServer

pytestmark = pytest.mark.acceptance

ENDS: tuple[str, ...] = ("\r\n", "\n", "\r", "\0", "\u2028")
"""What some program takes for the end of a line or of a text."""

if SOAK:
    ENDS += ("\x85", "\x0b", "\x0c", "\x1c", "\r\n\r\n", "\n\n")

EVIL = "evil@evil.test"
REFUSED = {1, 2, 69, 77, 78}
"""Codes of a call that is refused, or of a server that knows no such name."""


def assert_handled(ran: Ran) -> None:
    """The call works or is refused in words; it never breaks."""
    assert ran.code in {0, *REFUSED}, ran
    assert "Traceback" not in ran.err


@dataclass(frozen=True, slots=True)
class Wire:
    """A mailbox behind a proxy that writes down what its server is asked."""

    ground: Ground
    meddler: Meddler

    @property
    def usual(self) -> dict[str, str]:
        """What stands in the places where nobody injects anything."""
        return {
            "folder": INBOX,
            "user": self.ground.account.user,
            "secret": self.ground.account.password,
            "host": f"{LOOPBACK}:{self.meddler.port}",
            "address": "second@shop.test",
            "authserv": "mx.shop.test",
        }

    def evil(self, end: str, before: str) -> str:
        """What would be commands, of which one can be seen: the folder would be gone."""
        account = self.ground.account
        login = f"INJ1 LOGIN {account.user} {account.password}"
        return f"x{before}{end}{login}{end}INJ2 DELETE {OTHER_FOLDER}{end}INJ3 NOOP"

    def use(self, folder: Path, place: str, evil: str) -> None:
        """Add a mailbox with evil words in one place, and try it in every way."""
        desk = self.ground.copy(folder)
        at = self.usual | {place: evil}
        servers = ("--imap", at["host"], "--smtp", f"{LOOPBACK}:{DISCARD}", "--security", "none")
        user = ("--user", at["user"], "--history", "all", "--folder", at["folder"])
        env = desk.env | {"OTHER_PASSWORD": at["secret"].replace("\0", "")}
        for argv in (
            ("mailbox", "add", at["address"], *servers, *user, "--secret", "env:OTHER_PASSWORD"),
            ("mailbox", "edit", MAILBOX, "--authserv-id", at["authserv"]),
            ("mailbox", "test", at["address"]),
            ("sync",),
        ):
            assert_handled(self.ground.warm.run(*argv, env=env))
        desk.drop()


@pytest.fixture(scope="module")
def wire(warm: Warm, dovecot: Dovecot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wire]:
    """An empty mailbox behind a proxy."""
    folder = tmp_path_factory.mktemp("wire") / "ground"
    with Meddler(dovecot.port) as meddler:
        yield Wire(make_ground(warm, folder, dovecot, port=meddler.port), meddler)


@pytest.mark.parametrize("place", ["folder", "user", "secret", "host", "address", "authserv"])
def test_imap_is_given_no_second_command(
    wire: Wire, dovecot: Dovecot, tmp_path: Path, figure: Figure, place: str
) -> None:
    figure.of("F18 into IMAP")
    asked = len(wire.meddler.asked)
    for end in ENDS:
        for before in ("", '"', ") ") if SOAK else ("",):
            wire.use(tmp_path / "desk", place, wire.evil(end, before))
            figure.count(arguments=1)
    assert b"LOGIN" in wire.meddler.asked[asked:]
    assert not re.search(rb"(?m)^INJ\d|\rINJ", wire.meddler.asked[asked:])
    with dovecot.login(wire.ground.account.user) as imap:
        assert imap.select(OTHER_FOLDER)[0] == "OK"


def header_evil(end: str) -> str:
    """What would be a second header, a second recipient and a body."""
    return f"x{end}X-Injected: yes{end}Bcc: {EVIL}{end}RCPT TO:<{EVIL}>{end}{end}body"


def word(text: str) -> str:
    """Text as an encoded word, which hides any line end (RFC 2047)."""
    return f"=?utf-8?q?{''.join(f'={byte:02X}' for byte in text.encode())}?="


MAIL_PLACES = {
    "From, the name": "From: {evil} <grace@customer.test>",
    "From, the address": "From: {evil}",
    "From, in the address": "From: grace{evil}@customer.test",
    "Reply-To": "From: grace@customer.test\r\nReply-To: {evil} <grace@customer.test>",
    "Reply-To, the address": "From: grace@customer.test\r\nReply-To: grace{evil}@customer.test",
    "Cc": "From: grace@customer.test\r\nCc: {evil} <cc@customer.test>",
    "Subject": "From: grace@customer.test\r\nSubject: {evil}",
    "Message-ID": "From: grace@customer.test\r\nMessage-ID: <a{evil}@customer.test>",
    "References": "From: grace@customer.test\r\nReferences: <a{evil}@customer.test>",
}
TEXT_ENDS = ("\r\n.\r\n", "\n.\n", "\r.\r", "\n.\r\n", "\r\n.\n", "\r\n.\r", "\r\n.\0\r\n")
"""What some mail servers take for the end of a mail (SMTP smuggling, CVE-2023-51764 to -51766)."""

HEADERS = {
    "from", "to", "cc", "subject", "date", "message-id", "in-reply-to", "references", "mime-version", "content-type",
    "content-transfer-encoding", "thread-topic", "thread-index", "reply-to", "auto-submitted", "x-auto-response-suppress",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Office:
    """A desk that can send."""

    desk: Desk
    smtp: SmtpServer

    def sent(self, number: int, text: str, *, only_address: bool = False) -> int:
        """Answer a ticket, and look at what arrives: one mail, to people of the ticket, with our
        headers, or none if nobody can be answered. Returns how many. If the evil words are all that somebody has for an address, what is an address
        in them is answered: they might have written it plainly."""
        before, commands = len(self.smtp.accepted()), len(self.smtp.commands)
        assert_handled(
            self.desk.run("ticket", "reply", str(number), "--yes", "--now", "--text", text)
        )
        came = self.smtp.accepted()[before:]
        assert len(came) <= 1
        said = [line.partition(" ")[0] for line in self.smtp.commands[commands:]]
        assert said.count("MAIL") == said.count("DATA") == len(came)
        for mail in came:
            assert only_address or EVIL not in mail.recipients
            assert [one for one in mail.recipients if re.search(r"[\s\0]", one)] == []
            names = {name.lower() for name in BytesParser().parsebytes(mail.raw)}
            assert names <= HEADERS, names - HEADERS
            assert not re.search(rb"(?<!\r)\n|\r(?!\n)|\0", mail.raw), "a line end that is none"
        return len(came)


@pytest.fixture
def office(warm: Warm, dovecot: Dovecot, smtp: SmtpServer, tmp_path: Path) -> Office:
    """A desk with a mail server behind it."""
    ground = make_ground(warm, tmp_path / "ground", dovecot, folders=(INBOX,), smtp=smtp.port)
    smtp.user, smtp.password = ground.account.user, ground.account.password
    return Office(ground.copy(tmp_path / "office"), smtp)


def let_in(desk: Desk, fields: str, body: str = "It leaks.", more: str = "") -> int | None:
    """Let a mail in, by a pipe; returns its ticket, if it is in one."""
    mail = desk.folder / "mail.eml"
    subject = "" if "Subject:" in fields else "Subject: Leak\r\n"
    head = f"{fields}\r\nTo: {MAILBOX}\r\n{subject}Date: Mon, 2 Mar 2026 08:00:00 +0000\r\n{more}"
    mail.write_bytes(f"{head}\r\n{body}\r\n".encode(errors="surrogateescape"))
    ran = desk.run("mail", "ingest", "--mailbox", MAILBOX, "-", stdin=mail)
    assert ran.code == 0, ran
    ((ticket,),) = desk.query("SELECT ticket_number FROM mail ORDER BY id DESC LIMIT 1")
    return ticket if ticket is None else int(ticket)


@pytest.mark.parametrize("place", MAIL_PLACES)
def test_a_mail_gives_its_answer_no_second_header(
    office: Office, figure: Figure, place: str
) -> None:
    figure.of("F18 into SMTP and headers")
    answered = 0
    for number, end in enumerate(ENDS):
        only_address = "{evil} <" not in MAIL_PLACES[place] and "address" in place
        evils = word(header_evil(end)), word(f"x{end} <{EVIL}>, y")
        for evil in evils if SOAK else evils[number % 2 :][:1]:
            ticket = let_in(office.desk, MAIL_PLACES[place].format(evil=evil))
            if ticket is not None:
                answered += office.sent(ticket, "Try this.", only_address=only_address)
            figure.count(arguments=1)
    assert answered >= len(ENDS), "too few answers left to have tried it"


def test_an_argument_gives_a_mail_no_second_header(office: Office, figure: Figure) -> None:
    figure.of("F18 into SMTP and headers")
    for end in ENDS:
        evil = header_evil(end)
        for customer, subject in (
            (f"{evil} <grace@customer.test>", "Leak"),
            (f"grace{end}RCPT TO:<{EVIL}>{end}@customer.test", "Leak"),
            ("grace@customer.test", evil),
        ):
            new = ("ticket", "new", "--customer", customer, "--subject", subject, "--text", evil)
            ran = office.desk.run(*new, "--json")
            assert_handled(ran)
            if not ran.code:
                office.sent(newest(office.desk), "Try this.")
            figure.count(arguments=1)


def newest(desk: Desk) -> int:
    """The number of the newest ticket."""
    return int(desk.query("SELECT max(number) FROM ticket")[0][0])


def test_a_text_ends_no_mail(office: Office, figure: Figure) -> None:
    figure.of("F18 into SMTP and headers")
    ticket = let_in(office.desk, "From: grace@customer.test")
    assert ticket is not None
    for end in TEXT_ENDS:
        smuggled = (
            f"Hello.{end}MAIL FROM:<{EVIL}>{end}RCPT TO:<{EVIL}>{end}DATA{end}Subject: evil{end}"
        )
        office.sent(ticket, smuggled)
        quoted = let_in(office.desk, "From: grace@customer.test", smuggled)
        if quoted is not None:
            office.sent(quoted, "Try this.")
        figure.count(arguments=2)


@pytest.mark.parametrize("end", ENDS, ids=repr)
def test_the_name_of_an_agent_is_no_header(
    warm: Warm, smtp: SmtpServer, tmp_path: Path, figure: Figure, end: str
) -> None:
    figure.of("F18 into SMTP and headers")
    ground = Ground(warm, tmp_path / "ground", Account(DISCARD, "help", "secret"), {})
    smtp.user, smtp.password = "help", "secret"
    ground = found_desk(ground, (INBOX,), None, DISCARD, smtp.port)
    office = Office(ground.copy(tmp_path / "office"), smtp)
    office.desk.query(
        "UPDATE agent SET name = CAST(x'" + header_evil(end).encode().hex() + "' AS TEXT)"
    )
    assert_handled(office.desk.run("agent", "add", f"{header_evil(end)} <bob@shop.test>"))
    ticket = let_in(office.desk, "From: grace@customer.test")
    assert ticket is not None
    office.sent(ticket, "Try this.")
    figure.count(arguments=2)


NAMES = [
    "../../evil", "..\\..\\evil", "/etc/evil", "C:\\evil", "evil/../../evil", "", ".", "..", "-rf", ".bashrc", "~", "~root", "$HOME", "`id`", "|id",
    "con", "NUL.txt", "x" * 400, "\u202efdp.exe", "a\u2044b", "．．／evil", "%2e%2e%2fevil", "*", "?", "a:b", "end ", "end.", "new\u2028line",
    *(f"evil{end}evil.txt" for end in ENDS), *(f"{end}../evil" for end in ENDS),
]  # fmt: skip


def test_the_name_of_a_file_stays_in_its_folder(office: Office, figure: Figure) -> None:
    """It is given as RFC 2231 has it, or as an encoded word; in a soak each in both ways."""
    figure.of("F18 into file names")
    place = office.desk.folder / "one" / "two"
    place.mkdir(parents=True)
    for number, name in enumerate(NAMES):
        fields = f"filename*=utf-8''{quote(name)}", f'filename="{word(name)}"'
        for field in fields if SOAK else fields[number % 2 :][:1]:
            kind = f"Content-Type: application/octet-stream\r\nContent-Disposition: attachment; {field}\r\n"
            ticket = let_in(
                office.desk, "From: grace@customer.test", "evil", f"MIME-Version: 1.0\r\n{kind}"
            )
            assert ticket is not None
            position = office.desk.query("SELECT max(position) FROM attachment")[0][0]
            before = everything(office.desk.folder)
            assert_handled(
                office.desk.run("ticket", "attachment", f"{ticket}:{position}", folder=place)
            )
            news = everything(office.desk.folder) - before
            assert len(news) <= 1
            for path in news:
                assert path.parent == place, path
                assert path.name.isprintable(), path
                assert path.stat().st_mode & 0o177 == 0, path
            figure.count(names=1)
    assert not list(Path("/etc").glob("evil*"))


def everything(folder: Path) -> set[Path]:
    """The files below a folder, but those of the database."""
    return {path for path in folder.rglob("*") if path.is_file() and path.parent != folder}


FORMULAS = ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", " =1", "\u00a0=1", '"=1', "＝1", "=cmd|' /C calc'!A0", "\n=1", "\0=1"]  # fmt: skip


def test_a_table_has_no_second_row_and_no_formula(office: Office, figure: Figure) -> None:
    figure.of("F18 into CSV")
    evils = FORMULAS + [f'x"{end}9,"=1",' for end in ENDS]
    for evil in evils:
        field = f"From: {word(evil)} <grace@customer.test>\r\nSubject: {word(evil)}"
        assert let_in(office.desk, field, evil) is not None
        figure.count(cells=3)
    ran = office.desk.run("export", "csv")
    assert ran.code == 0, ran
    rows = list(csv.reader(io.StringIO(ran.out, newline="")))
    assert len(rows) == 1 + len(evils)
    assert len({len(row) for row in rows}) == 1
    cells = [cell for row in rows[1:] for cell in row]
    assert [
        cell for cell in cells if re.match(r"[\s\0]*[=+@＝＋＠\t\r]|[\s\0]*[-－](?!\d)", cell)
    ] == []
    for report in ("volume", "tags", "agents", "backlog"):
        assert_handled(office.desk.run("report", report, "--csv"))


QUERIES = [
    "'", '"', "''", '""', "\\", "%", "_", "*", "^a", "a*", "a^", "NEAR(a b)", "a NEAR b", "a AND", "OR", "NOT", "a NOT", "(", ")", "((", "{a b}: c", "words: a",
    "rowid: 1", "search_words", "'; DROP TABLE ticket; --", '"; DROP TABLE ticket; --', "1 OR 1=1", "' OR '1'='1", "a' UNION SELECT 1 --", "$1", "%s", "%(a)s", ":a",
    "?", "a:b:c", "a\\'b", "\ud800", "\U0010ffff", "x" * 10_000, "a " * 2_000, "- -", "--", "&", "|", "!", "<->", "a & b", "a:*", "'a':1", *ENDS, *(f"a{end}b" for end in ENDS),
]  # fmt: skip
TERMS = ("", "tag:", "from:", "assignee:", "mailbox:", "status:", "-", "following:", "sla:")


@pytest.mark.parametrize("engine", ["small", "small_on_postgres"])
def test_a_query_stays_a_query(
    request: pytest.FixtureRequest, tmp_path: Path, figure: Figure, engine: str
) -> None:
    figure.of("F18 into SQL and FTS")
    ground: Ground = request.getfixturevalue(engine)
    desk = ground.copy(tmp_path / "desk")
    desk.sync_well()
    before = counted(desk.database)
    for number, text in enumerate(QUERIES):
        terms: tuple[str, ...] = TERMS
        if not SOAK:  # each text alone, and behind a term on one of the engines
            terms = (TERMS[0], TERMS[1 + number % (len(TERMS) - 1)])
            terms = terms[: 1 + (number % 2 == (engine == "small"))]
        for term in terms:
            ran = desk.run("ticket", "list", "--json", "--", f"{term}{text}")
            assert_handled(ran)
            figure.count(queries=1)
    assert counted(desk.database) == before
    desk.drop()


@pytest.mark.parametrize("engine", ["small", "small_on_postgres"])
def test_what_is_written_is_one_row(
    request: pytest.FixtureRequest, tmp_path: Path, figure: Figure, engine: str
) -> None:
    figure.of("F18 into SQL and FTS")
    desk = request.getfixturevalue(engine).copy(tmp_path / "desk")
    desk.sync_well()
    evils = ["'; DROP TABLE ticket; --", "\ud800", *(f"a{end}b" for end in ENDS)]
    for evil in evils:
        before = counted(desk.database)
        for argv in (
            ("ticket", "note", "1", "--text", evil),
            ("ticket", "tag", "1", "--add", evil),
            ("ticket", "new", "--customer", "x@y.test", "--subject", evil, "--text", evil),
            ("ticket", "assign", "1", "--to", evil),
            ("canned", "add", evil, "--title", evil, "--text", evil),
            ("agent", "add", f"{evil} <a@b.test>"),
        ):
            assert_handled(desk.run(*argv))
            figure.count(values=1)
        news = counted(desk.database) - before
        assert max(news["message"], news["ticket"] + 1) <= 2, news
        assert news["canned"] <= 1
    assert desk.violations() == []
    desk.drop()
