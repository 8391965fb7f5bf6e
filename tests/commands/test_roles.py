"""Each command, called by each role: what a role does not allow exits with 77, says who may, and
changes nothing. A command without an entry fails."""

import pytest

from supportcli.domain.people import Action, Role, may
from tests.commands.program import Program
from tests.commands.test_bad_input import tables
from tests.commands.test_names import make_busy
from tests.long import long_but
from tools.readme import leaves

FREE = """
demo; init; sync; log; search; mailbox test; mailbox trust; mailbox sign-in; mail ingest; mail replay; mail verify;
db backup; desk show; mailbox list; mailbox show; ticket list; ticket show; ticket attachment;
canned list; canned show; canned preview; canned report; canned lint; canned export; outbox list;
mail parse; mail why; mail show; mail held; mail blocked; mail senders; customer list; customer show;
organisation list; organisation show; agent show; agent list; team show; team list; view show; view list;
field list;
calendar list; calendar show; calendar holidays; sla list; sla show; sla why; sla simulate; report volume;
report backlog; report backlog-age; report first-response; report next-response; report resolution;
report first-resolution; report service-levels; report reopened; report first-contact; report agents;
report workload; report tags; report busiest-hours; report all; report list; report my-day; web; keys; export mbox; export jsonl; export csv
"""
"""What reads, and what belongs to a machine rather than to a person: every role may."""

CALLS = {
    Action.NOTE: (
        "ticket note 1 --text Hi",
        "ticket follow 1",
        "ticket unfollow 1",
        "ticket undo",
        "ticket redo",
    ),
    Action.SAVE_VIEWS: ("view add Refunds tag:x",),
    Action.WORK: (
        "canned add new --title New --text Hi",
        "canned edit received --title New",
        "canned remove received",
        "canned import out",
        "ticket new --customer sue@else.test --subject Hi --text Hi",
        "ticket call 1 --text Hi",
        "ticket reply 1 --text Hi --yes",
        "ticket forward 1 --to sue@else.test --text Hi --yes",
        "ticket draft 1 --text Hi",
        "next",
        "ticket assign 1 --team billing",
        "ticket tag 1 --add x",
        "ticket edit 1 --subject New",
        "ticket priority 1 --to high",
        "ticket field 1 plan=pro",
        "ticket snooze 1 --until 2h",
        "ticket wake 1",
        "ticket wait 1",
        "ticket hold 1",
        "ticket solve 1",
        "ticket spam 1",
        "ticket delete 1",
        "ticket reopen 1",
        "ticket merge 2 --into 1 --yes",
        "ticket link 2 --to 1",
        "ticket unlink 2 --from 1",
        "ticket split 1 1",
        "ticket apply received 1 --yes",
        "outbox send 1",
        "outbox retry 1",
        "outbox cancel 1",
        "sla excuse number:1 --reason x",
        "mail accept 1 --customer sue@else.test",
        "mail retry 1",
        "mail discard 1",
        "mail undo",
        "mail block sue@else.test",
        "mail unblock sue@else.test",
        "mail sender sue@else.test --machine",
        "customer edit maria@acme.test --vip",
        "customer merge maria@acme.test --into sue@else.test",
        "customer block maria@acme.test",
        "customer import people.csv",
        "customer undo",
        "customer redo",
        "organisation add Acme",
        "organisation edit Mill --name Mills",
        "organisation remove Mill",
    ),
    Action.SET_UP: (
        "agent add sue@shop.test",
        "agent edit bob@shop.test --role admin",
        "agent remove bob@shop.test",
        "agent away bob --until mon",
        "agent back bob",
        "team add sales",
        "team edit billing --rename x",
        "team remove billing",
        "view edit Late --rename x",
        "view remove Late",
        "field add seats",
        "field edit plan --title x",
        "field remove plan",
        "calendar add new --hours mon_9-10",
        "calendar edit office --hours mon_9-10",
        "sla add new --resolution 4h",
        "sla edit Standard --warn 1h",
        "sla recompute",
        "mailbox add new@shop.test --imap localhost:9 --smtp localhost:9 --security none --history all",
        "mailbox edit help@shop.test --authserv-id mx.test",
        "mailbox remove help@shop.test",
        "mailbox acknowledge help@shop.test --off",
        "mailbox out-of-office help@shop.test --off",
        "desk edit --close-after 7d",
        "import csv all.csv",
        "import jsonl all.jsonl",
        "import mbox all.mbox",
        "import eml one.eml",
        "import maildir box",
    ),
}
"""A call of each other command, by what a role must allow for it; _ stands for a space."""


def command(call: str) -> str:
    """The words of a call that name its command."""
    return next(
        one for one in sorted(COMMANDS, key=len, reverse=True) if f"{call} ".startswith(one + " ")
    )


