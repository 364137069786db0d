"""Assertions and names that only we can open."""

import tempfile
from pathlib import Path

import pytest
from lxml import etree
from tests.factories import saml_forgeries as forge
from tests.factories.saml_forgeries import DS, SAML, XENC, assertion_of, one
from tests.factories.saml_login import PERSISTENT, Service, open_saml_login
from tests.fixtures.saml_provider import SamlProvider, make_pair

from discovery_accounts.config.secret import Secret
from discovery_accounts.login.claim import Claim, NoClaim, Why
from discovery_accounts.login.provider import Answer
from discovery_accounts.login.saml.xmlsec import write_key

pytestmark = pytest.mark.saml

ENCRYPTED = {"assertion.encryption": True}


@pytest.fixture
def service(tmp_path: Path, saml_provider: SamlProvider) -> Service:
    return open_saml_login(tmp_path, saml_provider)


def algorithms(response: etree._Element) -> set[str]:
    return {each.get("Algorithm", "") for each in response.iter(f"{XENC}EncryptionMethod")}


def test_what_the_provider_encrypts_is_opened(service: Service, saml_provider: SamlProvider) -> None:
    saml_provider.set_service_options(ENCRYPTED)
    memory, form = service.answered(saml_provider.visitor(), "ada")
    sent = algorithms(forge.opened(form.fields))
    assert sent == {"http://www.w3.org/2001/04/xmlenc#aes128-cbc", forge.OAEP}
    found = service.login.complete(memory, Answer(form.fields))
    assert isinstance(found, Claim)
    assert found.person.family_name == "One"


def test_gcm_is_opened_and_rsa_1_5_is_not(
    service: Service, saml_provider: SamlProvider, tmp_path: Path
) -> None:
    memory, form = service.answered(saml_provider.visitor(), "ada")
    weak = forge.encrypted(forge.opened(form.fields), tmp_path / "sp.crt", transport=forge.RSA_1_5)
    found = service.login.complete(memory, Answer(forge.closed(weak, form.fields)))
    assert found == NoClaim("weak_encryption", Why.NOT_TRUSTED)
    strong = forge.encrypted(forge.opened(form.fields), tmp_path / "sp.crt")
    assert algorithms(strong) == {forge.GCM, forge.OAEP}
    assert isinstance(service.login.complete(memory, Answer(forge.closed(strong, form.fields))), Claim)


def test_what_is_encrypted_for_somebody_else_is_refused(
    service: Service, saml_provider: SamlProvider, tmp_path: Path
) -> None:
    certificate, _ = make_pair(tmp_path, "stranger")
    memory, form = service.answered(saml_provider.visitor(), "ada")
    foreign = forge.encrypted(forge.opened(form.fields), certificate)
    found = service.login.complete(memory, Answer(forge.closed(foreign, form.fields)))
    assert found == NoClaim("not_verified", Why.NOT_TRUSTED)


def test_m1_encryption_is_no_signature(service: Service, saml_provider: SamlProvider, tmp_path: Path) -> None:
    """Anybody has our certificate, and may encrypt what they like for us."""
    memory, form = service.answered(saml_provider.visitor(), "ada")
    naked = forge.encrypted(forge.unsigned(forge.opened(form.fields)), tmp_path / "sp.crt")
    found = service.login.complete(memory, Answer(forge.closed(naked, form.fields)))
    assert found == NoClaim("signature", Why.NOT_TRUSTED)


@pytest.mark.parametrize("wrapping", [forge.xsw4, forge.xsw6, forge.xsw8], ids=lambda each: each.__name__)
def test_m1_wrapping_inside_the_encryption_is_refused(
    service: Service, saml_provider: SamlProvider, tmp_path: Path, wrapping: forge.Change
) -> None:
    memory, form = service.answered(saml_provider.visitor(), "ada")
    response = forge.opened(form.fields)
    forge.drop(one(response, f"{DS}Signature"))
    wrapping(response)
    sealed = forge.encrypted(response, tmp_path / "sp.crt")
    found = service.login.complete(memory, Answer(forge.closed(sealed, form.fields)))
    assert isinstance(found, NoClaim)
    assert found.why is Why.NOT_TRUSTED
    again = forge.encrypted(forge.opened(form.fields), tmp_path / "sp.crt")
    assert isinstance(service.login.complete(memory, Answer(forge.closed(again, form.fields))), Claim)


