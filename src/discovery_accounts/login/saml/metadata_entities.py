"""From a metadata document, verified before, to its identity providers, one after the other."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from lxml import etree

from discovery_accounts.login.saml.metadata import (
    ENTITY,
    LIST,
    PROVIDER,
    Entity,
    MetadataRefused,
    duration,
    earliest,
    elements,
    forget,
    moment,
)
from discovery_accounts.login.saml.namespaces import MD, MDUI, SAML, SAMLP_URI, SHIBMD, XML_URI

_SCOPE = f"{SHIBMD}Scope"
_ATTRIBUTES = f"{MD}Extensions/{{urn:oasis:names:tc:SAML:metadata:attribute}}EntityAttributes/{SAML}Attribute"
_CATEGORY = "http://macedir.org/entity-category"
_HIDDEN = "http://refeds.org/category/hide-from-discovery"
_LANGUAGE = f"{{{XML_URI}}}lang"
_LONGEST_ID, _LONGEST_NAME = 1024, 200  # characters


@dataclass(frozen=True, slots=True)
class _Bounds:
    """How long something lasts, bounded by all that it stands in."""

    valid_until: datetime | None = None
    lasts: timedelta | None = None

    def inside(self, element: etree._Element) -> "_Bounds":
        return _Bounds(
            earliest(self.valid_until, moment(element.get("validUntil"))),
            earliest(self.lasts, duration(element.get("cacheDuration"))),
        )


def entities(path: Path, now: datetime) -> Iterator[Entity]:
    """Every identity provider that is valid at ``now``. Memory stays flat.

    Raises ``MetadataRefused`` when the document as a whole is no longer valid.
    """
    bounds = [_Bounds()]
    for event, element in elements(path):
        if element.tag not in (LIST, ENTITY):
            continue
        if event == "start":
            bounds.append(bounds[-1].inside(element))
            if len(bounds) == 2 and _over(bounds[-1], now):
                raise MetadataRefused("expired")
            continue
        own = bounds.pop()
        if element.tag == ENTITY:
            found = _provider(element, own, now)
            if found is not None:
                yield found
            forget(element)


def document_valid_until(path: Path) -> datetime | None:
    """The last moment of the document as a whole, where it tells one."""
    reading = elements(path)
    try:
        _event, root = next(reading)
        return moment(root.get("validUntil"))
    finally:
        reading.close()  # type: ignore[attr-defined]  # a generator


def single(path: Path, now: datetime) -> Entity:
    """The identity provider of a document that is one entity and no list. Raises ``MetadataRefused``."""
    reading = elements(path)
    _event, root = next(reading)
    if root.tag != ENTITY:
        raise MetadataRefused("not_single", "the root is not one EntityDescriptor")
    for found in entities(path, now):
        return found
    raise MetadataRefused("empty", "no identity provider in it that is valid")


def _over(bounds: _Bounds, now: datetime) -> bool:
    return bounds.valid_until is not None and bounds.valid_until <= now


def _provider(element: etree._Element, bounds: _Bounds, now: datetime) -> Entity | None:
    """The entity, if it is an identity provider that speaks SAML 2.0 and is valid."""
    entity_id = element.get("entityID") or ""
    role = next((one for one in element.iterfind(PROVIDER) if _speaks_saml2(one)), None)
    if role is None or not _is_id(entity_id):
        return None
    bounds = bounds.inside(role)
    if _over(bounds, now):
        return None
    for logo in list(element.iter(f"{MDUI}Logo")):  # pictures of tens of kilobytes that nobody is shown
        parent = logo.getparent()
        if parent is not None:
            parent.remove(logo)
    return Entity(
        entity_id=entity_id,
        xml=etree.tostring(element, with_tail=False),
        names=_names(element, role),
        scopes=_scopes(element, role),
        hidden=_hidden(element),
        valid_until=bounds.valid_until,
        lasts=bounds.lasts,
    )


def _speaks_saml2(role: etree._Element) -> bool:
    return SAMLP_URI in (role.get("protocolSupportEnumeration") or "").split()


def _is_id(text: str) -> bool:
    return 0 < len(text) <= _LONGEST_ID and text.isprintable() and " " not in text


def _names(element: etree._Element, role: etree._Element) -> dict[str, str]:
    """By language in small letters; the name made for people first, the organisation's where there is none."""
    found: dict[str, str] = {}
    for name in (
        *role.iterfind(f"{MD}Extensions/{MDUI}UIInfo/{MDUI}DisplayName"),
        *element.iterfind(f"{MD}Organization/{MD}OrganizationDisplayName"),
    ):
        text = _line(name.text)
        if text:
            found.setdefault((name.get(_LANGUAGE) or "").lower().partition("-")[0][:8], text)
    return found


def _scopes(element: etree._Element, role: etree._Element) -> tuple[str, ...]:
    """The domains, without those written as patterns."""
    where = (role, element)
    scopes = [scope for one in where for scope in one.iterfind(f"{MD}Extensions/{_SCOPE}")]
    plain = [_line(scope.text).lower() for scope in scopes if scope.get("regexp", "false") in ("false", "0")]
    return tuple(dict.fromkeys(scope for scope in plain if scope))


def _hidden(element: etree._Element) -> bool:
    return any(
        (value.text or "").strip() == _HIDDEN
        for attribute in element.iterfind(_ATTRIBUTES)
        if attribute.get("Name") == _CATEGORY
        for value in attribute.iterfind(f"{SAML}AttributeValue")
    )


def _line(text: str | None) -> str:
    """One line without anything that can't be seen: a name must look like what it is."""
    spaced = " ".join((text or "").split())
    return "".join(each for each in spaced if unicodedata.category(each)[0] != "C")[:_LONGEST_NAME]
