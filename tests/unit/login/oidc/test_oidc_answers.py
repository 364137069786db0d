"""The code flow: what goes out, what comes back, and what is made of it."""

import base64
import gzip
import hashlib
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from tests.fixtures.openid.browser import fields_of
from tests.fixtures.openid.pretend import CODE, SUBJECT, PretendProvider, Reply

from discovery_accounts.login.checks import ChecksItself
from discovery_accounts.login.claim import Claim, NoClaim, Why
from discovery_accounts.login.oidc.provider import OidcLogin
from discovery_accounts.login.provider import (
    Answer,
    LeavesProvider,
    ProviderFailure,
    ProviderLogin,
    Start,
)

PAGES = "http://127.0.0.1:6543/sign-in/campus"
BOMB = gzip.compress(b" " * 50_000_000)
SignIn = Callable[..., Claim | NoClaim]


def test_it_is_a_login_that_leaves_and_checks_itself(login: OidcLogin) -> None:
    for contract in (ProviderLogin, LeavesProvider, ChecksItself):
        assert isinstance(login, contract)


def test_the_departure_asks_for_a_code_with_everything_that_protects_it(
    make_login: Callable[..., OidcLogin],
) -> None:
    login = make_login(acr_values="high low", scope="openid email")
    departure = login.begin(Start("sv"))
    asked = fields_of(departure.url)
    verifier = departure.memory["verifier"].encode()
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier).digest()).rstrip(b"=").decode()
    assert asked == {
        "response_type": "code",
        "client_id": "portal",
        "redirect_uri": f"{PAGES}/callback",
        "scope": "openid email",
        "state": departure.key,
        "nonce": departure.memory["nonce"],
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        "acr_values": "high low",
        "ui_locales": "sv",
    }


def test_a_fresh_sign_in_asks_the_provider_to_let_nobody_in_by_an_old_one(login: OidcLogin) -> None:
    asked = fields_of(login.begin(Start("fi", fresh=True)).url)
    assert (asked["prompt"], asked["max_age"]) == ("login", "0")


def test_o1_what_a_stranger_must_not_know_is_in_no_address(login: OidcLogin) -> None:
    departures = [login.begin(Start("fi")) for _ in range(20)]
    assert len({word for departure in departures for word in departure.memory.values()}) == 61
    for departure in departures:
        assert departure.memory["verifier"] not in departure.url
        assert departure.memory["verifier"] not in repr(departure)
        assert departure.key not in repr(departure)


def test_o1_an_answer_with_another_state_is_not_expected(login: OidcLogin, provider: PretendProvider) -> None:
    departure = login.begin(Start("fi"))
    for state in ("other", ""):
        answer = provider.answer(departure, state=state)
        assert login.complete(departure.memory, answer) == NoClaim("state", Why.NOT_EXPECTED)
    assert provider.calls("/token") == 0


def test_o1_a_code_given_before_is_not_expected(login: OidcLogin, provider: PretendProvider) -> None:
    departure = login.begin(Start("fi"))
    answer = provider.answer(departure, code="used")
    assert login.complete(departure.memory, answer) == NoClaim("code_refused", Why.NOT_EXPECTED)


@pytest.mark.parametrize("code", ["", "\u00e4", "a\nb", "x" * 5000])
def test_what_can_be_no_code_never_reaches_the_provider(
    code: str, login: OidcLogin, provider: PretendProvider
) -> None:
    departure = login.begin(Start("fi"))
    answer = provider.answer(departure, code=code)
    assert login.complete(departure.memory, answer) == NoClaim("code", Why.NOT_EXPECTED)
    assert provider.calls("/token") == 0


def test_a_code_of_any_signs_arrives_as_it_was(login: OidcLogin, provider: PretendProvider) -> None:
    departure = login.begin(Start("fi"))
    code = "".join(map(chr, range(0x20, 0x7F)))
    login.complete(departure.memory, provider.answer(departure, code=code))
    sent = provider.seen[-1].form
    assert sent["code"] == code
    assert sent["code_verifier"] == departure.memory["verifier"]
    assert sent["redirect_uri"] == f"{PAGES}/callback"


