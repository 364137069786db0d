"""What of the claims becomes a person, an identity, a strength; and what does not."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.fixtures.openid.pretend import SUBJECT, PretendProvider

from discovery_accounts.domain.strength import Strength
from discovery_accounts.login.claim import Claim, NoClaim, Why
from discovery_accounts.login.oidc.provider import OidcLogin

SignIn = Callable[..., Claim | NoClaim]
MakeLogin = Callable[..., OidcLogin]


@pytest.fixture
def claimed(make_login: MakeLogin, provider: PretendProvider, sign_in: SignIn) -> Callable[..., Claim]:
    """The claim that comes of userinfo, by settings."""

    def run(userinfo: dict[str, Any], id_token: dict[str, Any] | None = None, **settings: str) -> Claim:
        provider.userinfo = {"sub": SUBJECT, **userinfo}
        found = sign_in(make_login(**settings), **(id_token or {}))
        assert isinstance(found, Claim)
        return found

    return run


TOLD = {
    "eduPersonPrincipalName": "ada@university.example",
    "preferred_username": "ada1",
    "given_name": "Ada",
    "family_name": "One",
    "pid": "131052-308T",
    "phone_number": "+358 40 1234567",
    "email": "ada@university.example",
    "email_verified": True,
}


def test_a_person_is_taken_from_the_usual_claims(claimed: Callable[..., Claim]) -> None:
    assert claimed(TOLD).person.as_mapping() == {
        "user_name": "ada@university.example",
        "given_names": "Ada",
        "family_name": "One",
        "identity_code": "131052-308T",
        "phone": "+358 40 1234567",
        "email": "ada@university.example",
    }


def test_nothing_told_is_nobody_told(claimed: Callable[..., Claim]) -> None:
    assert claimed({}).person.told == ()


def test_what_is_signed_goes_before_what_was_asked_beside(claimed: Callable[..., Claim]) -> None:
    found = claimed({"given_name": "Eve", "family_name": "One"}, {"given_name": "Ada"})
    assert found.person.full_name == "Ada One"


@pytest.mark.parametrize("said", [False, "false", "False"])
def test_l1_a_contact_that_the_provider_never_verified_is_not_taken(
    said: object, claimed: Callable[..., Claim]
) -> None:
    told = TOLD | {"email_verified": said, "phone_number_verified": said}
    person = claimed(told).person
    assert (person.email, person.phone) == (None, None)
    assert person.given_names == "Ada"


def test_a_contact_of_which_nothing_is_said_is_taken(claimed: Callable[..., Claim]) -> None:
    assert claimed({"email": "ada@university.example"}).person.email == "ada@university.example"


def test_a_user_name_without_realm_gets_one(claimed: Callable[..., Claim]) -> None:
    told = {"preferred_username": "ada"}
    assert claimed(told).person.user_name == "ada@127.0.0.1"  # the issuer's host
    assert claimed(told, realm="university.example").person.user_name == "ada@university.example"


@pytest.mark.parametrize("value", ["", "  ", 5, None, True, {}, [], [5], "a\x00b", "x" * 300])
def test_what_is_no_name_is_not_told(value: object, claimed: Callable[..., Claim]) -> None:
    assert claimed({"given_name": value}).person.given_names is None


def test_of_several_values_the_first_is_taken_and_spaces_are_tidied(claimed: Callable[..., Claim]) -> None:
    assert claimed({"given_name": [" Ada \n Bea ", "Cea"]}).person.given_names == "Ada Bea"


def test_a_mapping_of_ones_own_goes_before_the_usual_one(claimed: Callable[..., Claim]) -> None:
    told = TOLD | {"mobile": "+47 1", "https://idp.example/claims/nin": "24014021406"}
    mapping = (
        "phone=cell,mobile identity_code=https://idp.example/claims/nin email= user_name=preferred_username"
    )
    person = claimed(told, claims=mapping, realm="x.example").person
    assert person.as_mapping() == {
        "user_name": "ada1@x.example",
        "given_names": "Ada",
        "family_name": "One",
        "identity_code": "24014021406",
        "phone": "+47 1",
    }


def test_l2_the_identity_is_issuer_and_subject_letter_by_letter(
    claimed: Callable[..., Claim], provider: PretendProvider
) -> None:
    found = claimed({"email": "ada@university.example"})
    assert (found.login, found.issuer, found.subject) == ("oidc", provider.issuer, "Abc-1")
    assert claimed({"email": "other@university.example"}).subject == found.subject
    provider.userinfo = {}
    lower = claimed({"sub": "abc-1"}, {"sub": "abc-1"})
    assert lower.subject == "abc-1"


def test_l2_the_subject_may_be_another_claim(claimed: Callable[..., Claim]) -> None:
    found = claimed({"oid": "0F-1"}, subject_claim="oid")
    assert found.subject == "0F-1"
    assert found.provider is not None
    assert found.provider.handles == ("sid:session-1", f"sub:{SUBJECT}")  # the provider's own words


@pytest.mark.parametrize("value", [..., "", " ", 5, None, ["0F-1"], "a\nb", "x" * 256])
def test_l3_without_a_word_to_know_them_by_nobody_comes_in(
    value: object, make_login: MakeLogin, provider: PretendProvider, sign_in: SignIn
) -> None:
    provider.userinfo = {"sub": SUBJECT} | ({} if value is ... else {"oid": value})
    found = sign_in(make_login(subject_claim="oid"))
    assert found == NoClaim("subject_missing", Why.ATTRIBUTE_MISSING)


@pytest.mark.parametrize("denied", [False, "false"])
def test_l1_a_contact_never_verified_is_no_shared_id(claimed: Callable[..., Claim], denied: object) -> None:
    """Where anybody may write any address into their profile, it would be anybody's patron."""
    told = {"email": "ada@library.example", "email_verified": denied}
    assert claimed(told, shared_id_claim="email").shared_id is None
    assert claimed({**told, "email_verified": True}, shared_id_claim="email").shared_id is not None


