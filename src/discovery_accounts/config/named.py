"""Reads one library, login or source, and hands over what its connector or kind reads by a table of its own."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from discovery_accounts.config.faults import Fault
from discovery_accounts.config.keys import Key, ReadContext, nearest, read_keys
from discovery_accounts.config.named_keys import LIBRARY_KEYS, LOGIN_KEYS, SOURCE_KEYS
from discovery_accounts.config.register import PREFIX as REGISTER
from discovery_accounts.config.register import register_of
from discovery_accounts.config.settings import LANGUAGES, LibrarySettings, LoginSettings, SourceSettings
from discovery_accounts.config.stage import is_loopback

_EXAMPLES = {"http": "https://koha.library.example/api", "sip": "sips://sip2.library.example:6443"}

Section = Mapping[str, str]
Values = tuple[dict[str, Any], tuple[Fault, ...]]


Part = LibrarySettings | LoginSettings | SourceSettings


def common_keys(part: Part) -> tuple[Key, ...]:
    """The keys that every part of that family has."""
    if isinstance(part, LibrarySettings):
        return LIBRARY_KEYS
    return LOGIN_KEYS if isinstance(part, LoginSettings) else SOURCE_KEYS


def read_options(keys: Iterable[Key], part: Part, context: ReadContext) -> Values:
    """The options of a library, login or source by the table of its connector or kind, as from ``read_keys``."""
    return read_keys(keys, part.options, part.prefix, context, [key.name for key in common_keys(part)])


def read_library(
    name: str, section: Section, context: ReadContext
) -> tuple[LibrarySettings, tuple[Fault, ...], tuple[str, ...]]:
    """One library, its faults, and what to warn of. With faults it is good for nothing but for its
    connector to read the other keys."""
    prefix = f"accounts.library.{name}."
    values, faults, options = _read(LIBRARY_KEYS, section, prefix, context)
    url, insecure = values.get("url"), values.get("insecure", False)
    warnings: tuple[str, ...] = ()
    if url and url.startswith(("http:", "sip:")):
        if insecure:
            warnings = (f"{prefix}url: patron data travels unencrypted, as {prefix}insecure allows",)
        elif not (context.development and is_loopback(urlsplit(url).hostname)):
            scheme, _, _ = url.partition(":")
            why = f"must be {scheme}s; unencrypted only with {prefix}insecure = true"
            faults = (*faults, Fault(f"{prefix}url", why, _EXAMPLES[scheme]))
    if faults:
        return LibrarySettings(name, values.get("connector", ""), options=options), faults, ()
    names = _names(values)
    plain = {
        key.name: values[key.name] for key in LIBRARY_KEYS if not key.name.startswith(("name", REGISTER))
    }
    plain["url"] = url or ""
    plain["register"] = register_of(values)
    return LibrarySettings(name=name, names=names, options=options, **plain), (), warnings


def read_login(
    name: str, section: Section, context: ReadContext, libraries: Iterable[str]
) -> tuple[LoginSettings | None, tuple[Fault, ...]]:
    """One login, or ``None`` with its faults. ``libraries`` are the keys it may name."""
    prefix = f"accounts.login.{name}."
    values, faults, options = _read(LOGIN_KEYS, section, prefix, context)
    library = values.get("library")
    if library is not None and library not in libraries:
        faults = (
            *faults,
            Fault(f"{prefix}library", "is not one of accounts.libraries", next(iter(libraries), "")),
        )
    if faults:
        return None, faults
    plain = {key: values[key] for key in ("kind", "library", "match_on", "make_patrons", "legal_basis")}
    return LoginSettings(name=name, names=_names(values), options=options, **plain), ()


def read_source(
    name: str, section: Section, context: ReadContext
) -> tuple[SourceSettings | None, tuple[Fault, ...]]:
    """One source of new items, or ``None`` with its faults."""
    values, faults, options = _read(SOURCE_KEYS, section, f"accounts.source.{name}.", context)
    if faults:
        return None, faults
    plain = {key: values[key] for key in ("kind", "every_minutes", "new_days", "baseline")}
    return SourceSettings(name=name, names=_names(values), options=options, **plain), ()


def unlisted(family: str, sections: Iterable[str], listed: Iterable[str], listing: str) -> tuple[Fault, ...]:
    """A fault for each section that nobody listed: a misspelt key must not vanish silently."""
    names = list(listed)
    faults = []
    for name in sections:
        if name not in names:
            near = nearest(name, names)
            hint = (
                f"did you mean accounts.{family}.{near}?" if near else f"add {name} there or remove it here"
            )
            problem = f"is set, but {listing} does not list it; {hint}"
            faults.append(Fault(f"accounts.{family}.{name}", problem))
    return tuple(faults)


def _read(
    keys: tuple[Key, ...], section: Section, prefix: str, context: ReadContext
) -> tuple[dict[str, Any], tuple[Fault, ...], Section]:
    known = {key.name for key in keys}
    common = {name: text for name, text in section.items() if name in known}
    values, faults = read_keys(keys, common, prefix, context)
    options = {name: text for name, text in section.items() if name not in known}
    return values, faults, MappingProxyType(options)


def _names(values: Mapping[str, Any]) -> Mapping[str, str]:
    found = {"": values["name"], **{language: values[f"name.{language}"] for language in LANGUAGES}}
    return MappingProxyType({language: name for language, name in found.items() if name})
