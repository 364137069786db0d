"""Where to go after sign-in: our own pages or a configured portal, never anywhere else (checklist W5)."""

import re
from collections.abc import Collection
from urllib.parse import urlsplit

_PATH = re.compile(r"/[A-Za-z0-9\-._~!$&'()*+,;=:@/%]*", re.ASCII)
_QUERY = re.compile(r"[A-Za-z0-9\-._~!$&'()*+,;=:@/%?]*", re.ASCII)
_FORBIDDEN = re.compile(r"%(?:2f|5c|0[0-9a-f]|1[0-9a-f]|7f|25)", re.IGNORECASE)


def safe_return(asked: str | None, own_prefix: str, portal_origins: Collection[str], default: str) -> str:
    """``asked`` when it is a plain path under ``own_prefix`` or an address of a portal origin; else ``default``.

    Nothing is repaired: an address that is odd in any way is not used. ``own_prefix`` is the path
    under which our pages are mounted, without a slash at its end.
    """
    if not asked or len(asked) > 2000 or not asked.isascii() or not asked.isprintable() or " " in asked:
        return default
    if "\\" in asked or asked.startswith("//"):  # urlsplit takes "///host" for a path, a browser for a host
        return default
    try:
        parts = urlsplit(asked)
        port = parts.port
    except ValueError:
        return default
    path = parts.path or "/"
    if not _PATH.fullmatch(path) or not _QUERY.fullmatch(parts.query) or _FORBIDDEN.search(path):
        return default
    if "//" in path or any(part in {".", ".."} or part.startswith(";") for part in path.split("/")):
        return default
    if not parts.scheme and not parts.netloc:
        inside = path == own_prefix or path.startswith(own_prefix + "/")
        return asked if asked.startswith("/") and inside else default
    if parts.username is not None or parts.password is not None or parts.scheme not in {"http", "https"}:
        return default
    origin = f"{parts.scheme}://{parts.hostname}" + (f":{port}" if port is not None else "")
    return asked if origin in portal_origins and asked.startswith(origin) else default
