"""Our own metadata, and what the self-test finds."""

import socket
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from queue import Queue

import pytest
import time_machine
from defusedxml.ElementTree import fromstring
from saml2.xml.schema import validate
from tests.factories.saml_login import PAGES, Service, open_saml_login
from tests.fixtures.saml_provider import SamlProvider, make_pair

from discovery_accounts.login.checks import Level, Step
from discovery_accounts.login.claim import Claim
from discovery_accounts.login.provider import ProviderFailure, Start
from discovery_accounts.login.saml import xmlsec
from discovery_accounts.login.saml.identity_provider import identity_provider

pytestmark = pytest.mark.saml

MD = "{urn:oasis:names:tc:SAML:2.0:metadata}"
KEY = f"{MD}SPSSODescriptor/{MD}KeyDescriptor"


def steps(service: Service) -> dict[str, Step]:
    return {step.what: step for step in service.login.check()}


def test_metadata_says_all_that_must_be_registered(tmp_path: Path, saml_provider: SamlProvider) -> None:
    document = open_saml_login(tmp_path, saml_provider).login.metadata_xml()
    validate(document.decode())
    root = fromstring(document)
    assert root.get("entityID") == f"{PAGES}/metadata"
    role = root.find(f"{MD}SPSSODescriptor")
    assert role is not None
    assert (role.get("AuthnRequestsSigned"), role.get("WantAssertionsSigned")) == ("true", "true")
    places = {each.tag.removeprefix(MD): each.get("Location") for each in role if each.get("Location")}
    assert places == {"AssertionConsumerService": f"{PAGES}/acs", "SingleLogoutService": f"{PAGES}/slo"}
    assert [key.get("use") for key in root.findall(KEY)] == ["signing", "encryption"]
    required = [
        each.get("FriendlyName") for each in root.iter(f"{MD}RequestedAttribute") if each.get("isRequired")
    ]
    assert required == []  # any one of three will do
    assert b"urn:oasis:names:tc:SAML:metadata:algsupport" not in document


def test_the_only_attribute_that_tells_who_it_is_is_required(
    tmp_path: Path, saml_provider: SamlProvider
) -> None:
    service = open_saml_login(tmp_path, saml_provider, subject_attribute="eduPersonPrincipalName")
    asked = fromstring(service.login.metadata_xml()).iter(f"{MD}RequestedAttribute")
    required = [each.get("Name") for each in asked if each.get("isRequired") == "true"]
    assert required == ["urn:oid:1.3.6.1.4.1.5923.1.1.1.6"]


def test_the_next_certificate_is_published_beside_ours(tmp_path: Path, saml_provider: SamlProvider) -> None:
    certificate, key = make_pair(tmp_path, "next")
    own = make_pair(tmp_path, "enc")
    options = {
        "next_certificate": str(certificate),
        "next_key": f"file:{key}",
        "encryption_certificate": str(own[0]),
        "encryption_key": f"file:{own[1]}",
    }
    service = open_saml_login(tmp_path, saml_provider, **options)
    uses = [each.get("use") for each in fromstring(service.login.metadata_xml()).findall(KEY)]
    assert uses == ["signing", "signing", "encryption", "encryption"]
    assert isinstance(service.sign_in(saml_provider.visitor(), "ada"), Claim)
    # the day of the exchange: the provider knows both, so no message is refused
    exchanged = open_saml_login(
        tmp_path, saml_provider, register=False, certificate=str(certificate), key=f"file:{key}"
    )
    assert isinstance(exchanged.sign_in(saml_provider.visitor(), "ada"), Claim)


def test_m5_all_is_well(tmp_path: Path, saml_provider: SamlProvider) -> None:
    found = steps(open_saml_login(tmp_path, saml_provider))
    assert {step.level for step in found.values()} == {Level.OK}
    assert {
        "xmlsec1",
        "our certificate",
        "identity provider",
        "the provider's certificate",
        "scopes",
        "sign-in page",
        "clock",
    } == set(found)
    assert found["xmlsec1"].found.startswith("1.")
    assert found["our certificate"].until is not None


@pytest.mark.parametrize(
    ("days", "level"), [(31, Level.OK), (29, Level.WARNING), (0, Level.FAILED)], ids=["later", "soon", "over"]
)
def test_m5_the_end_of_our_certificate_is_told_thirty_days_ahead(
    tmp_path: Path, saml_provider: SamlProvider, days: int, level: Level
) -> None:
    make_pair(tmp_path, "sp", days=days)
    found = steps(open_saml_login(tmp_path, saml_provider, register=False))
    assert found["our certificate"].level is level
    assert (found["our certificate"].advice != "") == (level is not Level.OK)


def test_m5_the_end_of_the_providers_certificate_is_told_too(
    tmp_path: Path, saml_provider: SamlProvider
) -> None:
    service = open_saml_login(tmp_path, saml_provider)
    for days in (3640, 3660):
        with time_machine.travel(datetime.now(UTC) + timedelta(days=days)):
            found = steps(service)
        assert found["the provider's certificate"].level is Level.WARNING
        assert found["clock"].level is Level.FAILED