def test_o2_an_answer_that_names_another_issuer_is_refused(
    login: OidcLogin, provider: PretendProvider
) -> None:
    departure = login.begin(Start("fi"))
    swapped = login.complete(departure.memory, provider.answer(departure, iss="https://other.example"))
    assert swapped == NoClaim("issuer_of_another", Why.NOT_TRUSTED)
    removed = login.complete(departure.memory, provider.answer(departure, iss=""))
    assert removed == NoClaim("issuer_missing", Why.NOT_TRUSTED)
    assert provider.calls("/token") == 0


def test_o2_a_provider_that_never_names_itself_need_not(
    login: OidcLogin, provider: PretendProvider, sign_in: SignIn
) -> None:
    provider.document.pop("authorization_response_iss_parameter_supported")
    departure = login.begin(Start("fi"))
    provider.id_token = provider.sign(provider.claims(departure))
    assert isinstance(login.complete(departure.memory, provider.answer(departure, iss="")), Claim)


def test_o2_what_was_begun_at_one_provider_is_not_ended_at_another(
    make_login: Callable[..., OidcLogin], make_provider: Callable[..., PretendProvider]
) -> None:
    first, second = make_provider(), make_provider()
    there, here = make_login(issuer=first.issuer), make_login(issuer=second.issuer)
    departure = there.begin(Start("fi"))
    second.id_token = second.sign(second.claims(departure))
    answer = second.answer(departure)
    assert here.complete(departure.memory, answer) == NoClaim("state", Why.NOT_EXPECTED)
    assert there.complete(departure.memory, answer) == NoClaim("issuer_of_another", Why.NOT_TRUSTED)
    assert first.calls("/token") == second.calls("/token") == 0


@pytest.mark.parametrize(
    ("error", "reason", "why"),
    [
        ("access_denied", "provider_access_denied", Why.CANCELLED),
        ("interaction_required", "provider_interaction_required", Why.CANCELLED),
        ("login_required", "provider_login_required", Why.CANCELLED),
        ("consent_required", "provider_consent_required", Why.CANCELLED),
        ("unmet_authentication_requirements", "unmet_authentication_requirements", Why.NOT_STRONG_ENOUGH),
        ("<b>Ada 131052-308T</b>", "provider_unknown", Why.CANCELLED),
        ("131052-308T", "provider_unknown", Why.CANCELLED),
        ("made_up_1", "provider_unknown", Why.CANCELLED),
    ],
)
def test_a_no_of_the_provider_is_a_no(
    error: str, reason: str, why: Why, login: OidcLogin, provider: PretendProvider
) -> None:
    departure = login.begin(Start("fi"))
    answer = provider.answer(departure, code="", error=error, error_description="<b>Ada</b>")
    assert login.complete(departure.memory, answer) == NoClaim(reason, why)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ("invalid_scope", "client_refused"),
        ("unauthorized_client", "client_refused"),
        ("server_error", "provider_error"),
        ("temporarily_unavailable", "provider_error"),
    ],
)
def test_a_fault_of_the_settings_is_no_refusal_of_the_person(
    error: str, code: str, login: OidcLogin, provider: PretendProvider
) -> None:
    departure = login.begin(Start("fi"))
    with pytest.raises(ProviderFailure) as failed:
        login.complete(departure.memory, provider.answer(departure, code="", error=error))
    assert (failed.value.code, failed.value.detail) == (code, error)


@pytest.mark.parametrize(
    ("path", "reply", "code"),
    [
        ("/token", Reply.of({"error": "invalid_client"}, 401), "client_refused"),
        ("/token", Reply.of({"error": ["odd"]}, 400), "provider_error"),
        ("/token", Reply.of({"access_token": "a", "token_type": "Bearer"}), "no_id_token"),
        ("/token", Reply.of([1]), "unexpected_answer"),
        ("/token", Reply(200, b"<html>"), "unexpected_answer"),
        ("/token", Reply(502, b"<html>"), "unexpected_answer"),
        ("/token", Reply(200, b"[" * 100_000), "unexpected_answer"),
        ("/token", Reply(200, b" " * 2_000_000), "unexpected_answer"),
        ("/token", Reply(200, BOMB, {"Content-Encoding": "gzip"}), "unexpected_answer"),
        ("/token", Reply(307, b"", {"Location": "/token-elsewhere"}), "unexpected_answer"),
        ("/userinfo", Reply(401), "unexpected_answer"),
        ("/userinfo", Reply(200, b"eyJ.eyJ.x"), "unexpected_answer"),
        ("/userinfo", Reply(302, b"", {"Location": "/userinfo-elsewhere"}), "unexpected_answer"),
    ],
)
def test_odd_answers_end_in_a_failure_with_a_code(
    path: str, reply: Reply, code: str, login: OidcLogin, provider: PretendProvider, sign_in: SignIn
) -> None:
    provider.replies[path] = lambda _seen: reply
    with pytest.raises(ProviderFailure) as failed:
        sign_in(login)
    assert failed.value.code == code
    assert not [seen for seen in provider.seen if seen.path.endswith("-elsewhere")]


