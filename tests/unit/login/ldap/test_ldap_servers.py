"""Servers that are down, mute, unencrypted or somebody else; against real slapds."""

import contextlib
import socketserver
import threading
import time

import pytest
from tests.factories.authority import Authority
from tests.fixtures.directory import babbling_port

from discovery_accounts.login.claim import Claim, NoClaim
from discovery_accounts.login.ldap import directory as directory_module
from discovery_accounts.login.provider import ProviderFailure

pytestmark = pytest.mark.ldap


def failure_of(login, username="ada", password="ada-secret"):
    with pytest.raises(ProviderFailure) as failure:
        login.prove(username, password)
    return failure.value.code


def seconds_of(act):
    began = time.monotonic()
    act()
    return time.monotonic() - began


@pytest.mark.parametrize("address", ["url", "tls_url"])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_tls_and_start_tls_verify_names_and_addresses(directory, open_login, address, host):
    url = getattr(directory, address).replace("127.0.0.1", host)
    assert isinstance(open_login(directory, url=url).prove("ada", "ada-secret"), Claim)


@pytest.mark.parametrize("address", ["url", "tls_url"])
@pytest.mark.parametrize("hosts", [("ldap.uni.example", "192.0.2.1"), ("localhost",)])
def test_a_certificate_of_another_name_is_refused(make_directory, open_login, address, hosts):
    server = make_directory(hosts=hosts)
    assert failure_of(open_login(server, url=getattr(server, address))) == "certificate_refused"
    assert server.binds("") == 0


@pytest.mark.parametrize("address", ["url", "tls_url"])
def test_a_certificate_of_another_authority_is_refused(directory, open_login, tmp_path, address):
    stranger = Authority(tmp_path, "stranger")
    login = open_login(directory, url=getattr(directory, address), ca_file=str(stranger.ca_file))
    assert failure_of(login) == "certificate_refused"


def test_the_authorities_of_the_system_do_not_know_ours(directory, open_login):
    assert failure_of(open_login(directory, ca_file="")) == "certificate_refused"


def test_a_certificate_that_is_over_is_refused(make_directory, open_login):
    assert failure_of(open_login(make_directory(days=-1))) == "certificate_refused"


def test_p1_nothing_is_sent_before_start_tls(make_directory, open_login):
    server = make_directory(more="security simple_bind=64")
    assert isinstance(open_login(server).prove("ada", "ada-secret"), Claim)
    plain = open_login(server, start_tls="false")
    assert failure_of(plain) == "tls_required"


def test_a_server_without_start_tls_is_left_before_anything_is_said(make_directory, open_login):
    server = make_directory(encrypts=False)
    binds = server.binds("")
    assert failure_of(open_login(server)) == "tls_refused"
    assert server.binds("") == binds


def test_our_own_account_refused_is_never_the_person_s_fault(directory, open_login):
    login = open_login(directory, bind_password="changed")
    assert failure_of(login) == "bind_refused"
    assert failure_of(login, "nobody", "x") == "bind_refused"


def test_strangers_may_search_where_the_directory_lets_them(make_directory, open_login):
    server = make_directory(more="", sees="read by anonymous read")
    login = open_login(server, bind_dn="", bind_password="", subject_attribute="uid")
    assert login.prove("ada", "ada-secret").subject == "ada"
    assert login.prove("ada", "x") == NoClaim("wrong_password")


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"base_dn": "ou=nowhere,dc=uni,dc=example"}, "base_missing"),
        ({"base_dn": "not a name"}, "search_refused"),
    ],
)
def test_settings_that_fit_no_directory_are_no_refusal(directory, open_login, options, code):
    assert failure_of(open_login(directory, **options)) == code


def test_when_one_server_is_down_the_next_is_asked(make_directory, directory, open_login):
    down = make_directory()
    login = open_login(directory, url=f"{down.url} {directory.tls_url}")
    assert isinstance(login.prove("ada", "ada-secret"), Claim)
    down.stop()
    assert isinstance(login.prove("ada", "ada-secret"), Claim)
    assert login.prove("ada", "x") == NoClaim("wrong_password")


def test_a_refused_password_is_never_tried_at_a_second_server(make_directory, open_login):
    one, other = make_directory(), make_directory()
    login = open_login(one, url=f"{one.url} {other.url}")
    assert login.prove("ada", "x") == NoClaim("wrong_password")
    assert (one.binds("uid=ada"), other.binds("uid=ada")) == (1, 0)
    assert other.connections() == 1


@pytest.mark.parametrize("address", ["url", "tls_url"])
def test_a_mute_server_is_left_in_time_and_remembered(make_directory, directory, open_login, address):
    mute = make_directory()
    login = open_login(directory, url=f"{getattr(mute, address)} {directory.url}", timeout="0.6")
    mute.hang()
    first = seconds_of(lambda: login.prove("ada", "ada-secret"))
    second = seconds_of(lambda: login.prove("ada", "ada-secret"))
    assert 0.5 < first < 2
    assert second < 0.5
    mute.resume()


