"""The login's test of itself: it never raises, and what is wrong comes with what to do."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from tests.fixtures.openid.pretend import PretendProvider, Reply

from discovery_accounts.login.checks import Level, Step
from discovery_accounts.login.oidc import wire
from discovery_accounts.login.oidc.provider import OidcLogin

METADATA = "/.well-known/openid-configuration"
ANNOUNCED: dict[str, Any] = {
    "code_challenge_methods_supported": ["S256"],
    "scopes_supported": ["openid", "profile", "email"],
    "acr_values_supported": ["high", "low"],
    "id_token_signing_alg_values_supported": ["RS256", "ES256"],
    "backchannel_logout_supported": True,
}


@pytest.fixture
def announcing(provider: PretendProvider) -> PretendProvider:
    provider.document |= ANNOUNCED
    return provider


def steps_of(login: OidcLogin) -> dict[str, Step]:
    return {step.what: step for step in login.check()}


def test_a_provider_in_order_is_all_ok(
    announcing: PretendProvider, make_login: Callable[..., OidcLogin]
) -> None:
    steps = steps_of(make_login(acr_values="high"))
    names = [
        "metadata",
        "endpoints",
        "signing keys",
        "clock",
        "client",
        "PKCE",
        "scope",
        "levels",
        "sign-out",
    ]
    assert list(steps) == names
    assert {step.level for step in steps.values()} == {Level.OK}
    assert "signed-out" in steps["sign-out"].found
    assert "not-so-secret" not in repr(steps)


@pytest.mark.parametrize(
    ("name", "value", "what", "level", "word"),
    [
        ("code_challenge_methods_supported", ["plain"], "PKCE", Level.WARNING, "S256"),
        ("code_challenge_methods_supported", None, "PKCE", Level.WARNING, "S256"),
        ("scopes_supported", ["openid"], "scope", Level.WARNING, "email"),
        ("acr_values_supported", ["low"], "levels", Level.WARNING, "high"),
        ("id_token_signing_alg_values_supported", ["HS256"], "signing keys", Level.FAILED, ".algorithms"),
        ("backchannel_logout_supported", False, "sign-out", Level.WARNING, "stay signed in"),
        ("end_session_endpoint", None, "sign-out", Level.WARNING, "shared machines"),
    ],
)
def test_what_the_provider_lacks_is_told_with_advice(
    name: str,
    value: object,
    what: str,
    level: Level,
    word: str,
    announcing: PretendProvider,
    make_login: Callable[..., OidcLogin],
) -> None:
    announcing.document[name] = value
    step = steps_of(make_login(acr_values="high"))[what]
    assert step.level is level
    assert word in step.advice


@pytest.mark.parametrize(
    ("seconds", "level"),
    [
        (0, Level.OK),
        (-45, Level.WARNING),
        (45, Level.WARNING),
        (-600, Level.FAILED),
        (600, Level.FAILED),
    ],
)
def test_clocks_that_differ_are_told(
    seconds: int, level: Level, announcing: PretendProvider, login: OidcLogin
) -> None:
    announcing.date = format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)
    step = steps_of(login)["clock"]
    assert step.level is level
    assert ("ahead" in step.found) == (seconds > 0)


@pytest.mark.parametrize(
    "date", ["nonsense", "Mon, 1 Jan 2026 25:00:00 GMT", "1 Jan 99999 00:00:00 GMT", "x"]
)
def test_a_provider_that_tells_no_time_is_a_warning(
    date: str, announcing: PretendProvider, login: OidcLogin
) -> None:
    announcing.date = date
    assert steps_of(login)["clock"].level is Level.WARNING


@pytest.mark.parametrize(
    ("reply", "level"),
    [
        (Reply.of({"error": "invalid_grant"}, 400), Level.OK),
        (Reply.of({"error": "invalid_client"}, 401), Level.FAILED),
        (Reply.of({"error": "unauthorized_client"}, 400), Level.FAILED),
        (Reply.of({"error": "odd"}, 400), Level.WARNING),
        (Reply.of({}), Level.WARNING),
        (Reply(500), Level.FAILED),
    ],
)
def test_whether_the_provider_knows_our_client_is_told(
    reply: Reply, level: Level, announcing: PretendProvider, login: OidcLogin
) -> None:
    announcing.replies["/token"] = lambda _seen: reply
    step = steps_of(login)["client"]
    assert step.level is level
    assert bool(step.advice) == (level is not Level.OK)


@pytest.mark.parametrize(
    ("path", "reply", "what", "code"),
    [
        (METADATA, Reply(404), "metadata", "unexpected_answer"),
        (METADATA, Reply(200, b"<html>"), "metadata", "unexpected_answer"),
        (METADATA, Reply.of({"issuer": "https://other.example"}), "metadata", "issuer_mismatch"),
        (METADATA, Reply(wait=2.0), "metadata", "timed_out"),
        ("/keys", Reply(404), "signing keys", "unexpected_answer"),
        ("/keys", Reply.of({"keys": [{"kty": "oct"}]}), "signing keys", "no_keys"),
    ],
)
def test_a_failure_is_a_step_with_advice(
    path: str,
    reply: Reply,
    what: str,
    code: str,
    monkeypatch: pytest.MonkeyPatch,
    announcing: PretendProvider,
    login: OidcLogin,
) -> None:
    monkeypatch.setattr(wire, "CALL_SECONDS", 0.5)
    announcing.replies[path] = lambda _seen: reply
    step = steps_of(login)[what]
    assert step.level is Level.FAILED
    assert step.found.startswith(code)
    assert len(step.advice) > 40


def test_a_dead_provider_is_one_failed_step(make_login: Callable[..., OidcLogin]) -> None:
    steps = list(make_login(issuer="http://127.0.0.1:9").check())
    assert [(step.what, step.level) for step in steps] == [("metadata", Level.FAILED)]
    assert "curl" in steps[0].advice


def test_the_check_asks_anew_every_time(announcing: PretendProvider, login: OidcLogin) -> None:
    assert steps_of(login)["metadata"].level is Level.OK
    announcing.document["issuer"] = "https://other.example"
    assert steps_of(login)["metadata"].level is Level.FAILED
