"""Make `.venv` as requirements.lock says, show the progress, and stamp it when it is complete. Run
by `make` with any python3.

The stamp names the folder and the lock that `.venv` was made for. It is removed first and written
last, so that an interrupted set-up has none and starts from the beginning. If only pyproject.toml
has changed, the packages stay and only the project is installed again."""

import sys

if sys.version_info < (3, 11):
    sys.exit(
        (
            "supportcli needs Python 3.11 or newer and this is {}.{}: name another one, as in "
            "`make setup PYTHON=python3.12`."
        ).format(*sys.version_info)
    )

import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
VENV = HOME / ".venv"
STAMP = VENV / "stamp"
LOCK = HOME / "requirements.lock"
PYPROJECT = HOME / "pyproject.toml"


class Progress:
    """One line that is overwritten on a terminal; elsewhere a line for each step and every
    twentieth package."""

    def __init__(self) -> None:
        self.terminal = sys.stderr.isatty()
        self.shown = ""

    def step(self, text: str) -> None:
        """Say what is being done."""
        if text != self.shown:
            self.shown = text
            sys.stderr.write(f"\r\x1b[K{text}" if self.terminal else f"{text}\n")
            sys.stderr.flush()

    def count(self, verb: str, done: int, total: int) -> None:
        """Say how many of the packages are done."""
        if self.terminal or done % 20 == 0:
            self.step(f"Setting up .venv: {verb} {min(done, total)} of {total} packages")

    def end(self, text: str) -> None:
        """Say the result and end the line."""
        self.step(text)
        if self.terminal:
            sys.stderr.write("\n")


def main() -> None:
    """Make or complete `.venv`; exit 1 with one sentence if this Python cannot."""
    require_venv()
    progress = Progress()
    with only_one():
        if fresh():
            return
        started = time.monotonic()
        reusable = same_lock()
        STAMP.unlink(missing_ok=True)
        if not reusable:
            make_venv(progress)
            install_packages(progress)
        install_project(progress)
        STAMP.write_text(wanted_stamp())
        progress.end(f"Set up .venv in {time.monotonic() - started:.0f} s.")


def require_venv() -> None:
    """Exit with one sentence if this Python has no venv or no ensurepip; Debian keeps both in a
    separate package."""
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        version = "{}.{}".format(*sys.version_info)
        sys.exit(
            f"This Python {version} cannot make a virtual environment: install the package "
            f"python{version}-venv "
            "(on Debian and Ubuntu `apt install python3-venv`), then run the same command again."
        )


@contextmanager
def only_one() -> Iterator[None]:
    """Two makes at once wait for each other; the kernel frees the lock when its holder is dead, and
    its pip too."""
    with LOCK.open() as lock:
        os.set_inheritable(lock.fileno(), True)  # noqa: FBT003  the standard library's own parameter
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def wanted_stamp() -> str:
    """What the stamp of a complete `.venv` says: the folder, because scripts name it, and the
    lock."""
    return f"{HOME}\n{hashlib.sha256(LOCK.read_bytes()).hexdigest()}\n"


def same_lock() -> bool:
    """Whether `.venv` is complete and contains what the lock names."""
    return (
        STAMP.is_file()
        and STAMP.read_text() == wanted_stamp()
        and (VENV / "bin" / "python").exists()
    )


def fresh() -> bool:
    """Whether somebody made it while we waited."""
    return same_lock() and all(
        STAMP.stat().st_mtime >= source.stat().st_mtime for source in (LOCK, PYPROJECT)
    )


def make_venv(progress: Progress) -> None:
    """An empty `.venv` with pip in it."""
    progress.step("Setting up .venv: making the environment")
    shutil.rmtree(VENV, ignore_errors=True)
    made = subprocess.run(
        [sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True, check=False
    )
    if made.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        fail("making the environment", made.stdout + made.stderr)


def install_packages(progress: Progress) -> None:
    """Install the lock, counting what pip collects and then what is in site-packages."""
    total = len(re.findall(r"^[A-Za-z0-9]", LOCK.read_text(), re.MULTILINE))
    site_packages = next((VENV / "lib").glob("python3*/site-packages"))
    log, collected = [], 0
    with pip_install("--no-compile", "--require-hashes", "--requirement", str(LOCK)) as pip:
        for line in pip.stdout or ():
            log.append(line)
            if line.startswith("Ignoring "):
                total -= 1
            if line.startswith("Collecting "):
                collected += 1
                progress.count("collected", collected, total)
            if line.startswith("Installing collected packages"):
                while pip.poll() is None:
                    progress.count("installed", len(list(site_packages.glob("*.dist-info"))), total)
                    time.sleep(0.1)
    if pip.returncode:
        fail("installing the packages", "".join(log))
    compile_packages(progress, site_packages)


def compile_packages(progress: Progress, site_packages: Path) -> None:
    """Compile what was installed on all processors: pip uses one, for a fifth of its time. What
    cannot be compiled is a template, or for another Python, and is left as pip leaves it."""
    progress.step("Setting up .venv: compiling the packages")
    compiling = [str(VENV / "bin" / "python"), "-m", "compileall", "-qq", "-j", "0"]
    subprocess.run([*compiling, str(site_packages)], capture_output=True, check=False)


def install_project(progress: Progress) -> None:
    """Install supportcli itself, as a link to this folder."""
    progress.step("Setting up .venv: installing supportcli")
    with pip_install("--no-deps", "--no-build-isolation", "--editable", str(HOME)) as pip:
        words, _ = pip.communicate()
    if pip.returncode:
        fail("installing supportcli", words)


def pip_install(*arguments: str) -> subprocess.Popen[str]:
    """Start `pip install`, its lines on stdout as they come. It inherits the lock of `only_one`."""
    pip = [
        str(VENV / "bin" / "python"),
        "-u",
        "-m",
        "pip",
        "--disable-pip-version-check",
        "--no-input",
        "install",
        "--progress-bar=off",
    ]
    return subprocess.Popen(
        [*pip, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        close_fds=False,
    )


def fail(what: str, words: str) -> None:
    """Exit with the output of the tool that failed. Without a stamp the next run starts again."""
    sys.exit(
        f"\n{words.strip()}\n\nSetting up .venv failed at {what}; the lines above say why. "
        "Run the same command again to retry."
    )


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("\nSetting up .venv was interrupted; the next run starts again.")