def test_a_server_at_rest_is_asked_again_after_a_while(make_directory, directory, open_login, monkeypatch):
    monkeypatch.setattr(directory_module, "REST", 0.3)
    flaky = make_directory()
    login = open_login(directory, url=f"{flaky.url} {directory.url}")
    flaky.stop()
    assert isinstance(login.prove("ada", "ada-secret"), Claim)
    flaky.start()
    binds = flaky.binds("uid=ada")
    assert isinstance(login.prove("ada", "ada-secret"), Claim)
    assert flaky.binds("uid=ada") == binds
    time.sleep(0.35)
    assert isinstance(login.prove("ada", "ada-secret"), Claim)
    assert flaky.binds("uid=ada") == binds + 1


def test_when_all_servers_are_down_it_is_said_in_time(make_directory, open_login):
    one, other = make_directory(), make_directory()
    login = open_login(one, url=f"{one.url} {other.tls_url}", timeout="0.4")
    one.hang()
    other.hang()
    assert seconds_of(lambda: failure_of(login)) < 2
    assert failure_of(login) == "timed_out"
    one.resume()
    other.resume()
    assert isinstance(login.prove("ada", "ada-secret"), Claim)


def test_p7_while_all_are_mute_one_waits_and_the_others_are_told_at_once(make_directory, open_login):
    server = make_directory()
    login = open_login(server, timeout="1.0")
    server.hang()
    failure_of(login)
    waiting = threading.Thread(target=failure_of, args=(login,))
    waiting.start()
    time.sleep(0.2)
    assert seconds_of(lambda: failure_of(login)) < 0.5
    waiting.join()


def test_a_try_whose_answer_is_lost_is_not_made_again_elsewhere(make_directory, open_login, monkeypatch):
    one, other = make_directory(), make_directory()
    login = open_login(one, url=f"{one.url} {other.url}", timeout="0.5")
    entry = login._directory.find("ada")
    converse = login._directory.converse

    def then_mute(server):
        conversation = converse(server)
        bind = conversation.bind

        def mute(dn, password):
            one.hang()
            return bind(dn, password)

        conversation.bind = mute
        return conversation

    monkeypatch.setattr(login._directory, "converse", then_mute)
    with pytest.raises(ProviderFailure, match="timed_out"):
        login._directory.refusal(entry, "ada-secret")
    assert other.connections() == 1
    one.resume()


def test_the_password_is_asked_where_the_person_was_found(make_directory, open_login, monkeypatch):
    one, other = make_directory(), make_directory()
    login = open_login(one, url=f"{one.url} {other.url}")
    one.stop()
    entry = login._directory.find("ada")
    monkeypatch.setattr(directory_module, "REST", 0.0)
    login._directory._resting.clear()
    one.start()
    assert login._directory.refusal(entry, "ada-secret") is None
    assert (one.binds("uid=ada"), other.binds("uid=ada")) == (0, 1)


def test_many_at_once_each_get_their_own_answer(directory, open_login):
    login = open_login(directory)
    answers = {}

    def sign_in(number):
        username, password = [("ada", "ada-secret"), ("ada", "x"), ("bob", "pässwörd ✓"), ("nobody", "x")][
            number % 4
        ]
        answers[number] = (username, password, login.prove(username, password))

    threads = [threading.Thread(target=sign_in, args=(number,)) for number in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    subjects = {
        name: login.prove(name, word).subject for name, word in (("ada", "ada-secret"), ("bob", "pässwörd ✓"))
    }
    assert len(answers) == 32
    for username, password, answer in answers.values():
        right = password != "x"
        assert isinstance(answer, Claim if right else NoClaim)
        assert not right or answer.subject == subjects[username]


@pytest.mark.parametrize("scheme", ["ldap", "ldaps"])
def test_garbage_is_no_answer(directory, open_login, scheme):
    with babbling_port() as port:
        login = open_login(directory, url=f"{scheme}://127.0.0.1:{port}", timeout="1")
        assert failure_of(login) == "unreachable"


class Drips(socketserver.BaseRequestHandler):
    """A long message, a byte at a time: each wait is short, all together never end."""

    def handle(self):
        self.request.recv(1000)
        with contextlib.suppress(OSError):
            for byte in b"\x30\x82\x0f\xff" + bytes(200):
                self.request.sendall(bytes([byte]))
                time.sleep(0.05)


def test_a_server_that_drips_is_left_in_time(directory, open_login):
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Drips) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        url = f"ldap://127.0.0.1:{server.server_address[1]}"
        login = open_login(directory, url=url, timeout="0.5")
        assert 0.4 < seconds_of(lambda: failure_of(login)) < 1.5
        server.shutdown()
        thread.join()


def test_a_server_that_falls_silent_in_the_middle_is_left_in_time(make_directory, directory, open_login):
    mute = make_directory()
    login = open_login(directory, url=f"{mute.url} {directory.url}", timeout="0.5")
    enter = login._directory.enter

    def then_mute(conversation):
        enter(conversation)
        mute.hang()

    login._directory.enter = then_mute
    assert 0.4 < seconds_of(lambda: login._directory.find("ada")) < 1.5
    mute.resume()
