"""From the text of an INI file, or of a host portal's settings, to :class:`Settings`."""

import os
import re
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from discovery_accounts.config.faults import Fault, SettingsError
from discovery_accounts.config.keys import ReadContext, read_keys
from discovery_accounts.config.named import read_library, read_login, read_source, unlisted
from discovery_accounts.config.portal_keys import PORTAL_KEYS
from discovery_accounts.config.register import PREFIX as REGISTER
from discovery_accounts.config.register import register_of
from discovery_accounts.config.settings import (
    Insight,
    LibrarySettings,
    Limits,
    LoginSettings,
    MailSettings,
    Retention,
    SessionSettings,
    Settings,
    SourceSettings,
    TextSettings,
)
from discovery_accounts.config.stage import Stage, is_loopback
from discovery_accounts.config.verifiers import read_verifiers

PREFIX = "accounts."
_RECORDS = {"limits": Limits, "session": SessionSettings, "retention": Retention, "insight": Insight}
_CONSUMED = ("mail_", "sms_", "libraries", "logins", "sources", REGISTER, *(f"{name}." for name in _RECORDS))

Sections = dict[str, dict[str, str]]

_ELSEWHERE = re.compile(r"env:\w{1,100}|file:/?[\w./-]{1,200}")
"""What a secret may be instead of itself."""


def read_settings(values: Mapping[str, str], environ: Mapping[str, str] = os.environ) -> Settings:
    """Read every key under ``accounts.``; the others belong to the host portal.

    Raises ``SettingsError`` with all faults. A fault inside one library raises nothing by itself:
    that library is found in ``Settings.faulty_libraries``.
    """
    portal, families, faults = _sections(values)
    libraries, logins = families["library"], families["login"]
    stage = _stage(portal)
    context = ReadContext(stage, environ)
    found, portal_faults = read_keys(PORTAL_KEYS, portal, PREFIX, context)
    faults += [*portal_faults, *_cross_checks(found, context)]
    good, faulty, half_read, warnings = _libraries(found, libraries, context)
    verifying = read_verifiers(good, faulty, libraries, context)
    good, half_read = verifying.libraries, (*half_read, *verifying.half_read)
    faulty |= verifying.faults
    warnings += verifying.warnings
    if "libraries" in found:
        named = [*found["libraries"], *verifying.named]
        faults += unlisted("library", libraries, named, "accounts.libraries")
    ways = _logins(found, portal, logins, context, faults)
    sources, faulty_sources = _sources(found, families["source"], context)
    if faults:
        partial = Settings(stage=stage, libraries=good, half_read=half_read, logins=ways)
        raise SettingsError([*faults, *(fault for each in faulty.values() for fault in each)], partial)
    records = {name: record(**_part(found, name)) for name, record in _RECORDS.items()}
    plain = {key: value for key, value in found.items() if not key.startswith(_CONSUMED)}
    plain |= {"stage": stage, "check_answers": 1.0 if context.development else found["check_answers"]}
    return Settings(
        **plain,
        **records,
        register=register_of(found),
        mail=_mail(found, context),
        texts=_texts(found),
        libraries=good,
        verifiers=verifying.verifiers,
        logins=ways,
        sources=sources,
        faulty_sources=MappingProxyType(faulty_sources),
        faulty_libraries=MappingProxyType(faulty),
        half_read=half_read,
        warnings=(*_warnings(portal, found, context), *warnings),
        given=MappingProxyType(_given(values)),
    )


def _given(values: Mapping[str, str]) -> dict[str, str]:
    """Where each value is from; a value itself never."""
    return {
        key: text.strip() if _ELSEWHERE.fullmatch(text.strip()) and key != f"{PREFIX}keys" else "settings"
        for key, text in values.items()
        if isinstance(key, str) and key.startswith(PREFIX) and isinstance(text, str)
    }


def _sections(values: Mapping[str, str]) -> tuple[dict[str, str], dict[str, Sections], list[Fault]]:
    """The portal's own keys, those of each library, login and source; and what is not text."""
    portal: dict[str, str] = {}
    families: dict[str, Sections] = {"library": {}, "login": {}, "source": {}}
    faults: list[Fault] = []
    for key, text in values.items():
        if not isinstance(key, str) or not key.startswith(PREFIX):
            continue
        if not isinstance(text, str):
            faults.append(Fault(key, "must be text"))
            continue
        name = key.removeprefix(PREFIX)
        family, _, rest = name.partition(".")
        part, dot, option = rest.partition(".")
        if family in families and dot:
            families[family].setdefault(part, {})[option] = text
        else:
            portal[name] = text
    return portal, families, faults


def _stage(portal: Mapping[str, str]) -> Stage:
    """The stage must be known before the rest is read. A fault here is reported with the others; the
    lenient stage keeps it from causing faults that are none."""
    keys = [key for key in PORTAL_KEYS if key.name in ("stage", "public_url")]
    section = {key.name: portal[key.name] for key in keys if key.name in portal}
    found, faults = read_keys(keys, section, PREFIX, ReadContext("production", {}))
    if faults:
        return "development"
    if found["stage"]:
        return "production" if found["stage"] == "production" else "development"
    return "development" if is_loopback(urlsplit(found["public_url"]).hostname) else "production"


