"""What a request tells of where it comes from."""

import re
from collections.abc import Collection
from ipaddress import ip_address

from discovery_accounts.config.settings import Network

_BROWSERS = (
    ("Edg(A|iOS)?", "Edge"),
    ("OPR|OPT", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox|FxiOS", "Firefox"),
    ("Chromium", "Chromium"),
    ("(Headless)?Chrome|CriOS", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def client_address(remote: str | None, forwarded_for: str | None, trusted: Collection[Network]) -> str | None:
    """The address of who asks. ``X-Forwarded-For`` counts only as far as trusted proxies wrote it."""
    if remote is None or not trusted or not _is_trusted(remote, trusted):
        return remote
    address = remote
    for hop in reversed([part.strip() for part in (forwarded_for or "").split(",") if part.strip()]):
        bare = _without_port(hop)
        if bare is None:
            break
        address = bare
        if not _is_trusted(bare, trusted):
            break
    return address


def browser_words(user_agent: str | None) -> str | None:
    """``Firefox, Windows``: enough to know one's own device in a list, nothing finer is kept."""
    if not user_agent:
        return None
    text = user_agent[:500]
    browser = next((name for mark, name in _BROWSERS if re.search(rf"\b({mark})/", text)), None)
    system = next((name for mark, name in _SYSTEMS if mark in text), None)
    words = [word for word in (browser, system) if word]
    return ", ".join(words) or None


def _without_port(hop: str) -> str | None:
    """An address as some proxies write it, with a port (``192.0.2.1:567``, ``[2001:db8::1]:567``)."""
    host = hop[1:].partition("]")[0] if hop.startswith("[") else hop
    if host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        return str(ip_address(host))
    except ValueError:
        return None


def _is_trusted(address: str, trusted: Collection[Network]) -> bool:
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in trusted)
