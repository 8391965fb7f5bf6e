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


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of an environment into which the wheel was installed, with the versions of the
    lock."""
    tmp_path = tmp_path_factory.mktemp("wheel")
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


def test_without_the_extra_for_tokens_all_else_works(installed: Path, tmp_path: Path) -> None:
    folder = tmp_path / "desk"
    folder.mkdir()
    secret = folder / "secret"
    secret.touch(mode=0o600)
    secret.write_text("hunter2\n", encoding="utf-8")
    supportcli = [str(installed / "supportcli"), "--config", "config.toml", "--database", "desk.db"]
    run(folder, *supportcli, "init", "--yes", "--agent", "Ada <ada@shop.test>")
    servers = ("--imap", "127.0.0.1:9", "--smtp", "127.0.0.1:9", "--security", "none")
    box = "help@shop.test"
    run(folder, *supportcli, "mailbox", "add", box, *servers, "--history", "none")
    run(folder, *supportcli, "mailbox", "trust", box, "--secret", "file:secret", "--yes")
    refused = subprocess.run(
        [
            *(*supportcli, "mailbox", "sign-in", box, "--yes", "--way", "microsoft-app"),
            *("--client-id", "1", "--tenant", "2", "--client-secret", "file:secret"),
        ],
        cwd=folder,
        env=bare_environment(tmp_path / "home"),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert refused.returncode == 78
    assert "pip install 'supportcli[oauth]'" in refused.stderr
    assert "file:secret" in run(folder, *supportcli, "mailbox", "show", box)
