"""One token for all calls: fetched once however many wait, before it ends, and once after a refusal."""

import asyncio
from zoneinfo import ZoneInfo

import pytest

from discovery_accounts.config.secret import Secret
from discovery_accounts.connectors.api import RateLimited, Refused, Rejected, TimedOut, UnexpectedAnswer
from discovery_accounts.connectors.koha.settings import KohaSettings
from discovery_accounts.connectors.koha.tokens import Tokens
from discovery_accounts.connectors.transport import HttpAnswer
from discovery_accounts.testing.replay import Recorded, ReplayTransport, json_answer

SETTINGS = KohaSettings("portal", Secret("never-shown"), ZoneInfo("Europe/Helsinki"))
REFUSED = json_answer({"error": "Authentication failure."}, 401)
TOKEN = "/v1/oauth/token"


def tokens_of(*replies, clock=lambda: 0.0, delay=0.0):
    transport = ReplayTransport([Recorded("POST", TOKEN, reply, times=1, delay=delay) for reply in replies])
    return Tokens(SETTINGS, transport, clock), transport


def token(value, seconds=3600):
    return json_answer({"access_token": value, "expires_in": seconds, "token_type": "Bearer"})


def test_many_waiting_calls_share_one_fetch():
    tokens, transport = tokens_of(token("a"), delay=0.01)

    async def many():
        return await asyncio.gather(*(tokens.current() for _ in range(50)))

    assert set(asyncio.run(many())) == {"a"}
    assert transport.count() == 1
    assert transport.requests[0].form == {
        "grant_type": "client_credentials",
        "client_id": "portal",
        "client_secret": "never-shown",
    }


def test_a_waiting_call_that_gives_up_takes_nothing_from_the_others():
    tokens, transport = tokens_of(token("a"), delay=0.05)

    async def two():
        first = asyncio.create_task(tokens.current())
        await asyncio.sleep(0.01)
        second = asyncio.create_task(tokens.current())
        await asyncio.sleep(0)
        first.cancel()
        return await second

    assert asyncio.run(two()) == "a"
    assert transport.count() == 1


@pytest.mark.parametrize(("seconds", "still_good", "renewed"), [(3600, 3539, 3541), (20, 17.9, 18.1)])
def test_a_token_is_renewed_shortly_before_its_end(seconds, still_good, renewed):
    now = 0.0
    tokens, _ = tokens_of(token("a", seconds), token("b", seconds), clock=lambda: now)

    async def over_time():
        nonlocal now
        seen = [await tokens.current()]
        now = still_good
        seen.append(await tokens.current())
        now = renewed
        seen.append(await tokens.current())
        return seen

    assert asyncio.run(over_time()) == ["a", "a", "b"]


def test_parallel_refusals_fetch_one_new_token():
    tokens, transport = tokens_of(token("a"), token("b"), delay=0.01)

    async def many():
        await tokens.current()
        return await asyncio.gather(*(tokens.after_refusal("a") for _ in range(20)))

    assert set(asyncio.run(many())) == {"b"}
    assert transport.count() == 2


def test_waiting_calls_share_a_failure_and_the_next_call_tries_again():
    tokens, transport = tokens_of(TimedOut(), token("a"), delay=0.01)

    async def many():
        failures = await asyncio.gather(*(tokens.current() for _ in range(9)), return_exceptions=True)
        return failures, await tokens.current()

    failures, later = asyncio.run(many())
    assert {type(failure) for failure in failures} == {TimedOut}
    assert later == "a"
    assert transport.count() == 2


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_wrong_secret_is_a_refusal_of_us(status):
    tokens, _ = tokens_of(json_answer({"error": "unauthorized_client"}, status))
    with pytest.raises(Refused, match="client_id") as refused:
        asyncio.run(tokens.current())
    assert "never-shown" not in str(refused.value)


@pytest.mark.parametrize(
    "answer",
    [
        json_answer({"access_token": "", "expires_in": 3600}),
        json_answer({"access_token": "a\nb", "expires_in": 3600}),
        json_answer({"access_token": "a", "expires_in": "3600"}),
        json_answer({"access_token": "a", "expires_in": 0}),
        json_answer([]),
        json_answer({"error": "?"}, 404),
        HttpAnswer(200, {"content-type": "text/html"}, b"<html></html>"),
    ],
)
def test_a_token_of_another_shape_is_unexpected(answer):
    tokens, _ = tokens_of(answer)
    with pytest.raises(UnexpectedAnswer):
        asyncio.run(tokens.current())


def test_a_refused_token_is_renewed_once_even_for_a_pin(koha, pin_answer):
    first = Recorded("POST", "/v1/auth/password/validation", REFUSED, times=1)
    connector, transport = koha(first, pin_answer(400, {"error": "Validation failed"}))
    assert asyncio.run(connector.verify_patron("21270000057", "1234")) == Rejected()
    assert (transport.count("POST", "validation"), transport.count("POST", "token")) == (2, 2)


def test_two_refusals_are_our_own_trouble_and_never_a_wrong_pin(koha):
    connector, transport = koha(Recorded("POST", "/v1/auth/password/validation", REFUSED))
    with pytest.raises(Refused):
        asyncio.run(connector.verify_patron("21270000057", "1234"))
    assert transport.count("POST", "validation") == 2


@pytest.mark.parametrize(
    ("told", "named"),
    [
        ({"borrowers": "list_borrowers"}, "borrowers:list_borrowers"),
        ([{"borrowers": "list_borrowers"}, {"borrowers": "edit_borrowers"}], "borrowers:edit_borrowers"),
        ({"circulate": {"circulate_remaining_permissions": 1}}, "circulate:circulate_remaining_permissions"),
        ({"catalogue": 1}, "catalogue"),
    ],
)
def test_a_missing_right_is_named(koha, told, named):
    body = {"error": "Authorization failure. Missing required permission(s).", "required_permissions": told}
    refused = json_answer(body, 403)
    connector, _ = koha(*(Recorded("GET", path, refused) for path in ("/v1/patrons", "/v1/patrons/57")))
    with pytest.raises(Refused, match=named):
        asyncio.run(connector.read_patron("57"))


@pytest.mark.parametrize(
    ("header", "seconds"), [("7", 7.0), ("soon", None), ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0)]
)
def test_a_rate_limit_tells_how_long_to_wait(koha, header, seconds):
    limited = HttpAnswer(429, {"retry-after": header}, b"Too Many Requests")
    connector, _ = koha(Recorded("GET", "/v1/patrons", limited))
    with pytest.raises(RateLimited) as waiting:
        asyncio.run(connector.read_patron("57"))
    assert waiting.value.retry_after == seconds
