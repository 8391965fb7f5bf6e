"""What a reader meets: functions that a screen holds, names that say something, nothing of the
machine that it was written on."""

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

from tests.house.tree import HOME, PACKAGE, python_files, tracked_files

CODE = python_files("supportcli", "tools", "benchmarks")
ALL_PYTHON = [*CODE, *python_files("tests")]
VAGUE = {
    "utils",
    "util",
    "helpers",
    "helper",
    "manager",
    "managers",
    "service",
    "services",
    "common",
    "misc",
    "base",
}
MACHINE = re.compile(
    "|".join(
        [
            r"/(?:root|home/\w+|work|workspace|opt|Users/\w+)/",  # somebody's folders
            r"(?:extra-)?index-url\s*[=:]?\s*\S*://",  # somebody's registry
            r"files\.python" + "hosted",
            r"pypi\.org/" + "simple",
            r"file:/" + "//",
        ]
    )
)


@cache
def nodes(path: Path) -> list[ast.AST]:
    """All of a file, however deep."""
    return list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


@cache
def lengths() -> list[tuple[int, str]]:
    """The lines of each function without its docstring, longest first."""
    found = [
        (lines_of(node, path), f"{path.relative_to(HOME)}:{node.lineno} {node.name}")
        for path in CODE
        for node in nodes(path)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    return sorted(found, reverse=True)


def lines_of(node: ast.FunctionDef | ast.AsyncFunctionDef, path: Path) -> int:
    """The lines of a function without its docstring. The signature of a command is a table of its
    options, and does not count."""
    declared = node.body[0].lineno - node.lineno if "commands" in path.parts else 0
    docstring = ast.get_docstring(node, clean=False)
    told = len(docstring.splitlines()) if docstring else 0
    return (node.end_lineno or node.lineno) - node.lineno + 1 - declared - told


def test_a_screen_holds_each_function() -> None:
    assert [row for row in lengths() if row[0] > 60] == []


def test_nearly_all_functions_have_at_most_thirty_lines() -> None:
    every = lengths()
    long = [row for row in every if row[0] > 30]
    assert len(long) <= 0.05 * len(every), long


def test_a_folder_can_be_read_at_a_glance() -> None:
    folders = Counter(path.parent for path in PACKAGE.rglob("*.py") if path.name != "__init__.py")
    del folders[PACKAGE / "storage/migrations/versions"]  # a history: it only grows
    assert {str(folder): count for folder, count in folders.items() if count > 15} == {}


def test_no_class_name_stands_twice() -> None:
    found: dict[str, list[str]] = {}
    for path in PACKAGE.rglob("*.py"):
        for node in nodes(path):
            if isinstance(node, ast.ClassDef):
                found.setdefault(node.name, []).append(str(path.relative_to(PACKAGE)))
    assert {name: paths for name, paths in found.items() if len(paths) > 1} == {}


def test_names_say_what_is_inside() -> None:
    vague = []
    for path in ALL_PYTHON:
        if VAGUE & {
            word
            for part in path.relative_to(HOME).with_suffix("").parts
            for word in part.split("_")
        }:
            vague.append(str(path))
        classes = [node.name for node in nodes(path) if isinstance(node, ast.ClassDef)]
        vague += [
            f"{path}: {name}"
            for name in classes
            if name.lower().endswith(("manager", "helper", "service", "utils"))
        ]
    assert vague == []


def test_nothing_names_the_machine_it_was_written_on() -> None:
    named = {}
    for path in tracked_files():
        # Mail and pictures are data: their bytes may look like anything.
        if (
            path != Path(__file__)
            and path.suffix not in {".eml", ".png", ".svg", ".pdf"}
            and path.name != "requirements.lock"
        ):
            for number, line in enumerate(
                path.read_text(encoding="utf-8", errors="replace").splitlines(), 1
            ):
                if found := MACHINE.search(line):
                    named[f"{path.relative_to(HOME)}:{number}"] = found.group()
    assert named == {}


def test_the_lock_names_hashes_and_no_registry() -> None:
    lock = (HOME / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    packages = re.findall(r"^[A-Za-z0-9][^\n]*(?:\n    [^\n]*)*", lock, re.MULTILINE)
    assert len(packages) > 40
    assert [package for package in packages if "--hash=sha256:" not in package] == []


def test_the_lock_has_what_an_editable_install_needs() -> None:
    lock = (HOME / "requirements.lock").read_text(encoding="utf-8")
    assert re.search(r"^hatchling==", lock, re.MULTILINE)
    assert re.search(r"^editables==", lock, re.MULTILINE)
