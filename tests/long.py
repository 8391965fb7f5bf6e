"""Whether the tests take their time: `LONG=1 make test` and `LONG=1 make acceptance` try many more
examples, sizes and moments than fit a commit."""

import os

LONG = bool(os.environ.get("LONG"))

SOAK = bool(os.environ.get("SOAK"))
"""Whether the faults of tests/faults are tried at full size, as `make soak` does by SOAK=1."""