COMMANDS = {leaf.words.removeprefix("supportcli ") for leaf in leaves()}


def test_each_command_stands_here() -> None:
    free = {" ".join(one.split()) for one in FREE.split(";")}
    called = {command(call) for calls in CALLS.values() for call in calls}
    assert free | called == COMMANDS
    assert free & called == set()


def become(desk: Program, role: Role) -> None:
    """Let who types have this role."""
    desk.done("agent", "add", "Eve Low <eve@shop.test>", "--role", role.value)
    file = desk.folder / "config.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("ada@", "eve@"), encoding="utf-8")


@long_but(1)
@pytest.mark.parametrize("role", [Role.AGENT, Role.LIGHT_AGENT, Role.READ_ONLY])
def test_what_a_role_does_not_allow_is_refused_and_changes_nothing(
    desk: Program, role: Role
) -> None:
    make_busy(desk)
    desk.write_in(customer="Sue <sue@else.test>")
    desk.done("ticket", "reply", "1", "--text", "Hi", "--yes")
    desk.done("organisation", "add", "Mill", "--domain", "mill.test")
    desk.done("canned", "export", "out")
    (desk.folder / "people.csv").write_text("address,name\nsue@else.test,Sue\n", encoding="utf-8")
    become(desk, role)
    before = tables(desk.folder / "desk.db")
    wrong = []
    for action, calls in CALLS.items():
        refusal = f"Eve Low has the role {role.value} here and may not {action.value}."
        for call in calls if not may(role, action) else ():
            ran = desk.run(*(word.replace("_", " ") for word in call.split()), stdin="")
            told = ran.err.splitlines()[-2:]
            if ran.code != 77 or told[0] != f"supportcli: {refusal}" or "Only admin" not in told[1]:
                wrong.append((call, ran))
    assert wrong == []
    assert tables(desk.folder / "desk.db") == before


def test_a_light_agent_writes_notes_and_takes_them_back(desk: Program) -> None:
    desk.write_in()
    become(desk, Role.LIGHT_AGENT)
    desk.done("ticket", "note", "1", "--text", "I know her.")
    desk.done("ticket", "follow", "1")
    desk.done("ticket", "undo")
    desk.done("ticket", "undo")
    assert desk.rows("ticket", "show", "1")[0]["message_count"] == 1


def test_an_admin_gives_roles_and_one_admin_stays(desk: Program) -> None:
    ran = desk.run("agent", "edit", "me", "--role", "agent")
    assert (ran.code, "Ada Byron is the only admin of this desk" in ran.err) == (1, True)
    said = desk.done("agent", "edit", "bob@shop.test", "--role", "admin")
    assert said == "Bob Lee has the role admin now.\n"
    desk.done("agent", "edit", "ada@shop.test", "--role", "agent")
    assert {row["address"]: row["role"] for row in desk.rows("agent", "list")} == {
        "ada@shop.test": "agent",
        "bob@shop.test": "admin",
    }
    rows = desk.rows("agent", "edit", "me", "--name", "Ada B", "--signature", "A.")
    assert [(row["name"], row["signature"]) for row in rows] == [("Ada B", "A.")]
    ran = desk.run("agent", "edit", "ada@shop.test", "--role", "admin")
    assert (ran.code, "may not set up the desk" in ran.err) == (77, True)


def test_an_agent_is_put_into_teams(desk: Program) -> None:
    desk.done("team", "add", "billing")
    said = desk.done("agent", "edit", "bob@shop.test", "--team", "billing", "--role", "light-agent")
    assert said == "Bob Lee has the role light-agent and is in the team billing now.\n"
    assert desk.rows("team", "show", "billing")[0]["members"] == ["bob@shop.test"]
    desk.done("agent", "edit", "bob@shop.test", "--no-team", "billing")
    assert desk.rows("team", "show", "billing")[0]["members"] == []


def test_who_has_left_reads_nothing_any_more_but_mail_still_comes_in(desk: Program) -> None:
    desk.write_in()
    desk.done("agent", "add", "Eve <eve@shop.test>", "--role", "admin")
    desk.done("agent", "remove", "ada@shop.test")
    for call in ("ticket list", "ticket show 1", "customer list", "report volume", "log"):
        ran = desk.run(*call.split())
        assert (ran.code, ran.out) == (77, "")
        assert ran.err.splitlines() == [
            "supportcli: Ada Byron has left this desk.",
            "An admin brings an agent back with: supportcli agent add ada@shop.test",
        ]
    assert desk.run("db", "backup", "copy.db").code == 0
    assert "has left" not in desk.run("sync").err