def test_userinfo_about_somebody_else_is_refused(
    login: OidcLogin, provider: PretendProvider, sign_in: SignIn
) -> None:
    for userinfo in ({"sub": "somebody-else"}, {"sub": SUBJECT.lower()}, {}):
        provider.userinfo = userinfo
        assert sign_in(login) == NoClaim("userinfo_of_another", Why.NOT_TRUSTED)


def test_userinfo_is_not_asked_where_a_setting_says_so(
    make_login: Callable[..., OidcLogin], provider: PretendProvider, sign_in: SignIn
) -> None:
    assert isinstance(sign_in(make_login(userinfo="no")), Claim)
    assert provider.calls("/userinfo") == 0


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post", "none"])
def test_the_client_shows_itself_as_registered(
    method: str, make_login: Callable[..., OidcLogin], provider: PretendProvider, sign_in: SignIn
) -> None:
    secret = "" if method == "none" else "not-so-secret"
    assert isinstance(sign_in(make_login(auth_method=method, client_secret=secret)), Claim)
    sent = next(seen for seen in provider.seen if seen.path == "/token")
    basic = "Basic " + base64.b64encode(b"portal:not-so-secret").decode()
    assert sent.headers.get("authorization") == (basic if method == "client_secret_basic" else None)
    shown = {name: sent.form[name] for name in ("client_id", "client_secret") if name in sent.form}
    assert (
        shown
        == {
            "client_secret_basic": {},
            "client_secret_post": {"client_id": "portal", "client_secret": "not-so-secret"},
            "none": {"client_id": "portal"},
        }[method]
    )


def test_nothing_is_taken_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, login: OidcLogin, provider: PretendProvider, sign_in: SignIn
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert isinstance(sign_in(login), Claim)


def test_the_request_key_is_the_state(login: OidcLogin) -> None:
    assert login.request_key(Answer({"state": "abc", "code": CODE})) == "abc"
    assert login.request_key(Answer({"state": ""})) is None
    assert login.request_key(Answer({"error": "access_denied"})) is None


def test_forms_may_lead_to_the_provider(
    make_login: Callable[..., OidcLogin], provider: PretendProvider
) -> None:
    parts = urlsplit(provider.issuer)
    assert make_login().destinations() == (f"http://{parts.netloc}", "https:")
    assert make_login(issuer="https://idp.example/realm").destinations() == ("https:",)


def test_signing_out_goes_to_the_providers_own_page(login: OidcLogin, sign_in: SignIn) -> None:
    claim = sign_in(login)
    assert isinstance(claim, Claim)
    assert claim.provider is not None
    departure = login.leave(claim.provider.memory, "nb")
    assert departure is not None
    assert fields_of(departure.url) == {
        "id_token_hint": claim.provider.memory["id_token"],
        "client_id": "portal",
        "post_logout_redirect_uri": f"{PAGES}/signed-out",
        "state": departure.key,
        "ui_locales": "nb",
    }
    assert login.left(departure.memory, Answer({"state": departure.key}))
    for fields in ({}, {"state": "other"}, {"state": departure.key, "error": "server_error"}):
        assert not login.left(departure.memory, Answer(fields))
    assert not login.left({}, Answer({"state": ""}))


def test_signing_out_without_such_a_page_is_ours_alone(
    make_login: Callable[..., OidcLogin], provider: PretendProvider
) -> None:
    provider.document.pop("end_session_endpoint")
    assert make_login().leave({"id_token": "x"}, "fi") is None
