"""The TLS of a library's server: whether it is accepted, why not, and until when its certificates are good."""

import asyncio
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from cryptography import x509

from discovery_accounts.connectors.api import CheckCause
from discovery_accounts.connectors.selftest.causes import Failure
from discovery_accounts.connectors.selftest.place import Place

# What OpenSSL calls its verdicts (x509_vfy.h).
_NOT_YET, _ENDED = 9, 10
_NAMES = frozenset({62, 64})
_UNTRUSTED = {
    2: "the certificate in between is not sent",
    18: "self-signed",
    19: "self-signed, by an authority that is not trusted here",
    20: "issued by an authority that is not trusted here, or the certificate in between is not sent",
    21: "issued by an authority that is not trusted here, or the certificate in between is not sent",
}
_MOST_NAMES = 5


@dataclass(frozen=True, slots=True)
class Line:
    """An encrypted line as it was made: ``until`` is when the first certificate of the chain ends."""

    protocol: str
    until: datetime | None
    issuer: str = ""


async def look(place: Place, context: ssl.SSLContext, seconds: float) -> Line | Failure:
    """Make an encrypted line, verified as every line is, and end it. Nothing is sent over it.

    Raises ``TimeoutError`` and ``OSError``.
    """
    try:
        return await _line(place, context, seconds)
    except ssl.SSLCertVerificationError as error:
        return await _refused(place, error, seconds)
    except ssl.SSLError as error:
        return Failure(CheckCause.TLS_FAILED, f"{place}: {_word(error)}")
    except ConnectionError:
        return Failure(CheckCause.TLS_FAILED, f"{place}: the connection was ended while it was encrypted")


async def _line(place: Place, context: ssl.SSLContext, seconds: float) -> Line:
    async with asyncio.timeout(seconds):
        _reader, writer = await asyncio.open_connection(place.host, place.port, ssl=context)
        try:
            wire = writer.get_extra_info("ssl_object")
            chain = _chain(wire)
            ends = [certificate.not_valid_after_utc for certificate in chain]
            issuer = _common_name(chain[0].issuer) if chain else ""
            return Line(wire.version() or "TLS", min(ends, default=None), issuer)
        finally:
            writer.transport.abort()


async def _refused(place: Place, error: ssl.SSLCertVerificationError, seconds: float) -> Failure:
    code = error.verify_code
    shown = await _shown(place, seconds)
    until = f"{shown.not_valid_after_utc:%Y-%m-%d}" if shown else "unknown"
    if code == _ENDED:
        return Failure(
            CheckCause.CERTIFICATE_ENDED, f"{place}: the certificate ended (its last day: {until})"
        )
    if code == _NOT_YET:
        return Failure(CheckCause.CLOCK_DIFFERS, f"{place}: the certificate is not valid yet by our clock")
    if code in _NAMES:
        names = ", ".join(_names(shown)) or "no name at all"
        return Failure(CheckCause.CERTIFICATE_WRONG_NAME, f"{place}: the certificate is for {names}")
    reason = _UNTRUSTED.get(code, error.verify_message or "not accepted")
    by = f" (issuer: {_common_name(shown.issuer)})" if shown and _common_name(shown.issuer) else ""
    return Failure(CheckCause.CERTIFICATE_UNTRUSTED, f"{place}: {reason}{by}")


async def _shown(place: Place, seconds: float) -> x509.Certificate | None:
    """The certificate that was refused, to tell what is in it. Nothing is sent over such a line, ever."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        async with asyncio.timeout(seconds):
            _reader, writer = await asyncio.open_connection(place.host, place.port, ssl=context)
            try:
                told = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
            finally:
                writer.transport.abort()
        return x509.load_der_x509_certificate(told) if told else None
    except (OSError, ValueError):  # TimeoutError is one, ssl.SSLError too
        return None


def _chain(wire: Any) -> Sequence[x509.Certificate]:
    """The certificates that were verified, the server's own first; only that where Python tells no more."""
    inner = getattr(wire, "_sslobj", None)  # public from Python 3.13
    whole = getattr(wire, "get_verified_chain", None) or getattr(inner, "get_verified_chain", None)
    told = [_der(one) for one in whole() or ()] if whole else []
    found = told or [wire.getpeercert(binary_form=True)]
    return [x509.load_der_x509_certificate(one) for one in found if one]


def _der(certificate: Any) -> bytes:
    if isinstance(certificate, bytes):
        return certificate
    return ssl.PEM_cert_to_DER_cert(cast(str, certificate.public_bytes()))


def _names(certificate: x509.Certificate | None) -> list[str]:
    if certificate is None:
        return []
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        return []
    return [_printable(str(name.value)) for name in list(names)[:_MOST_NAMES]]


def _common_name(name: x509.Name) -> str:
    found = name.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return _printable(str(found[0].value)) if found else ""


def _printable(text: str) -> str:
    return "".join(sign for sign in text if sign.isprintable())[:80]


def _word(error: ssl.SSLError) -> str:
    """OpenSSL's own word for it, such as WRONG_VERSION_NUMBER, where a port speaks without encryption."""
    return (error.reason or type(error).__name__).replace("_", " ").lower()


def days_left(until: datetime, now: datetime) -> int:
    """Whole days until then."""
    return (until.astimezone(UTC) - now).days
