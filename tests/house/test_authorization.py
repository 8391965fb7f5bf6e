"""Whoever writes to the desk is asked by `authorize`, the one place where roles are decided: a use
case that opens a transaction to write either asks, or is one of the machine's."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house.tree import PACKAGE

ASKS = {"authorize", "Gesture.begin", "PeopleGesture.begin", "writer", "_begin"}
"""What asks: the last three call one of the first two."""

MACHINE = {
    "desk/imports/archives.py": {"_keep"},
    "desk/imports/records.py": {"_take"},
    "desk/mail": None,
    "desk/replies/delivering": None,
    "desk/replies/sending.py": None,
    "desk/replies/outbox.py": {"retry"},
    "desk/setup/automatic_faults.py": None,
    "desk/setup/founding.py": {"create_desk", "try_again"},
    "desk/ticking.py": None,
    "desk/tickets/queue.py": {"be_at", "extend", "give_back", "leave"},
    "desk/tickets/unseen.py": {"looked", "unlook"},
}
"""What receives, delivers and looks at clocks for everybody, or is called by what has asked. None:
the whole module or folder (but for what agents do there, see `AGENTS`)."""

AGENTS = {"desk/mail/held/accepting.py", "desk/mail/senders/verbs.py"}
"""Modules of a folder of the machine's that are about agents."""


def writers(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    """The functions that open a transaction to write."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef) and any(
            ast.unparse(item.context_expr).endswith("db.write()")
            for node in ast.walk(function)
            if isinstance(node, ast.With)
            for item in node.items
        ):
            yield function


def asks(function: ast.FunctionDef) -> bool:
    return any(
        ast.unparse(node.func) in ASKS for node in ast.walk(function) if isinstance(node, ast.Call)
    )


def is_the_machines(path: Path, function: str) -> bool:
    name = path.relative_to(PACKAGE).as_posix()
    for place, functions in MACHINE.items():
        if name in AGENTS or not (name == place or name.startswith(f"{place}/")):
            continue
        return functions is None or function in functions
    return False


def test_who_writes_is_asked() -> None:
    found = {
        f"{path.relative_to(PACKAGE)}: {function.name}"
        for path in (PACKAGE / "desk").rglob("*.py")
        for function in writers(ast.parse(path.read_text(encoding="utf-8")))
        if not asks(function) and not is_the_machines(path, function.name)
    }
    assert found == set()
