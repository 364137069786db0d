"""Checklist O3: an ID token counts only when every word of it does; each of these has one fault."""

import hashlib
import hmac
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc.jwk import OctKey
from tests.fixtures.openid.pretend import (
    ACCESS,
    CLIENT,
    CURVE,
    RSA,
    STRANGER,
    SUBJECT,
    PretendProvider,
    as_published,
    b64,
)

from discovery_accounts.login.claim import Claim, NoClaim, Why
from discovery_accounts.login.oidc.provider import OidcLogin
from discovery_accounts.login.provider import Departure, Start

Mint = Callable[[PretendProvider, Departure], str]


def proved(login: OidcLogin, provider: PretendProvider, mint: Mint, fresh: bool = False) -> Claim | NoClaim:
    departure = login.begin(Start("fi", fresh))
    provider.id_token = mint(provider, departure)
    return login.complete(departure.memory, provider.answer(departure))


def changed(**claims: Any) -> Mint:
    """With other claims; what can be called is called when the token is made."""

    def mint(provider: PretendProvider, departure: Departure) -> str:
        values = {name: value() if callable(value) else value for name, value in claims.items()}
        return provider.sign(provider.claims(departure, **values))

    return mint


def seconds_on(seconds: int) -> Callable[[], int]:
    return lambda: int(time.time()) + seconds


def headed(**header: Any) -> Mint:
    return lambda provider, departure: provider.sign(provider.claims(departure), **header)


def half_hash(text: str) -> str:
    return b64(hashlib.sha256(text.encode()).digest()[:16])


def unsigned(provider: PretendProvider, departure: Departure) -> str:
    return f"{b64({'alg': 'none'})}.{b64(provider.claims(departure))}."


def by_public_key(provider: PretendProvider, departure: Departure) -> str:
    """HS256 with the published key as the secret: whoever reads the key could sign."""
    pem = RSA.public_key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    text = f"{b64({'alg': 'HS256', 'kid': RSA.kid})}.{b64(provider.claims(departure))}"
    return f"{text}.{b64(hmac.digest(pem, text.encode(), 'sha256'))}"


def by_client_secret(provider: PretendProvider, departure: Departure) -> str:
    secret = OctKey.import_key("not-so-secret-but-long-enough-to-sign-with")
    return provider.sign(provider.claims(departure), secret, alg="HS256")


def by_a_stranger(**header: Any) -> Mint:
    return lambda provider, departure: provider.sign(provider.claims(departure), STRANGER, **header)


def altered(provider: PretendProvider, departure: Departure) -> str:
    head, _, signature = provider.sign(provider.claims(departure)).split(".")
    return f"{head}.{b64(provider.claims(departure, sub='somebody-else'))}.{signature}"


def nameless(provider: PretendProvider, departure: Departure) -> str:
    provider.published = [as_published(RSA), as_published(STRANGER) | {"kid": "rsa-2"}]
    return provider.sign(provider.claims(departure), kid=...)


GOOD: dict[str, Mint] = {
    "untouched": changed(),
    "several audiences, ours the party": changed(aud=[CLIENT, "other"], azp=CLIENT),
    "access token hashed": changed(at_hash=half_hash(ACCESS)),
    "50 s after its end": changed(exp=seconds_on(-50)),
    "typed": headed(typ="JWT"),
    "by the other key": lambda provider, departure: provider.sign(
        provider.claims(departure), CURVE, alg="ES256"
    ),
    "a long chain of certificates": headed(x5c=["A" * 4000]),
}

BAD: dict[str, tuple[str, Mint]] = {
    "other issuer": ("iss", changed(iss="https://other.example")),
    "issuer with a slash": ("iss", lambda p, d: p.sign(p.claims(d, iss=f"{p.issuer}/"))),
    "no issuer": ("iss", changed(iss=...)),
    "other audience": ("aud", changed(aud="other")),
    "other audience, ours the party": ("aud", changed(aud="other", azp=CLIENT)),
    "no audience": ("aud", changed(aud=...)),
    "audience of numbers": ("aud", changed(aud=[CLIENT, 1])),
    "several audiences, no party": ("azp", changed(aud=[CLIENT, "other"])),
    "another party": ("azp", changed(azp="other")),
    "ended": ("exp", changed(exp=seconds_on(-120))),
    "without end": ("exp", changed(exp=...)),
    "end is no number": ("exp", changed(exp=lambda: str(int(time.time()) + 600))),
    "end is no number at all": ("exp", changed(exp=float("nan"))),
    "not yet issued": ("iat", changed(iat=seconds_on(120))),
    "never issued": ("iat", changed(iat=...)),
    "not before later": ("nbf", changed(nbf=seconds_on(120))),
    "other nonce": ("nonce", changed(nonce="other")),
    "no nonce": ("nonce", changed(nonce=...)),
    "nonce in a list": ("nonce", lambda p, d: p.sign(p.claims(d, nonce=[p.claims(d)["nonce"]]))),
    "no subject": ("sub", changed(sub=...)),
    "empty subject": ("sub", changed(sub="")),
    "subject is a number": ("sub", changed(sub=17)),
    "hash of another access token": ("at_hash", changed(at_hash=half_hash("other"))),
    "unsigned": ("algorithm", unsigned),
    "by the published key as a secret": ("algorithm", by_public_key),
    "by the client's secret": ("algorithm", by_client_secret),
    "an algorithm that is not set": ("algorithm", headed(alg="RS384")),
    "altered": ("signature", altered),
    "by a stranger under our provider's key id": ("signature", by_a_stranger()),
    "by a stranger": ("unknown_key", by_a_stranger(kid="strange")),
    "by a stranger who brings the key": (
        "unknown_key",
        by_a_stranger(kid="strange", jwk=as_published(STRANGER)),
    ),
    "no key id where there are several keys": ("unknown_key", nameless),
    "signed for signing out": ("type", headed(typ="logout+jwt")),
    "an access token": ("type", headed(typ="at+jwt")),
    "something critical": ("header", headed(crit=["exp"], exp=1)),
    "key id is a number": ("header", headed(kid=5)),
    "encrypted": ("malformed", lambda _p, _d: ".".join([b64({"alg": "RSA-OAEP"}), "a", "b", "c", "d"])),
    "no token": ("malformed", lambda _p, _d: "nonsense"),
    "nested without end": ("malformed", lambda _p, _d: f"{b64(b'[' * 6000)}.e30.AAAA"),
    "header is a list": ("malformed", lambda _p, _d: f"{b64([1])}.e30.AAAA"),
    "claims are a list": ("malformed", lambda p, _d: p.sign([1])),
}