def test_m5_metadata_that_ends_or_is_missing_is_told(tmp_path: Path, saml_provider: SamlProvider) -> None:
    service = open_saml_login(tmp_path, saml_provider, entity=saml_provider.entity_id)
    for hours, level in ((24, Level.WARNING), (240, Level.OK), (-1, Level.FAILED)):
        until = (datetime.now(UTC) + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")
        changed = saml_provider.metadata.replace(
            b"<md:EntityDescriptor ", f'<md:EntityDescriptor validUntil="{until}" '.encode()
        )
        service.entities.xml[saml_provider.entity_id] = changed
        assert steps(service)["identity provider"].level is level
    with pytest.raises(ProviderFailure, match="metadata_expired"):
        service.login.begin(Start("en"))
    service.entities.xml.clear()
    assert steps(service)["identity provider"].level is Level.FAILED
    with pytest.raises(ProviderFailure, match="unknown_organisation"):
        service.login.begin(Start("en"))


def test_one_of_many_must_be_chosen(tmp_path: Path, saml_provider: SamlProvider) -> None:
    service = open_saml_login(tmp_path, saml_provider)
    service.entities.xml["https://idp.example"] = b"<x/>"
    with pytest.raises(ProviderFailure, match="no_organisation"):
        service.login.begin(Start("en"))
    with pytest.raises(ProviderFailure, match="unknown_organisation"):
        service.login.begin(Start("en", organisation="https://stranger.example"))
    with pytest.raises(ProviderFailure, match="bad_metadata"):
        service.login.begin(Start("en", organisation="https://idp.example"))
    assert service.login.begin(Start("en", organisation=saml_provider.entity_id)).url.startswith(
        saml_provider.url
    )
    assert steps(service)["identity provider"].found == "no single one; people choose theirs"


def test_a_provider_that_cannot_be_seen_is_a_warning_only(
    tmp_path: Path, saml_provider: SamlProvider
) -> None:
    service = open_saml_login(tmp_path, saml_provider)
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        elsewhere = f"http://127.0.0.1:{nobody.getsockname()[1]}/"
        found = saml_provider.metadata.replace(
            f"{saml_provider.url}/saml2/idp/SSO".encode(), elsewhere.encode()
        )
        service.entities.xml[saml_provider.entity_id] = found
        seen = steps(service)
    assert "clock" not in seen
    assert seen["sign-in page"].level is Level.WARNING
    assert elsewhere.split("/")[2] in seen["sign-in page"].found
    assert "ask the organisation" in seen["sign-in page"].advice


def test_without_xmlsec1_nobody_is_refused_but_told(
    tmp_path: Path, saml_provider: SamlProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = open_saml_login(tmp_path, saml_provider)
    url = service.begin()
    form = saml_provider.visitor().sign_in(url, "ada")
    monkeypatch.setenv("PATH", str(tmp_path))
    xmlsec.version.cache_clear()
    assert steps(service)["xmlsec1"].level is Level.FAILED
    with pytest.raises(ProviderFailure, match="xmlsec1_missing"):
        service.complete(form.fields)
    monkeypatch.undo()
    assert steps(service)["xmlsec1"].level is Level.OK


def test_weak_keys_and_patterns_of_scopes_are_not_taken_from_metadata(
    tmp_path: Path, saml_provider: SamlProvider
) -> None:
    certificate, _ = make_pair(tmp_path, "weak", bits=1024)
    pem = "".join(certificate.read_text().splitlines()[1:-1])
    strong = identity_provider(saml_provider.metadata)
    assert len(strong.certificates) == 1
    assert strong.scopes == {"uni.example"}
    text = saml_provider.metadata.decode()
    start, end = text.index("<ds:X509Certificate>") + 20, text.index("</ds:X509Certificate>")
    known = text[start:end]
    weak = identity_provider(text.replace(known, pem).replace('regexp="false"', 'regexp="true"').encode())
    assert weak.certificates == ()
    assert weak.scopes == frozenset()
    assert replace(weak, certificates=strong.certificates, scopes=strong.scopes) == strong


def test_production_sends_nobody_to_plain_http(tmp_path: Path, saml_provider: SamlProvider) -> None:
    service = open_saml_login(tmp_path, saml_provider)
    assert service.login.destinations() == ("https:", saml_provider.url)
    strict = open_saml_login(tmp_path, saml_provider, development=False)
    assert strict.login.destinations() == ("https:",)
    with pytest.raises(ProviderFailure, match="insecure_address"):
        strict.login.begin(Start("en"))


def test_what_checks_answers_is_loaded_while_the_person_is_away(
    tmp_path: Path, saml_provider: SamlProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: Queue[str] = Queue()
    monkeypatch.setattr("discovery_accounts.login.saml.login.import_module", loaded.put)
    service = open_saml_login(tmp_path, saml_provider)
    name = "discovery_accounts.login.saml.verification"
    monkeypatch.setitem(sys.modules, name, sys)
    service.login.begin(Start("en"))
    assert loaded.empty()
    monkeypatch.delitem(sys.modules, name)
    service.login.begin(Start("en"))
    assert loaded.get(timeout=5) == name
