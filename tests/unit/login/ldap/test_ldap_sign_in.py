"""Who gets in by a directory, and what becomes of odd names and passwords; against a real slapd."""

import logging
import time
from datetime import UTC, datetime
from statistics import median

import pytest

from discovery_accounts.domain.strength import Strength
from discovery_accounts.login.checks import ChecksItself
from discovery_accounts.login.claim import Claim, NoClaim, Why
from discovery_accounts.login.form import FormLogin
from discovery_accounts.login.looking_up import UnreadablePerson
from discovery_accounts.login.provider import ProviderFailure

pytestmark = pytest.mark.ldap

REFUSED = Why.SIGN_IN_REFUSED


def claim_of(login, username, password):
    claim = login.prove(username, password)
    assert isinstance(claim, Claim), claim
    return claim


def test_it_is_a_form_login_that_checks_itself(directory, open_login):
    login = open_login(directory)
    assert isinstance(login, FormLogin)
    assert isinstance(login, ChecksItself)


def test_l2_a_right_password_proves_the_permanent_id_and_tells_the_person(directory, open_login):
    claim = claim_of(open_login(directory, shared_id_attribute="employeeNumber"), "ada", "ada-secret")
    assert (claim.login, claim.issuer, claim.strength) == ("ldap", "campus", Strength.NORMAL)
    assert len(claim.subject) == 36
    assert claim.shared_id == "E-1001"
    assert claim.person.as_mapping() == {
        "user_name": "ada@uni.example",
        "given_names": "Ada",
        "family_name": "Staff",
        "phone": "+358 40 1234",
        "email": "ada@uni.example",
    }
    assert {each.becomes for each in claim.attributes} >= {"subject", "shared_id", "email"}


def test_l2_however_the_name_is_written_it_is_the_same_subject(directory, open_login):
    login = open_login(directory)
    subjects = {claim_of(login, name, "ada-secret").subject for name in ("ada", "ADA", " ada ")}
    assert len(subjects) == 1


def test_l2_two_directories_are_two_issuers(directory, open_login):
    one = claim_of(open_login(directory, name="campus"), "ada", "ada-secret")
    other = claim_of(open_login(directory, name="hospital"), "ada", "ada-secret")
    assert one.subject == other.subject
    assert one.issuer != other.issuer


def test_only_what_is_mapped_is_asked_for(directory, open_login):
    claim = claim_of(open_login(directory, attributes="phone= email= user_name="), "ada", "ada-secret")
    assert claim.person.told == ("given_names", "family_name")
    assert {each.name for each in claim.attributes} == {"entryuuid", "givenname", "sn", "schacexpirydate"}


def test_a_name_without_realm_gets_the_one_of_the_settings_or_is_not_told(directory, open_login):
    password = "pässwörd ✓"
    assert claim_of(open_login(directory), "bob", password).person.user_name is None
    person = claim_of(open_login(directory, realm="uni.example"), "bob", password).person
    assert person.user_name == "bob@uni.example"
    assert (person.given_names, person.family_name) == ("Böb", "Åsen")
    assert person.phone == "+47 22 00 00 00"
    assert person.email == "bob@uni.example"


def test_the_identity_code_comes_only_where_the_settings_name_it(directory, open_login):
    assert claim_of(open_login(directory), "ada", "ada-secret").person.identity_code is None
    login = open_login(directory, attributes="identity_code=norEduPersonNIN")
    assert claim_of(login, "ada", "ada-secret").person.identity_code == "010190-123N"


def test_an_id_of_active_directory_is_written_as_it_is_there(directory, open_login):
    login = open_login(directory, subject_attribute="objectGUID")
    assert claim_of(login, "ada", "ada-secret").subject == "00112233-4455-6677-8899-aabbccddeeff"


@pytest.mark.parametrize(
    ("username", "password"),
    [("o(d)*d\\", "odd-secret"), ("Åse-Jörgen", "ase-secret"), ("åse-jörgen", "ase-secret")],
)
def test_odd_names_are_found_and_bound_by_the_name_the_directory_gave(
    directory, open_login, username, password
):
    assert claim_of(open_login(directory), username, password)
    assert open_login(directory).prove(username, "wrong") == NoClaim("wrong_password")


@pytest.mark.parametrize(
    "username",
    [
        "*",
        "a*",
        "*)(uid=*))(|(uid=*",
        "ada)(objectClass=*",
        "\\00",
        "\\2a",
        "ad\\61",
        "ada,ou=people",
        "(ada)",
        "&",
        "nobody",
    ],
)
def test_p1_no_name_is_a_filter(directory, open_login, username):
    assert open_login(directory).prove(username, "ada-secret") == NoClaim("unknown_name", REFUSED)


@pytest.mark.parametrize("username", ["", " ", "\0", "ada\0", "ada\n", "ada\u202e", "\ud800", "a" * 257])
def test_p1_what_is_no_name_never_reaches_the_directory(directory, open_login, username):
    connections = directory.connections()
    assert open_login(directory).prove(username, "ada-secret") == NoClaim("no_user_name", REFUSED)
    assert directory.connections() == connections


@pytest.mark.parametrize(
    "password",
    ["", " ", "\t", "\0", "ada-secret\0", "\0ada-secret", "\u00ad", "\u200b", "\ud800", "a" * 1025],
)
def test_p1_what_is_no_password_never_reaches_a_directory_that_takes_none_for_anonymous(
    make_directory, open_login, password
):
    server = make_directory(more="allow bind_anon_dn")
    login = open_login(server)
    connections = server.connections()
    assert login.prove("ada", password) == NoClaim("no_password", REFUSED)
    assert server.connections() == connections
    assert claim_of(login, "ada", "ada-secret")


