"""Reading what strangers send, and what we send ourselves."""

import base64
import subprocess
import sys
import zlib
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, quote_plus, urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st

from discovery_accounts.login.saml import xmlsec
from discovery_accounts.login.saml.documents import LIMIT, moment, parse, peek
from discovery_accounts.login.saml.messages import Envelope, authn_request
from discovery_accounts.login.saml.namespaces import SAMLP
from discovery_accounts.login.saml.redirect import incoming, outgoing
from discovery_accounts.login.saml.refused import Refused

KEY = rsa.generate_private_key(65537, 2048)
AT = datetime(2026, 3, 1, 9, 30, 15, 999, tzinfo=UTC)


def packed(document: bytes) -> str:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return quote_plus(base64.b64encode(packer.compress(document) + packer.flush()))


def test_a_request_says_who_asks_whom_for_what() -> None:
    envelope = Envelope("https://ours.example", "https://idp.example/sso", AT)
    document = authn_request(
        envelope, "https://ours.example/acs", force=True, persistent=True, classes=["urn:x", "urn:y"]
    )
    root = fromstring(document)
    assert root.get("ID") == envelope.id
    assert root.get("IssueInstant") == "2026-03-01T09:30:15Z"
    assert root.get("Destination") == "https://idp.example/sso"
    assert root.get("ForceAuthn") == "true"
    context = root.find(f"{SAMLP}RequestedAuthnContext")
    assert context is not None
    assert [each.text for each in context] == ["urn:x", "urn:y"]
    plain = fromstring(
        authn_request(envelope, "https://ours.example/acs", force=False, persistent=False, classes=[])
    )
    assert plain.get("ForceAuthn") is None
    assert plain.find(f"{SAMLP}RequestedAuthnContext") is None


def test_ids_of_requests_cannot_be_guessed() -> None:
    ids = {Envelope("a", "b", AT).id for _ in range(100)}
    assert len(ids) == 100
    assert all(len(each) == 41 and each.startswith("_") for each in ids)


@pytest.mark.parametrize("location", ["https://idp.example/sso", "https://idp.example/sso?tenant=1"])
def test_what_goes_out_can_be_read(location: str) -> None:
    url = outgoing(location, "SAMLRequest", b"<x/>", KEY, "a b&c=ö")
    assert url.startswith(location)
    fields = parse_qs(urlsplit(url).query)
    assert fields["RelayState"] == ["a b&c=ö"]
    found = incoming(urlsplit(url).query)
    assert (found.kind, found.document, found.relay_state) == ("SAMLRequest", b"<x/>", "a b&c=ö")


def test_m2_a_small_query_does_not_become_a_large_document() -> None:
    bomb = packed(b"<x>" + b" " * (LIMIT + 1))
    assert len(bomb) < 2000
    with pytest.raises(Refused, match="too_big"):
        incoming(f"SAMLRequest={bomb}")
    with pytest.raises(Refused, match="too_big"):
        incoming("SAMLRequest=" + "A" * 70_000)


@given(st.text(max_size=300))
def test_no_query_breaks_the_reader(query: str) -> None:
    with pytest.raises(Refused):
        parse(incoming(query).document)


@given(st.binary(max_size=300))
def test_no_document_breaks_the_reader(document: bytes) -> None:
    with pytest.raises(Refused):
        parse(b"<x>" + document)


def test_m2_the_first_look_reads_no_document_types() -> None:
    assert peek(b'<x InResponseTo="_1"/>') == {"InResponseTo": "_1"}
    for document in (b"<!DOCTYPE x><x/>", b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'):
        with pytest.raises(Refused, match="document_type"):
            peek(document)
    with pytest.raises(Refused, match="too_big"):
        peek(b"<x>" + b" " * LIMIT + b"</x>")


def test_m2_deep_documents_are_refused() -> None:
    with pytest.raises(Refused, match="unreadable"):
        parse(b"<x>" * 70_000 + b"</x>" * 70_000)


@pytest.mark.parametrize(
    "text", ["2026-03-01T09:30:15Z", "2026-03-01T11:30:15.000+02:00", " 2026-03-01T09:30:15 "]
)
def test_moments_are_utc(text: str) -> None:
    assert moment(text) == datetime(2026, 3, 1, 9, 30, 15, tzinfo=UTC)


def test_other_moments_are_refused() -> None:
    with pytest.raises(Refused, match="bad_time"):
        moment("tomorrow")


def test_pysaml2_is_not_loaded_before_an_answer_comes() -> None:
    """It takes 1.6 seconds, which neither the start nor a test without SAML should wait for."""
    program = "import sys, discovery_accounts.login.saml; sys.exit('saml2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_xmlsec1_is_given_no_authorities_to_load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would read the whole bundle of the system at every start, and trust what we do not."""
    program = tmp_path / "xmlsec1"
    program.write_text(f"#!/bin/sh\nenv > {tmp_path}/seen\necho xmlsec1 1.2.3 '(test)'\n")
    program.chmod(0o700)
    monkeypatch.setenv("ACCOUNTS_SECRET", "not for children")
    assert xmlsec.version(str(program)) == (1, 2, 3)
    seen = (tmp_path / "seen").read_text()
    assert "SSL_CERT_FILE=/dev/null\n" in seen
    assert "SSL_CERT_DIR=/nonexistent\n" in seen
    assert "ACCOUNTS_SECRET" not in seen


def test_what_is_no_xmlsec1_is_told(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("#!/bin/sh\necho hello\n")
    with pytest.raises(xmlsec.XmlsecMissing, match="does not run"):
        xmlsec.version(str(other))
    other.chmod(0o700)
    with pytest.raises(xmlsec.XmlsecMissing, match="does not tell its version"):
        xmlsec.version(str(other))
