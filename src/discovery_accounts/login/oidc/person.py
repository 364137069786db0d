"""What of a provider's claims becomes a person in our words, and how strong the proof was."""

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from discovery_accounts.domain.person import FIELDS, Person, line_of
from discovery_accounts.domain.strength import Strength
from discovery_accounts.login.claim import Attribute
from discovery_accounts.login.oidc.settings import OidcSettings

Claims = Mapping[str, Any]

_VERIFIED = {"email": "email_verified", "phone_number": "phone_number_verified"}
"""Claims that say of another one whether the provider knows it to be true (Core, section 5.1)."""

_OF_THE_TOKEN = frozenset(
    ("iss", "aud", "azp", "exp", "iat", "nbf", "jti", "nonce", "at_hash", "c_hash", "s_hash", "sid", "typ")
)


def person_of(claims: Claims, settings: OidcSettings) -> Person:
    """The fields that the provider told; a contact that it says it never verified is not among them."""
    used = _used(claims, settings)
    found = {field: text for field, (_, text) in used.items()}
    name = found.get("user_name")
    if name is not None and "@" not in name:
        found["user_name"] = f"{name}@{settings.realm or urlsplit(settings.issuer).hostname}"
    return Person.from_mapping(found)


def text_of(claims: Claims, name: str) -> str | None:
    """A claim that is an id: exactly as told, ``None`` when it is no text to know somebody by, or
    a contact that the provider says it never verified: people could give themselves anybody's."""
    value = claims.get(name)
    if _denied(claims, name):
        return None
    if not isinstance(value, str) or not value.strip() or not value.isprintable() or len(value) > 255:
        return None
    return value


def strength_of(claims: Claims, settings: OidcSettings) -> Strength:
    """By the level that the ID token names; see ``strong_acr`` and ``weak_acr``."""
    level = claims.get("acr")
    if level in settings.strong_acr:
        return Strength.STRONG
    return Strength.WEAK if level in settings.weak_acr else Strength.NORMAL


def attributes_of(claims: Claims, settings: OidcSettings) -> tuple[Attribute, ...]:
    """All that was told, and what became of it: for IT trying out settings."""
    becomes = {name: field for field, (name, _) in _used(claims, settings).items()}
    becomes[settings.subject_claim] = "subject"
    if settings.shared_id_claim is not None:
        becomes[settings.shared_id_claim] = "shared_id"
    if settings.strong_acr or settings.weak_acr or settings.levels:
        becomes["acr"] = "strength"
    return tuple(
        Attribute(name, tuple(_shown(value)), becomes.get(name, ""))
        for name, value in claims.items()
        if name not in _OF_THE_TOKEN
    )


def _used(claims: Claims, settings: OidcSettings) -> dict[str, tuple[str, str]]:
    """Field of a person: the claim that it comes from, and its text."""
    used: dict[str, tuple[str, str]] = {}
    for field in FIELDS:
        for name in settings.names(field):
            text = _line(claims.get(name))
            if text is not None and not _denied(claims, name):
                used[field] = (name, text)
                break
    return used


def _line(value: object) -> str | None:
    """One line of text; of several values the first."""
    if isinstance(value, list) and value:
        value = value[0]
    if not isinstance(value, str):
        return None
    return line_of(value)


def _denied(claims: Claims, name: str) -> bool:
    said = claims.get(_VERIFIED.get(name, ""))
    return said is False or (isinstance(said, str) and said.lower() == "false")


def _shown(value: object) -> Iterator[str]:
    for each in value if isinstance(value, list) else [value]:
        yield each if isinstance(each, str) else json.dumps(each, ensure_ascii=False)
