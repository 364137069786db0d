"""The messages we send. They go by the redirect binding, so the signature is not in them."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from lxml import etree

from discovery_accounts.login.saml.namespaces import (
    NAMEID_PERSISTENT,
    POST,
    SAML,
    SAML_URI,
    SAMLP,
    SAMLP_URI,
    SUCCESS,
)

_NAMES = {"samlp": SAMLP_URI, "saml": SAML_URI}


@dataclass(frozen=True, slots=True)
class Envelope:
    """From whom to where, and when; ``id`` is nobody's to guess (saml-core 1.3.4)."""

    issuer: str
    destination: str
    at: datetime
    id: str = field(default_factory=lambda: f"_{secrets.token_hex(20)}")


def authn_request(
    envelope: Envelope, acs: str, *, force: bool, persistent: bool, classes: Iterable[str]
) -> bytes:
    """Ask for a sign-in, the answer by POST to ``acs``."""
    root = _root("AuthnRequest", envelope, AssertionConsumerServiceURL=acs, ProtocolBinding=POST)
    if force:
        root.set("ForceAuthn", "true")
    policy = etree.SubElement(root, f"{SAMLP}NameIDPolicy", AllowCreate="true")
    if persistent:
        policy.set("Format", NAMEID_PERSISTENT)
    asked = list(classes)
    if asked:
        context = etree.SubElement(root, f"{SAMLP}RequestedAuthnContext", Comparison="exact")
        for each in asked:
            etree.SubElement(context, f"{SAML}AuthnContextClassRef").text = each
    return etree.tostring(root)


def logout_request(envelope: Envelope, name: Mapping[str, str]) -> bytes:
    """Ask to end a session; ``name`` has the NameID as it was given to us, and its session's index."""
    root = _root("LogoutRequest", envelope)
    element = etree.SubElement(root, f"{SAML}NameID")
    element.text = name["name"]
    for attribute, key in (("Format", "format"), ("NameQualifier", "nq"), ("SPNameQualifier", "spnq")):
        if name.get(key):
            element.set(attribute, name[key])
    if name.get("index"):
        etree.SubElement(root, f"{SAMLP}SessionIndex").text = name["index"]
    return etree.tostring(root)


def logout_response(envelope: Envelope, in_response_to: str) -> bytes:
    """Say that the sessions ended."""
    root = _root("LogoutResponse", envelope, InResponseTo=in_response_to)
    status = etree.SubElement(root, f"{SAMLP}Status")
    etree.SubElement(status, f"{SAMLP}StatusCode", Value=SUCCESS)
    return etree.tostring(root)


def _root(name: str, envelope: Envelope, **attributes: str) -> etree._Element:
    at = envelope.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    root = etree.Element(f"{SAMLP}{name}", nsmap=_NAMES)
    fixed = {"ID": envelope.id, "Version": "2.0", "IssueInstant": at, "Destination": envelope.destination}
    for key, value in (fixed | attributes).items():
        root.set(key, value)
    etree.SubElement(root, f"{SAML}Issuer").text = envelope.issuer
    return root
