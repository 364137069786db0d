"""Checklist M3: what a signed answer must say. The provider's own key signs what a test changed, so that only
the change can be the reason."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from lxml import etree
from tests.factories import saml_forgeries as forge
from tests.factories.saml_forgeries import SAML, SAMLP, assertion_of, one
from tests.factories.saml_login import PAGES, Service, open_saml_login
from tests.fixtures.saml_provider import SamlProvider, running_saml_provider

from discovery_accounts.login.claim import Claim, NoClaim, Why
from discovery_accounts.login.provider import Answer, Start

pytestmark = pytest.mark.saml

CONFIRMATION = f"{SAML}Subject/{SAML}SubjectConfirmation"
DATA = f"{CONFIRMATION}/{SAML}SubjectConfirmationData"
CONDITIONS = f"{SAML}Conditions"
AUDIENCE = f"{CONDITIONS}/{SAML}AudienceRestriction/{SAML}Audience"


@pytest.fixture
def service(tmp_path: Path, saml_provider: SamlProvider) -> Service:
    return open_saml_login(tmp_path, saml_provider)


def attribute(path: str, name: str, value: str | None) -> forge.Change:
    def change(response: etree._Element) -> None:
        element = one(response, path) if path else response
        if value is None:
            del element.attrib[name]
        else:
            element.set(name, value)

    return change


def inside(path: str) -> str:
    return f"{SAML}Assertion/{path}"


def text(path: str, value: str) -> forge.Change:
    def change(response: etree._Element) -> None:
        one(response, path).text = value

    return change


def gone(path: str) -> forge.Change:
    def change(response: etree._Element) -> None:
        forge.drop(one(response, path))

    return change


def other_audience_too(response: etree._Element) -> None:
    """Two restrictions: both must hold."""
    restriction = one(response, inside(f"{CONDITIONS}/{SAML}AudienceRestriction"))
    other = etree.fromstring(etree.tostring(restriction))
    one(other, f"{SAML}Audience").text = "https://other.example"
    restriction.addnext(other)


OTHER = "https://other.example/acs"
MUTATED: dict[str, tuple[forge.Change, set[str]]] = {
    "other destination": (attribute("", "Destination", OTHER), {"not_verified"}),
    "no destination": (attribute("", "Destination", None), {"destination"}),
    "other recipient": (attribute(inside(DATA), "Recipient", OTHER), {"recipient"}),
    "the entity id as recipient": (attribute(inside(DATA), "Recipient", f"{PAGES}/metadata"), {"recipient"}),
    "no recipient": (attribute(inside(DATA), "Recipient", None), {"recipient"}),
    "other audience": (text(inside(AUDIENCE), "https://other.example"), {"audience"}),
    "other audience too": (other_audience_too, {"audience"}),
    "no audience": (gone(inside(f"{CONDITIONS}/{SAML}AudienceRestriction")), {"audience"}),
    "no conditions": (gone(inside(CONDITIONS)), {"conditions"}),
    "other issuer": (text(inside(f"{SAML}Issuer"), "https://idp.example"), {"issuer"}),
    "other issuer of the response": (text(f"{SAML}Issuer", "https://idp.example"), {"issuer"}),
    "to another request": (attribute("", "InResponseTo", "_other"), {"in_response_to"}),
    "confirmed for another request": (attribute(inside(DATA), "InResponseTo", "_other"), {"recipient"}),
    "confirmed for no request": (attribute(inside(DATA), "InResponseTo", None), {"recipient"}),
    "without an end": (attribute(inside(DATA), "NotOnOrAfter", None), {"recipient"}),
    "held by a key": (
        attribute(inside(CONFIRMATION), "Method", "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key"),
        {"recipient"},
    ),
    "other version": (attribute("", "Version", "1.1"), {"no_response"}),
    "no statement": (gone(inside(f"{SAML}AuthnStatement")), {"authn_statement"}),
}


@pytest.mark.parametrize("name", MUTATED)
def test_m3_an_answer_that_is_not_for_us_is_refused(
    service: Service, saml_provider: SamlProvider, name: str
) -> None:
    change, reasons = MUTATED[name]
    memory, form = service.answered(saml_provider.visitor(), "ada")
    response = forge.opened(form.fields)
    change(response)
    again = forge.closed(forge.signed_again(response, saml_provider.key_file), form.fields)
    found = service.login.complete(memory, Answer(again))
    assert isinstance(found, NoClaim)
    assert found.reason in reasons
    unchanged = forge.signed_again(forge.opened(form.fields), saml_provider.key_file)
    taken = service.login.complete(memory, Answer(forge.closed(unchanged, form.fields)))
    assert isinstance(taken, Claim)


def test_m3_an_answer_is_good_once(service: Service, saml_provider: SamlProvider) -> None:
    memory, form = service.answered(saml_provider.visitor(), "ada")
    assert isinstance(service.login.complete(memory, Answer(form.fields)), Claim)
    again = service.login.complete(memory, Answer(form.fields))
    assert again == NoClaim("assertion_again", Why.NOT_EXPECTED)


def test_m3_an_assertion_is_remembered_as_long_as_it_lasts(
    service: Service, saml_provider: SamlProvider
) -> None:
    assert isinstance(service.sign_in(saml_provider.visitor(), "ada"), Claim)
    ((kind, word),) = service.replays.seen
    assert kind == "saml-assertion"
    assert word.startswith(saml_provider.entity_id)
    left = service.replays.seen[kind, word] - datetime.now(UTC)
    assert timedelta(minutes=5) < left <= timedelta(minutes=6)


@pytest.mark.parametrize(
    ("minutes", "reason"), [(10, "expired"), (-10, "too_early")], ids=["too late", "too early"]
)
def test_m3_an_answer_has_its_time(
    service: Service, saml_provider: SamlProvider, minutes: int, reason: str
) -> None:
    memory, form = service.answered(saml_provider.visitor(), "ada")
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=minutes)):
        found = service.login.complete(memory, Answer(form.fields))
    assert found == NoClaim(reason, Why.NOT_TRUSTED)
    for seconds in (50, 340):
        memory, form = service.answered(saml_provider.visitor(), "ada")
        with time_machine.travel(datetime.now(UTC) + timedelta(seconds=seconds)):
            assert isinstance(service.login.complete(memory, Answer(form.fields)), Claim)


def test_m3_another_trusted_provider_cannot_answer(
    service: Service, saml_provider: SamlProvider, tmp_path: Path
) -> None:
    """Mix-up: the answer of B to what A was asked, and B's word about somebody of A."""
    folder = tmp_path / "other"
    folder.mkdir()
    with running_saml_provider(folder) as other:
        service.entities.xml[other.entity_id] = other.metadata
        other.register(service.login.metadata_xml())
        asked = service.login.begin(Start("en", organisation=saml_provider.entity_id))
        departure = service.login.begin(Start("en", organisation=other.entity_id))
        form = other.visitor().sign_in(departure.url, "ada")
        mixed = {**departure.memory, "provider": saml_provider.entity_id}
        assert service.login.complete(asked.memory, Answer(form.fields)) == NoClaim(
            "in_response_to", Why.NOT_EXPECTED
        )
        found = service.login.complete(mixed, Answer(form.fields))
        assert found == NoClaim("issuer", Why.NOT_TRUSTED)
        mine = service.login.complete(departure.memory, Answer(form.fields))
        theirs = service.sign_in(saml_provider.visitor(), "ada", organisation=saml_provider.entity_id)
    assert isinstance(mine, Claim)
    assert isinstance(theirs, Claim)
    # Checklist L2: the same word of two providers is two people
    assert mine.subject == theirs.subject
    assert mine.issuer != theirs.issuer


