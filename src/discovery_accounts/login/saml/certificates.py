"""Certificates and keys: whether they fit, and how long they last."""

import base64
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from discovery_accounts.config.secret import Secret

LEAST_BITS = 2048


def private_key(key: Secret) -> RSAPrivateKey:
    """The key. Raises ``ValueError`` that says what is wrong and shows nothing of it."""
    try:
        found = load_pem_private_key(key.reveal().encode(), None)
    except TypeError:
        raise ValueError("is protected by a password") from None
    except Exception:  # noqa: BLE001 - cryptography raises errors of many kinds, and their texts may quote
        raise ValueError("is not a private key in PEM") from None
    if not isinstance(found, RSAPrivateKey):
        raise ValueError("is not an RSA key")  # noqa: TRY004 - what is wrong is the text, not the type
    if found.key_size < LEAST_BITS:
        raise ValueError(f"is shorter than {LEAST_BITS} bits")
    return found


def certificate(pem: bytes) -> x509.Certificate:
    """The certificate. Raises ``ValueError``."""
    try:
        return x509.load_pem_x509_certificate(pem)
    except ValueError:
        raise ValueError("is not a certificate in PEM") from None


def belong_together(pem: bytes, key: Secret) -> bool:
    """Whether the certificate is of that key. Raises ``ValueError`` when one of them can't be read."""
    return certificate(pem).public_key() == private_key(key).public_key()


def ends(pem: bytes) -> datetime:
    """When the certificate ends, UTC."""
    return certificate(pem).not_valid_after_utc


def in_metadata(pem: bytes) -> str:
    """The certificate as metadata has it: base64 without its frame."""
    return base64.b64encode(certificate(pem).public_bytes(Encoding.DER)).decode()
