"""Where last answers of libraries are kept: bytes under a key for a time. They are sealed before they come here."""

import threading
import time
from collections import OrderedDict
from typing import Protocol

import redis


class AnswerCache(Protocol):
    """A place that may forget at any time, but never keeps longer than asked. ``seconds`` of life."""

    def get_many(self, keys: list[str]) -> list[bytes | None]: ...

    def put_many(self, entries: dict[str, bytes], seconds: int) -> None: ...

    def forget(self, keys: list[str]) -> None: ...

    def close(self) -> None: ...


class MemoryCache:
    """In this process. Bounded in bytes; what was not used for longest goes first."""

    def __init__(self, max_bytes: int = 64 * 1024 * 1024) -> None:
        self._entries: OrderedDict[str, tuple[float, bytes]] = OrderedDict()
        self._size = 0
        self._max_bytes = max_bytes
        self._lock = threading.Lock()

    def get_many(self, keys: list[str]) -> list[bytes | None]:
        now = time.monotonic()
        with self._lock:
            return [self._get(key, now) for key in keys]

    def put_many(self, entries: dict[str, bytes], seconds: int) -> None:
        ends = time.monotonic() + seconds
        with self._lock:
            for key, value in entries.items():
                self._drop(key)
                self._entries[key] = (ends, value)
                self._size += len(value)
            while self._size > self._max_bytes and self._entries:
                self._drop(next(iter(self._entries)))

    def forget(self, keys: list[str]) -> None:
        with self._lock:
            for key in keys:
                self._drop(key)

    def close(self) -> None:
        with self._lock:
            self._entries.clear()
            self._size = 0

    def _get(self, key: str, now: float) -> bytes | None:
        entry = self._entries.get(key)
        if entry is None:
            return None
        if entry[0] <= now:
            self._drop(key)
            return None
        self._entries.move_to_end(key)
        return entry[1]

    def _drop(self, key: str) -> None:
        entry = self._entries.pop(key, None)
        if entry is not None:
            self._size -= len(entry[1])


class RedisCache:
    """Shared by several processes. A Redis that is down is a cache that forgot everything."""

    def __init__(self, url: str) -> None:
        self._redis = redis.Redis.from_url(url, socket_timeout=0.3, socket_connect_timeout=0.3)

    def get_many(self, keys: list[str]) -> list[bytes | None]:
        if not keys:
            return []
        try:
            found = self._redis.mget([_named(key) for key in keys])
        except redis.RedisError:
            return [None] * len(keys)
        return [value if isinstance(value, bytes) else None for value in found]

    def put_many(self, entries: dict[str, bytes], seconds: int) -> None:
        try:
            with self._redis.pipeline(transaction=False) as pipeline:
                for key, value in entries.items():
                    pipeline.set(_named(key), value, ex=seconds)
                pipeline.execute()
        except redis.RedisError:
            return

    def forget(self, keys: list[str]) -> None:
        if not keys:
            return
        try:
            self._redis.delete(*[_named(key) for key in keys])
        except redis.RedisError:
            return  # the copies are unreadable anyway: their key is gone from the database

    def close(self) -> None:
        self._redis.close()


def open_cache(url: str) -> AnswerCache:
    """``memory:`` or ``redis://…``."""
    return MemoryCache() if url.startswith("memory:") else RedisCache(url)


def _named(key: str) -> str:
    return f"discovery-accounts:answer:{key}"
