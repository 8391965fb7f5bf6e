"""The demo: a shop for coffee machines with its mail servers, a morning's mail, and customers who
answer."""

from importlib.util import find_spec

from supportcli.errors.setup import DemoExtraMissing


def require_extra() -> None:
    """DemoExtraMissing where the demo's mail servers are not installed. To be called before `shop`
    is imported, which imports them."""
    if not all(find_spec(name) for name in ("pymap", "aiosmtpd")):
        raise DemoExtraMissing
