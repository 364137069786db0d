"""The key and the limits that all calls of an institution share."""

import asyncio

import pytest

from discovery_accounts.connectors.api import RateLimited, Refused, Verified
from discovery_accounts.connectors.transport import HttpAnswer
from discovery_accounts.testing.replay import Recorded

USER = "/almaws/v1/users/u57%40example"


@pytest.mark.parametrize(
    "answer",
    [
        HttpAnswer(401, {"content-type": "text/plain"}, b"Invalid API Key"),
        HttpAnswer(403, {"content-type": "text/html"}, b"<html>Forbidden</html>"),
        HttpAnswer(401, {"content-type": "application/xml"}, b"<errorCode>UNAUTHORIZED</errorCode>"),
    ],
)
def test_a_refused_key_is_our_own_trouble(alma, answer):
    connector, _ = alma(Recorded("GET", USER, answer), Recorded("POST", "/almaws/v1/users/HK10057", answer))
    with pytest.raises(Refused) as refused:
        asyncio.run(connector.read_patron("u57@example"))
    assert "never-shown" not in str(refused.value)
    with pytest.raises(Refused):
        asyncio.run(connector.verify_patron("HK10057", "1234"))


@pytest.mark.parametrize("code", ["UNAUTHORIZED", "FORBIDDEN", "60258"])
def test_a_refused_key_with_status_400_is_known_by_its_code(alma, error, code):
    connector, _ = alma(Recorded("GET", USER, error(code)))
    with pytest.raises(Refused):
        asyncio.run(connector.read_patron("u57@example"))


def test_a_pin_refused_with_status_401_is_no_refusal_of_the_key(alma, error):
    connector, _ = alma(
        Recorded("POST", "/almaws/v1/users/HK10057", error("401866", status=401)), files=["user_u57"]
    )
    assert asyncio.run(connector.verify_patron("HK10057", "1234"))


def test_too_many_in_a_second_is_waited_out_once_even_for_a_pin(alma, error, waits):
    busy = Recorded("POST", "/almaws/v1/users/HK10057", error("PER_SECOND_THRESHOLD", status=429), times=1)
    connector, _ = alma(busy, files=["user_u57"])
    assert isinstance(asyncio.run(connector.verify_patron("HK10057", "1234")), Verified)
    assert waits == [1.05]


def test_a_second_that_stays_full_is_a_rate_limit(alma, error, waits):
    connector, transport = alma(Recorded("GET", USER, error("PER_SECOND_THRESHOLD", status=429)))
    with pytest.raises(RateLimited) as limited:
        asyncio.run(connector.read_patron("u57@example"))
    assert limited.value.retry_after == 1.0
    assert (len(transport.requests), len(waits)) == (2, 1)


def test_a_day_used_up_is_over_at_midnight_gmt(alma, error, waits):
    connector, transport = alma(Recorded("GET", USER, error("DAILY_THRESHOLD", status=429)))
    paused = []
    transport.pause = paused.append
    with pytest.raises(RateLimited) as limited:
        asyncio.run(connector.read_patron("u57@example"))
    assert limited.value.retry_after == 2 * 3600
    assert paused == [2 * 3600]
    assert (len(transport.requests), waits) == (1, [])
