"""Passkeys and security keys (WebAuthn level 2) as a second factor beside a password.

The service is known to browsers by the host of ``public_url``; an address in numbers can have no passkeys.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import urlsplit

import webauthn
from webauthn.helpers import base64url_to_bytes, parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

PATIENCE_MS = 120_000
MAX_ANSWER = 16_384  # characters of JSON


@dataclass(frozen=True, slots=True)
class Service:
    """Who asks: the host that passkeys belong to, its name for people, the origin of its pages."""

    host: str
    name: str
    origin: str

    @classmethod
    def at(cls, public_url: str, name: str) -> "Service | None":
        """The service of this address; ``None`` where browsers would know no passkeys."""
        parts = urlsplit(public_url)
        host = parts.hostname or ""
        try:
            ip_address(host)
        except ValueError:
            return cls(host, name, f"{parts.scheme}://{parts.netloc}") if host else None
        return None


@dataclass(frozen=True, slots=True)
class Known:
    """A passkey as it is kept."""

    credential_id: bytes = field(repr=False)
    public_key: bytes = field(repr=False)
    sign_count: int


def making(service: Service, challenge: bytes, person: bytes, name: str, there: Collection[bytes]) -> str:
    """What a browser needs to make a passkey, as JSON. ``there`` are those the person has: none twice on a device."""
    options = webauthn.generate_registration_options(
        rp_id=service.host,
        rp_name=service.name,
        user_id=person,
        user_name=name,
        challenge=challenge,
        timeout=PATIENCE_MS,
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one) for one in there],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
    )
    return webauthn.options_to_json(options)


def made(service: Service, challenge: bytes, answer: str) -> Known | None:
    """The passkey that a browser made for this challenge; ``None`` when its answer proves nothing."""
    if len(answer) > MAX_ANSWER:
        return None
    try:
        verified = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=service.host,
            expected_origin=service.origin,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        return None
    return Known(verified.credential_id, verified.credential_public_key, verified.sign_count)


def asking(service: Service, challenge: bytes, known: Collection[bytes]) -> str:
    """What a browser needs to use one of the ``known`` passkeys, as JSON."""
    options = webauthn.generate_authentication_options(
        rp_id=service.host,
        challenge=challenge,
        timeout=PATIENCE_MS,
        allow_credentials=[PublicKeyCredentialDescriptor(id=one) for one in known],
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return webauthn.options_to_json(options)


def credential_id_of(answer: str) -> bytes | None:
    """Which passkey the answer claims to be of; nothing in it is trusted yet."""
    if len(answer) > MAX_ANSWER:
        return None
    try:
        return base64url_to_bytes(str(json.loads(answer)["rawId"]))
    except (ValueError, KeyError, TypeError):
        return None


def used(service: Service, challenge: bytes, known: Known, answer: str) -> int | None:
    """The new count of the passkey; ``None`` when the answer proves nothing, or the count shows up a copy."""
    try:
        verified = webauthn.verify_authentication_response(
            credential=parse_authentication_credential_json(answer),
            expected_challenge=challenge,
            expected_rp_id=service.host,
            expected_origin=service.origin,
            credential_public_key=known.public_key,
            credential_current_sign_count=known.sign_count,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        return None
    return verified.new_sign_count
