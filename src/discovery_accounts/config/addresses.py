"""Parsers for what names a place on a network: URLs, origins, mail addresses."""

import re
from collections.abc import Callable
from email.utils import parseaddr
from ipaddress import IPv6Address
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from discovery_accounts.config.keys import BadValue, ReadContext
from discovery_accounts.config.references import resolve
from discovery_accounts.config.secret import Secret
from discovery_accounts.config.settings import MailSettings, TextSettings
from discovery_accounts.config.stage import is_loopback

_HOST = re.compile(r"(?!-)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*\.?")
_ADDRESS = re.compile(r"[^\s@,;:<>()\[\]\"\\]+@[^\s@,;:<>()\[\]\"\\]+")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_DATABASES = ("sqlite", "postgresql")


def url(*schemes: str) -> Callable[[str, ReadContext], str]:
    """An absolute URL of one of the schemes, without user, query and fragment; no slash at its end."""

    def parse(given: str, _context: ReadContext) -> str:
        parts = _split(given, schemes)
        if "@" in parts.netloc:
            raise BadValue("must not hold a user name or password")
        if "?" in given or "#" in given:
            raise BadValue("must not hold ? or #")
        return f"{parts.scheme}://{parts.netloc.lower()}{parts.path.rstrip('/')}"

    return parse


def record_url(given: str, _context: ReadContext) -> str:
    """An address with ``{record_id}`` in it, and maybe ``{source}``; or nothing."""
    if not given:
        return ""
    if "{record_id}" not in given:
        raise BadValue("must hold {record_id}, where the record's own identifier goes")
    filled = given.replace("{record_id}", "1").replace("{source}", "1")
    if "{" in filled or "}" in filled:
        raise BadValue("may hold {record_id} and {source} only")
    _split(filled, ("https", "http"))
    return given


def origins(given: str, _context: ReadContext) -> tuple[str, ...]:
    """Origins as browsers send them: scheme, host and port, nothing behind."""
    return tuple(dict.fromkeys(_origin(word) for word in given.split()))


def database_url(given: str, context: ReadContext) -> Secret:
    """An SQLAlchemy URL of SQLite or PostgreSQL, or ``env:NAME`` or ``file:PATH`` that holds it."""
    value = _hidden_url(given, context)
    scheme, colon, rest = value.partition("://")
    if not colon or scheme.partition("+")[0] not in _DATABASES:
        raise BadValue("must be sqlite:///PATH or postgresql+psycopg://USER@HOST/NAME")
    if scheme.startswith("postgresql") and not rest.partition("?")[0].strip("/"):
        raise BadValue("must name a host and a database")
    return Secret(value)


def cache_url(given: str, context: ReadContext) -> Secret:
    """``memory:``, or the URL of a Redis server."""
    value = _hidden_url(given, context)
    if value != "memory:":
        if not value.startswith(("redis://", "rediss://")):
            raise BadValue("must be memory:, or redis:// or rediss:// and a host")
        _split(value, ("redis", "rediss"))
    return Secret(value)


def mail_url(given: str, _context: ReadContext) -> MailSettings:
    """``folder:PATH``, ``smtp://USER@HOST:PORT`` (STARTTLS) or ``smtps://…`` (TLS from the start)."""
    kind, _, where = given.partition(":")
    if kind == "folder":
        if not where or not where.isprintable():
            raise BadValue("folder: needs a path behind it")
        return MailSettings("folder", Path(where))
    parts = _split(given, ("smtp", "smtps"))
    if parts.password is not None:
        raise BadValue("must not hold a password; give it as accounts.mail_password")
    if parts.path.strip("/") or "?" in given or "#" in given:
        raise BadValue("must end with the host or the port")
    tls = parts.scheme == "smtps"
    user = unquote(parts.username) if parts.username else None
    port = parts.port or (465 if tls else 587)
    return MailSettings("smtp", None, parts.hostname or "", port, user, starttls=not tls, tls=tls)


def sms_url(given: str, context: ReadContext) -> TextSettings:
    """``smtp-gateway:DOMAIN``, or an ``https`` address; ``http`` to this machine in development."""
    kind, _, domain = given.partition(":")
    if kind == "smtp-gateway":
        if not _HOST.fullmatch(domain):
            raise BadValue("smtp-gateway: needs a mail domain behind it")
        return TextSettings("smtp-gateway", domain=domain)
    parts = _split(given, ("https", "http"))
    if "@" in parts.netloc or "#" in given:
        raise BadValue("must not hold a user name, a password or #")
    if parts.scheme == "http" and not (context.development and is_loopback(parts.hostname)):
        raise BadValue("must be https, or smtp-gateway: and a mail domain")
    return TextSettings("webhook", url=given)


def mail_address(given: str, _context: ReadContext) -> str:
    """``address@host`` or ``Name <address@host>``."""
    address = parseaddr(given)[1]
    bare = given == address or given.endswith(f"<{address}>")
    if not given.isprintable() or not bare or not address.isascii() or not _ADDRESS.fullmatch(address):
        raise BadValue("must be one mail address")
    return given


def mask_url(value: str) -> str:
    """A URL with the password in it replaced by ``***``, in its authority and in its query."""
    value = re.sub(r"(?<=://)([^/?#@:]*):(.*)@", r"\1:***@", value)
    return re.sub(r"(?i)([?&][^=&]*(?:pass|secret|token)[^=&]*=)[^&#]*", r"\1***", value)


def _hidden_url(given: str, context: ReadContext) -> str:
    found = resolve(given, context)
    if found is not None:
        return found
    if mask_url(given) != given and not context.development:
        raise BadValue("holds a password: give the whole URL as env:NAME or file:PATH")
    return given


def _split(given: str, schemes: tuple[str, ...]) -> SplitResult:
    wanted = BadValue(f"must begin with {' or '.join(scheme + '://' for scheme in schemes)} and a host")
    # urlsplit drops tabs and line breaks silently; browsers take a backslash for a slash
    if not given.isprintable() or " " in given or "\\" in given:
        raise wanted
    try:
        parts = urlsplit(given)
        port = parts.port
    except ValueError:
        raise wanted from None
    if parts.scheme not in schemes or "://" not in given or not _is_host(parts) or port == 0:
        raise wanted
    return parts


def _is_host(parts: SplitResult) -> bool:
    host = parts.hostname or ""
    if ":" not in host:
        return "[" not in parts.netloc and _HOST.fullmatch(host) is not None
    try:
        IPv6Address(host)
    except ValueError:
        return False
    return True


def _origin(word: str) -> str:
    parts = _split(word, ("https", "http"))
    if "@" in parts.netloc or parts.path or "?" in word or "#" in word:
        raise BadValue("must be scheme://host or scheme://host:port with nothing behind, not even /")
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    # Browsers leave out the port that belongs to the scheme
    port = "" if parts.port in (None, _DEFAULT_PORTS[parts.scheme]) else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"
