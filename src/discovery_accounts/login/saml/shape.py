"""The one shape of a response that is read at all, checked before and after its signatures are.

Signature wrapping, second assertions, parts that are signed but elsewhere, weak algorithms and empty
canonical forms all need a document of another shape: there is one assertion, its signature is its own
child and covers it whole, and what we read has the digest that was signed (checklist M1).
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree

from discovery_accounts.login.saml.documents import parse, text_of
from discovery_accounts.login.saml.namespaces import DS, EC, EC_URI, SAML, SAMLP, SUCCESS, XENC
from discovery_accounts.login.saml.refused import Refused

_MORE = "http://www.w3.org/2001/04/xmldsig-more#"
_SIGNATURES = {
    f"{_MORE}{kind}-{size}" for kind in ("rsa", "ecdsa") for size in ("sha256", "sha384", "sha512")
}
_SIGNATURES.add("http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1")
_DIGESTS: dict[str, Callable[[bytes], "hashlib._Hash"]] = {
    "http://www.w3.org/2001/04/xmlenc#sha256": hashlib.sha256,
    f"{_MORE}sha384": hashlib.sha384,
    "http://www.w3.org/2001/04/xmlenc#sha512": hashlib.sha512,
}
_ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
_CANONICAL = {EC_URI, f"{EC_URI}WithComments"}
_OAEP = {"http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p", "http://www.w3.org/2009/xmlenc11#rsa-oaep"}
_CIPHERS = {f"http://www.w3.org/2001/04/xmlenc#aes{bits}-cbc" for bits in (128, 192, 256)} | {
    f"http://www.w3.org/2009/xmlenc11#aes{bits}-gcm" for bits in (128, 192, 256)
}
_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*", re.ASCII)
_ONCE = {"Response", "Assertion", "EncryptedAssertion", "Signature", "Object", "Manifest"}
"""Local names that stand nowhere but where they are looked for, whatever their namespace."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A response in order. ``assertion`` is ``None`` while it is encrypted, or when the provider said no."""

    response: etree._Element
    assertion: etree._Element | None
    encrypted: bool

    @property
    def says_no(self) -> str:
        """The provider's reason for a no; empty for a yes."""
        outer = self.response.find(f"{SAMLP}Status/{SAMLP}StatusCode")
        if outer is None:
            raise Refused("status")
        if outer.get("Value") == SUCCESS:
            return ""
        inner = outer.find(f"{SAMLP}StatusCode")
        return (inner if inner is not None else outer).get("Value", "unknown").rpartition(":")[2]


def shape_of(document: bytes, *, opened: bool = False) -> Shape:
    """Check a response. ``opened``: what was encrypted in it has been decrypted in its place, so that the
    response's own signature no longer fits. Raises ``Refused``."""
    response = parse(document)
    if response.tag != f"{SAMLP}Response" or response.get("Version") != "2.0":
        raise Refused("no_response")
    assertion, encrypted = _assertion(response)
    allowed = [response, *response.findall(f"{SAML}EncryptedAssertion")]
    signed = [response] if assertion is None else [response, assertion]
    signatures = []
    for element in signed:
        signature = _signature(element)
        if signature is not None:
            signatures.append((element, signature))
    allowed += signed + [signature for _, signature in signatures]
    _nothing_elsewhere(response, allowed)
    _unique_ids(response)
    strong_encryption(response)
    for element, signature in signatures:
        if not opened or element is not response:
            _covers(document, response.getroottree().getelementpath(element), signature)
    return Shape(response, assertion, encrypted)


def _assertion(response: etree._Element) -> tuple[etree._Element | None, bool]:
    plain, sealed = response.findall(f"{SAML}Assertion"), response.findall(f"{SAML}EncryptedAssertion")
    if len(plain) + len(sealed) > 1:
        raise Refused("assertions")
    inside = sealed[0].findall(f"{SAML}Assertion") if sealed else []
    if len(inside) > 1 or (inside and sealed[0].find(f"{XENC}EncryptedData") is not None):
        raise Refused("assertions")
    found = [*plain, *inside]
    return (found[0] if found else None), bool(sealed)


