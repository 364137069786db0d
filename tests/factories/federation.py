"""A federation of a test's own: its key, metadata of identity providers, and lists signed by xmlsec1."""

import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

XMLSEC1 = shutil.which("xmlsec1")

MD = "urn:oasis:names:tc:SAML:2.0:metadata"
NAMESPACES = (
    f'xmlns:md="{MD}" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" '
    'xmlns:mdui="urn:oasis:names:tc:SAML:metadata:ui" xmlns:shibmd="urn:mace:shibboleth:metadata:1.0" '
    'xmlns:mdattr="urn:oasis:names:tc:SAML:metadata:attribute" '
    'xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"'
)
SHA256 = ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", "http://www.w3.org/2001/04/xmlenc#sha256")
SHA1 = ("http://www.w3.org/2000/09/xmldsig#rsa-sha1", "http://www.w3.org/2000/09/xmldsig#sha1")
HIDDEN = (
    '<mdattr:EntityAttributes><saml:Attribute Name="http://macedir.org/entity-category">'
    "<saml:AttributeValue>http://refeds.org/category/hide-from-discovery</saml:AttributeValue>"
    "</saml:Attribute></mdattr:EntityAttributes>"
)


@dataclass(frozen=True)
class Signer:
    """A key with its certificate, as files; ``pinned`` is the certificate alone."""

    key: Path
    pinned: Path

    @classmethod
    def make(cls, folder: Path, name: str = "federation", days: int = 3650) -> "Signer":
        key = rsa.generate_private_key(65537, 2048)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        now = datetime.now(UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=4000))
            .not_valid_after(now + timedelta(days=days))
            .sign(key, hashes.SHA256())
        )
        signer = cls(folder / f"{name}.key", folder / f"{name}.pem")
        signer.key.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        signer.pinned.write_bytes(certificate.public_bytes(Encoding.PEM))
        return signer

    def sign(self, document: str) -> str:
        """The document with the templates of signatures in it filled in, from the first."""
        folder = self.key.parent
        source, target = folder / "unsigned.xml", folder / "signed.xml"
        source.write_text(document)
        tag = (
            "EntityDescriptor"
            if document.lstrip().startswith("<md:EntityDescriptor")
            else "EntitiesDescriptor"
        )
        command = [
            str(XMLSEC1),
            "--sign",
            "--privkey-pem",
            f"{self.key},{self.pinned}",
            "--id-attr:ID",
            f"{MD}:{tag}",
            "--output",
            str(target),
            str(source),
        ]
        subprocess.run(command, check=True, capture_output=True)
        return target.read_text()


def signature(reference: str, algorithms: tuple[str, str] = SHA256, transforms: str | None = None) -> str:
    """A template that xmlsec1 fills in."""
    if transforms is None:
        transforms = (
            '<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>'
            '<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>'
        )
    return (
        '<ds:Signature><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>'
        f'<ds:SignatureMethod Algorithm="{algorithms[0]}"/><ds:Reference URI="#{reference}"><ds:Transforms>'
        f'{transforms}</ds:Transforms><ds:DigestMethod Algorithm="{algorithms[1]}"/><ds:DigestValue/></ds:Reference>'
        "</ds:SignedInfo><ds:SignatureValue/><ds:KeyInfo><ds:X509Data/></ds:KeyInfo></ds:Signature>"
    )


def entity(
    entity_id: str,
    names: Mapping[str, str] | None = None,
    *,
    scopes: Iterable[str] = (),
    hidden: bool = False,
    attributes: str = "",
    extra: str = "",
    padding: str = "",
) -> str:
    """One identity provider, without namespaces of its own. ``attributes`` go into its start tag, ``extra``
    before everything in it."""
    shown = "".join(
        f'<mdui:DisplayName xml:lang="{language}">{escape(name)}</mdui:DisplayName>'
        for language, name in (names or {"en": entity_id}).items()
    )
    scoped = "".join(f'<shibmd:Scope regexp="false">{scope}</shibmd:Scope>' for scope in scopes)
    return (
        f'<md:EntityDescriptor entityID="{escape(entity_id)}"{" " + attributes if attributes else ""}>{extra}'
        f"{f'<md:Extensions>{HIDDEN}</md:Extensions>' if hidden else ''}"
        f'<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><md:Extensions>'
        f"<mdui:UIInfo>{shown}<mdui:Logo>https://pictures.example/logo.png</mdui:Logo></mdui:UIInfo>{scoped}"
        f"</md:Extensions>{padding}"
        '<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" '
        f'Location="{escape(entity_id)}/sso"/></md:IDPSSODescriptor></md:EntityDescriptor>'
    )


def alone(entity_id: str, extra: str = "", attributes: str = "", **more: object) -> str:
    """A document that is one entity."""
    text = entity(entity_id, extra=extra, attributes=attributes, **more)  # type: ignore[arg-type]
    return text.replace("<md:EntityDescriptor", f"<md:EntityDescriptor {NAMESPACES}", 1)


def listed(
    entities: Iterable[str],
    *,
    until: datetime | None = None,
    algorithms: tuple[str, str] = SHA256,
    unsigned: bool = False,
    transforms: str | None = None,
    identity: str = "_list",
    attributes: str = "",
) -> str:
    """A list of entities with the template of its signature."""
    valid = f' validUntil="{until:%Y-%m-%dT%H:%M:%SZ}"' if until else ""
    mark = "" if unsigned else signature(identity, algorithms, transforms)
    return (
        f'<md:EntitiesDescriptor {NAMESPACES} ID="{identity}"{valid}{attributes}>{mark}{"".join(entities)}'
        "</md:EntitiesDescriptor>"
    )


def in_days(days: float) -> datetime:
    return datetime.now(UTC) + timedelta(days=days)
