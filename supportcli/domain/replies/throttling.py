"""Servers that want fewer emails."""

import re

_NEVER_LASTING = re.compile(r"^5\d\d[ -]5\.4\.5\b")
"""“550 5.4.5 Daily user sending limit exceeded” (Gmail): X.4.5 means congestion, which is never
permanent (RFC 3463, 3.5)."""


def passes(answer: str) -> bool:
    """Whether a refusal with 5xx is one that time heals."""
    return _NEVER_LASTING.match(answer) is not None
