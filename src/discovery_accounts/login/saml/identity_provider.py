"""What we need of an identity provider's metadata, which was verified before it came here."""

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from discovery_accounts.login.provider import ProviderFailure
from discovery_accounts.login.saml.certificates import LEAST_BITS
from discovery_accounts.login.saml.documents import moment, parse, text_of
from discovery_accounts.login.saml.namespaces import DS, MD, REDIRECT, SAMLP_URI, SHIBMD
from discovery_accounts.login.saml.refused import Refused


@dataclass(frozen=True, slots=True)
class IdentityProvider:
    """Addresses are of the redirect binding, ``None`` where there is none. ``certificates`` are PEM, of the
    keys that may sign; ``scopes`` are the realms it may speak for, in small letters."""

    entity_id: str
    sign_in: str | None
    sign_out: str | None
    sign_out_answers: str | None
    certificates: tuple[bytes, ...]
    scopes: frozenset[str]
    valid_until: datetime | None


@lru_cache(maxsize=128)
def identity_provider(xml: bytes) -> IdentityProvider:
    """Read one ``EntityDescriptor``. Raises ``ProviderFailure``."""
    try:
        entity = parse(_without_comments(xml))
        until = moment(entity.get("validUntil"))
    except (Refused, etree.XMLSyntaxError):
        raise ProviderFailure("bad_metadata") from None
    role = next((each for each in entity.findall(f"{MD}IDPSSODescriptor") if _speaks_saml(each)), None)
    if entity.tag != f"{MD}EntityDescriptor" or role is None:
        raise ProviderFailure("bad_metadata", "no identity provider")
    out = _service(role, "SingleLogoutService")
    sign_out = out.get("Location") if out is not None else None
    sign_in = _service(role, "SingleSignOnService")
    return IdentityProvider(
        entity_id=entity.get("entityID", ""),
        sign_in=sign_in.get("Location") if sign_in is not None else None,
        sign_out=sign_out,
        sign_out_answers=out.get("ResponseLocation", sign_out) if out is not None else None,
        certificates=tuple(dict.fromkeys(_certificates(role))),
        scopes=frozenset(_scopes(entity, role)),
        valid_until=until,
    )


def _without_comments(xml: bytes) -> bytes:
    """Metadata may have comments; a text is whole whatever stood between its parts."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    return etree.tostring(etree.fromstring(xml, parser))


def _speaks_saml(role: etree._Element) -> bool:
    return SAMLP_URI in role.get("protocolSupportEnumeration", "").split()


def _service(role: etree._Element, name: str) -> etree._Element | None:
    return next((each for each in role.findall(f"{MD}{name}") if each.get("Binding") == REDIRECT), None)


def _certificates(role: etree._Element) -> Iterator[bytes]:
    """A certificate here only carries a key; whether it has ended means nothing (SAML metadata 2.6.1)."""
    for descriptor in role.findall(f"{MD}KeyDescriptor"):
        if descriptor.get("use", "signing") != "signing":
            continue
        for element in descriptor.iterfind(f"{DS}KeyInfo/{DS}X509Data/{DS}X509Certificate"):
            try:
                found = x509.load_der_x509_certificate(base64.b64decode(text_of(element)))
                key = found.public_key()
            except (ValueError, binascii.Error, TypeError):
                continue
            strong = isinstance(key, RSAPublicKey) and key.key_size >= LEAST_BITS
            if strong or isinstance(key, EllipticCurvePublicKey):
                yield found.public_bytes(Encoding.PEM)


def _scopes(entity: etree._Element, role: etree._Element) -> Iterator[str]:
    """Scopes that are regular expressions are not followed: what they cover is dropped."""
    for owner in (entity, role):
        for scope in owner.iterfind(f"{MD}Extensions/{SHIBMD}Scope"):
            if scope.get("regexp", "false") in {"false", "0"} and text_of(scope):
                yield text_of(scope).lower()
