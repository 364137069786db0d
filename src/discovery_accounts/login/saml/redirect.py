"""The HTTP redirect binding: messages in a query, signed over its very characters (saml-bindings 3.4)."""

import base64
import binascii
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import quote_plus, unquote_plus, urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512, HashAlgorithm

from discovery_accounts.login.saml.documents import LIMIT
from discovery_accounts.login.saml.refused import Refused

_RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
_HASHES: dict[str, HashAlgorithm] = {
    _RSA_SHA256: SHA256(),
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384": SHA384(),
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512": SHA512(),
}
Kind = Literal["SAMLRequest", "SAMLResponse"]
_LONGEST = 64 * 1024  # characters of a query


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message as it came; ``signed`` are the characters that a signature must cover."""

    kind: Kind
    document: bytes = field(repr=False)
    relay_state: str | None = field(repr=False)
    signed: bytes = field(repr=False)
    algorithm: str
    signature: bytes = field(repr=False)


def outgoing(location: str, kind: Kind, document: bytes, key: RSAPrivateKey, relay_state: str = "") -> str:
    """The address that carries the message, signed."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = base64.b64encode(packer.compress(document) + packer.flush()).decode()
    parts = {kind: packed, "RelayState": relay_state, "SigAlg": _RSA_SHA256}
    query = "&".join(f"{name}={quote_plus(value)}" for name, value in parts.items() if value)
    signature = base64.b64encode(key.sign(query.encode(), PKCS1v15(), SHA256())).decode()
    joint = "&" if urlsplit(location).query else "?"
    return f"{location}{joint}{query}&Signature={quote_plus(signature)}"


def incoming(query: str) -> Incoming:
    """Take a raw query string apart; nothing in it is trusted yet. Raises ``Refused``."""
    if len(query) > _LONGEST:
        raise Refused("too_big")
    raw: dict[str, str] = {}
    for part in query.split("&"):
        name, _, value = part.partition("=")
        if name in raw:
            raise Refused("parameter_twice")
        raw[name] = value
    kinds: list[Kind] = [kind for kind in ("SAMLRequest", "SAMLResponse") if kind in raw]
    if len(kinds) != 1:
        raise Refused("no_message")
    kind = kinds[0]
    if unquote_plus(raw.get("SAMLEncoding", "")) not in {
        "",
        "urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE",
    }:
        raise Refused("encoding")
    signed = "&".join(f"{name}={raw[name]}" for name in (kind, "RelayState", "SigAlg") if name in raw)
    return Incoming(
        kind=kind,
        document=_inflated(_decoded(raw[kind])),
        relay_state=unquote_plus(raw["RelayState"]) if "RelayState" in raw else None,
        signed=signed.encode(),
        algorithm=unquote_plus(raw.get("SigAlg", "")),
        signature=_decoded(raw.get("Signature", "")),
    )


def verify(message: Incoming, certificates: Iterable[bytes]) -> None:
    """Raises ``Refused`` unless one of the keys signed the message."""
    digest = _HASHES.get(message.algorithm)
    if not message.signature:
        raise Refused("unsigned")
    if digest is None:
        raise Refused("weak_algorithm")
    for pem in certificates:
        key = x509.load_pem_x509_certificate(pem).public_key()
        if not isinstance(key, RSAPublicKey):
            continue
        try:
            key.verify(message.signature, message.signed, PKCS1v15(), digest)
        except InvalidSignature:
            continue
        return
    raise Refused("signature")


def _decoded(value: str) -> bytes:
    # a plus sign that nobody escaped has become a space
    text = unquote_plus(value).replace(" ", "+")
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise Refused("unreadable") from None


def _inflated(packed: bytes) -> bytes:
    unpacker = zlib.decompressobj(-15)
    try:
        document = unpacker.decompress(packed, LIMIT + 1)
    except zlib.error:
        raise Refused("unreadable") from None
    if len(document) > LIMIT:
        raise Refused("too_big")
    return document
