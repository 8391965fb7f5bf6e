"""What holds for all tests: no skip where every server is required, and examples that are the same each time."""

import os
import signal

from hypothesis import settings

pytest_plugins = ["tests.no_skips", "tests.servers.fixtures", "tests.blank_desks", "pytester"]

settings.register_profile("fixed", derandomize=True, deadline=None, database=None)
settings.register_profile("soak", max_examples=2_000, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))

signal.signal(signal.SIGHUP, signal.SIG_DFL)  # what the tests start hears of a hang-up, where the tests themselves do not (nohup)