def test_p2_two_entries_of_one_name_are_refused_whatever_the_password(directory, open_login):
    assert open_login(directory).prove("twin", "twin-secret") == NoClaim("several_entries", REFUSED)
    assert directory.binds("uid=twin") == 0


def test_p2_a_directory_that_cuts_the_list_off_is_refused_too(make_directory, open_login):
    login = open_login(make_directory(more="sizelimit 1"))
    assert login.prove("twin", "twin-secret") == NoClaim("several_entries", REFUSED)
    assert claim_of(login, "ada", "ada-secret")


def test_a_name_may_stand_twice_in_the_filter(directory, open_login):
    login = open_login(directory, filter="(|(uid={username})(mail={username}))")
    assert claim_of(login, "robert@uni.example", "pässwörd ✓").subject


def test_wrong_password_unknown_name_and_no_password_there_are_one_same_answer(directory, open_login):
    login = open_login(directory)
    answers = [login.prove("ada", "x"), login.prove("nobody", "x"), login.prove("nopassword", "x")]
    assert {(type(answer), answer.why) for answer in answers} == {(NoClaim, REFUSED)}


def test_an_unknown_name_takes_the_steps_of_a_wrong_password(make_directory, open_login):
    server = make_directory()
    login = open_login(server)

    def steps(username):
        before = (server.connections(), server.searches(), server.log().count("method=128"))
        login.prove(username, "x")
        after = (server.connections(), server.searches(), server.log().count("method=128"))
        return [late - early for early, late in zip(before, after, strict=True)]

    assert steps("ada") == steps("nobody") == steps("twin") == [2, 1, 2]


def test_an_unknown_name_takes_the_time_of_a_wrong_password(directory, open_login):
    login = open_login(directory)
    times = {"ada": [], "nobody": []}
    for _ in range(30):
        for username, taken in times.items():
            began = time.perf_counter()
            login.prove(username, "x")
            taken.append(time.perf_counter() - began)
    assert 0.6 < median(times["nobody"]) / median(times["ada"]) < 1.7


def test_an_account_that_is_over_is_told_so_to_its_owner_only(directory, open_login):
    login = open_login(directory)
    assert login.prove("eve", "eve-secret") == NoClaim("account_expired", Why.ACCOUNT_CLOSED)
    assert login.prove("eve", "x") == NoClaim("wrong_password", REFUSED)


def test_an_account_lasts_to_its_last_moment(directory, open_login, clock):
    login = open_login(directory)
    clock.advance(seconds=(datetime(2099, 12, 31, 23, 50, tzinfo=UTC) - clock()).total_seconds())
    assert claim_of(login, "ada", "ada-secret")
    clock.advance(minutes=10)
    assert login.prove("ada", "ada-secret") == NoClaim("account_expired", Why.ACCOUNT_CLOSED)


def test_the_end_of_an_account_can_be_another_attribute_or_none(directory, open_login):
    active_directory = open_login(directory, valid_until_attribute="accountExpires")
    assert active_directory.prove("eve", "eve-secret").why is Why.ACCOUNT_CLOSED
    assert claim_of(active_directory, "ada", "ada-secret")
    assert claim_of(open_login(directory, valid_until_attribute=""), "eve", "eve-secret")


def test_an_end_that_can_t_be_read_is_no_refusal_of_the_person(directory, open_login):
    login = open_login(directory, valid_until_attribute="employeeNumber")
    with pytest.raises(ProviderFailure, match="unreadable_attribute: employeeNumber"):
        login.prove("ada", "ada-secret")


def test_an_end_that_can_t_be_read_is_told_of_that_one_person(directory, open_login):
    subject = claim_of(open_login(directory), "ada", "ada-secret").subject
    login = open_login(directory, valid_until_attribute="employeeNumber")
    with pytest.raises(UnreadablePerson, match=r"^employeeNumber: no moment$"):
        login.look_up(subject)
    twins = open_login(directory, subject_attribute="objectClass")
    with pytest.raises(UnreadablePerson, match="several entries"):
        twins.look_up("person")


def test_l3_without_the_permanent_id_there_is_no_claim(directory, make_directory, open_login):
    missing = NoClaim("no_subject_attribute", Why.ATTRIBUTE_MISSING)
    assert open_login(directory, subject_attribute="objectGUID").prove("bob", "pässwörd ✓") == missing
    hidden = open_login(make_directory(sees_ids="none"))
    assert hidden.prove("ada", "ada-secret") == missing
    assert hidden.prove("ada", "x") == NoClaim("wrong_password", REFUSED)


def test_s4_nothing_that_was_typed_and_no_secret_of_ours_leaves_a_trace(
    directory, open_login, make_directory, caplog, capfd
):
    login = open_login(directory)
    server = make_directory()
    broken = open_login(server)
    server.stop()
    with caplog.at_level(logging.DEBUG):
        answers = [
            login,
            login.prove("ada", "ada-secret"),
            login.prove("bob", "canary-5510"),
            login.prove("canary-name", "canary-5510"),
            *login.check(),
        ]
        with pytest.raises(ProviderFailure) as failure:
            broken.prove("canary-name", "canary-5510")
    error = failure.value
    traces = [repr(answer) for answer in answers] + [repr(error), error.detail, "".join(capfd.readouterr())]
    traces += [f"{record.getMessage()} {record.__dict__}" for record in caplog.records]
    assert any("login.server_down" in trace for trace in traces)
    for secret in ("canary", "ada-secret", directory.bind_password, "Staff", "ada@uni.example", "uid=ada"):
        assert not [trace for trace in traces if secret in trace]
