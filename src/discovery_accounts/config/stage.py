"""The two stages, and what counts as this machine."""

from ipaddress import ip_address
from typing import Literal

Stage = Literal["development", "production"]


def is_loopback(host: str | None) -> bool:
    """Whether a host name or address is this machine itself, by its name alone: nothing is looked up."""
    if not host:
        return False
    name = host.strip("[]").rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
