"""The settings of the kind: what is taken, and what is refused before anybody signs in by it."""

from pathlib import Path
from typing import Any

import pytest

from discovery_accounts.config.keys import ReadContext, read_keys
from discovery_accounts.config.settings import LoginSettings
from discovery_accounts.login.kinds import known_kinds
from discovery_accounts.login.oidc import KIND

GOOD = {
    "issuer": "https://idp.university.example",
    "client_id": "portal",
    "client_secret": "env:IDP_SECRET",
}
PRODUCTION = ReadContext("production", {"IDP_SECRET": "not-so-secret"})
DEVELOPMENT = ReadContext("development", {"IDP_SECRET": "not-so-secret"})


def read(
    context: ReadContext = PRODUCTION, login: LoginSettings | None = None, **settings: str
) -> tuple[dict[str, Any], dict[str, str]]:
    """The values, and the problems by key."""
    login = login or LoginSettings("campus", "oidc")
    values, faults = read_keys(KIND.keys, GOOD | settings, login.prefix, context)
    if not faults and KIND.check is not None:
        faults = KIND.check(login, values, context)
    return values, {fault.key.removeprefix(login.prefix): fault.problem for fault in faults}


def test_the_kind_is_installed_under_its_name() -> None:
    assert known_kinds()["oidc"] is KIND


def test_three_settings_are_enough() -> None:
    values, faults = read()
    assert faults == {}
    assert values["scope"] == "openid profile email"
    assert values["algorithms"] == ("RS256", "ES256", "PS256")
    assert values["auth_method"] == "client_secret_basic"
    assert values["subject_claim"] == "sub"
    assert values["private_addresses"] is None


def test_the_issuer_keeps_its_slash() -> None:
    assert read(issuer="https://idp.example/")[0]["issuer"] == "https://idp.example/"


@pytest.mark.parametrize(
    "issuer",
    ["http://idp.example", "http://127.0.0.1:8080", "idp.example", "https://a@idp.example", "https://x/?a=b"],
)
def test_o7_the_issuer_must_be_https(issuer: str) -> None:
    assert "issuer" in read(issuer=issuer)[1]


def test_o7_plain_http_is_for_this_machine_in_development() -> None:
    assert read(DEVELOPMENT, issuer="http://127.0.0.1:8080")[1] == {}
    assert "issuer" in read(DEVELOPMENT, issuer="http://10.0.0.1")[1]


def test_secrets_are_not_written_into_settings() -> None:
    assert "client_secret" in read(client_secret="written-out")[1]
    values, _ = read()
    assert "not-so-secret" not in repr(values)


def test_a_secret_belongs_to_every_method_but_none() -> None:
    assert "is missing" in read(client_secret="")[1]["client_secret"]
    assert "not used" in read(auth_method="none")[1]["client_secret"]
    assert read(auth_method="none", client_secret="")[1] == {}
    assert "auth_method" in read(auth_method="private_key_jwt")[1]


@pytest.mark.parametrize("algorithms", ["none", "HS256", "RS256 HS256", "rs256", "RSA-OAEP"])
def test_o3_unsigned_and_shared_secrets_can_not_be_set(algorithms: str) -> None:
    assert "algorithms" in read(algorithms=algorithms)[1]


def test_the_scope_has_openid() -> None:
    assert "scope" in read(scope="profile email")[1]


@pytest.mark.parametrize(
    "claim", ["email", "preferred_username", "phone_number", "name", "upn", "a b", "a,b"]
)
def test_l2_what_may_change_is_no_key_of_an_identity(claim: str) -> None:
    assert "subject_claim" in read(subject_claim=claim)[1]


def test_the_identity_code_is_no_key_of_an_identity() -> None:
    assert "subject_claim" in read(subject_claim="pid")[1]
    assert "subject_claim" in read(subject_claim="nin", claims="identity_code=nin")[1]
    assert read(subject_claim="pid", claims="identity_code=")[1] == {}


@pytest.mark.parametrize("mapping", ["phone", "shoe_size=shoe", "phone=a phone=b", "phone=a=b"])
def test_a_mapping_is_fields_and_claims(mapping: str) -> None:
    assert "claims" in read(claims=mapping)[1]


def test_a_level_is_strong_or_weak() -> None:
    assert "weak_acr" in read(strong_acr="a b", weak_acr="b")[1]


def test_matching_needs_to_know_the_claim() -> None:
    login = LoginSettings("campus", "oidc", library="helka", match_on="userid")
    assert "shared_id_claim" in read(login=login)[1]
    assert read(login=login, shared_id_claim="employee_number")[1] == {}


def test_a_file_of_certificates_must_be_there(tmp_path: Path) -> None:
    assert "ca_file" in read(ca_file=str(tmp_path / "none.pem"))[1]
    (tmp_path / "ca.pem").touch()
    assert read(ca_file=str(tmp_path / "ca.pem"))[1] == {}


def test_a_realm_is_a_domain() -> None:
    assert "realm" in read(realm="@university.example")[1]
    assert read(realm="university.example")[1] == {}


def test_every_setting_says_what_it_means() -> None:
    for key in KIND.keys:
        assert key.help.endswith(".")
        assert key.example
