"""Who it is, how sure that is, and what is told of them (checklist L2, L3)."""

from pathlib import Path

import pytest
from tests.factories.saml_login import PERSISTENT, open_saml_login
from tests.fixtures.saml_provider import ACCOUNTS, SamlProvider

from discovery_accounts.config.secret import Secret
from discovery_accounts.domain.person import Person
from discovery_accounts.domain.strength import Strength
from discovery_accounts.login.claim import Claim, NoClaim, Why
from discovery_accounts.login.saml.attributes import USUAL, canonical, person_of, within_scopes
from discovery_accounts.login.saml.name_id import NameId
from discovery_accounts.login.saml.namespaces import NAMEID_PERSISTENT, NAMEID_TRANSIENT
from discovery_accounts.login.saml.refused import Refused
from discovery_accounts.login.saml.subjects import subject_of

BETWEEN = ("https://idp.example", "https://ours.example")
PASSWORD = "urn:oasis:names:tc:SAML:2.0:ac:classes:Password"


@pytest.mark.saml
def test_a_person_is_told_in_our_words(tmp_path: Path, saml_provider: SamlProvider) -> None:
    service = open_saml_login(tmp_path, saml_provider, shared_id_attribute="eduPersonPrincipalName")
    found = service.sign_in(saml_provider.visitor(), "ada")
    assert isinstance(found, Claim)
    assert (found.login, found.issuer) == ("saml", saml_provider.entity_id)
    assert found.person == Person(
        user_name="ada@uni.example",
        given_names="Ada",
        family_name="One",
        identity_code="010190-900C",
        phone="+358401234567",
        email="ada@uni.example",
    )
    assert found.shared_id == "ada@uni.example"
    assert found.strength is Strength.NORMAL
    becomes = {each.name: each.becomes for each in found.attributes}
    assert becomes["urn:oid:0.9.2342.19200300.100.1.3"] == "email"
    assert becomes["urn:oid:1.3.6.1.4.1.5923.1.1.1.9"] == ""


@pytest.mark.saml
def test_l2_letters_and_signs_of_a_name_stay_as_they_are(tmp_path: Path, saml_provider: SamlProvider) -> None:
    odd = {**ACCOUNTS["ada"], "urn:oasis:names:tc:SAML:attribute:subject-id": ["ADA-1815@uni.example"]}
    saml_provider.set_accounts({**ACCOUNTS, "upper": odd})
    service = open_saml_login(tmp_path, saml_provider, subject_attribute="subject-id eduPersonPrincipalName")
    subjects = set()
    for account in ("ada", "upper", "bob"):
        found = service.sign_in(saml_provider.visitor(), account)
        assert isinstance(found, Claim)
        subjects.add(found.subject)
    assert subjects == {
        "subject-id:ada-1815@uni.example",
        "subject-id:ADA-1815@uni.example",
        "eduPersonPrincipalName:bob@uni.example",
    }
    assert found.person.family_name == "Ünïcode <b>"


@pytest.mark.saml
def test_l3_a_transient_name_is_nobody(tmp_path: Path, saml_provider: SamlProvider) -> None:
    service = open_saml_login(tmp_path, saml_provider, **PERSISTENT)
    saml_provider.set_service_options({"NameIDFormat": NAMEID_TRANSIENT})
    saml_provider.set_options({"authproc": {"4": {"class": "saml:TransientNameID"}}})
    found = service.sign_in(saml_provider.visitor(), "ada")
    assert isinstance(found, NoClaim)
    assert found == NoClaim("no_subject", Why.ATTRIBUTE_MISSING)


@pytest.mark.saml
def test_l3_a_name_for_one_session_is_not_taken_for_the_person(
    tmp_path: Path, saml_provider: SamlProvider
) -> None:
    service = open_saml_login(tmp_path, saml_provider)
    found = service.sign_in(saml_provider.visitor(), "mini")
    assert found == NoClaim("no_subject", Why.ATTRIBUTE_MISSING)


@pytest.mark.saml
def test_a_provider_speaks_for_its_own_realm_only(tmp_path: Path, saml_provider: SamlProvider) -> None:
    name = "eduPersonPrincipalName"
    service = open_saml_login(tmp_path, saml_provider, subject_attribute=name, shared_id_attribute=name)
    assert service.sign_in(saml_provider.visitor(), "foreign") == NoClaim(
        "subject_scope", Why.ATTRIBUTE_MISSING
    )
    assert isinstance(service.sign_in(saml_provider.visitor(), "ada"), Claim)


@pytest.mark.saml
def test_an_identity_code_as_subject_is_never_kept_as_such(
    tmp_path: Path, saml_provider: SamlProvider
) -> None:
    (tmp_path / "hmac").write_text("0123456789abcdef" * 4)
    options = {
        "subject_attribute": "nationalIdentificationNumber",
        "subject_hmac": f"file:{tmp_path / 'hmac'}",
    }
    service = open_saml_login(tmp_path, saml_provider, **options)
    found = service.sign_in(saml_provider.visitor(), "ada")
    again = service.sign_in(saml_provider.visitor(), "ada")
    assert isinstance(found, Claim)
    assert isinstance(again, Claim)
    assert found.subject == again.subject
    assert "010190" not in found.subject
    assert len(found.subject) == len("nationalIdentificationNumber:") + 64


