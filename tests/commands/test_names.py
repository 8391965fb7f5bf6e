"""A name that nothing has: each command that takes one says which it is, exits with 1, and leaves
the desk as it was. What does not exist in the program itself is a wrong call and exits with 2."""

from collections.abc import Callable, Iterator

import pytest

from supportcli.commands.program import NOUNS, command_of
from tests.commands.program import Furnish, Program
from tests.commands.test_bad_input import tables

MADE = {
    "calendar add name",
    "field add name",
    "canned add shortcut",
    "mailbox add address",
    "organisation add name",
    "sla add name",
    "team add name",
    "view add name",
}
"""What makes a thing takes a name that is not there yet."""

NAMES = {
    "field",
    "--no-choice",
    "address",
    "mail",
    "mailbox",
    "mails",
    "name",
    "number",
    "shortcut",
    "team",
    "ticket",
    "messages",
    "tickets",
    "what",
    "which",
    "--assignee",
    "--calendar",
    "--canned",
    "--detach",
    "--hand-over",
    "--into",
    "--mailbox",
    "--no-alias",
    "--no-folder",
    "--organisation",
    "--remove-day",
    "--row",
    "--member",
    "--no-member",
    "--team",
    "--ticket",
    "--to-team",
    "--version",
    "--view",
    "view",
}
"""Arguments and options that name what a desk has."""

TICKET = "There is no ticket #99."
MAILBOX = "There is no mailbox no@shop.test."
MAIL = "There is no mail “99”."
REPLY = "There is no reply 99 in the outbox."
CALENDAR = "There is no calendar “offcie”."
POLICY = "There is no policy “Standrad”."
CANNED = "There is no canned response “recieved”."
CUSTOMER = "There is no customer “no@else.test”."
ORGANISATION = "There is no organisation “Acmee”."
AGENT = "There is no agent “zoe”."
FIELD = "There is no field “plna”."
TEAM = "There is no team “biling”."
VIEW = "There is no view “lat”."
AGENT_AT = "There is no agent “zoe@shop.test”."

