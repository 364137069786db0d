"""The settings in words: the table for the documentation, and what is in force."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from discovery_accounts.config.addresses import mask_url
from discovery_accounts.config.faults import Fault
from discovery_accounts.config.keys import Key
from discovery_accounts.config.named import Part, common_keys
from discovery_accounts.config.named_keys import LIBRARY_KEYS, LOGIN_KEYS, SOURCE_KEYS
from discovery_accounts.config.portal_keys import PORTAL_KEYS
from discovery_accounts.config.register import PREFIX as REGISTER
from discovery_accounts.config.secret import Secret
from discovery_accounts.config.settings import LibrarySettings, RateLimit, Settings

_NO_TABLES: Mapping[str, tuple[Key, ...]] = {}


def settings_table(extra: Mapping[str, tuple[Key, ...]] = _NO_TABLES) -> str:
    """Every key in Markdown, a table for each group. ``extra`` are the tables of connectors and kinds
    of login and source by their headings. Outside the first group keys are written from their dot on: they
    follow ``accounts.library.NAME``, ``accounts.login.NAME`` or ``accounts.source.NAME``."""
    groups = [
        ("The portal", "accounts.", PORTAL_KEYS),
        ("Every library: `accounts.library.NAME…`", ".", LIBRARY_KEYS),
        ("Every login: `accounts.login.NAME…`", ".", LOGIN_KEYS),
        ("Every source of new items: `accounts.source.NAME…`", ".", SOURCE_KEYS),
        *((heading, ".", keys) for heading, keys in extra.items()),
    ]
    return "\n".join(_table(*group) for group in groups)


@dataclass(frozen=True, slots=True)
class Shown:
    """One key as it is in force, without its secret. ``source`` is as in ``Settings.given``, empty where the key
    was left out."""

    key: str
    value: str
    source: str


@dataclass(frozen=True, slots=True)
class ShownPart:
    """The keys of the portal (``kind`` ``portal``), of one library, login or source; a faulty library or source has
    ``faults`` in their place."""

    kind: str
    name: str = ""
    library: str | None = None
    rows: tuple[Shown, ...] = ()
    faults: tuple[Fault, ...] = ()


def parts(settings: Settings, tables: Mapping[str, tuple[Key, ...]] = _NO_TABLES) -> tuple[ShownPart, ...]:
    """The settings in force, without secrets.

    ``tables`` are those of connectors and of kinds of login and source by name (``source koha`` of a source): they
    tell which options are no secrets. An option without a table is shown as ``***``.
    """
    given = settings.given
    portal = tuple(
        Shown(key := f"accounts.{one.name}", _portal_value(settings, one), given.get(key, ""))
        for one in PORTAL_KEYS
    )
    libraries = (
        ShownPart("library", one.name, one.name, tuple(_part(given, one, tables.get(one.connector, ()))))
        for one in (*settings.libraries, *settings.verifiers)
    )
    faulty = (
        ShownPart("library", name, name, faults=faults) for name, faults in settings.faulty_libraries.items()
    )
    logins = (
        ShownPart("login", one.name, one.library, tuple(_part(given, one, tables.get(one.kind, ()))))
        for one in settings.logins
    )
    sources = (
        ShownPart("source", one.name, rows=tuple(_part(given, one, tables.get(f"source {one.kind}", ()))))
        for one in settings.sources
    )
    silent = (ShownPart("source", name, faults=faults) for name, faults in settings.faulty_sources.items())
    return (ShownPart("portal", rows=portal), *libraries, *faulty, *logins, *sources, *silent)


def show(settings: Settings, tables: Mapping[str, tuple[Key, ...]] = _NO_TABLES) -> str:
    """The settings in force as they would be written, without secrets; ``tables`` as for ``parts``."""
    lines: list[str] = []
    for part in parts(settings, tables):
        lines += [f"{row.key} = {row.value}" for row in part.rows]
        if part.faults:
            lines += [
                f"# the {part.kind} {part.name} is not available:",
                *(f"#   {fault}" for fault in part.faults),
            ]
        lines.append("")
    lines += [f"# warning: {warning}" for warning in settings.warnings]
    return "\n".join(lines).rstrip() + "\n"


def _table(heading: str, prefix: str, keys: Iterable[Key]) -> str:
    rows = [f"## {heading}", "", "| key | left out | example | meaning |", "|---|---|---|---|"]
    for key in keys:
        default = "**must be given**" if key.required else _code(key.default)
        note = f" Not available: {key.unavailable}." if key.unavailable else ""
        secret = " A secret: `env:NAME` or `file:PATH`." if key.secret else ""
        meaning = _cell(key.help) + _cell(secret) + _cell(note)
        rows.append(f"| `{prefix}{key.name}` | {default} | {_code(key.example)} | {meaning} |")
    return "\n".join([*rows, ""])


def _code(text: str | None) -> str:
    return f"`{_cell(text)}`" if text else ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _portal_value(settings: Settings, key: Key) -> str:
    mail = settings.mail
    elsewhere: dict[str, Any] = {
        "mail_url": mail.url,
        "mail_password": mail.password,
        "mail_from": mail.sender,
        "mail_insecure": mail.insecure,
        "sms_url": mask_url(settings.texts.place) if settings.texts else None,
        "sms_secret": settings.texts.secret if settings.texts else None,
        "sms_country": settings.texts.country if settings.texts else None,
        "keys": f"file:{settings.keys}",
        "libraries": " ".join(
            [*(library.name for library in settings.libraries), *settings.faulty_libraries]
        ),
        "logins": " ".join(login.name for login in settings.logins),
        "sources": " ".join([*(source.name for source in settings.sources), *settings.faulty_sources]),
    }
    if key.name in elsewhere:
        return _shown(elsewhere[key.name])
    if key.name.startswith(REGISTER):
        return _shown(settings.register.given.get(key.name.removeprefix(REGISTER)))
    value: Any = settings
    for attribute in key.name.split("."):
        value = getattr(value, attribute)
    if isinstance(value, Secret):  # a URL: its password is the secret, the rest is worth seeing
        return mask_url(value.reveal())
    return _shown(value)


def _part(given: Mapping[str, str], part: Part, own: tuple[Key, ...]) -> Iterator[Shown]:
    for key in common_keys(part):
        if key.name.startswith("name"):
            value = part.names.get(key.name.removeprefix("name").removeprefix("."))
        elif key.name.startswith(REGISTER) and isinstance(part, LibrarySettings):
            value = part.register.given.get(key.name.removeprefix(REGISTER))
        else:
            value = getattr(part, key.name)
        if value is not None:
            name = f"{part.prefix}{key.name}"
            yield Shown(name, _shown(value), given.get(name, ""))
    plain = {key.name for key in own if not key.secret}
    for name, text in part.options.items():
        shown = mask_url(text) if name in plain else "***"
        yield Shown(f"{part.prefix}{name}", shown, given.get(f"{part.prefix}{name}", ""))


def _shown(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case float():
            return f"{value:g}"
        case RateLimit(count, seconds):
            return f"{count}/{seconds}s"
        case tuple():
            return " ".join(_shown(each) for each in value)
        case re.Pattern():
            return str(value.pattern)
        case _:
            return str(value)
