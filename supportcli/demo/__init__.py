"""The demo: a shop for coffee machines with its mail servers, a morning's mail, and customers who
answer."""

from importlib.util import find_spec

from supportcli.errors.setup import DemoExtraMissing


def require_extra() -> None:
    """DemoExtraMissing if the demo's mail servers are not installed. Call it before importing
    `shop`, which imports them."""
    if not all(find_spec(name) for name in ("pymap", "aiosmtpd")):
        raise DemoExtraMissing