CALLS = {
    "ticket draft --hand-over": ("ticket draft 1 --hand-over zoe", AGENT),
    "log --ticket": ("log --ticket 99", TICKET),
    "mailbox show address": ("mailbox show no@shop.test", MAILBOX),
    "customer list --organisation": ("customer list --organisation Acmee", ORGANISATION),
    "customer show which": ("customer show no@else.test", CUSTOMER),
    "customer edit which": ("customer edit no@else.test --vip", CUSTOMER),
    "customer edit --organisation": (
        "customer edit maria@acme.test --organisation Acmee",
        ORGANISATION,
    ),
    "customer merge which": ("customer merge no@else.test --into maria@acme.test", CUSTOMER),
    "customer merge --into": ("customer merge maria@acme.test --into no@else.test", CUSTOMER),
    "customer block which": ("customer block no@else.test", CUSTOMER),
    "organisation show which": ("organisation show Acmee", ORGANISATION),
    "organisation edit which": ("organisation edit Acmee --name Acme", ORGANISATION),
    "organisation remove which": ("organisation remove Acmee", ORGANISATION),
    "agent edit which": ("agent edit zoe@shop.test --no-signature", AGENT_AT),
    "agent remove which": ("agent remove zoe@shop.test", AGENT_AT),
    "agent remove --hand-over": ("agent remove bob@shop.test --hand-over zoe", AGENT),
    "agent away which": ("agent away zoe --until mon", AGENT),
    "agent away --hand-over": ("agent away bob --until mon --hand-over zoe", AGENT),
    "agent back which": ("agent back zoe", AGENT),
    "agent edit --team": ("agent edit bob@shop.test --team biling", TEAM),
    "agent show which": ("agent show zoe@shop.test", AGENT_AT),
    "mailbox sign-in address": ("mailbox sign-in no@shop.test --way google", MAILBOX),
    "mailbox edit address": ("mailbox edit no@shop.test --authserv-id mx.test", MAILBOX),
    "mailbox edit --no-alias": (
        "mailbox edit help@shop.test --no-alias no@shop.test",
        "There is no alias no@shop.test.",
    ),
    "mailbox edit --no-folder": (
        "mailbox edit help@shop.test --no-folder Ordres",
        "There is no folder “Ordres” that is read.",
    ),
    "mailbox test address": ("mailbox test no@shop.test", MAILBOX),
    "mailbox remove address": ("mailbox remove no@shop.test", MAILBOX),
    "mailbox trust address": ("mailbox trust no@shop.test --secret env:X --yes", MAILBOX),
    "sync which": ("sync no@shop.test", MAILBOX),
    "ticket show tickets": ("ticket show 99", TICKET),
    "ticket attachment which": ("ticket attachment 1:7", "There is no attachment 1:7."),
    "ticket new --mailbox": (
        "ticket new --customer sue@else.test --subject Hi --text Hi --mailbox no@shop.test",
        MAILBOX,
    ),
    "ticket new --canned": (
        "ticket new --customer sue@else.test --subject Hi --send --canned recieved",
        CANNED,
    ),
    "ticket reply ticket": ("ticket reply 99 --text Hi", TICKET),
    "ticket reply --canned": ("ticket reply 1 --canned recieved", CANNED),
    "ticket reply --detach": (
        "ticket reply 1 --text Hi --detach map.pdf",
        "There is no file map.pdf in the draft.",
    ),
    "ticket draft ticket": ("ticket draft 99", TICKET),
    "ticket draft --detach": (
        "ticket draft 1 --detach map.pdf",
        "There is no file map.pdf in the draft.",
    ),
    "ticket forward ticket": ("ticket forward 99 --to sue@else.test", TICKET),
    "ticket forward --detach": (
        "ticket forward 1 --to sue@else.test --detach map.pdf",
        "There is no file map.pdf in the draft.",
    ),
    "ticket call ticket": ("ticket call 99 --text Hi", TICKET),
    "ticket link tickets": ("ticket link 99 --to 1", TICKET),
    "ticket unlink tickets": ("ticket unlink 99 --from 1", TICKET),
    "ticket note ticket": ("ticket note 99 --text Hi", TICKET),
    "ticket assign tickets": ("ticket assign 1 99 --to me", TICKET),
    "ticket assign --to": ("ticket assign 1 --to zoe", AGENT),
    "ticket assign --team": ("ticket assign 1 --team biling", TEAM),
    "ticket field tickets": ("ticket field 1 99 plan=pro", TICKET),
    "field edit field": ("field edit plna --title x", FIELD),
    "field edit --no-choice": (
        "field edit plan --no-choice gold",
        "There is no choice “gold”.",
    ),
    "field remove field": ("field remove plna", FIELD),
    "team show team": ("team show biling", TEAM),
    "team edit team": ("team edit biling --rename x", TEAM),
    "team edit --member": ("team edit billing --member zoe", AGENT),
    "team edit --no-member": ("team edit billing --no-member zoe", AGENT),
    "team add --member": ("team add sales --member zoe", AGENT),
    "team remove team": ("team remove biling", TEAM),
    "view show view": ("view show lat", VIEW),
    "view edit view": ("view edit lat --rename x", VIEW),
    "view remove view": ("view remove lat", VIEW),
    "view add --team": ("view add New tag:x --team biling", TEAM),
    "view edit --team": ("view edit late --team biling", TEAM),
    "ticket list --view": ("ticket list --view lat", VIEW),
    "ticket tag tickets": ("ticket tag 1 99 --add x", TICKET),
    "ticket priority tickets": ("ticket priority 1 99 --to high", TICKET),
    "ticket wait tickets": ("ticket wait 1 99", TICKET),
    "ticket solve tickets": ("ticket solve 1 99", TICKET),
    "ticket follow tickets": ("ticket follow 1 99", TICKET),
    "ticket edit tickets": ("ticket edit 1 99 --subject New", TICKET),
    "ticket edit --mailbox": ("ticket edit 1 --mailbox no@shop.test", MAILBOX),
    "ticket snooze tickets": ("ticket snooze 1 99 --until 2h", TICKET),
    "ticket wake tickets": ("ticket wake 1 99", TICKET),
    "ticket unfollow tickets": ("ticket unfollow 1 99", TICKET),
    "ticket hold tickets": ("ticket hold 1 99", TICKET),
    "ticket spam tickets": ("ticket spam 1 99", TICKET),
    "ticket delete tickets": ("ticket delete 1 99", TICKET),
    "ticket merge tickets": ("ticket merge 99 --into 1", TICKET),
    "ticket merge --into": ("ticket merge 1 --into 99", TICKET),
    "ticket split ticket": ("ticket split 99 1", TICKET),
    "ticket split messages": ("ticket split 1 9", "#1 has no message 9."),
    "ticket reopen tickets": ("ticket reopen 99", TICKET),
    "ticket apply shortcut": ("ticket apply recieved 1 --yes", CANNED),
    "ticket apply tickets": ("ticket apply received 1 99 --yes", TICKET),
    "ticket undo ticket": ("ticket undo 99", TICKET),
    "ticket redo ticket": ("ticket redo 99", TICKET),
    "canned show shortcut": ("canned show recieved", CANNED),
    "canned show --version": (
        "canned show received --version 7",
        "There is no version 7 of “received”.",
    ),
    "canned preview shortcut": ("canned preview recieved 1", CANNED),
    "canned preview ticket": ("canned preview received 99", TICKET),
    "canned remove shortcut": ("canned remove recieved", CANNED),
    "canned add --mailbox": (
        "canned add new --title New --text Hi --mailbox no@shop.test",
        MAILBOX,
    ),
    "canned add --assignee": (
        "canned add new --title New --text Hi --assignee zoe@shop.test",
        "There is no agent “zoe@shop.test”.",
    ),
    "canned add --team": ("canned add new --title New --text Hi --team biling", TEAM),
    "canned add --to-team": ("canned add new --title New --text Hi --to-team biling", TEAM),
    "canned edit --team": ("canned edit received --team biling", TEAM),
    "canned edit --to-team": ("canned edit received --to-team biling", TEAM),
    "canned edit shortcut": ("canned edit recieved --title New", CANNED),
    "canned edit --mailbox": ("canned edit received --mailbox no@shop.test", MAILBOX),
    "canned edit --assignee": (
        "canned edit received --assignee zoe@shop.test",
        "There is no agent “zoe@shop.test”.",
    ),
    "canned edit --detach": (
        "canned edit received --detach map.pdf",
        "There is no file map.pdf in “received”.",
    ),
    "mailbox acknowledge address": ("mailbox acknowledge no@shop.test --off", MAILBOX),
    "mailbox acknowledge shortcut": ("mailbox acknowledge help@shop.test recieved", CANNED),
    "mailbox acknowledge --calendar": (
        "mailbox acknowledge help@shop.test received --when open --calendar offcie",
        CALENDAR,
    ),
    "mailbox out-of-office address": ("mailbox out-of-office no@shop.test --off", MAILBOX),
    "mailbox out-of-office shortcut": ("mailbox out-of-office help@shop.test recieved", CANNED),
    "outbox send which": ("outbox send 99", REPLY),
    "outbox retry which": ("outbox retry 99", REPLY),
    "outbox cancel which": ("outbox cancel 99", REPLY),
    "mail why what": ("mail why 99", MAIL),
    "mail show what": ("mail show 99", MAIL),
    "mail held --mailbox": ("mail held --mailbox no@shop.test", MAILBOX),
    "mail verify which": ("mail verify no@shop.test", MAILBOX),
    "mail replay mails": ("mail replay 99", MAIL),
    "mail replay --mailbox": ("mail replay --mailbox no@shop.test", MAILBOX),
    "mail accept mails": ("mail accept 99 --customer sue@else.test", MAIL),
    "mail accept --ticket": ("mail accept 1 --ticket 99", TICKET),
    "mail retry mails": ("mail retry 99", MAIL),
    "mail discard mails": ("mail discard 99", MAIL),
    "mail undo mail": ("mail undo 99", MAIL),
    "calendar show name": ("calendar show offcie", CALENDAR),
    "calendar edit name": ("calendar edit offcie --hours|mon 9-10", CALENDAR),
    "calendar edit --remove-day": (
        "calendar edit office --remove-day 12-25",
        "There is no special day “12-25” in this calendar.",
    ),
    "calendar holidays name": ("calendar holidays offcie", CALENDAR),
    "sla show name": ("sla show Standrad", POLICY),
    "sla add --calendar": ("sla add x --resolution 4h --calendar offcie", CALENDAR),
    "sla edit name": ("sla edit Standrad --warn 1h", POLICY),
    "sla edit --calendar": ("sla edit Standard --calendar offcie", CALENDAR),
    "sla why number": ("sla why 99", TICKET),
    "sla simulate name": ("sla simulate Standrad --warn 1h", POLICY),
    "sla simulate --calendar": ("sla simulate Standard --calendar offcie", CALENDAR),
    "report volume --calendar": ("report volume --calendar offcie", CALENDAR),
    "report all --calendar": ("report all --calendar offcie", CALENDAR),
    "report volume --row": (
        "report tags --ids --row refnd",
        "There is no row “refnd” in this report.",
    ),
    "import mbox --mailbox": ("import mbox all.mbox --mailbox no@shop.test", MAILBOX),
    "import maildir --mailbox": ("import maildir box --mailbox no@shop.test", MAILBOX),
    "import eml --mailbox": ("import eml one.eml --mailbox no@shop.test", MAILBOX),
    "import csv --mailbox": ("import csv all.csv --mailbox no@shop.test", MAILBOX),
    "import jsonl --mailbox": ("import jsonl all.jsonl --mailbox no@shop.test", MAILBOX),
}
"""A call for each of them, and what it says."""

