"""What the self-test finds in certificates: ended, ending, of another name, trusted by nobody, no TLS at all."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.factories.authority import Authority

from discovery_accounts.config.settings import LibrarySettings, Settings
from discovery_accounts.connectors.api import CheckCause, CheckName, CheckState, CheckStep
from discovery_accounts.connectors.selftest import run as running
from discovery_accounts.connectors.selftest.run import Plan, self_test

Serve = Callable[[ssl.SSLContext | None], int]


@contextmanager
def serving(context: ssl.SSLContext | None) -> Iterator[int]:
    """A port that takes connections, encrypts them where told to, and has no such page, whatever is asked."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        ended = threading.Event()

        def serve() -> None:
            while not ended.is_set():
                try:
                    line, _ = listener.accept()
                    line.settimeout(2)
                    with context.wrap_socket(line, server_side=True) if context else line as wire:
                        if wire.recv(65536):
                            wire.sendall(
                                b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                            )
                except OSError:
                    continue

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        ended.set()
        socket.create_connection(listener.getsockname()).close()
        thread.join(3)


@pytest.fixture
def serve() -> Iterator[Serve]:
    with ExitStack() as stack:
        yield lambda context: stack.enter_context(serving(context))


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """One that the self-test trusts."""
    found = Authority(tmp_path)
    monkeypatch.setattr(
        running, "verifying_context", lambda: ssl.create_default_context(cafile=str(found.ca_file))
    )
    return found


def server(certificate: Path, key: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


def tls_of(port: int) -> CheckStep:
    options = {"client_id": "a", "client_secret": "b"}
    one = LibrarySettings("lumme", "koha", url=f"https://127.0.0.1:{port}/api", options=options)
    found = {step.name: step for step in self_test(Settings(libraries=(one,)), one, Plan()).steps}
    assert found[CheckName.TCP].state is CheckState.PASSED
    if found[CheckName.TLS].state is CheckState.FAILED:
        assert found[CheckName.ANSWER].state is CheckState.SKIPPED
    return found[CheckName.TLS]


@pytest.mark.parametrize(
    ("days", "state", "cause"),
    [
        (90, CheckState.PASSED, None),
        (31, CheckState.PASSED, None),
        (29, CheckState.WARNED, CheckCause.CERTIFICATE_ENDS_SOON),
        (1, CheckState.WARNED, CheckCause.CERTIFICATE_ENDS_SOON),
        (-3, CheckState.FAILED, CheckCause.CERTIFICATE_ENDED),
    ],
)
def test_how_long_it_is_good(
    authority: Authority, serve: Serve, days: int, state: CheckState, cause: CheckCause | None
) -> None:
    found = tls_of(serve(server(*authority.certificate("server", "127.0.0.1", days=days))))
    assert (found.state, found.cause) == (state, cause)
    day = datetime.now(UTC) + timedelta(days=days, hours=1)
    assert f"{day:%Y-%m-%d}" in found.found
    if days > 0:
        assert f"({days} days)" in found.found
        assert "issued by authority" in found.found


def test_another_name_is_told_with_the_names_it_is_for(authority: Authority, serve: Serve) -> None:
    found = tls_of(serve(server(*authority.certificate("server", "opac.library.example", "127.0.0.2"))))
    assert found.cause is CheckCause.CERTIFICATE_WRONG_NAME
    assert "opac.library.example, 127.0.0.2" in found.found


@pytest.mark.usefixtures("authority")
def test_an_authority_of_their_own_is_told_by_its_name(serve: Serve, tmp_path: Path) -> None:
    stranger = Authority(tmp_path, "Library CA")
    found = tls_of(serve(server(*stranger.certificate("server", "127.0.0.1"))))
    assert found.cause is CheckCause.CERTIFICATE_UNTRUSTED
    assert "issuer: Library CA" in found.found


@pytest.mark.usefixtures("authority")
def test_self_signed_is_told_so(serve: Serve, tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "koha")])
    made = _certificate(name, name, key, key, days=90, host="127.0.0.1")
    found = tls_of(serve(server(*_written(tmp_path, key, made))))
    assert found.cause is CheckCause.CERTIFICATE_UNTRUSTED
    assert "self-signed" in found.found


def test_a_certificate_in_between_that_ends_first_is_what_counts(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(3)]
    names = [
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, word)]) for word in ("root", "between", "leaf")
    ]
    root = _certificate(names[0], names[0], keys[0], keys[0], days=900)
    between = _certificate(names[1], names[0], keys[1], keys[0], days=10)
    leaf = _certificate(names[2], names[1], keys[2], keys[1], days=90, host="127.0.0.1")
    trusted = root.public_bytes(serialization.Encoding.PEM).decode()
    monkeypatch.setattr(running, "verifying_context", lambda: ssl.create_default_context(cadata=trusted))
    found = tls_of(serve(server(*_written(tmp_path, keys[2], leaf, between))))
    assert found.cause is CheckCause.CERTIFICATE_ENDS_SOON
    assert "(10 days)" in found.found


@pytest.mark.usefixtures("authority")
def test_a_certificate_in_between_that_is_not_sent_is_no_trusted_one(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(3)]
    names = [
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, word)]) for word in ("root", "between", "leaf")
    ]
    root = _certificate(names[0], names[0], keys[0], keys[0], days=900)
    leaf = _certificate(names[2], names[1], keys[2], keys[1], days=90, host="127.0.0.1")
    trusted = root.public_bytes(serialization.Encoding.PEM).decode()
    monkeypatch.setattr(running, "verifying_context", lambda: ssl.create_default_context(cadata=trusted))
    found = tls_of(serve(server(*_written(tmp_path, keys[2], leaf))))
    assert found.cause is CheckCause.CERTIFICATE_UNTRUSTED
    assert "in between is not sent" in found.found


@pytest.mark.usefixtures("authority")
def test_a_port_without_encryption_is_told_from_a_bad_certificate(serve: Serve) -> None:
    assert tls_of(serve(None)).cause is CheckCause.TLS_FAILED


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    signer: ec.EllipticCurvePrivateKey,
    *,
    days: int,
    host: str | None = None,
) -> x509.Certificate:
    now = datetime.now(UTC)
    signs = host is None
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=100))
        .not_valid_after(now + timedelta(days=days, hours=1))
        .add_extension(x509.BasicConstraints(ca=signs, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
        )
    )
    if host is not None:
        address = x509.IPAddress(ip_address(host))
        made = made.add_extension(x509.SubjectAlternativeName([address]), critical=False)
    return made.sign(signer, hashes.SHA256())


def _written(folder: Path, key: ec.EllipticCurvePrivateKey, *chain: x509.Certificate) -> tuple[Path, Path]:
    paths = folder / "chain.crt", folder / "chain.key"
    paths[0].write_bytes(b"".join(one.public_bytes(serialization.Encoding.PEM) for one in chain))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return paths