def test_m3_nobody_is_signed_in_unasked(service: Service, saml_provider: SamlProvider) -> None:
    form = saml_provider.visitor().sign_in(saml_provider.unasked(f"{PAGES}/metadata"), "ada")
    answer = Answer(form.fields)
    assert service.login.request_key(answer) is None
    assert service.login.complete({}, answer) == NoClaim("unsolicited", Why.NOT_EXPECTED)


def test_m3_unasked_from_a_listed_provider_is_good_once_and_fresh(
    tmp_path: Path, saml_provider: SamlProvider
) -> None:
    service = open_saml_login(tmp_path, saml_provider, allow_unsolicited=saml_provider.entity_id)
    visitor = saml_provider.visitor()
    form = visitor.sign_in(saml_provider.unasked(f"{PAGES}/metadata"), "ada")
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=5, seconds=30)):
        late = service.login.complete({}, Answer(form.fields))
    assert late == NoClaim("expired", Why.NOT_EXPECTED)
    assert isinstance(service.login.complete({}, Answer(form.fields)), Claim)
    assert service.login.complete({}, Answer(form.fields)) == NoClaim("assertion_again", Why.NOT_EXPECTED)
    asked = visitor.sign_in(service.begin())
    found = service.login.complete({}, Answer(asked.fields))
    assert found == NoClaim("in_response_to", Why.NOT_EXPECTED)


