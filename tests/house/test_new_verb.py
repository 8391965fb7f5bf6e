"""A verb that somebody has begun: its use case, its entry in the table and its command are all that
keys, help, undo, the history and the news need."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import HOME, PACKAGE

USE_CASE = '''

def escalate(desk: Desk, numbers: Sequence[int], *, sight: Sight | None = None) -> Done:
    """Make tickets urgent."""
    said = BY_NAME["escalate"].said, "Nothing changed: already urgent."
    wanted = {"priority": Priority.URGENT}
    return _each(desk, numbers, "escalated", lambda _: wanted, said, sight=sight)
'''
ENTRY = """VERBS: tuple[Verb, ...] = (
    Verb(
        name="escalate",
        kind="escalated",
        did="escalated it",
        key="Q",
        label="escalate",
        sentence="Make the ticket urgent",
        rank=1,
        became="escalated",
        said="Escalated",
    ),
"""
COMMAND = '''

@app.command(epilog=examples("supportcli ticket escalate 12"))
def escalate(
    ctx: typer.Context,
    tickets: Chosen,
    *,
    yes: Sure = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Make tickets urgent."""
    from supportcli.desk.tickets.verbs import escalate as verb

    _each(ctx, tickets, verb, yes=yes, dry_run=dry_run, as_json=as_json)
'''

USED = """
import sys
from pathlib import Path
import supportcli
from supportcli.commands.tickets.activity import activity
from supportcli.desk import undo
from supportcli.desk.tickets import reading, unseen, verbs
from supportcli.domain.tickets.news import Sight
from supportcli.domain.tickets.ticket import Priority
from supportcli.tui.keymaps.keymap import KeyMap
from supportcli.tui.keys import Mode, offered
from tests.desk.desks import BOB, as_agent
from tests.rendering.lines import plain
from tests.tui.inboxes import drive, shop
from tools.readme import leaves, verbs_table

folder = Path(sys.argv[1])
assert Path(supportcli.__file__).is_relative_to(folder)
assert "supportcli ticket escalate" in {leaf.words for leaf in leaves()}
assert "| `Q` | Make the ticket urgent |" in verbs_table()
assert "escalate" in {act.id for act in offered()} & {act.id for act, _ in KeyMap().footer(Mode.LIST)}
with shop(folder) as desk:
    async def script(seen):
        await seen.press("Q")
        assert "Escalated #1 Leak" in seen.text, seen.text
        assert seen.shown(1).priority is Priority.URGENT
        await seen.press("z")
        assert "Undone: Escalated #1" in seen.text, seen.text
        assert seen.shown(1).priority is Priority.NORMAL
        verbs.escalate(as_agent(desk, BOB), [2])
        await seen.press("j", "Q")
        assert "Not escalated: Bob Lee escalated it" in seen.text, seen.text

    drive(desk, script)
    log = [plain(*spans) for spans in activity(reading.ticket(desk, 1), 80, desk.now(), ())]
    assert any("ada@shop.test escalated it" in line for line in log), log
    assert any("undid: escalated it" in line for line in log), log
    assert [one.told(desk.now()) for one in unseen.since(desk, 2, Sight(0))][-1].startswith("Bob")
    assert undo.undo(as_agent(desk, BOB)).sentence == "Undone (escalated): #2."
"""


@pytest.mark.acceptance
def test_three_files_make_a_verb(tmp_path: Path) -> None:
    package = tmp_path / "supportcli"
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
    for name, added in (("desk", USE_CASE), ("commands", COMMAND)):
        with (package / name / "tickets" / "verbs.py").open("a", encoding="utf-8") as file:
            file.write(added)
    table = package / "domain" / "tickets" / "verbs.py"
    before = table.read_text(encoding="utf-8")
    table.write_text(before.replace("VERBS: tuple[Verb, ...] = (\n", ENTRY), encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-c", USED, str(tmp_path)],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": f"{tmp_path}{os.pathsep}{HOME}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