@pytest.mark.parametrize("what", GOOD)
def test_o3_a_good_id_token_is_accepted(what: str, login: OidcLogin, provider: PretendProvider) -> None:
    found = proved(login, provider, GOOD[what])
    assert isinstance(found, Claim)
    assert (found.login, found.issuer, found.subject) == ("oidc", provider.issuer, SUBJECT)


@pytest.mark.parametrize("what", BAD)
def test_o3_an_id_token_with_one_fault_is_refused_for_it(
    what: str, login: OidcLogin, provider: PretendProvider
) -> None:
    reason, mint = BAD[what]
    assert proved(login, provider, mint) == NoClaim(f"id_token_{reason}", Why.NOT_TRUSTED)


@pytest.mark.parametrize("name", ["jku", "x5u", "jwk"])
def test_o3_keys_offered_in_the_header_are_not_even_looked_at(
    name: str, login: OidcLogin, provider: PretendProvider
) -> None:
    offered = as_published(STRANGER) if name == "jwk" else f"{provider.issuer}/strange-keys"
    with_offer = proved(login, provider, headed(**{name: offered}))
    assert isinstance(with_offer, Claim)  # by the published key, the offer is nothing
    refused = proved(login, provider, by_a_stranger(kid="strange", **{name: offered}))
    assert refused == NoClaim("id_token_unknown_key", Why.NOT_TRUSTED)
    assert provider.calls("/strange-keys") == 0


def test_o3_the_algorithms_are_ours_to_choose(
    make_login: Callable[..., OidcLogin], provider: PretendProvider
) -> None:
    login = make_login(algorithms="ES256")
    assert proved(login, provider, changed()) == NoClaim("id_token_algorithm", Why.NOT_TRUSTED)
    assert isinstance(proved(login, provider, GOOD["by the other key"]), Claim)


@pytest.mark.parametrize(("minutes", "reason"), [(-10, "iat"), (10, "exp")])
def test_o3_a_clock_ten_minutes_off_is_noticed(
    minutes: int, reason: str, login: OidcLogin, provider: PretendProvider
) -> None:
    departure = login.begin(Start("fi"))
    provider.id_token = provider.sign(provider.claims(departure, exp=int(time.time()) + 300))
    login.complete(departure.memory, provider.answer(departure))  # keys and metadata are there
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=minutes)):
        found = login.complete(departure.memory, provider.answer(departure))
    assert found == NoClaim(f"id_token_{reason}", Why.NOT_TRUSTED)


@pytest.mark.parametrize("seconds", [-50, 50])
def test_o3_a_clock_less_than_a_minute_off_is_not(
    seconds: int, login: OidcLogin, provider: PretendProvider
) -> None:
    departure = login.begin(Start("fi"))
    provider.id_token = provider.sign(provider.claims(departure, exp=int(time.time()) + 10))
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=seconds)):
        assert isinstance(login.complete(departure.memory, provider.answer(departure)), Claim)


def test_o5_a_sign_in_asked_to_be_fresh_is_refused_when_it_is_old(
    login: OidcLogin, provider: PretendProvider
) -> None:
    now = int(time.time())
    assert isinstance(proved(login, provider, changed(auth_time=now), fresh=True), Claim)
    weak = Why.NOT_STRONG_ENOUGH
    for claims, reason in (
        ({"auth_time": now - 120}, "auth_time"),
        ({"auth_time": now + 3600}, "auth_time"),
        ({}, "auth_time_missing"),
        ({"auth_time": str(now)}, "auth_time_missing"),
        ({"auth_time": True}, "auth_time_missing"),
    ):
        assert proved(login, provider, changed(**claims), fresh=True) == NoClaim(reason, weak)
    assert isinstance(proved(login, provider, changed(auth_time=now - 120)), Claim)  # nobody asked


def test_o5_a_level_that_was_not_asked_for_is_refused(
    make_login: Callable[..., OidcLogin], provider: PretendProvider
) -> None:
    login = make_login(acr_values="substantial", accepted_acr="substantial high")
    for level in ("substantial", "high"):
        assert isinstance(proved(login, provider, changed(acr=level)), Claim)
    for claims in ({"acr": "low"}, {"acr": ["high"]}, {}):
        found = proved(login, provider, changed(**claims))
        assert found == NoClaim("acr", Why.NOT_STRONG_ENOUGH)
