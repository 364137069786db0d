"""Where last answers are kept: in memory, or in a Redis that several processes share."""

from collections.abc import Iterator

import pytest

from discovery_accounts.services.answer_cache import AnswerCache, MemoryCache, RedisCache, open_cache


@pytest.fixture(params=["memory", pytest.param("redis", marks=pytest.mark.redis)])
def cache(request: pytest.FixtureRequest) -> Iterator[AnswerCache]:
    url = "memory:" if request.param == "memory" else request.getfixturevalue("redis_url")
    opened = open_cache(url)
    opened.forget(["a", "b"])
    yield opened
    opened.close()


def test_what_was_put_is_found_in_the_order_asked(cache: AnswerCache) -> None:
    cache.put_many({"a": b"one", "b": b"\x00\xff"}, 60)
    assert cache.get_many(["b", "none", "a"]) == [b"\x00\xff", None, b"one"]


def test_what_is_put_again_replaces_what_was_there(cache: AnswerCache) -> None:
    cache.put_many({"a": b"one"}, 60)
    cache.put_many({"a": b"two"}, 60)
    assert cache.get_many(["a"]) == [b"two"]


def test_what_is_forgotten_is_gone(cache: AnswerCache) -> None:
    cache.put_many({"a": b"one", "b": b"two"}, 60)
    cache.forget(["a"])
    assert cache.get_many(["a", "b"]) == [None, b"two"]


def test_asking_for_nothing_gives_nothing(cache: AnswerCache) -> None:
    assert cache.get_many([]) == []
    cache.forget([])


def test_memory_gives_up_what_was_not_used_for_longest() -> None:
    cache = MemoryCache(max_bytes=10)
    cache.put_many({"old": b"12345", "used": b"12345"}, 60)
    cache.get_many(["old"])
    cache.put_many({"new": b"12345"}, 60)
    assert cache.get_many(["old", "used", "new"]) == [b"12345", None, b"12345"]


def test_nothing_outlives_its_time() -> None:
    cache = MemoryCache()
    cache.put_many({"a": b"one"}, 0)
    assert cache.get_many(["a"]) == [None]


def test_two_processes_share_a_redis(redis_url: str) -> None:
    one, other = RedisCache(redis_url), RedisCache(redis_url)
    one.put_many({"a": b"one"}, 60)
    assert other.get_many(["a"]) == [b"one"]
    other.forget(["a"])
    assert one.get_many(["a"]) == [None]
    one.close()
    other.close()


def test_a_redis_that_is_down_is_a_cache_that_forgot() -> None:
    cache = RedisCache("redis://127.0.0.1:1/0")
    cache.put_many({"a": b"one"}, 60)
    assert cache.get_many(["a"]) == [None]
    cache.forget(["a"])
    cache.close()