def test_the_shared_id_is_there_where_a_setting_names_it(claimed: Callable[..., Claim]) -> None:
    told = {"employee_number": "1001"}
    assert claimed(told).shared_id is None
    assert claimed(told, shared_id_claim="employee_number").shared_id == "1001"
    assert claimed({}, shared_id_claim="employee_number").shared_id is None


@pytest.mark.parametrize(
    ("level", "strength"),
    [("high", Strength.STRONG), ("low", Strength.WEAK), ("other", Strength.NORMAL), (None, Strength.NORMAL)],
)
def test_the_strength_is_by_the_level_of_the_signed_token(
    level: str | None, strength: Strength, claimed: Callable[..., Claim]
) -> None:
    token = {"acr": level} if level else {}
    # what userinfo says of the level counts for nothing
    assert claimed({"acr": "high"}, token, strong_acr="high", weak_acr="low").strength is strength


def test_all_that_was_told_is_shown_to_who_tries_out_settings(claimed: Callable[..., Claim]) -> None:
    told = {"given_name": "Ada", "groups": ["a", "b"], "address": {"locality": "Åbo"}, "oid": "0F-1"}
    settings = {"subject_claim": "oid", "shared_id_claim": "groups", "strong_acr": "high"}
    found = claimed(told, {"acr": "high"}, **settings)
    shown = {each.name: (each.values, each.becomes) for each in found.attributes}
    assert shown == {
        "sub": ((SUBJECT,), ""),
        "given_name": (("Ada",), "given_names"),
        "groups": (("a", "b"), "shared_id"),
        "address": (('{"locality": "Åbo"}',), ""),
        "oid": (("0F-1",), "subject"),
        "acr": (("high",), "strength"),
    }


def test_nothing_personal_is_in_what_is_printed(claimed: Callable[..., Claim]) -> None:
    found = claimed(TOLD, shared_id_claim="pid")
    printed = repr(found) + str(found)
    for value in (*map(str, TOLD.values()), SUBJECT, "session-1", "eyJ"):
        assert value == "True" or value not in printed