@pytest.mark.saml
def test_o5_a_sign_in_as_strong_as_was_asked_for(tmp_path: Path, saml_provider: SamlProvider) -> None:
    asked = "https://refeds.org/profile/mfa"
    service = open_saml_login(tmp_path, saml_provider, authn_context=asked)
    found = service.sign_in(saml_provider.visitor(), "ada")
    assert isinstance(found, NoClaim)
    assert found.why is Why.NOT_STRONG_ENOUGH
    for setting, strength in (("strong_context", Strength.STRONG), ("weak_context", Strength.WEAK)):
        service = open_saml_login(tmp_path, saml_provider, **{setting: f"{asked} {PASSWORD}"})
        claim = service.sign_in(saml_provider.visitor(), "ada")
        assert isinstance(claim, Claim)
        assert claim.strength is strength


@pytest.mark.saml
def test_o5_a_fresh_sign_in_asks_again(tmp_path: Path, saml_provider: SamlProvider) -> None:
    service = open_saml_login(tmp_path, saml_provider)
    visitor = saml_provider.visitor()
    assert isinstance(service.sign_in(visitor, "ada"), Claim)
    assert isinstance(service.sign_in(visitor), Claim)
    with pytest.raises(AssertionError, match="asks who it is"):
        service.sign_in(visitor, fresh=True)
    assert isinstance(service.sign_in(visitor, "ada", fresh=True), Claim)
    forced = open_saml_login(tmp_path, saml_provider, force_authn="yes")
    with pytest.raises(AssertionError, match="asks who it is"):
        forced.sign_in(visitor)


def test_l3_a_persistent_name_holds_between_the_two_of_us_only() -> None:
    def subject(name_id: NameId | None) -> str:
        return subject_of(("persistent",), {}, name_id, BETWEEN, None)

    assert subject(NameId("x1", NAMEID_PERSISTENT)) == "persistent:x1"
    assert subject(NameId("x1", NAMEID_PERSISTENT, *BETWEEN)) == "persistent:x1"
    for other in (
        NameId("x1", NAMEID_TRANSIENT),
        NameId("x1", ""),
        NameId("x1", NAMEID_PERSISTENT, "https://other.example"),
        NameId("x1", NAMEID_PERSISTENT, BETWEEN[0], "https://affiliation.example"),
        None,
    ):
        with pytest.raises(Refused, match="no_subject"):
            subject(other)


def test_a_subject_is_one_value_of_the_preferred_attribute() -> None:
    def subject(**attributes: tuple[str, ...]) -> str:
        return subject_of(("uid", "mail"), attributes, None, BETWEEN, None)

    assert subject(uid=("ada",), mail=("ada@x",)) == "uid:ada"
    assert subject(mail=("ada",)) == "mail:ada"
    with pytest.raises(Refused, match="several_subjects"):
        subject(uid=("ada", "eva"), mail=("ada",))
    with pytest.raises(Refused, match="subject_too_long"):
        subject(uid=("a" * 252,))
    assert len(subject(uid=("a" * 251,))) == 255


def test_a_hash_depends_on_its_secret() -> None:
    found = {
        subject_of(("uid",), {"uid": ("ada",)}, None, BETWEEN, Secret(secret * 32)) for secret in ("a", "b")
    }
    assert len(found) == 2


def test_attributes_have_many_names() -> None:
    for name in (
        "urn:oid:1.3.6.1.4.1.5923.1.1.1.6",
        "urn:mace:dir:attribute-def:eduPersonPrincipalName",
        "eduPersonPrincipalName",
    ):
        assert canonical(name) == "eduPersonPrincipalName"
    assert canonical("urn:oasis:names:tc:SAML:attribute:pairwise-id") == "pairwise-id"
    assert canonical("urn:example:own") == "urn:example:own"


def test_scopes_are_compared_whole() -> None:
    sent = (
        "a@uni.example",
        "a@UNI.example",
        "a@evil.uni.example",
        "a@uni.example@evil.example",
        "@uni.example",
        "uni.example",
    )
    found = within_scopes(
        [("eduPersonPrincipalName", sent), ("mail", ("a@evil.example",))], frozenset({"uni.example"})
    )
    assert found == {
        "eduPersonPrincipalName": ("a@uni.example", "a@UNI.example"),
        "mail": ("a@evil.example",),
    }


def test_codes_come_without_their_name_space() -> None:
    code = "urn:schac:personalUniqueID:fi:HETU:010190-900C"
    assert person_of({"schacPersonalUniqueID": (code,)}, USUAL).identity_code == "010190-900C"


@pytest.mark.parametrize(
    "odd", ["a\u202etset@uni.example", "a\u200bda@uni.example", "a\nb@uni.example", "\u2066ada@uni.example"]
)
def test_l2_what_can_not_be_seen_is_no_part_of_a_name_for_somebody(odd: str) -> None:
    """Two subjects or shared ids that look alike would be two people to us, and one to who reads them."""
    with pytest.raises(Refused, match="subject_unreadable"):
        subject_of(("subject-id",), {"subject-id": (odd,)}, None, BETWEEN, None)
