"""Whether the root of a metadata document is what the federation signed.

A signature somewhere in a document proves nothing of the rest of it. So the one signature that
counts is a child of the root, its one reference is the root's own ID, no other element has that ID,
algorithms and transforms are of a short list, and xmlsec1 is pointed at that very element, with the
pinned certificate as its only key.
"""

import os
import re
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import which

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate, load_pem_x509_certificates
from lxml import etree

from discovery_accounts.login.saml.metadata import ENTITY, LIST, MetadataRefused, elements, forget
from discovery_accounts.login.saml.namespaces import DS, DS_URI, EC_URI, XML_URI
from discovery_accounts.login.saml.xmlsec import XmlsecMissing, version

SIGNATURE = f"{DS}Signature"

_MORE = "http://www.w3.org/2001/04/xmldsig-more#"
_XMLENC = "http://www.w3.org/2001/04/xmlenc#"
_ENVELOPED = f"{DS_URI}enveloped-signature"
_CANONICAL = EC_URI
_SIGNING = {
    f"{_MORE}{kind}-{digest}" for kind in ("rsa", "ecdsa") for digest in ("sha256", "sha384", "sha512")
}
_DIGESTS = {f"{_XMLENC}sha256", f"{_XMLENC}sha512", f"{_MORE}sha384"}
_CANONICALS = {_CANONICAL, f"{_CANONICAL}WithComments"}
_IDS = ("ID", "Id", "id", f"{{{XML_URI}}}id")
_PLAIN_ID = re.compile(r"[A-Za-z_][\w.-]*", re.ASCII)
_THE_ONE = f"/*/*[local-name()='Signature' and namespace-uri()='{DS_URI}']"
_SECONDS = 120


@dataclass(frozen=True, slots=True)
class _Root:
    tag: str
    id: str


def read_certificates(path: Path) -> tuple[Certificate, ...]:
    """The pinned certificates of a PEM file; several while the federation changes its key.

    Raises ``MetadataRefused`` when there are none to be read.
    """
    try:
        return tuple(load_pem_x509_certificates(path.read_bytes()))
    except (OSError, ValueError):
        raise MetadataRefused("certificate", "the pinned certificate can't be read") from None


def verify(path: Path, certificates: Sequence[Certificate]) -> None:
    """Raise ``MetadataRefused`` unless one of ``certificates`` signed the whole document.

    Their own validity is not asked: a pinned key is trusted because it was pinned.
    """
    root = _survey(path)
    with tempfile.TemporaryDirectory(prefix="accounts-metadata-") as folder:
        pinned = Path(folder) / "pinned.pem"
        for certificate in certificates:
            pinned.write_bytes(certificate.public_bytes(Encoding.PEM))
            if _signed_by(pinned, path, root):
                return
    raise MetadataRefused("signature", "not by the pinned certificate, or changed since")


def _survey(path: Path) -> _Root:
    """One pass over everything: the root, that its ID is its alone, and its one signature."""
    root, depth, bearers, signatures = None, 0, 0, 0
    for event, element in elements(path):
        if event == "start":
            depth += 1
            root = root or _root(element)
            bearers += sum(element.get(name) == root.id for name in _IDS)
            continue
        depth -= 1
        if depth == 1 and root is not None and element.tag == SIGNATURE:
            signatures += 1
            _check_signature(element, root)
        if depth == 1 or element.tag == ENTITY:
            forget(element)
    if root is None or not signatures:
        raise MetadataRefused("unsigned")
    if signatures > 1:
        raise MetadataRefused("two_signatures")
    if bearers != 1:
        raise MetadataRefused("id_not_unique")
    return root


def _root(element: etree._Element) -> _Root:
    identity = element.get("ID")
    if element.tag not in (LIST, ENTITY):
        raise MetadataRefused("not_metadata")
    if identity is None or not _PLAIN_ID.fullmatch(identity):
        raise MetadataRefused("unsigned", "the root has no ID that a signature could name")
    return _Root(str(element.tag), identity)


def _check_signature(signature: etree._Element, root: _Root) -> None:
    parts = _tags(signature)
    if parts[:2] != ["SignedInfo", "SignatureValue"] or parts[2:] not in ([], ["KeyInfo"]):
        raise MetadataRefused("signature_shape")
    info = signature[0]
    if _tags(info) != ["CanonicalizationMethod", "SignatureMethod", "Reference"]:
        raise MetadataRefused("signature_shape", "not exactly one reference")
    canonical, method, reference = info
    if reference.get("URI") != f"#{root.id}":
        raise MetadataRefused("reference", "it is not the root that is signed")
    if _tags(reference) != ["Transforms", "DigestMethod", "DigestValue"]:
        raise MetadataRefused("signature_shape")
    transforms = [transform.get("Algorithm") for transform in reference[0]]
    if transforms[:1] != [_ENVELOPED] or len(transforms) > 2 or not set(transforms[1:]) <= _CANONICALS:
        raise MetadataRefused("transform")
    if canonical.get("Algorithm") not in _CANONICALS:
        raise MetadataRefused("transform")
    if method.get("Algorithm") not in _SIGNING or reference[1].get("Algorithm") not in _DIGESTS:
        raise MetadataRefused("weak_algorithm")


def _tags(element: etree._Element) -> list[str]:
    """The names of an element's children; what is not of XML signatures keeps its namespace."""
    return [str(child.tag).removeprefix(DS) for child in element]


def _signed_by(certificate: Path, path: Path, root: _Root) -> bool:
    command = [
        *_xmlsec1(),
        "--enabled-reference-uris",
        "same-doc",
        "--enabled-key-data",
        "raw-x509-cert",
        "--pubkey-cert-pem",
        str(certificate),
        "--id-attr:ID",
        root.tag[1:].replace("}", ":"),
        "--node-xpath",
        _THE_ONE,
        str(path),
    ]
    # it reads all certificates of the system at every start, which here are neither needed nor wanted
    environment = {**os.environ, "SSL_CERT_FILE": os.devnull, "SSL_CERT_DIR": "/nonexistent"}
    try:
        ran = subprocess.run(command, capture_output=True, timeout=_SECONDS, env=environment, check=False)  # noqa: S603 (paths of ours)
    except subprocess.TimeoutExpired:
        raise MetadataRefused("signature", f"not verified within {_SECONDS} seconds") from None
    return ran.returncode == 0


def _xmlsec1() -> tuple[str, ...]:
    """xmlsec1 and what it verifies with. From 1.3 on it looks for a key by the name in the document, unless told
    that the one it was given will do."""
    program = which("xmlsec1")
    try:
        lax = version() >= (1, 3)
    except XmlsecMissing:
        program = None
    if program is None:
        raise MetadataRefused("xmlsec1_missing", "install xmlsec1")
    return (program, "--verify", *(("--lax-key-search",) if lax else ()))