BESIDES = [
    ("canned add new --title New --text Hi --field plna=pro", FIELD),
    ("canned edit received --field plna=pro", FIELD),
    ("ticket field 1 plna=pro", FIELD),
    ("ticket field 1 plna=pro --dry-run", FIELD),
    ("report volume --by field:plna", FIELD),
    ("sla add x --resolution 4h@offcie", CALENDAR),
    ("mail show <gone@acme.test>", "There is no mail “<gone@acme.test>”."),
    ("mail why 99:1", "There is no mail “99:1”."),
    ("ticket attachment 99:1", TICKET),
    ("ticket assign 1 --to zoe --dry-run", AGENT),
    ("ticket assign 1 --team biling --dry-run", TEAM),
]


def taken() -> Iterator[str]:
    """The arguments and options of all commands that name what a desk has."""

    def walk(command: object, path: str) -> Iterator[str]:
        for name, inner in getattr(command, "commands", {}).items():
            yield from walk(inner, f"{path} {name}")
        for one in [] if hasattr(command, "commands") else command.params:  # type: ignore[attr-defined]
            called = one.name if one.param_type_name == "argument" else one.opts[-1]
            if called in NAMES:
                yield f"{path} {called}"

    for noun in NOUNS:
        yield from walk(command_of(noun), noun)


