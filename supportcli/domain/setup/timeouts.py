"""How long mail servers are waited for."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SmtpTimeouts:
    """How many seconds to wait for an SMTP server; `[smtp]` of config.toml changes them."""

    connect: float = 30.0
    """For a connection."""
    command: float = 300.0
    """For the complete answer to a command (RFC 5321, 4.5.3.2)."""
    final_dot: float = 600.0
    """For the answer to the final dot (RFC 5321, 4.5.3.2.6: ten minutes; a client that hangs up
    sooner makes duplicates)."""
    whole: float = 1800.0
    """For all answers together until a mail is sent."""
