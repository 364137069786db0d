"""Checklist O7: where a provider may be, and over what."""

import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from tests.fixtures.openid.pretend import PretendProvider

from discovery_accounts.login.claim import Claim, NoClaim
from discovery_accounts.login.oidc.provider import OidcLogin
from discovery_accounts.login.oidc.reach import may_reach
from discovery_accounts.login.provider import ProviderFailure, Start

PUBLIC = ["193.166.3.2", "2001:4860:4860::8888", "64:ff9b::c1a6:302", "::ffff:193.166.3.2"]
OUR_OWN = [
    "127.0.0.1",
    "127.8.8.8",
    "::1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "fd00::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
]
NEVER = [
    "169.254.169.254",
    "fe80::1%eth0",
    "0.0.0.0",
    "::",
    "224.0.0.1",
    "ff02::1",
    "255.255.255.255",
    "::ffff:169.254.169.254",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_o7_public_addresses_may_be_called(address: str) -> None:
    assert may_reach(address, private=False)
    assert may_reach(address, private=True)


@pytest.mark.parametrize("address", OUR_OWN)
def test_o7_our_own_network_only_where_a_setting_says_so(address: str) -> None:
    assert not may_reach(address, private=False)
    assert may_reach(address, private=True)


@pytest.mark.parametrize("address", NEVER)
def test_o7_some_addresses_may_never_be_called(address: str) -> None:
    assert not may_reach(address, private=False)
    assert not may_reach(address, private=True)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for 127.0.0.1 that nobody else trusts, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "pretend provider")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "provider.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(made.public_bytes(Encoding.PEM) + private)
    return path


@pytest.fixture
def secured(certificate: Path, make_provider: Callable[..., PretendProvider]) -> PretendProvider:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return make_provider(context)


def test_a_provider_in_our_network_with_a_certificate_of_our_own_works_in_production(
    secured: PretendProvider, certificate: Path, make_login: Callable[..., OidcLogin]
) -> None:
    login = make_login(
        development=False, issuer=secured.issuer, ca_file=str(certificate), private_addresses="yes"
    )
    departure = login.begin(Start("fi"))
    secured.id_token = secured.sign(secured.claims(departure))
    found: Claim | NoClaim = login.complete(departure.memory, secured.answer(departure))
    assert isinstance(found, Claim)


def test_o7_a_certificate_that_nobody_vouches_for_is_refused(
    secured: PretendProvider, make_login: Callable[..., OidcLogin]
) -> None:
    login = make_login(issuer=secured.issuer)
    with pytest.raises(ProviderFailure) as failed:
        login.begin(Start("fi"))
    assert failed.value.code == "certificate_refused"
    assert secured.seen == []


def test_o7_a_certificate_for_another_name_is_refused(
    certificate: Path, make_provider: Callable[..., PretendProvider], make_login: Callable[..., OidcLogin]
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    elsewhere = make_provider(context, host="localhost")
    login = make_login(issuer=elsewhere.issuer, ca_file=str(certificate))
    with pytest.raises(ProviderFailure) as failed:
        login.begin(Start("fi"))
    assert failed.value.code == "certificate_refused"
    assert elsewhere.seen == []


def test_a_file_of_certificates_that_holds_none_is_told(
    tmp_path: Path, secured: PretendProvider, make_login: Callable[..., OidcLogin]
) -> None:
    empty = tmp_path / "ca.pem"
    empty.write_text("no certificate")
    with pytest.raises(ProviderFailure) as failed:
        make_login(issuer=secured.issuer, ca_file=str(empty)).begin(Start("fi"))
    assert failed.value.code == "certificates_unreadable"