def test_each_command_that_takes_a_name_stands_here() -> None:
    reports = {
        one
        for one in taken()
        if one.startswith("report ") and one.split()[1] not in {"volume", "all"}
    }
    every = set(taken()) - MADE - reports - {"mail ingest --mailbox"}  # that always exits with 75
    assert every - set(CALLS) == set()
    assert set(CALLS) - every == {"ticket assign --to"}


def make_busy(desk: Program) -> None:
    desk.write_in()
    desk.done(
        "mail", "ingest", "-", "--mailbox", "help@shop.test", stdin=b"To: help@shop.test\n\nHi\n"
    )
    desk.done("canned", "add", "received", "--title", "Received", "--text", "We have it.")
    desk.done("calendar", "add", "office", "--hours", "mon-fri 9:00-17:00", "--day", "12-24 closed")
    desk.done("sla", "add", "Standard", "--resolution", "8h")
    desk.done("team", "add", "billing")
    desk.done("view", "add", "Late", "is:overdue", "--everyone")
    desk.done("field", "add", "plan", "--kind", "choice", "--choice", "pro")
    (desk.folder / "all.mbox").write_bytes(b"")
    (desk.folder / "one.eml").write_bytes(b"From: sue@else.test\n\nHi\n")
    (desk.folder / "all.csv").write_text("customer,subject\nsue@else.test,Hi\n", encoding="utf-8")
    (desk.folder / "all.jsonl").write_text("", encoding="utf-8")
    for name in ("cur", "new", "tmp"):
        (desk.folder / "box" / name).mkdir(parents=True)


