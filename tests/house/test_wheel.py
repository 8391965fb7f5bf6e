"""What `pip install 'supportcli[demo]'` gives somebody: built, installed into an empty environment,
run. Needs a package registry, as they do."""

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.bare import bare_environment, run
from tests.house.tree import HOME

pytestmark = pytest.mark.acceptance


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The bin folder of an environment into which the wheel was installed, with the versions of the
    lock."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=HOME,
        check=True,
        capture_output=True,
    )
    [wheel] = tmp_path.glob("*.whl")
    versions = re.findall(
        r"^[A-Za-z0-9][^\s\\]*",
        (HOME / "requirements.lock").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    (tmp_path / "constraints.txt").write_text("\n".join(versions), encoding="utf-8")
    empty = tmp_path / "empty"
    run(tmp_path, sys.executable, "-m", "venv", str(empty))
    run(
        tmp_path,
        str(empty / "bin" / "pip"),
        "install",
        "--constraint",
        str(tmp_path / "constraints.txt"),
        f"{wheel}[demo]",
    )
    return empty / "bin"


def test_the_installed_demo_serves_until_interrupted(installed: Path, tmp_path: Path) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    environ = {**bare_environment(tmp_path / "home"), "TMPDIR": str(temporary)}
    demo = subprocess.Popen(
        [installed / "supportcli", "demo", "--no-tui"],
        cwd=tmp_path,
        env=environ,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert demo.stdout is not None
    exported: dict[str, str] = {}
    for line in demo.stdout:
        if found := re.match(r"(?:export )?(\w+)=(.*)", line):
            exported[found[1]] = found[2].strip("'\"")
        elif exported:
            break
    assert {"SUPPORTCLI_CONFIG", "SUPPORTCLI_DATABASE"} <= set(exported)

    command = [str(installed / "supportcli"), "ticket", "list", "--json"]
    listed = subprocess.run(
        command,
        env={**environ, **exported},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    assert len(listed.stdout.splitlines()) >= 20

    demo.send_signal(signal.SIGINT)
    demo.communicate()
    assert demo.returncode in {0, 130}
    assert list(temporary.iterdir()) == []
