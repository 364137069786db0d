"""What an LDAP login says of itself; against real slapds."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.factories.authority import Authority

from discovery_accounts.login.checks import Level

pytestmark = pytest.mark.ldap


def told(login):
    return [(step.what, step.level.value) for step in login.check()]


def last(login):
    return list(login.check())[-1]


def test_a_sound_directory_is_ok_in_every_step(directory, open_login):
    for url in (directory.url, directory.tls_url):
        assert told(open_login(directory, url=url)) == [
            (what, "ok") for what in ("connection", "certificate", "bind", "search", "subject attribute")
        ]


def test_the_end_of_the_certificate_is_told(make_directory, open_login):
    steps = {step.what: step for step in open_login(make_directory(days=10)).check()}
    assert steps["certificate"].until == (datetime.now(UTC) + timedelta(days=10, hours=1)).date()


def test_no_encryption_is_a_warning_with_advice(directory, open_login):
    steps = {step.what: step for step in open_login(directory, start_tls="false").check()}
    assert steps["encryption"].level is Level.WARNING
    assert steps["encryption"].advice
    assert "certificate" not in steps


@pytest.mark.parametrize(
    ("options", "what", "word"),
    [
        ({"bind_password": "wrong"}, "bind", ".bind_password"),
        ({"base_dn": "ou=nowhere,dc=uni,dc=example"}, "search", ".base_dn"),
        (
            {"subject_attribute": "objectGUID", "filter": "(&(uid={username})(uid=bob))"},
            "subject attribute",
            ".subject_attribute",
        ),
        ({"ca_file": ""}, "certificate", ".ca_file"),
    ],
)
def test_a_fault_is_told_with_the_setting_to_look_at(directory, open_login, options, what, word):
    step = last(open_login(directory, **options))
    assert (step.what, step.level) == (what, Level.FAILED)
    assert word in step.advice


def test_a_filter_that_finds_nobody_is_a_warning(directory, open_login):
    step = last(open_login(directory, filter="(&(uid={username})(objectClass=device))"))
    assert (step.what, step.level) == ("subject attribute", Level.WARNING)


def test_every_server_is_looked_at(make_directory, directory, open_login, tmp_path):
    down = make_directory()
    login = open_login(directory, url=f"{down.url} {directory.tls_url}")
    down.stop()
    steps = list(login.check())
    assert (steps[0].what, steps[0].level) == ("connection", Level.FAILED)
    assert str(down.port) in steps[0].found
    assert "Connection refused" in steps[0].found
    assert [step.level for step in steps[1:]] == [Level.OK] * 5


def test_a_mute_server_and_a_stranger_s_are_told_apart(make_directory, open_login, tmp_path):
    server = make_directory()
    stranger = open_login(server, ca_file=str(Authority(tmp_path, "stranger").ca_file))
    assert (last(stranger).what, last(stranger).level) == ("certificate", Level.FAILED)
    login = open_login(server, timeout="0.3")
    server.hang()
    step = last(login)
    assert (step.what, step.level) == ("connection", Level.FAILED)
    assert "timed out" in step.found
    server.resume()


def test_nobody_s_values_are_read(make_directory, open_login):
    server = make_directory()
    login = open_login(server)
    search, seen = login._directory.search, []

    def noting(*given, **more):
        result, found = search(*given, **more)
        seen.extend(found)
        return result, found

    login._directory.search = noting
    told(login)
    assert [entry.attributes.keys() >= {"entryuuid", "uid"} for entry in seen] == [True]
    assert not any(values for entry in seen for values in entry.attributes.values())
    assert server.binds("uid=") == 0