def _cross_checks(found: Mapping[str, Any], context: ReadContext) -> list[Fault]:
    faults = []
    if not context.development and found.get("public_url", "").startswith("http:"):
        faults.append(
            Fault(f"{PREFIX}public_url", "must be https in production", "https://accounts.library.example")
        )
    mail: MailSettings | None = found.get("mail_url")
    if mail and mail.kind == "smtp":
        if found.get("mail_from") == MailSettings().sender:
            problem = "is missing: mail sent by SMTP needs a sender"
            faults.append(Fault(f"{PREFIX}mail_from", problem, "accounts@library.example"))
        if "mail_password" in found and bool(mail.user) != bool(found["mail_password"]):
            problem = "a user in mail_url and mail_password belong together; one of them is missing"
            faults.append(Fault(f"{PREFIX}mail_password", problem, "env:MAIL_PASSWORD"))
        if found.get("mail_insecure") and mail.user and mail.starttls and not is_loopback(mail.host):
            faults.append(
                Fault(f"{PREFIX}mail_insecure", "would send the mail password unencrypted", "false")
            )
    texts: TextSettings | None = found.get("sms_url")
    webhook = texts is not None and texts.kind == "webhook"
    if {"sms_url", "sms_secret"} <= found.keys() and webhook != bool(found["sms_secret"]):
        problem = "belongs to an https address in sms_url, and such an address needs it"
        faults.append(Fault(f"{PREFIX}sms_secret", problem, "env:SMS_SECRET"))
    return faults


def _libraries(
    found: Mapping[str, Any], sections: Sections, context: ReadContext
) -> tuple[
    tuple[LibrarySettings, ...], dict[str, tuple[Fault, ...]], tuple[LibrarySettings, ...], tuple[str, ...]
]:
    good: list[LibrarySettings] = []
    half_read: list[LibrarySettings] = []
    faulty: dict[str, tuple[Fault, ...]] = {}
    warnings: tuple[str, ...] = ()
    for name in found.get("libraries", ()):
        library, own, warned = read_library(name, sections.get(name, {}), context)
        warnings += warned
        if own:
            faulty[name] = own
            half_read.append(library)
        else:
            good.append(library)
    return tuple(good), faulty, tuple(half_read), warnings


def _logins(
    found: Mapping[str, Any],
    portal: Mapping[str, str],
    sections: Sections,
    context: ReadContext,
    faults: list[Fault],
) -> tuple[LoginSettings, ...]:
    if "logins" not in portal:
        sections = {**sections, "card": {"kind": "card", **sections.get("card", {})}}
    good = []
    for name in found.get("logins", ()):
        login, own = read_login(name, sections.get(name, {}), context, found.get("libraries", ()))
        faults += own
        if login is not None:
            good.append(login)
    if "logins" in found:
        faults += unlisted("login", sections, found["logins"], "accounts.logins")
        if not found["logins"]:
            faults.append(Fault(f"{PREFIX}logins", "must name one way of signing in at least", "card"))
    return tuple(good)


def _sources(
    found: Mapping[str, Any], sections: Sections, context: ReadContext
) -> tuple[tuple[SourceSettings, ...], dict[str, tuple[Fault, ...]]]:
    """A fault of a source stops nobody: what is listed nowhere is told of as a faulty source, too."""
    good: list[SourceSettings] = []
    faulty: dict[str, tuple[Fault, ...]] = {}
    listed = found.get("sources", ())
    for name in listed:
        source, own = read_source(name, sections.get(name, {}), context)
        if source is None:
            faulty[name] = own
        else:
            good.append(source)
    for fault in unlisted("source", sections, listed, "accounts.sources"):
        faulty[fault.key.rpartition(".")[2]] = (fault,)
    return tuple(good), faulty


def _mail(found: Mapping[str, Any], context: ReadContext) -> MailSettings:
    mail: MailSettings = found["mail_url"]
    insecure = found["mail_insecure"]
    plain = insecure or (context.development and is_loopback(mail.host))
    return replace(
        mail,
        sender=found["mail_from"],
        password=found["mail_password"],
        starttls=mail.starttls and not plain,
        insecure=insecure,
    )


def _texts(found: Mapping[str, Any]) -> TextSettings | None:
    texts: TextSettings | None = found["sms_url"]
    if texts is None:
        return None
    return replace(texts, secret=found["sms_secret"], country=found["sms_country"])


def _part(found: Mapping[str, Any], name: str) -> dict[str, Any]:
    prefix = f"{name}."
    return {key.removeprefix(prefix): value for key, value in found.items() if key.startswith(prefix)}


def _warnings(portal: Mapping[str, str], found: Mapping[str, Any], context: ReadContext) -> tuple[str, ...]:
    said = []
    if context.development and "stage" not in portal:
        said.append(f"{PREFIX}stage is left out: development, because public_url is on this machine")
    if not context.development and found["mail_url"].kind == "folder":
        said.append(f"{PREFIX}mail_url: mail is written to a folder, nobody receives it")
    if found["mail_insecure"] and found["mail_url"].starttls:
        said.append(f"{PREFIX}mail_insecure: mail travels unencrypted to the mail server")
    if not context.development:
        plain = [origin for origin in found["portal_origins"] if origin.startswith("http:")]
        said += [f"{PREFIX}portal_origins: {origin} is not https" for origin in plain]
    return tuple(said)
