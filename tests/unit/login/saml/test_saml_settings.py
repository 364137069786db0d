"""Every fault of the settings at once, with an example; nothing secret in them."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.fixtures.saml_provider import make_pair

from discovery_accounts.config.faults import Fault
from discovery_accounts.config.keys import ReadContext
from discovery_accounts.config.named import read_options
from discovery_accounts.config.settings import LoginSettings
from discovery_accounts.login.saml import KIND
from discovery_accounts.login.saml.settings import SamlSettings

CONTEXT = ReadContext("development", {})


def read(options: Mapping[str, str]) -> tuple[dict[str, object], dict[str, str]]:
    """The values, and the faults by the name of the key."""
    login = LoginSettings("haka", "saml", options=options)
    values, faults = read_options(KIND.keys, login, CONTEXT)
    if not faults:
        assert KIND.check is not None
        faults = KIND.check(login, values, CONTEXT)
    assert all(fault.example for fault in faults if "not a known" not in fault.problem)
    return values, {fault.key.removeprefix("accounts.login.haka."): fault.problem for fault in faults}


@pytest.fixture
def good(tmp_path: Path) -> dict[str, str]:
    certificate, key = make_pair(tmp_path, "sp")
    metadata = tmp_path / "idp.xml"
    metadata.write_text("<x/>")
    return {"certificate": str(certificate), "key": f"file:{key}", "metadata_file": str(metadata)}


def test_without_a_certificate_there_is_a_fault_with_an_example() -> None:
    login = LoginSettings("haka", "saml", options={"metadata_url": "https://x.example/m"})
    _, faults = read_options(KIND.keys, login, CONTEXT)
    expected = Fault("accounts.login.haka.certificate", "is missing", "/etc/accounts/saml.crt")
    assert expected in faults


def test_the_usual_settings_are_few(good: dict[str, str]) -> None:
    values, faults = read(good)
    assert faults == {}
    settings = SamlSettings.of(values)
    assert settings.subject == ("subject-id", "pairwise-id", "eduPersonUniqueId")
    assert settings.encryption == (settings.signing,)
    assert not settings.unsolicited
    assert not settings.force_authn
    assert "PRIVATE KEY" not in repr(settings)
    assert "BEGIN" not in repr(settings)


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({"metadata_file": ""}, {"metadata_url": "is missing, and so are .metadata_file and .mdq_url"}),
        (
            {"metadata_file": "", "metadata_url": "https://federation.example/all.xml"},
            {"metadata_certificate": "is missing: what .metadata_url gives must be signed"},
        ),
        (
            {"metadata_file": "", "mdq_url": "https://mdq.example"},
            {"metadata_certificate": "is missing: what .mdq_url gives must be signed"},
        ),
        (
            {"metadata_url": "https://x.example"},
            {
                "metadata_file": "can't be set beside .metadata_url",
                "metadata_certificate": "is missing: what .metadata_url gives must be signed",
            },
        ),
        ({"metadata_file": "/nowhere.xml"}, {"metadata_file": "is not a file"}),
        ({"certificate": "/nowhere.crt"}, {"certificate": "can't be read: No such file or directory"}),
        ({"key": "hunter2"}, {"key": "is not a private key in PEM"}),
        ({"next_certificate": "/nowhere.crt"}, {"next_key": "is missing beside the other half of the pair"}),
        ({"subject_hmac": "short"}, {"subject_hmac": "must have 32 characters or more"}),
        (
            {"shared_id_attribute": "employeeNumber"},
            {
                "shared_id_attribute": "must be a scoped attribute, unless .entity names the one identity provider"
            },
        ),
        ({"shared_id_attribute": "employeeNumber", "entity": "https://idp.example"}, {}),
        ({"shared_id_attribute": "urn:oid:1.3.6.1.4.1.5923.1.1.1.6"}, {}),
        (
            {"entity": "https://idp.example", "allow_unsolicited": "https://idp.example https://b.example"},
            {"allow_unsolicited": "can't name another than .entity"},
        ),
        ({"entity": "https://idp.example", "allow_unsolicited": "https://idp.example"}, {}),
        (
            {"shared_id_attribute": "eduPersonScopedAffiliation"},
            {"shared_id_attribute": "must tell people apart: everybody in a role has the same affiliation"},
        ),
        (
            {"subject_attribute": "subject-id urn:oid:1.3.6.1.4.1.5923.1.1.1.9"},
            {"subject_attribute": "must tell people apart: everybody in a role has the same affiliation"},
        ),
        (
            {"attributes": "shoe_size=shoes"},
            {
                "attributes": "must be words like email=mail; the fields are: user_name given_names family_name "
                "identity_code phone email"
            },
        ),
        ({"subject_atribute": "uid"}, None),
    ],
)
def test_faults_say_what_is_wrong(
    good: dict[str, str], changes: dict[str, str], faults: dict[str, str] | None
) -> None:
    _, found = read({name: value for name, value in {**good, **changes}.items() if value})
    if faults is None:
        assert "did you mean accounts.login.haka.subject_attribute?" in found["subject_atribute"]
    else:
        assert found == faults


def test_a_pair_must_be_a_pair_and_strong(good: dict[str, str], tmp_path: Path) -> None:
    _, other = make_pair(tmp_path, "other")
    assert read({**good, "key": f"file:{other}"})[1] == {"key": "is not the key of .certificate"}
    certificate, weak = make_pair(tmp_path, "weak", bits=1024)
    assert read({**good, "certificate": str(certificate), "key": f"file:{weak}"})[1] == {
        "key": "is shorter than 2048 bits"
    }
    assert read({**good, "certificate": str(other)})[1] == {"certificate": "is not a certificate in PEM"}


def test_attributes_can_be_named_otherwise(good: dict[str, str]) -> None:
    values, _ = read({**good, "attributes": "phone=mobile,urn:oid:2.5.4.20 identity_code="})
    settings = SamlSettings.of(values)
    assert settings.attributes["phone"] == ("mobile", "telephoneNumber")
    assert settings.attributes["identity_code"] == ()
    assert settings.attributes["email"] == ("mail",)