@pytest.fixture
def busy(furnished: Callable[[Furnish], Program]) -> Program:
    """A desk with a ticket, a held mail, a calendar, a policy, a canned response, and files to
    import."""
    return furnished(make_busy)


@pytest.mark.parametrize(("call", "sentence"), [*CALLS.values(), *BESIDES])
def test_a_name_that_nothing_has_exits_with_1_and_changes_nothing(
    busy: Program, call: str, sentence: str
) -> None:
    before = tables(busy.folder / "desk.db")
    words, _, last = call.partition("|")
    ran = busy.run(*words.split(), *([last] if last else []), stdin="")
    *_, said, hint = ran.err.splitlines()  # a guess about the columns of a table may stand above
    assert (ran.code, said, ran.out) == (1, f"supportcli: {sentence}", "")
    assert hint, "an error says what to do next"
    assert tables(busy.folder / "desk.db") == before


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        ("agent add bob@shop.test", "This desk already has the agent “bob@shop.test”."),
        (
            "mailbox add help@shop.test --imap localhost:1 --smtp localhost:1 --secret env:X",
            "This desk already has the mailbox help@shop.test.",
        ),
        (
            "calendar add OFFICE --hours|mon 9-10",
            "This desk already has the calendar “OFFICE”.",
        ),
        ("field add PLAN", "This desk already has the field “plan”."),
        ("team add BILLING", "This desk already has the team “BILLING”."),
        ("view add LATE tag:x --everyone", "This desk already has the view “LATE”."),
        ("sla add STANDARD --resolution 4h", "This desk already has the policy “STANDARD”."),
        (
            "canned add received --title New --text Hi",
            "This desk already has the canned response “received”.",
        ),
        (
            "canned edit received --rename thanks",
            "This desk already has the canned response “thanks”.",
        ),
        ("db backup all.csv", "all.csv already exists; nothing was written."),
        ("export csv --output all.csv", "all.csv already exists; nothing was written."),
    ],
)
def test_a_name_that_is_taken_exits_with_1_and_changes_nothing(
    busy: Program, call: str, sentence: str
) -> None:
    busy.done("canned", "add", "thanks", "--title", "Thanks", "--text", "Thank you.")
    before = tables(busy.folder / "desk.db")
    words, _, last = call.partition("|")
    ran = busy.run(*words.split(), *([last] if last else []), stdin="")
    assert (ran.code, ran.err.splitlines()[0], ran.out) == (1, f"supportcli: {sentence}", "")
    assert tables(busy.folder / "desk.db") == before


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        ("tickets", "There is no command “tickets”."),
        ("report volum", "There is no report “volum”."),
        ("report volume --by moon", "The report volume cannot be grouped by “moon”."),
        ("report volume --ids --of creatd", "The report volume has no column “creatd”."),
        ("report volume --since soon", "--since soon: that is not a time."),
        ("ticket list assignee:zoe", "Column 10 of the query: “zoe” is not an agent of this desk."),
    ],
)
def test_what_the_program_does_not_know_is_a_wrong_call(
    busy: Program, call: str, sentence: str
) -> None:
    ran = busy.run(*call.split())
    assert (ran.code, ran.err.splitlines()[0], ran.out) == (2, f"supportcli: {sentence}", "")


def test_an_agent_in_the_configuration_that_the_desk_does_not_know_is_its_fault(
    busy: Program,
) -> None:
    file = busy.folder / "config.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("ada@", "eve@"), encoding="utf-8")
    ran = busy.run("ticket", "note", "1", "--text", "Hi")
    assert (ran.code, ran.err.splitlines()[0]) == (
        78,
        "supportcli: “eve@shop.test” is not an agent of this desk.",
    )
