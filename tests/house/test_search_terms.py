"""A search term that somebody has begun: the type checker names each module that lacks it."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import HOME, PACKAGE

MATCH, PARSE, SEARCH = "domain/query/match.py", "domain/query/parse.py", "storage/tickets/search.py"
TERMS = "storage/tickets/search_terms.py"
BEGUN = {
    "Starred": ("Label", {MATCH, PARSE, SEARCH}),
    "Starting": ("Timed", {MATCH, PARSE, SEARCH, TERMS}),
    "Inner": ("Inside", {MATCH, PARSE, SEARCH}),
    "Unless": ("Node", {MATCH, PARSE, SEARCH}),
}
"""Nodes that only a copy has: the union that each stands in, and the modules that have to take it
apart."""

NODE = '''
@dataclass(frozen=True, slots=True)
class {name}:
    """It has begun."""


'''
AS_ANY = """
[[tool.mypy.overrides]] # of no concern here, and most of the time
module = ["sqlalchemy.*", "sqlmodel.*"]
follow_imports = "skip"
"""


def begun(nodes: str, name: str, union: str) -> str:
    """The module of nodes with one more."""
    assert nodes.count(f"\n{union} = ") == 1
    return nodes.replace(f"\n{union} = ", f"\n{NODE.format(name=name)}{union} = {name} | ")


def checked(folder: Path) -> tuple[set[str], str]:
    """The modules in which the type checker finds an error, and all that it says."""
    command = [sys.executable, "-m", "mypy", "--follow-imports=silent", "--cache-dir=cache"]
    run = subprocess.run(
        [*command, *(f"supportcli/{file}" for file in (MATCH, PARSE, SEARCH, TERMS))],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    told = run.stdout + run.stderr
    return set(re.findall(r"^supportcli/(\S+?):\d+: error: ", told, re.MULTILINE)), told


@pytest.mark.acceptance
def test_a_node_that_one_module_lacks_is_an_error_of_the_type_checker(tmp_path: Path) -> None:
    shutil.copytree(PACKAGE, tmp_path / "supportcli", ignore=shutil.ignore_patterns("__pycache__"))
    configured = (HOME / "pyproject.toml").read_text(encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text(configured + AS_ANY, encoding="utf-8")
    assert checked(tmp_path)[1].startswith("Success")
    nodes = tmp_path / "supportcli/domain/query/nodes.py"
    before = nodes.read_text(encoding="utf-8")
    for name, (union, modules) in BEGUN.items():
        nodes.write_text(begun(before, name, union), encoding="utf-8")
        found, told = checked(tmp_path)
        assert found == modules, f"{name}\n{told}"
