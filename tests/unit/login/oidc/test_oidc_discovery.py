"""What a provider says of itself: whose it is, where it leads, its keys and their change."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc.jwk import RSAKey
from tests.fixtures.openid.pretend import CURVE, RSA, PretendProvider, Reply, as_published, b64

from discovery_accounts.login.claim import Claim, NoClaim, Why
from discovery_accounts.login.oidc import wire
from discovery_accounts.login.oidc.provider import OidcLogin
from discovery_accounts.login.oidc.signatures import KeyRing
from discovery_accounts.login.provider import ProviderFailure, Start

SignIn = Callable[..., Claim | NoClaim]
METADATA = "/.well-known/openid-configuration"


def failure_of(act: Callable[[], object]) -> str:
    with pytest.raises(ProviderFailure) as failed:
        act()
    return failed.value.code


@pytest.mark.parametrize("change", ["{}/", "{}/realm", "https://other.example", None, 5])
def test_o2_metadata_of_another_issuer_is_refused(
    change: Any, login: OidcLogin, provider: PretendProvider
) -> None:
    provider.document["issuer"] = change.format(provider.issuer) if isinstance(change, str) else change
    assert failure_of(lambda: login.begin(Start("fi"))) == "issuer_mismatch"


def test_o2_a_slash_at_the_end_of_the_issuer_counts(
    make_login: Callable[..., OidcLogin], provider: PretendProvider
) -> None:
    login = make_login(issuer=f"{provider.issuer}/")
    assert failure_of(lambda: login.begin(Start("fi"))) == "issuer_mismatch"
    provider.document["issuer"] = f"{provider.issuer}/"
    assert login.begin(Start("fi")).url.startswith(provider.issuer)


@pytest.mark.parametrize(
    "name", ["authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint"]
)
@pytest.mark.parametrize(
    "url",
    [
        "http://idp.example/x",
        "http://10.0.0.1/x",
        "ftp://127.0.0.1/x",
        "file:///etc/passwd",
        "//idp.example/x",
        "https://",
        "https://user@idp.example/x",
        "https://idp.example/x#y",
        "https://idp.example:port/x",
        "https://idp.example\\@127.0.0.1/x",
        "javascript:alert(1)",
        "",
    ],
)
def test_o7_endpoints_must_be_https(name: str, url: str, login: OidcLogin, provider: PretendProvider) -> None:
    provider.document[name] = url
    assert failure_of(lambda: login.begin(Start("fi"))) == "insecure_endpoint"


def test_o7_plain_http_is_not_even_for_this_machine_in_production(
    make_login: Callable[..., OidcLogin], provider: PretendProvider
) -> None:
    login = make_login(development=False, private_addresses="yes")
    assert failure_of(lambda: login.begin(Start("fi"))) == "insecure_endpoint"


@pytest.mark.parametrize("name", ["authorization_endpoint", "token_endpoint", "jwks_uri"])
def test_metadata_without_what_is_needed_is_refused(
    name: str, login: OidcLogin, provider: PretendProvider
) -> None:
    del provider.document[name]
    assert failure_of(lambda: login.begin(Start("fi"))) == "metadata_incomplete"


@pytest.mark.parametrize("path", [METADATA, "/keys"])
def test_o7_redirects_are_not_followed(
    path: str, login: OidcLogin, provider: PretendProvider, sign_in: SignIn
) -> None:
    provider.replies[path] = lambda _seen: Reply(302, b"", {"Location": f"{provider.issuer}/elsewhere"})
    assert failure_of(lambda: sign_in(login)) == "unexpected_answer"
    assert provider.calls("/elsewhere") == 0


def test_o7_addresses_of_our_own_network_are_not_called(
    make_login: Callable[..., OidcLogin], provider: PretendProvider
) -> None:
    login = make_login(private_addresses="no")
    assert failure_of(lambda: login.begin(Start("fi"))) == "address_refused"
    assert provider.seen == []
    production = make_login(development=False)
    assert failure_of(lambda: production.begin(Start("fi"))) == "address_refused"
    assert provider.seen == []


def test_metadata_and_keys_are_asked_once_an_hour(
    login: OidcLogin, provider: PretendProvider, sign_in: SignIn
) -> None:
    for _ in range(3):
        assert isinstance(sign_in(login), Claim)
    assert (provider.calls(METADATA), provider.calls("/keys")) == (1, 1)
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=61)):
        assert isinstance(sign_in(login), Claim)
    assert (provider.calls(METADATA), provider.calls("/keys")) == (2, 2)


def test_a_changed_key_is_learned_at_once(login: OidcLogin, provider: PretendProvider) -> None:
    departure = login.begin(Start("fi"))
    answer = provider.answer(departure)
    provider.id_token = provider.sign(provider.claims(departure))
    assert isinstance(login.complete(departure.memory, answer), Claim)
    for round_, name in enumerate(["rsa-2", "rsa-2"], 1):  # by a new name, and once more under that name
        newer = RSAKey.generate_key(2048, {"kid": name, "use": "sig"})
        provider.published = [as_published(newer)]
        provider.id_token = provider.sign(provider.claims(departure), newer)
        with time_machine.travel(datetime.now(UTC) + timedelta(seconds=11 * round_)):
            assert isinstance(login.complete(departure.memory, answer), Claim)
    assert provider.calls("/keys") == 3


def test_strangers_tokens_do_not_make_us_ask_for_keys_again_and_again(
    login: OidcLogin, provider: PretendProvider
) -> None:
    departure = login.begin(Start("fi"))
    provider.id_token = provider.sign(provider.claims(departure), kid="strange")
    refused = NoClaim("id_token_unknown_key", Why.NOT_TRUSTED)
    for _ in range(20):
        assert login.complete(departure.memory, provider.answer(departure)) == refused
    assert provider.calls("/keys") == 1
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=11)):
        for _ in range(20):
            assert login.complete(departure.memory, provider.answer(departure)) == refused
    assert provider.calls("/keys") == 2


def test_odd_keys_keep_nobody_out(login: OidcLogin, provider: PretendProvider, sign_in: SignIn) -> None:
    provider.published = [
        {"kty": "EC", "crv": "P-9000", "x": "AA", "y": "AA"},
        {"kty": "RSA", "kid": "short", "n": "AQAB", "e": "AQAB"},
        {"kty": "RSA", "n": 5},
        {"kty": ["RSA"], "n": "AQAB"},
        {"kty": "RSA", "n": "\u00e4", "e": "AQAB"},
        as_published(RSA) | {"kid": 7},
        {"kty": "oct", "k": "c2VjcmV0", "kid": "rsa-1"},
        {"kty": "PQC"},
        {},
        "no key",  # type: ignore[list-item]
        as_published(RSA) | {"use": "enc"},
        as_published(CURVE) | {"key_ops": ["deriveKey"], "kid": "agreement"},
        as_published(RSA),
    ]
    assert isinstance(sign_in(login), Claim)


@pytest.mark.parametrize(("bits", "usable"), [(1024, 0), (2048, 1)])
def test_a_key_that_is_too_short_is_left_out(bits: int, usable: int) -> None:
    numbers = rsa.generate_private_key(65537, bits).public_key().public_numbers()
    published = {"kty": "RSA", "kid": "k", "e": "AQAB", "n": b64(numbers.n.to_bytes(bits // 8 + 1, "big"))}
    ring = KeyRing.of({"keys": [published]})
    assert (len(ring.keys), ring.published) == (usable, 1)


@pytest.mark.parametrize("keys", [[], {}, None, [{"kty": "oct", "k": "c2VjcmV0"}]])
def test_a_provider_without_keys_is_a_failure(
    keys: Any, login: OidcLogin, provider: PretendProvider, sign_in: SignIn
) -> None:
    provider.replies["/keys"] = lambda _seen: Reply.of({"keys": keys})
    assert failure_of(lambda: sign_in(login)) == "no_keys"


def test_a_dead_provider_is_a_failure_at_once_and_works_when_it_is_back(
    make_login: Callable[..., OidcLogin], provider: PretendProvider
) -> None:
    provider.replies[METADATA] = lambda _seen: Reply(503, b"")
    login = make_login()
    assert failure_of(lambda: login.begin(Start("fi"))) == "unexpected_answer"
    provider.replies.clear()
    assert login.begin(Start("fi")).url
    gone = make_login(issuer="http://127.0.0.1:9")
    assert failure_of(lambda: gone.begin(Start("fi"))) == "unreachable"
    nowhere = make_login(issuer="https://no-such-name.invalid")
    assert failure_of(lambda: nowhere.begin(Start("fi"))) in ("unreachable", "timed_out")


@pytest.mark.parametrize("reply", [Reply(wait=3.0), Reply(body=b" " * 600, drip=0.05)])
def test_a_silent_or_slow_provider_is_waited_for_once_however_many_wait(
    reply: Reply, monkeypatch: pytest.MonkeyPatch, login: OidcLogin, provider: PretendProvider
) -> None:
    monkeypatch.setattr(wire, "CALL_SECONDS", 1.0)
    provider.replies[METADATA] = lambda _seen: reply
    began = time.monotonic()
    together = threading.Barrier(16)

    def begin() -> str:
        together.wait()
        return failure_of(lambda: login.begin(Start("fi")))

    with ThreadPoolExecutor(16) as pool:
        found = [future.result() for future in [pool.submit(begin) for _ in range(16)]]
    assert set(found) == {"timed_out"}
    assert time.monotonic() - began < 6  # one call, for late comers another one; not sixteen
    assert provider.calls(METADATA) <= 3


def test_a_provider_that_falls_silent_on_the_way_back_is_given_up(
    monkeypatch: pytest.MonkeyPatch, login: OidcLogin, provider: PretendProvider, sign_in: SignIn
) -> None:
    monkeypatch.setattr(wire, "CALL_SECONDS", 0.5)
    provider.replies["/token"] = lambda _seen: Reply(wait=3.0)
    assert failure_of(lambda: sign_in(login)) == "timed_out"


def test_many_threads_sign_in_at_once(
    monkeypatch: pytest.MonkeyPatch, login: OidcLogin, provider: PretendProvider
) -> None:
    """64 people, each their own: nobody gets what is another's, and metadata and keys come once."""
    monkeypatch.setattr(wire, "CALL_SECONDS", 60.0)  # both ends share one busy interpreter here
    tokens: dict[str, str] = {}

    def token(seen: Any) -> Reply:
        return Reply.of({"access_token": "a", "token_type": "Bearer", "id_token": tokens[seen.form["code"]]})

    provider.replies["/token"] = token
    del provider.document["userinfo_endpoint"]
    together = threading.Barrier(64)

    def sign_in(number: int) -> str:
        together.wait()
        departure = login.begin(Start("fi"))
        tokens[f"code-{number}"] = provider.sign(
            provider.claims(departure, sub=f"person-{number}"), CURVE, alg="ES256"
        )
        found = login.complete(departure.memory, provider.answer(departure, code=f"code-{number}"))
        return found.subject if isinstance(found, Claim) else found.reason

    with ThreadPoolExecutor(64) as pool:
        assert list(pool.map(sign_in, range(64))) == [f"person-{number}" for number in range(64)]
    assert (provider.calls(METADATA), provider.calls("/keys")) == (1, 1)