def test_l2_where_one_provider_is_named_no_other_of_the_federation_signs_anybody_in(
    tmp_path: Path, saml_provider: SamlProvider
) -> None:
    """Nor by settings that were read before they were checked for it: what it tells would not be held
    against any scope, and could be the id of somebody of the named one."""
    folder = tmp_path / "other"
    folder.mkdir()
    service = open_saml_login(
        tmp_path,
        saml_provider,
        entity=saml_provider.entity_id,
        scopes="university.example",
        shared_id_attribute="employeeNumber",
    )
    with running_saml_provider(folder) as other:
        service.entities.xml[other.entity_id] = other.metadata
        other.register(service.login.metadata_xml())
        service.login._settings = replace(service.login._settings, unsolicited=frozenset({other.entity_id}))
        form = other.visitor().sign_in(other.unasked(f"{PAGES}/metadata"), "ada")
        assert service.login.complete({}, Answer(form.fields)) == NoClaim("unsolicited", Why.NOT_EXPECTED)


def test_a_no_of_the_provider_is_a_no(service: Service, saml_provider: SamlProvider) -> None:
    memory, form = service.answered(saml_provider.visitor(), "ada")
    response = forge.unsigned(forge.opened(form.fields))
    forge.drop(assertion_of(response))
    code = one(response, f"{SAMLP}Status/{SAMLP}StatusCode")
    code.set("Value", "urn:oasis:names:tc:SAML:2.0:status:Responder")
    says: Callable[[], Claim | NoClaim] = lambda: service.login.complete(  # noqa: E731
        memory, Answer(forge.closed(response, form.fields))
    )
    assert says() == NoClaim("provider_says_no", Why.CANCELLED)
    inner = etree.SubElement(code, f"{SAMLP}StatusCode")
    inner.set("Value", "urn:oasis:names:tc:SAML:2.0:status:AuthnFailed")
    assert says() == NoClaim("provider_says_AuthnFailed", Why.CANCELLED)
    inner.set("Value", "urn:oasis:names:tc:SAML:2.0:status:NoAuthnContext")
    assert says() == NoClaim("provider_says_NoAuthnContext", Why.NOT_STRONG_ENOUGH)
    code.set("Value", "urn:oasis:names:tc:SAML:2.0:status:Success")
    assert isinstance(says(), NoClaim)


@pytest.mark.parametrize("given", ["", "%%%", "PHg+", "aGVsbG8=", "PHgvPg=="])
def test_what_is_no_answer_is_refused(service: Service, saml_provider: SamlProvider, given: str) -> None:
    memory = service.login.begin(Start("en")).memory
    found = service.login.complete(memory, Answer({"SAMLResponse": given}))
    assert isinstance(found, NoClaim)
    assert found.why in {Why.NOT_TRUSTED, Why.NOT_EXPECTED}
    assert service.login.request_key(Answer({"SAMLResponse": given})) is None
