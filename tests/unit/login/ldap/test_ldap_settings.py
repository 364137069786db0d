"""What the settings of an LDAP login may say."""

import pytest
from tests.unit.login.ldap.conftest import faults_of

from discovery_accounts.config.keys import ReadContext
from discovery_accounts.config.named import read_options
from discovery_accounts.config.settings import LoginSettings
from discovery_accounts.login.ldap import KIND
from discovery_accounts.login.ldap.settings import LdapSettings

GOOD = {"url": "ldaps://ldap.uni.example", "base_dn": "dc=uni,dc=example"}


def settings_of(**options):
    values, faults = read_options(
        KIND.keys, LoginSettings("campus", "ldap", options=GOOD | options), ReadContext("development", {})
    )
    assert not faults
    return LdapSettings.of(values)


def keys_of(faults):
    return [fault.key.removeprefix("accounts.login.campus.") for fault in faults]


def test_address_and_base_are_all_that_must_be_given():
    assert not faults_of(GOOD, "production")
    assert keys_of(faults_of({})) == ["url", "base_dn"]


def test_servers_are_read_with_the_ports_of_their_schemes():
    servers = settings_of(
        url="ldap://a.example ldaps://b.example ldap://c.example:3389 ldaps://[::1]"
    ).servers
    assert [str(server) for server in servers] == [
        "ldap://a.example:389",
        "ldaps://b.example:636",
        "ldap://c.example:3389",
        "ldaps://[::1]:636",
    ]


@pytest.mark.parametrize(
    "url",
    ["ldap.uni.example", "http://uni.example", "ldaps://u:p@uni.example", "ldaps://uni.example/dc=uni", "ldaps://a ldaps://a",
     "ldapi:///", "ldaps://uni.example?x"],
)  # fmt: skip
def test_what_is_no_address_is_a_fault(url):
    assert keys_of(faults_of(GOOD | {"url": url})) == ["url"]


@pytest.mark.parametrize(
    "condition", ["uid={username}", "(uid=ada)", "((uid={username})", "(uid={username}))", "(uid={name})"]
)
def test_a_filter_has_the_name_and_its_parentheses(condition):
    assert keys_of(faults_of(GOOD | {"filter": condition})) == ["filter"]


@pytest.mark.parametrize("attribute", ["mail", "Mail", "cn", "displayName"])
def test_l1_nobody_is_known_by_what_changes_hands(attribute):
    assert keys_of(faults_of(GOOD | {"subject_attribute": attribute})) == ["subject_attribute"]


@pytest.mark.parametrize("names", ["phone", "shoe_size=shoe", "phone=not(an)attribute", "phone=a b"])
def test_a_mapping_that_can_t_be_read_is_a_fault(names):
    assert keys_of(faults_of(GOOD | {"attributes": names})) == ["attributes"]


def test_a_mapping_changes_what_it_names_and_no_more():
    default, changed = (
        settings_of().attributes,
        settings_of(attributes="phone= identity_code=nin,pnr").attributes,
    )
    assert changed["phone"] == ()
    assert changed["identity_code"] == ("nin", "pnr")
    assert {name: changed[name] for name in default if name != "phone"} == {
        name: default[name] for name in default if name != "phone"
    }


@pytest.mark.parametrize(
    ("stage", "options", "faulty"),
    [
        ("production", {"url": "ldap://uni.example"}, False),
        ("production", {"url": "ldap://uni.example", "start_tls": "false"}, True),
        ("production", {"url": "ldap://127.0.0.1", "start_tls": "false"}, True),
        ("development", {"url": "ldap://uni.example", "start_tls": "false"}, True),
        ("development", {"url": "ldap://127.0.0.1", "start_tls": "false"}, False),
        ("development", {"url": "ldap://127.0.0.1 ldap://uni.example", "start_tls": "false"}, True),
        ("production", {"url": "ldaps://uni.example", "start_tls": "false"}, False),
        ("production", {"url": "ldap://uni.example", "start_tls": "false", "insecure": "true"}, False),
    ],
)
def test_passwords_travel_unencrypted_only_when_it_was_asked_for(stage, options, faulty):
    assert keys_of(faults_of(GOOD | options, stage)) == (["start_tls"] if faulty else [])


def test_an_account_of_ours_has_a_password():
    assert keys_of(faults_of(GOOD | {"bind_dn": "cn=portal"})) == ["bind_password"]
    assert keys_of(faults_of(GOOD | {"bind_password": "env:LDAP_PASSWORD"})) == ["bind_password"]
    assert keys_of(faults_of(GOOD | {"bind_dn": "cn=portal", "bind_password": "typed"}, "production")) == [
        "bind_password"
    ]
    assert not faults_of(GOOD | {"bind_dn": "cn=portal", "bind_password": "env:LDAP_PASSWORD"}, "production")


def test_a_file_of_authorities_that_can_t_be_used_is_a_fault(tmp_path):
    empty = tmp_path / "empty.pem"
    empty.write_text("no certificate")
    for path in (empty, tmp_path / "missing.pem", tmp_path):
        assert keys_of(faults_of(GOOD | {"ca_file": str(path)})) == ["ca_file"]


def test_no_setting_shows_the_password():
    settings = settings_of(bind_dn="cn=portal", bind_password="canary-4471")
    assert "canary" not in repr(settings)
    assert "canary" not in str(settings)
