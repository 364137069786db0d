"""The OpenID Connect login at a real, certified provider, with somebody's browser in between."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from typing import Any, cast
from urllib.parse import parse_qsl

import pytest
import requests
import time_machine

from discovery_accounts.config.keys import ReadContext, read_keys
from discovery_accounts.config.settings import LoginSettings
from discovery_accounts.connectors.gateway import Gateway
from discovery_accounts.domain.strength import Strength
from discovery_accounts.login.checks import Level
from discovery_accounts.login.claim import Claim, NoClaim, Why
from discovery_accounts.login.kinds import LoginTools
from discovery_accounts.login.oidc import KIND
from discovery_accounts.login.oidc.provider import OidcLogin
from discovery_accounts.login.provider import Answer, EndOrder, ProviderFailure, Start
from tests.fixtures.openid.browser import ProviderBrowser, fields_of
from tests.fixtures.openid_provider import OpenIdProvider, StartProvider

pytestmark = pytest.mark.oidc

PAGES = "http://127.0.0.1:6543/sign-in/campus"
EVERYTHING = "openid profile email phone university national"


class Words:
    def __init__(self) -> None:
        self._seen: set[tuple[str, str]] = set()

    def first_time(self, kind: str, word: str, until: datetime) -> bool:
        new = (kind, word) not in self._seen
        self._seen.add((kind, word))
        return new


def open_login(settings: dict[str, str], pages: str = PAGES) -> OidcLogin:
    own = {name: text for name, text in settings.items() if name != "kind"}
    values, faults = read_keys(KIND.keys, own, "accounts.login.campus.", ReadContext("development"))
    assert faults == ()
    assert KIND.open is not None
    tools = LoginTools(pages, True, cast(Gateway, None), Words(), lambda: datetime.now(UTC))
    return cast(OidcLogin, KIND.open(LoginSettings("campus", "oidc"), values, tools))


def sign_in(
    login: OidcLogin, browser: ProviderBrowser, account: str = "ada", fresh: bool = False, **fields: str
) -> Claim | NoClaim:
    departure = login.begin(Start("fi", fresh))
    answer = Answer(fields_of(browser.sign_in(departure.url, account, **fields)))
    assert login.request_key(answer) == departure.key
    return login.complete(departure.memory, answer)


def claimed(found: Claim | NoClaim) -> Claim:
    assert isinstance(found, Claim), found
    return found


@pytest.fixture
def login(openid_provider: OpenIdProvider) -> OidcLogin:
    return open_login(openid_provider.settings(PAGES, scope=EVERYTHING))


def test_somebody_signs_in(login: OidcLogin, openid_provider: OpenIdProvider) -> None:
    found = claimed(sign_in(login, openid_provider.browser()))
    assert (found.login, found.issuer, found.subject) == ("oidc", openid_provider.issuer, "ada")
    assert found.person.as_mapping() == {
        "user_name": "ada@university.example",
        "given_names": "Ada",
        "family_name": "One",
        "phone": "+358401234567",
        "email": "ada@university.example",
    }
    assert found.strength is Strength.NORMAL


def test_a_contact_never_verified_is_not_told(login: OidcLogin, openid_provider: OpenIdProvider) -> None:
    person = claimed(sign_in(login, openid_provider.browser(), "bob")).person
    assert person.email is None
    assert person.full_name == "Bob Två"


def test_somebody_of_whom_nothing_is_told(login: OidcLogin, openid_provider: OpenIdProvider) -> None:
    found = claimed(sign_in(login, openid_provider.browser(), "mini"))
    assert found.subject == "mini"
    assert found.person.told == ()


def test_the_identity_code_comes_from_the_provider(login: OidcLogin, openid_provider: OpenIdProvider) -> None:
    code = openid_provider.accounts["kari"]["pid"]
    assert claimed(sign_in(login, openid_provider.browser(), "kari")).person.identity_code == code


@pytest.mark.parametrize(
    ("registered", "settings"),
    [
        ({"token_endpoint_auth_method": "client_secret_post"}, {"auth_method": "client_secret_post"}),
        ({"token_endpoint_auth_method": "none"}, {"auth_method": "none"}),
        ({"id_token_signed_response_alg": "ES256"}, {"algorithms": "ES256"}),
    ],
)
def test_clients_of_every_kind_work(
    registered: dict[str, str], settings: dict[str, str], openid_provider: OpenIdProvider
) -> None:
    client = openid_provider.register(PAGES, **registered)
    secret = {} if client.client_secret is None else {"client_secret": client.client_secret}
    named = {"issuer": openid_provider.issuer, "client_id": client.client_id}
    login = open_login(named | secret | settings)
    assert claimed(sign_in(login, openid_provider.browser())).subject == "ada"
    assert {step.level for step in login.check()} == {Level.OK}


def test_a_pairwise_subject_is_taken_as_it_is(openid_provider: OpenIdProvider) -> None:
    client = openid_provider.register(PAGES, subject_type="pairwise")
    assert client.client_secret is not None
    named = {"client_id": client.client_id, "client_secret": client.client_secret}
    login = open_login({"issuer": openid_provider.issuer, **named})
    assert claimed(sign_in(login, openid_provider.browser())).subject == f"{client.client_id}|ada"


def test_claims_may_come_in_the_id_token_alone(start_openid_provider: StartProvider) -> None:
    provider = start_openid_provider(CLAIMS_IN_ID_TOKEN="1")
    login = open_login(provider.settings(PAGES, userinfo="no"))
    assert claimed(sign_in(login, provider.browser())).person.full_name == "Ada One"
    provider.stop()


def test_who_says_no_at_the_provider_is_not_signed_in(
    login: OidcLogin, openid_provider: OpenIdProvider
) -> None:
    departure = login.begin(Start("fi"))
    answer = Answer(fields_of(openid_provider.browser().cancel(departure.url)))
    refused = NoClaim("provider_access_denied", Why.CANCELLED)
    assert login.complete(departure.memory, answer) == refused


def test_o1_a_code_is_good_once_and_for_who_began(login: OidcLogin, openid_provider: OpenIdProvider) -> None:
    refused = NoClaim("code_refused", Why.NOT_EXPECTED)
    departure = login.begin(Start("fi"))
    answer = Answer(fields_of(openid_provider.browser().sign_in(departure.url, "ada")))
    assert isinstance(login.complete(departure.memory, answer), Claim)
    assert login.complete(departure.memory, answer) == refused

    another = login.begin(Start("fi"))
    stolen = fields_of(openid_provider.browser().sign_in(another.url, "ada"))
    mine = login.begin(Start("fi"))
    put_in = Answer({**stolen, "state": mine.key})  # somebody's code in the answer to my request
    assert login.complete(mine.memory, put_in) == refused


def test_o2_two_providers_are_not_mixed_up(
    openid_provider: OpenIdProvider, start_openid_provider: StartProvider
) -> None:
    other = start_openid_provider()
    here, there = open_login(openid_provider.settings(PAGES)), open_login(other.settings(PAGES))
    departure, elsewhere = here.begin(Start("fi")), there.begin(Start("fi"))
    theirs = fields_of(other.browser().sign_in(elsewhere.url, "ada"))
    mixed = Answer({**theirs, "state": departure.key})
    assert here.complete(departure.memory, mixed) == NoClaim("issuer_of_another", Why.NOT_TRUSTED)
    unnamed = Answer({name: text for name, text in mixed.fields.items() if name != "iss"})
    assert here.complete(departure.memory, unnamed) == NoClaim("issuer_missing", Why.NOT_TRUSTED)
    assert here.complete(elsewhere.memory, Answer(theirs)) == NoClaim("state", Why.NOT_EXPECTED)
    other.stop()


def test_o5_a_fresh_sign_in_is_not_done_by_an_old_one(
    login: OidcLogin, openid_provider: OpenIdProvider
) -> None:
    browser = openid_provider.browser()
    claimed(sign_in(login, browser))
    browser.calls.clear()
    claimed(sign_in(login, browser))
    assert not [call for call in browser.calls if call.startswith("POST")]  # it was still signed in there
    claimed(sign_in(login, browser, fresh=True))
    assert [call for call in browser.calls if call.startswith("POST")]  # it had to prove itself again

    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=90)):
        departure = login.begin(Start("fi", fresh=True))
        # somebody takes the wish to be fresh out on the way, and the older session answers
        weakened = departure.url.replace("&prompt=login", "").replace("&max_age=0", "&max_age=3600")
        answer = Answer(fields_of(browser.sign_in(weakened, "ada")))
        refused = NoClaim("auth_time", Why.NOT_STRONG_ENOUGH)
        assert login.complete(departure.memory, answer) == refused


def test_o5_a_level_below_the_one_asked_for_is_refused(start_openid_provider: StartProvider) -> None:
    provider = start_openid_provider(LEVELS="high substantial low")
    wanted = {"acr_values": "substantial", "accepted_acr": "substantial high", "strong_acr": "high"}
    login = open_login(provider.settings(PAGES, **wanted))
    assert claimed(sign_in(login, provider.browser())).strength is Strength.NORMAL
    assert claimed(sign_in(login, provider.browser(), level="high")).strength is Strength.STRONG
    low = sign_in(login, provider.browser(), level="low")
    assert low == NoClaim("acr", Why.NOT_STRONG_ENOUGH)
    assert {step.level for step in login.check()} == {Level.OK}
    provider.stop()


@pytest.fixture
def orders() -> Iterator[tuple[str, "Queue[dict[str, str]]"]]:
    """Pages that take orders to end sessions: their address, and what came."""
    came: Queue[dict[str, str]] = Queue()

    class Pages(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            came.put(dict(parse_qsl(body)) | {"path": self.path})
            self.send_response(200)
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/sign-in/campus", came
    server.shutdown()
    server.server_close()


def test_o6_who_signs_out_at_the_provider_is_signed_out_here(
    openid_provider: OpenIdProvider, orders: tuple[str, "Queue[dict[str, str]]"]
) -> None:
    pages, came = orders
    login = open_login(openid_provider.settings(pages), pages)
    browser = openid_provider.browser()
    found = claimed(sign_in(login, browser))
    assert found.provider is not None
    departure = login.leave(found.provider.memory, "fi")
    assert departure is not None
    back = browser.sign_out(departure.url)
    assert back.startswith(f"{pages}/signed-out?")
    assert login.request_key(Answer(fields_of(back))) == departure.key
    assert login.left(departure.memory, Answer(fields_of(back)))

    order = came.get(timeout=10)
    assert order.pop("path") == "/sign-in/campus/backchannel-logout"
    ended = login.told_to_end(Answer(order))
    assert isinstance(ended, EndOrder)
    assert ended.reply is None
    assert set(ended.handles) == {handle for handle in found.provider.handles if handle.startswith("sid:")}
    assert login.told_to_end(Answer(order)) == NoClaim("logout_token_replayed", Why.NOT_EXPECTED)
    # the session there is over: the next sign-in asks again
    browser.calls.clear()
    claimed(sign_in(login, browser))
    assert [call for call in browser.calls if call.startswith("POST")]


def test_o6_an_order_for_another_client_is_refused(
    openid_provider: OpenIdProvider, orders: tuple[str, "Queue[dict[str, str]]"]
) -> None:
    pages, came = orders
    ours, other = (open_login(openid_provider.settings(pages), pages) for _ in range(2))
    browser = openid_provider.browser()
    found = claimed(sign_in(other, browser))
    assert found.provider is not None
    departure = other.leave(found.provider.memory, "fi")
    assert departure is not None
    browser.sign_out(departure.url)
    order = Answer(came.get(timeout=10))
    assert ours.told_to_end(order) == NoClaim("logout_token_aud", Why.NOT_TRUSTED)
    assert isinstance(other.told_to_end(order), EndOrder)


def failure_of(act: Callable[[], Any]) -> str:
    with pytest.raises(ProviderFailure) as failed:
        act()
    return failed.value.code


def test_a_provider_that_goes_and_comes_back_with_other_keys(start_openid_provider: StartProvider) -> None:
    provider = start_openid_provider()
    login = open_login(provider.settings(PAGES))
    claimed(sign_in(login, provider.browser()))

    departure = login.begin(Start("fi"))
    answer = Answer(fields_of(provider.browser().sign_in(departure.url, "ada")))
    provider.stop()
    assert failure_of(lambda: login.complete(departure.memory, answer)) == "unreachable"
    provider.start()
    assert login.complete(departure.memory, answer) == NoClaim("code_refused", Why.NOT_EXPECTED)
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=11)):  # keys were asked just now
        claimed(sign_in(login, provider.browser()))
    provider.stop()


def test_a_wrong_secret_is_our_fault_and_told_by_the_check(openid_provider: OpenIdProvider) -> None:
    login = open_login({**openid_provider.settings(PAGES), "client_secret": "ended"})
    assert failure_of(lambda: sign_in(login, openid_provider.browser())) == "client_refused"
    step = next(step for step in login.check() if step.what == "client")
    assert step.level is Level.FAILED
    assert ".client_secret" in step.advice


def test_a_mute_provider_is_given_up_within_its_time(start_openid_provider: StartProvider) -> None:
    provider = start_openid_provider()
    login = open_login(provider.settings(PAGES))
    began = time.monotonic()
    with provider.mute():
        assert failure_of(lambda: login.begin(Start("fi"))) == "timed_out"
    assert time.monotonic() - began < 6.5
    assert login.begin(Start("fi")).url.startswith(provider.issuer)
    provider.stop()


def test_the_provider_keeps_to_its_registrations(openid_provider: OpenIdProvider) -> None:
    """The stand is strict: an address that was not registered gets no code."""
    login = open_login(openid_provider.settings(PAGES), "http://127.0.0.1:6543/sign-in/other")
    url = login.begin(Start("fi")).url
    assert requests.get(url, allow_redirects=False, timeout=10).status_code == 400
