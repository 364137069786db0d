"""Where answers are kept there is no PIN, whether a library lets PINs be kept or not (checklist S1)."""

from collections.abc import Callable, Iterator

import pytest
import redis

from discovery_accounts.connectors.gateway import Want
from discovery_accounts.models import Link
from discovery_accounts.services.answer_cache import MemoryCache
from tests.factories.portal import Portal
from tests.factories.refusals import now_of
from tests.factories.rows import rows
from tests.fixtures.databases import ON_SQLITE

pytestmark = ON_SQLITE
CANARY = "9Z7-CANARY"


def entries(portal: Portal, url: str) -> dict[str, bytes]:
    """All that lies in the cache of this portal, by its key."""
    cache = portal.house.cache
    if isinstance(cache, MemoryCache):
        return {key: value for key, (_, value) in cache._entries.items()}
    client = redis.Redis.from_url(url)
    found = {key.decode(): client.get(key) or b"" for key in client.scan_iter("*")}
    client.close()
    return found


def opened(portal: Portal, kept: dict[str, bytes]) -> list[bytes]:
    """The same as the portal reads it: what is sealed could hide a PIN as well."""
    [link] = rows(portal.house, Link)
    found = []
    for key, sealed in kept.items():
        want = next(want for want in Want if f"{want.value}:{link.id.hex}" in key)
        found.append(portal.house.vault.unseal_with(link.answer_key, sealed, (want.value, str(link.id))))
    return found


@pytest.fixture(params=["memory", pytest.param("redis", marks=pytest.mark.redis)])
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    if request.param == "memory":
        yield "memory:"
        return
    url = request.getfixturevalue("redis_url")
    client = redis.Redis.from_url(url)
    client.flushdb()
    yield url
    client.flushdb()
    client.close()


@pytest.mark.parametrize("storage", ["none", "encrypted"])
def test_s1_no_pin_is_kept_with_answers(make_portal: Callable[..., Portal], url: str, storage: str) -> None:
    portal = make_portal(cache_url=url, library__lumme__pin_storage=storage)
    portal.koha.change_pin(portal.patron("lumme").patron_id, CANARY)
    client = portal.client()
    client.sign_in("lumme", now_of(portal.koha, portal.patron("lumme")))
    for path in ("/loans?refresh=1", "/holds", "/fees", "/loans"):
        client.call("GET", path, status=200)
    kept = entries(portal, url)
    assert kept, "answers are kept"
    read = opened(portal, kept)
    for place in (*map(str.encode, kept), *kept.values(), *read):
        assert CANARY.encode() not in place
    loans = client.call("GET", "/loans").json["loans"]
    assert any(loans[0]["title"].encode() in text for text in read), "what is opened is what was kept"
