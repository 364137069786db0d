"""A federation as large as the world's: its key, and a signed list of made-up identity providers."""

import base64
import random
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

_PLACES = (
    "Lund",
    "Bergen",
    "Oulu",
    "Vaasa",
    "Uppsala",
    "Tromsø",
    "Åbo",
    "Umeå",
    "Bodø",
    "Kuopio",
    "Narvik",
    "Ørsta",
)
_SORTS = {
    "en": ("University of {}", "{} College", "{} University of Applied Sciences"),
    "sv": ("{} universitet", "{} högskola", "Yrkeshögskolan i {}"),
    "fi": ("Yliopisto {}", "{} opisto", "Ammattikorkeakoulu {}"),
}
_MD = "urn:oasis:names:tc:SAML:2.0:metadata"
_HEAD = (
    f'<md:EntitiesDescriptor xmlns:md="{_MD}" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" '
    'xmlns:mdui="urn:oasis:names:tc:SAML:metadata:ui" xmlns:shibmd="urn:mace:shibboleth:metadata:1.0" '
    'ID="_all" validUntil="{until:%Y-%m-%dT%H:%M:%SZ}"><ds:Signature><ds:SignedInfo>'
    '<ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>'
    '<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/><ds:Reference URI="#_all">'
    '<ds:Transforms><ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>'
    '<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/></ds:Transforms>'
    '<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue/></ds:Reference>'
    "</ds:SignedInfo><ds:SignatureValue/></ds:Signature>"
)


def make_key(folder: Path) -> tuple[Path, Path]:
    """A private key and its certificate, as files."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "federation")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1000))
        .sign(key, hashes.SHA256())
    )
    paths = folder / "federation.key", folder / "federation.pem"
    paths[0].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    paths[1].write_bytes(certificate.public_bytes(Encoding.PEM))
    return paths


def make_list(folder: Path, count: int) -> tuple[Path, Path]:
    """A signed list of ``count`` providers of about 8 KB each, and the certificate to pin."""
    key, pinned = make_key(folder)
    source, target = folder / "unsigned.xml", folder / "federation.xml"
    with source.open("w", encoding="utf-8") as file:
        file.write(_HEAD.format(until=datetime.now(UTC) + timedelta(days=14)))
        file.writelines(_entities(count, pinned))
        file.write("</md:EntitiesDescriptor>")
    command = ["xmlsec1", "--sign", "--privkey-pem", str(key), "--id-attr:ID", f"{_MD}:EntitiesDescriptor"]
    subprocess.run([*command, "--output", str(target), str(source)], check=True, capture_output=True)
    source.unlink()
    return target, pinned


def _entities(count: int, pinned: Path) -> Iterator[str]:
    some = random.Random(1)
    certificate = "".join(pinned.read_text().splitlines()[1:-1])
    for number in range(count):
        place, sort = f"{some.choice(_PLACES)} {number}", some.randrange(3)
        names = "".join(
            f'<mdui:DisplayName xml:lang="{language}">{sorts[sort].format(place)}</mdui:DisplayName>'
            for language, sorts in _SORTS.items()
        )
        words = base64.b64encode(some.randbytes(3000)).decode()
        keys = "".join(
            f'<md:KeyDescriptor use="{use}"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{certificate}'
            "</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
            for use in ("signing", "encryption")
        )
        services = "".join(
            f'<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-{binding}" '
            f'Location="https://idp{number}.example/sso/{binding}"/>'
            for binding in ("Redirect", "POST")
        )
        yield (
            f'<md:EntityDescriptor entityID="https://idp{number}.example/idp/shibboleth"><md:IDPSSODescriptor '
            'protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><md:Extensions>'
            f'<shibmd:Scope regexp="false">campus{number}.example</shibmd:Scope><mdui:UIInfo>{names}'
            f'<mdui:Description xml:lang="en">{words}</mdui:Description></mdui:UIInfo></md:Extensions>{keys}'
            f"{services}</md:IDPSSODescriptor></md:EntityDescriptor>"
        )
