"""What holds for all tests: no skip where every server is required, and examples that are the same
each time."""

import gc
import os
import signal
import sys
from collections.abc import Generator

import pytest
from hypothesis import settings

from tests.long import LONG, THOROUGH

pytest_plugins = [
    "tests.no_skips",
    "tests.compiled",
    "tests.disks",
    "tests.servers.fixtures",
    "tests.blank_desks",
    "tests.faults.figures",
    "pytester",
]

EXAMPLES = 100 if LONG else 40
"""Of a property that names no number of its own; `make soak` tries thousands."""

settings.register_profile(
    "fixed", max_examples=EXAMPLES, derandomize=True, deadline=None, database=None
)
settings.register_profile("soak", max_examples=2_000, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))

sys.dont_write_bytecode = False  # many a container forbids it, and then each worker and each program that is started compiles everything again
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
os.environ.pop("PYTHONUNBUFFERED", None)  # a container's, in which nobody forgets to flush

# what the tests start hears these, where the tests themselves do not (nohup, &)
for deaf, usual in (
    (signal.SIGHUP, signal.SIG_DFL),
    (signal.SIGINT, signal.default_int_handler),
    (signal.SIGQUIT, signal.SIG_DFL),
):
    if signal.getsignal(deaf) is signal.SIG_IGN:
        signal.signal(deaf, usual)


@pytest.hookimpl(wrapper=True, optionalhook=True)
def pytest_xdist_auto_num_workers() -> Generator[None, int, int]:
    """Three workers for two processors: many tests wait, for a frame of the inbox, the answer of a
    server, the end of a program. Five of those that take long, which wait most of their time."""
    processors = yield
    return processors * 5 // 2 if THOROUGH else (processors * 3 + 1) // 2


gc.disable()  # until all tests are found


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Let the collector leave alone what all tests need, and look less often: it took an eighth of
    their time, and a fifth of finding them."""
    gc.collect()
    gc.freeze()
    gc.enable()
    gc.set_threshold(20_000, 20, 50)