def _signature(element: etree._Element) -> etree._Element | None:
    found = element.findall(f"{DS}Signature")
    if not found:
        return None
    signature = found[0]
    before = signature.getprevious()
    if len(found) > 1 or before is None or before.tag != f"{SAML}Issuer" or before.getprevious() is not None:
        raise Refused("signature_place")
    if not _ID.fullmatch(element.get("ID", "")):
        raise Refused("bad_id")
    info = signature.findall(f"{DS}SignedInfo")
    references = info[0].findall(f"{DS}Reference") if len(info) == 1 else []
    if len(references) != 1 or references[0].get("URI") != f"#{element.get('ID')}":
        raise Refused("signature_reference")
    transforms = [each.get("Algorithm") for each in references[0].findall(f"{DS}Transforms/{DS}Transform")]
    if len(transforms) != 2 or transforms[0] != _ENVELOPED or transforms[1] not in _CANONICAL:
        raise Refused("signature_transforms")
    if _algorithm(info[0], "CanonicalizationMethod") not in _CANONICAL:
        raise Refused("signature_transforms")
    if _algorithm(info[0], "SignatureMethod") not in _SIGNATURES:
        raise Refused("weak_algorithm")
    if _algorithm(references[0], "DigestMethod") not in _DIGESTS:
        raise Refused("weak_algorithm")
    return signature


def _algorithm(parent: etree._Element, name: str) -> str:
    element = parent.find(f"{DS}{name}")
    return element.get("Algorithm", "") if element is not None else ""


def _nothing_elsewhere(response: etree._Element, allowed: list[etree._Element]) -> None:
    for element in response.iter():
        if etree.QName(element).localname in _ONCE and element not in allowed:
            raise Refused("structure")


def _unique_ids(response: etree._Element) -> None:
    seen: set[str] = set()
    for element in response.iter():
        for name, value in element.items():
            if str(etree.QName(name).localname).lower() == "id":
                if value in seen:
                    raise Refused("same_id_twice")
                seen.add(str(value))


def strong_encryption(message: etree._Element) -> None:
    """Refuse what is encrypted by RSA 1.5, which can be guessed by trying, or by an unknown cipher."""
    for method in message.iter(f"{XENC}EncryptionMethod"):
        parent = method.getparent()
        key = parent is not None and parent.tag == f"{XENC}EncryptedKey"
        if method.get("Algorithm") not in (_OAEP if key else _CIPHERS):
            raise Refused("weak_encryption")


def _covers(document: bytes, path: str, signature: etree._Element) -> None:
    """Whether the element at ``path``, as we read it, has the digest that its signature names."""
    element = parse(document).find(path)
    own = element.find(f"{DS}Signature") if element is not None else None
    before = own.getprevious() if own is not None else None
    assert element is not None
    assert own is not None
    assert before is not None
    before.tail = (before.tail or "") + (own.tail or "")
    element.remove(own)
    reference = signature.find(f"{DS}SignedInfo/{DS}Reference")
    assert reference is not None
    listed = reference.find(f"{DS}Transforms/{DS}Transform/{EC}InclusiveNamespaces")
    prefixes = listed.get("PrefixList", "").split() if listed is not None else []
    canonical = etree.tostring(
        element, method="c14n", exclusive=True, with_comments=False, inclusive_ns_prefixes=prefixes
    )
    digest = _DIGESTS[_algorithm(reference, "DigestMethod")](canonical).digest()
    try:
        named = base64.b64decode("".join(text_of(reference.find(f"{DS}DigestValue")).split()), validate=True)
    except (binascii.Error, ValueError):
        raise Refused("digest") from None
    if not canonical or named != digest:
        raise Refused("digest")
