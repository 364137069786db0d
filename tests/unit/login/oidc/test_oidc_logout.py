"""Checklist O6: an order to end sessions counts only when it is the provider's, for us, now, and once."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.fixtures.openid.pretend import CLIENT, LOGOUT_EVENT, RSA, STRANGER, PretendProvider, b64

from discovery_accounts.login.claim import NoClaim, Why
from discovery_accounts.login.oidc.provider import OidcLogin
from discovery_accounts.login.provider import Answer, EndOrder

Mint = Callable[[PretendProvider], str]


def claims(provider: PretendProvider, **changes: Any) -> dict[str, Any]:
    now = int(time.time())
    usual = {
        "iss": provider.issuer,
        "aud": CLIENT,
        "iat": now,
        "exp": now + 120,
        "jti": "order-1",
        "sid": "session-1",
        "sub": "Abc-1",
        "events": {LOGOUT_EVENT: {}},
    }
    return {name: value for name, value in (usual | changes).items() if value is not ...}


def order(provider: PretendProvider, typ: Any = "logout+jwt", **changes: Any) -> Answer:
    return Answer({"logout_token": provider.sign(claims(provider, **changes), typ=typ)})


BAD: dict[str, tuple[str, Callable[[PretendProvider], Answer]]] = {
    "wrong type": ("type", lambda p: order(p, typ="JWT")),
    "no type": ("type", lambda p: order(p, typ=...)),
    "type of an access token": ("type", lambda p: order(p, typ="at+jwt")),
    "nonce present": ("nonce", lambda p: order(p, nonce="n")),
    "nonce present and empty": ("nonce", lambda p: order(p, nonce=None)),
    "other issuer": ("iss", lambda p: order(p, iss="https://other.example")),
    "other audience": ("aud", lambda p: order(p, aud="other")),
    "no time": ("iat", lambda p: order(p, iat=...)),
    "from the future": ("iat", lambda p: order(p, iat=int(time.time()) + 120)),
    "no end": ("exp", lambda p: order(p, exp=...)),
    "ended": ("exp", lambda p: order(p, exp=int(time.time()) - 120)),
    "good for ever": ("exp", lambda p: order(p, exp=10**18)),
    "no id": ("jti", lambda p: order(p, jti=...)),
    "no events": ("events", lambda p: order(p, events=...)),
    "another event": ("events", lambda p: order(p, events={"http://other.example/event": {}})),
    "events are a list": ("events", lambda p: order(p, events=[LOGOUT_EVENT])),
    "event is no object": ("events", lambda p: order(p, events={LOGOUT_EVENT: "yes"})),
    "about nobody": ("nobody", lambda p: order(p, sid=..., sub=...)),
    "about empty words": ("nobody", lambda p: order(p, sid="", sub="")),
    "by a stranger": ("signature", lambda p: Answer({"logout_token": p.sign(claims(p), STRANGER)})),
    "unsigned": (
        "algorithm",
        lambda p: Answer({"logout_token": f"{b64({'alg': 'none'})}.{b64(claims(p))}."}),
    ),
    "nothing": ("malformed", lambda p: Answer()),
}


def test_o6_a_good_order_names_the_session(login: OidcLogin, provider: PretendProvider) -> None:
    assert login.told_to_end(order(provider)) == EndOrder(("sid:session-1",))


def test_o6_an_order_without_a_session_names_the_person(login: OidcLogin, provider: PretendProvider) -> None:
    assert login.told_to_end(order(provider, sid=...)) == EndOrder(("sub:Abc-1",))


@pytest.mark.parametrize("what", BAD)
def test_o6_an_order_with_one_fault_is_refused_for_it(
    what: str, login: OidcLogin, provider: PretendProvider
) -> None:
    reason, make = BAD[what]
    assert login.told_to_end(make(provider)) == NoClaim(f"logout_token_{reason}", Why.NOT_TRUSTED)
    assert login.told_to_end(order(provider)) == EndOrder(("sid:session-1",))  # its id is not used up


def test_o6_an_order_is_good_once(login: OidcLogin, provider: PretendProvider, replays: Any) -> None:
    given_order = order(provider)
    assert isinstance(login.told_to_end(given_order), EndOrder)
    refused = NoClaim("logout_token_replayed", Why.NOT_EXPECTED)
    assert login.told_to_end(given_order) == refused
    assert login.told_to_end(order(provider)) == refused  # minted anew with the same id
    assert isinstance(login.told_to_end(order(provider, jti="order-2")), EndOrder)
    assert all(until > datetime.now(UTC) + timedelta(seconds=170) for until in replays.until)


def test_o6_an_id_is_remembered_as_long_as_the_order_would_be_taken(
    login: OidcLogin, provider: PretendProvider, replays: Any
) -> None:
    late = order(provider)
    login.told_to_end(late)
    replays.seen.clear()  # as the nightly run would, after this:
    with time_machine.travel(replays.until[0], tick=False):
        assert login.told_to_end(late) == NoClaim("logout_token_exp", Why.NOT_TRUSTED)


def test_o6_an_id_token_is_no_order(login: OidcLogin, provider: PretendProvider) -> None:
    token = provider.sign(claims(provider, events=..., nonce="n", jti=...))
    assert isinstance(login.told_to_end(Answer({"logout_token": token})), NoClaim)


def test_orders_without_their_type_are_taken_where_a_setting_says_so(
    make_login: Callable[..., OidcLogin], provider: PretendProvider
) -> None:
    login = make_login(untyped_logout="yes")
    for number, typ in enumerate(["JWT", ..., "logout+jwt"]):
        assert isinstance(login.told_to_end(order(provider, typ=typ, jti=f"order-{number}")), EndOrder)
    assert login.told_to_end(order(provider, typ="at+jwt")) == NoClaim("logout_token_type", Why.NOT_TRUSTED)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    header=st.dictionaries(
        st.sampled_from(["alg", "kid", "typ", "crit", "b64", "jwk"]),
        st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text()) | st.just("RS256"),
    ),
    body=st.recursive(st.none() | st.integers() | st.text(), lambda inner: st.dictionaries(st.text(), inner)),
    text=st.text(alphabet=".AQeyJ-_= \x00ä", max_size=30),
)
def test_strangers_can_send_whatever_they_like(
    header: Any, body: Any, text: str, login: OidcLogin, provider: PretendProvider
) -> None:
    for token in (text, f"{b64(header)}.{b64(body)}.{text}", f"{b64(header | {'alg': 'RS256'})}.{text}.AA"):
        assert isinstance(login.told_to_end(Answer({"logout_token": token})), NoClaim)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(["iss", "aud", "iat", "exp", "jti", "sid", "events", "nbf", "azp"]),
    value=st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.lists(st.integers(), max_size=2)
    | st.dictionaries(st.text(), st.integers(), max_size=2),
)
def test_a_provider_may_sign_whatever_it_likes(
    name: str, value: Any, login: OidcLogin, provider: PretendProvider
) -> None:
    token = provider.sign(claims(provider, **{name: value}), RSA, typ="logout+jwt")
    assert isinstance(login.told_to_end(Answer({"logout_token": token})), NoClaim | EndOrder)
