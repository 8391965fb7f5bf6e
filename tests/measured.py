"""A supportcli that says how much memory it took."""

import sys

PROGRAM = """
import sys
from pathlib import Path
from supportcli.__main__ import main
code = main(sys.argv[1:])
lines = Path("/proc/self/status").read_text().splitlines()
print(next(line.split()[1] for line in lines if line.startswith("VmHWM:")), file=sys.stderr)
raise SystemExit(code)
"""
"""The last word that it writes to its standard error is its most memory in KiB. (`ru_maxrss` is no
less than the memory of the process that started it.)"""

COMMAND = [sys.executable, "-c", PROGRAM]