def test_m1_a_plain_assertion_beside_an_encrypted_one_is_refused(
    service: Service, saml_provider: SamlProvider, tmp_path: Path
) -> None:
    memory, form = service.answered(saml_provider.visitor(), "ada")
    response = forge.opened(form.fields)
    plain = etree.fromstring(etree.tostring(assertion_of(response)))
    forge.encrypted(response, tmp_path / "sp.crt").append(plain)
    found = service.login.complete(memory, Answer(forge.closed(response, form.fields)))
    assert found == NoClaim("assertions", Why.NOT_TRUSTED)


def test_an_encrypted_name_is_opened(tmp_path: Path, saml_provider: SamlProvider) -> None:
    service = open_saml_login(tmp_path, saml_provider, **PERSISTENT)
    plain = service.sign_in(saml_provider.visitor(), "ada")
    saml_provider.set_options({"nameid.encryption": True})
    saml_provider.set_service_options({"nameid.encryption": True})
    memory, form = service.answered(saml_provider.visitor(), "ada")
    sent = assertion_of(forge.opened(form.fields))
    assert sent.find(f"{SAML}Subject/{SAML}EncryptedID") is not None
    found = service.login.complete(memory, Answer(form.fields))
    assert isinstance(plain, Claim)
    assert isinstance(found, Claim)
    assert found.subject == plain.subject


def test_both_keys_open_while_certificates_are_exchanged(tmp_path: Path, saml_provider: SamlProvider) -> None:
    certificate, key = make_pair(tmp_path, "next")
    rolling = {"next_certificate": str(certificate), "next_key": f"file:{key}"}
    service = open_saml_login(tmp_path, saml_provider, **rolling)
    for pem in (tmp_path / "sp.crt", certificate):
        memory, form = service.answered(saml_provider.visitor(), "ada")
        sealed = forge.encrypted(forge.opened(form.fields), pem)
        assert isinstance(service.login.complete(memory, Answer(forge.closed(sealed, form.fields))), Claim)


def test_a_pair_of_its_own_for_encryption(tmp_path: Path, saml_provider: SamlProvider) -> None:
    certificate, key = make_pair(tmp_path, "enc")
    own = {"encryption_certificate": str(certificate), "encryption_key": f"file:{key}"}
    service = open_saml_login(tmp_path, saml_provider, **own)
    saml_provider.set_service_options(ENCRYPTED)
    assert isinstance(service.sign_in(saml_provider.visitor(), "ada"), Claim)


def test_nothing_is_left_on_the_disk(
    service: Service, saml_provider: SamlProvider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saml_provider.set_service_options(ENCRYPTED)
    memory, form = service.answered(saml_provider.visitor(), "ada")
    folder = tmp_path / "scratch"
    folder.mkdir()
    modes: list[int] = []
    make = tempfile.TemporaryDirectory

    def watched(**options: str) -> "tempfile.TemporaryDirectory[str]":
        made = make(dir=folder, **options)
        modes.append(Path(made.name).stat().st_mode & 0o777)
        return made

    monkeypatch.setattr("discovery_accounts.login.saml.verification.TemporaryDirectory", watched)
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    assert isinstance(service.login.complete(memory, Answer(form.fields)), Claim)
    assert modes == [0o700]
    assert list(folder.iterdir()) == []


def test_our_key_is_written_for_what_is_encrypted_only(
    service: Service, saml_provider: SamlProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[Path] = []

    def watched(folder: Path, key: Secret) -> Path:
        written.append(write_key(folder, key))
        assert written[-1].stat().st_mode & 0o777 == 0o600
        return written[-1]

    monkeypatch.setattr("discovery_accounts.login.saml.verification.write_key", watched)
    assert isinstance(service.sign_in(saml_provider.visitor(), "ada"), Claim)
    assert written == []
    saml_provider.set_service_options(ENCRYPTED)
    assert isinstance(service.sign_in(saml_provider.visitor(), "ada"), Claim)
    assert len(written) == 1
    assert not written[0].exists()
