"""pysaml2 as the engine that verifies responses, fenced in.

Imported when the first answer comes: its schemas are compiled at import, which takes 1.6 seconds. Of
pysaml2 only the reading of responses is used. Nothing of it outlives an answer: no client with a
memory of people, and no keys but those of the one identity provider that was expected.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from saml2.response import AuthnResponse
from saml2.sigver import CryptoBackend, DecryptError, MissingKey, SecurityContext, SignatureError
from saml2.validate import ResponseLifetimeExceed, ToEarly

from discovery_accounts.config.secret import Secret
from discovery_accounts.login.provider import ProviderFailure
from discovery_accounts.login.saml.answers import SLACK, Expected, late, statement_of
from discovery_accounts.login.saml.name_id import NameId
from discovery_accounts.login.saml.namespaces import DS, XENC
from discovery_accounts.login.saml.refused import Refused
from discovery_accounts.login.saml.shape import Shape, shape_of
from discovery_accounts.login.saml.xmlsec import XmlsecMissing, decrypt, verify, write_key

# it writes whole messages and personal data to its log, at ERROR too
logging.getLogger("saml2").setLevel(logging.CRITICAL + 1)


@dataclass(frozen=True, slots=True)
class Verified:
    """What the signatures cover."""

    shape: Shape
    name_id: NameId | None


def verified(
    document: bytes, shape: Shape, expected: Expected, certificates: Sequence[bytes], keys: Sequence[Secret]
) -> Verified:
    """Verify a response of which this is the shape. ``certificates`` (PEM) may have signed, ``keys`` (PEM)
    decrypt. Raises ``Refused``, and ``ProviderFailure`` when xmlsec1 is missing."""
    with TemporaryDirectory(prefix="accounts-saml-") as name:
        folder = Path(name)
        context = SecurityContext(
            _Xmlsec1(folder),
            metadata=_Signers(folder, expected.provider, certificates),
            only_use_keys_in_metadata=True,
            enc_key_files=[str(write_key(folder, key)) for key in keys] if _sealed(shape) else [],
        )
        response = AuthnResponse(
            context,
            [],
            expected.entity_id,
            return_addrs=[expected.acs],
            outstanding_queries={expected.request: expected.provider} if expected.request else {},
            timeslack=int(SLACK.total_seconds()),
            allow_unsolicited=expected.request is None,
            want_assertions_signed=True,
            allow_unknown_attributes=True,
            # without it the Recipient is never compared
            conv_info={"entity_id": expected.entity_id},
        )
        text = document.decode()
        done = _read(response, text, shape, expected)
    # a wrong destination and an assertion that can't be decrypted raise nothing there
    if done is None or response.assertion is None or len(response.assertions) != 1:
        raise Refused("not_verified")
    if response.xmlstr != text:
        shape = shape_of(response.xmlstr.encode(), opened=True)
    return Verified(shape, _name_id(response.name_id))


def _sealed(shape: Shape) -> bool:
    """Whether our key is needed at all; only then is it written where xmlsec1 can read it."""
    return next(shape.response.iter(f"{XENC}EncryptedData"), None) is not None


def _read(response: Any, text: str, shape: Shape, expected: Expected) -> Any:
    try:
        response.loads(text, False, origxml=text)
        return response.verify()
    except XmlsecMissing as error:
        raise ProviderFailure("xmlsec1_missing", str(error)) from None
    except ResponseLifetimeExceed:
        raise late(expected) from None
    except ToEarly:
        raise Refused("too_early") from None
    except MissingKey:  # certificates are there: so it names another provider than the one expected
        raise Refused("issuer") from None
    except SignatureError:
        raise Refused("signature" if _signed(shape) else "unsigned") from None
    except Exception as error:  # noqa: BLE001 - it raises bare Exception for several refusals
        _name(shape, expected)
        raise Refused(f"refused_{type(error).__name__}") from None


def _signed(shape: Shape) -> bool:
    """Whether the assertion has a signature; one that is encrypted is not looked into again."""
    return shape.assertion is None or shape.assertion.find(f"{DS}Signature") is not None


def _name(shape: Shape, expected: Expected) -> None:
    """Raise ``Refused`` by the name of what is not as expected, where it is one of our own comparisons. Only a
    name comes of it: the response is refused already."""
    if shape.assertion is not None:
        statement_of(shape, expected)


def _name_id(found: Any) -> NameId | None:
    if found is None or not found.text:
        return None
    return NameId(
        found.text.strip(), found.format or "", found.name_qualifier or "", found.sp_name_qualifier or ""
    )


@dataclass(frozen=True, slots=True)
class _File:
    name: str


class _Signers:
    """The certificates of one identity provider, where pysaml2 looks for everybody's."""

    def __init__(self, folder: Path, provider: str, certificates: Sequence[bytes]) -> None:
        self._provider = provider
        self._files: list[tuple[None, _File]] = []
        for number, pem in enumerate(certificates):
            path = folder / f"signer-{number}.pem"
            path.write_bytes(pem)
            self._files.append((None, _File(str(path))))

    def certs(self, entity_id: str | None, _role: str, _use: str) -> list[tuple[None, _File]]:
        return list(self._files) if entity_id == self._provider else []


class _Xmlsec1(CryptoBackend):  # type: ignore[misc]  # pysaml2 has no types
    """xmlsec1 for pysaml2, which would start it three times for each signature, and as it is."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def validate_signature(  # pysaml2 calls it by names
        self, signedtext: str | bytes, cert_file: str, cert_type: str, node_name: str, node_id: str
    ) -> bool:
        assert cert_type == "pem"
        if not verify(_bytes(signedtext), Path(cert_file), node_name, node_id, self._folder):
            raise SignatureError("not verified")
        return True

    def decrypt(self, enctext: str | bytes, key_file: str) -> str:
        written = decrypt(_bytes(enctext), Path(key_file), self._folder)
        if written is None:
            raise DecryptError("not decrypted")
        return written.decode()


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode()
