"""Checklist M1 and M2: forged responses, each made from one that the real provider just signed, and which is
taken when nobody changed it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree
from tests.factories import saml_forgeries as forge
from tests.factories.saml_forgeries import DS, SAML, SAMLP, assertion_of, one
from tests.factories.saml_login import Service, open_saml_login
from tests.fixtures.saml_provider import SamlProvider, make_pair

from discovery_accounts.login.claim import Claim, NoClaim, Why
from discovery_accounts.login.provider import Answer

pytestmark = pytest.mark.saml

Forgery = Callable[[etree._Element], etree._Element | bytes | None]


@pytest.fixture
def service(tmp_path: Path, saml_provider: SamlProvider) -> Service:
    return open_saml_login(tmp_path, saml_provider)


def refused(service: Service, provider: SamlProvider, forgery: Forgery) -> NoClaim:
    """What comes of a forgery; the answer it was made from is taken afterwards."""
    memory, form = service.answered(provider.visitor(), "ada")
    response = forge.opened(form.fields)
    forged = forgery(response)
    fields = forge.closed(response if forged is None else forged, form.fields)
    assert fields != form.fields
    found = service.login.complete(memory, Answer(fields))
    assert isinstance(found, NoClaim)
    taken = service.login.complete(memory, Answer(form.fields))
    assert isinstance(taken, Claim)
    assert taken.subject == "subject-id:ada-1815@uni.example"
    return found


OF_RESPONSES = (forge.xsw1, forge.xsw2)
OF_ASSERTIONS = (forge.xsw3, forge.xsw4, forge.xsw5, forge.xsw6, forge.xsw7, forge.xsw8)


@pytest.mark.parametrize(
    ("wrapping", "response_signed"),
    [*((each, True) for each in OF_RESPONSES + OF_ASSERTIONS), *((each, False) for each in OF_ASSERTIONS)],
    ids=lambda value: getattr(value, "__name__", "signed" if value else "assertion-only"),
)
def test_m1_signature_wrapping_is_refused(
    service: Service, saml_provider: SamlProvider, wrapping: forge.Change, response_signed: bool
) -> None:
    saml_provider.set_service_options({"saml20.sign.response": response_signed})

    def forgery(response: etree._Element) -> None:
        if response_signed and wrapping not in OF_RESPONSES:
            forge.drop(one(response, f"{DS}Signature"))
        wrapping(response)

    found = refused(service, saml_provider, forgery)
    assert found.why is Why.NOT_TRUSTED
    assert found.reason in {"structure", "assertions", "signature_reference", "signature_place"}


def second_signed_assertion(response: etree._Element) -> None:
    forge.drop(one(response, f"{DS}Signature"))
    assertion = assertion_of(response)
    assertion.addnext(etree.fromstring(etree.tostring(assertion)))


def nested_in_advice(response: etree._Element) -> None:
    advice = etree.Element(f"{SAML}Advice")
    assertion = assertion_of(response)
    advice.append(forge.evil(assertion))
    one(assertion, f"{SAML}Conditions").addnext(advice)


def signature_elsewhere(response: etree._Element) -> None:
    forge.drop(one(response, f"{DS}Signature"))
    assertion = assertion_of(response)
    one(assertion, f"{SAML}Subject").addnext(one(assertion, f"{DS}Signature"))


def reference_to_the_response(response: etree._Element) -> None:
    forge.drop(one(response, f"{DS}Signature"))
    reference = one(assertion_of(response), f"{DS}Signature/{DS}SignedInfo/{DS}Reference")
    reference.set("URI", f"#{response.get('ID')}")


def reference_to_everything(response: etree._Element) -> None:
    one(assertion_of(response), f"{DS}Signature/{DS}SignedInfo/{DS}Reference").set("URI", "")


def two_references(response: etree._Element) -> None:
    reference = one(assertion_of(response), f"{DS}Signature/{DS}SignedInfo/{DS}Reference")
    reference.addnext(etree.fromstring(etree.tostring(reference)))


def two_signatures(response: etree._Element) -> None:
    signature = one(assertion_of(response), f"{DS}Signature")
    signature.addnext(etree.fromstring(etree.tostring(signature)))


def no_transforms(response: etree._Element) -> None:
    forge.drop(one(assertion_of(response), f"{DS}Signature/{DS}SignedInfo/{DS}Reference/{DS}Transforms"))


def transform_to_nothing(response: etree._Element) -> None:
    transforms = one(assertion_of(response), f"{DS}Signature/{DS}SignedInfo/{DS}Reference/{DS}Transforms")
    transforms[1].set("Algorithm", "http://www.w3.org/TR/1999/REC-xpath-19991116")
    etree.SubElement(transforms[1], f"{DS}XPath").text = "false()"


def inclusive_canonical_form(response: etree._Element) -> None:
    method = one(assertion_of(response), f"{DS}Signature/{DS}SignedInfo/{DS}CanonicalizationMethod")
    method.set("Algorithm", "http://www.w3.org/TR/2001/REC-xml-c14n-20010315")


def hmac_with_the_public_key(response: etree._Element) -> None:
    method = one(assertion_of(response), f"{DS}Signature/{DS}SignedInfo/{DS}SignatureMethod")
    method.set("Algorithm", "http://www.w3.org/2000/09/xmldsig#hmac-sha1")


def other_namespace(response: etree._Element) -> bytes:
    forged = forge.evil(assertion_of(response))
    text = etree.tostring(forged).replace(b"names:tc:SAML:2.0:assertion", b"names:tc:SAML:2.0:assertion#")
    assertion_of(response).addprevious(etree.fromstring(text))
    return etree.tostring(response)


def same_id_by_another_name(response: etree._Element) -> None:
    one(response, f"{SAMLP}Status").set(
        "{http://www.w3.org/XML/1998/namespace}id", assertion_of(response).get("ID", "")
    )


def id_in_small_letters(response: etree._Element) -> None:
    one(response, f"{SAMLP}Status").set("Id", assertion_of(response).get("ID", ""))


def id_that_is_an_option(response: etree._Element) -> None:
    assertion_of(response).set("ID", "--version")
    one(assertion_of(response), f"{DS}Signature/{DS}SignedInfo/{DS}Reference").set("URI", "#--version")


EXPECTED: dict[str, tuple[Forgery, str]] = {
    "second assertion": (second_signed_assertion, "assertions"),
    "assertion in the advice": (nested_in_advice, "structure"),
    "signature elsewhere": (signature_elsewhere, "signature_place"),
    "reference to the response": (reference_to_the_response, "signature_reference"),
    "reference to everything": (reference_to_everything, "signature_reference"),
    "two references": (two_references, "signature_reference"),
    "two signatures": (two_signatures, "signature_place"),
    "no transforms": (no_transforms, "signature_transforms"),
    "transform to nothing": (transform_to_nothing, "signature_transforms"),
    "inclusive canonical form": (inclusive_canonical_form, "signature_transforms"),
    "hmac": (hmac_with_the_public_key, "weak_algorithm"),
    "other namespace": (other_namespace, "structure"),
    "same id by another name": (same_id_by_another_name, "same_id_twice"),
    "id in small letters": (id_in_small_letters, "same_id_twice"),
    "id that is an option": (id_that_is_an_option, "bad_id"),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_m1_a_response_of_another_shape_is_refused(
    service: Service, saml_provider: SamlProvider, name: str
) -> None:
    forgery, reason = EXPECTED[name]
    assert refused(service, saml_provider, forgery) == NoClaim(reason, Why.NOT_TRUSTED)


def changed_text(before: bytes, after: bytes) -> Forgery:
    def forgery(response: etree._Element) -> bytes:
        text = etree.tostring(response)
        assert before in text
        return text.replace(before, after)

    return forgery


SUBJECT = b"ada-1815@uni.example"
TEXTS: dict[str, tuple[Forgery, str]] = {
    "changed attribute": (changed_text(SUBJECT, b"eva-1815@uni.example"), "digest"),
    "comment in a signed value": (changed_text(SUBJECT, b"ada-1815@uni.example<!---->.evil"), "comment"),
    "comment inside it": (changed_text(SUBJECT, b"ada-<!-- -->1815@uni.example"), "comment"),
    "instruction in a signed value": (changed_text(SUBJECT, b"ada-1815@uni<?x?>.example"), "comment"),
    "comment before the root": (changed_text(b"<samlp:Response", b"<!-- --><samlp:Response"), "comment"),
    "character reference": (changed_text(SUBJECT, b"ada-1815@uni.example&#10;x"), "digest"),
    "empty canonical form": (
        changed_text(b"<samlp:Response ", b'<samlp:Response xmlns:x="1" '),
        "namespace",
    ),
    "document type": (
        changed_text(b"<samlp:Response ", b"<!DOCTYPE samlp:Response><samlp:Response "),
        "document_type",
    ),
    "entity": (
        changed_text(b"<samlp:Response ", b'<!DOCTYPE x [<!ENTITY e "x">]><samlp:Response '),
        "document_type",
    ),
    "external entity": (
        changed_text(
            b"<samlp:Response ", b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><samlp:Response '
        ),
        "document_type",
    ),
    "external document type": (
        changed_text(b"<samlp:Response ", b'<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd"><samlp:Response '),
        "document_type",
    ),
    "other encoding": (
        changed_text(b"<samlp:Response ", b'<?xml version="1.0" encoding="UTF-7"?><samlp:Response '),
        "unreadable",
    ),
    "latin": (
        changed_text(b"<samlp:Response ", b'<?xml version="1.0" encoding="ISO-8859-1"?><samlp:Response '),
        "encoding",
    ),
}


@pytest.mark.parametrize("name", TEXTS)
def test_m1_m2_what_readers_could_read_differently_is_refused(
    service: Service, saml_provider: SamlProvider, name: str
) -> None:
    forgery, reason = TEXTS[name]
    assert refused(service, saml_provider, forgery) == NoClaim(reason, Why.NOT_TRUSTED)


def test_m2_a_billion_laughs_are_not_laughed(service: Service, saml_provider: SamlProvider) -> None:
    entities = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f"<!DOCTYPE r [{entities}]><samlp:Response "
    found = refused(service, saml_provider, changed_text(b"<samlp:Response ", bomb.encode()))
    assert found.reason == "document_type"


def test_m2_an_answer_that_is_too_big_is_refused(service: Service, saml_provider: SamlProvider) -> None:
    padded = changed_text(b"<samlp:Response ", b"<samlp:Response" + b" " * 512 * 1024)
    assert refused(service, saml_provider, padded).reason == "too_big"


def test_m1_the_signature_of_another_certificate_is_refused(
    service: Service, saml_provider: SamlProvider, tmp_path: Path
) -> None:
    certificate, key = make_pair(tmp_path, "stranger")
    for shown in (certificate, None):
        found = refused(
            service, saml_provider, lambda response, shown=shown: forge.signed_again(response, key, shown)
        )
        assert found == NoClaim("signature", Why.NOT_TRUSTED)


def test_signed_again_by_the_provider_itself_it_is_taken(
    service: Service, saml_provider: SamlProvider
) -> None:
    """What the tests do to a response is no reason of its own to refuse it."""
    memory, form = service.answered(saml_provider.visitor(), "ada")
    again = forge.signed_again(forge.opened(form.fields), saml_provider.key_file)
    assert isinstance(service.login.complete(memory, Answer(forge.closed(again, form.fields))), Claim)


@pytest.mark.parametrize("response_signed", [True, False])
def test_m1_an_assertion_without_a_signature_is_refused(
    service: Service, saml_provider: SamlProvider, response_signed: bool
) -> None:
    options = {"saml20.sign.assertion": False, "saml20.sign.response": response_signed}
    saml_provider.set_service_options({**options, "WantAssertionsSigned": False})
    memory, form = service.answered(saml_provider.visitor(), "ada")
    assert assertion_of(forge.opened(form.fields)).find(f"{DS}Signature") is None
    found = service.login.complete(memory, Answer(form.fields))
    assert found == NoClaim("unsigned", Why.NOT_TRUSTED)


def test_m1_signatures_taken_away_are_missed(service: Service, saml_provider: SamlProvider) -> None:
    found = refused(service, saml_provider, forge.unsigned)
    assert found == NoClaim("unsigned", Why.NOT_TRUSTED)


def test_m1_sha_1_is_refused(service: Service, saml_provider: SamlProvider) -> None:
    saml_provider.set_options({"signature.algorithm": "http://www.w3.org/2000/09/xmldsig#rsa-sha1"})
    memory, form = service.answered(saml_provider.visitor(), "ada")
    assert b"rsa-sha1" in etree.tostring(forge.opened(form.fields))
    assert service.login.complete(memory, Answer(form.fields)) == NoClaim("weak_algorithm", Why.NOT_TRUSTED)
    saml_provider.set_options({"signature.algorithm": "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512"})
    assert isinstance(service.sign_in(saml_provider.visitor(), "ada"), Claim)
