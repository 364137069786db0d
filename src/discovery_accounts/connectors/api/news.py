"""What a library tells by itself (webhooks), so that nothing old is shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, runtime_checkable


class NewsKind(StrEnum):
    """What changed about a patron. ``GONE``: the library removed the record."""

    LOANS = "loans"
    HOLDS = "holds"
    FEES = "fees"
    PATRON = "patron"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class News:
    """Something changed about that patron."""

    patron_id: str = field(repr=False)
    kind: NewsKind


@dataclass(frozen=True, slots=True)
class NotGenuine:
    """The signature is missing or wrong: nothing of it is believed."""


@runtime_checkable
class HearsNews(Protocol):
    """``Capability.HEAR_NEWS``. Decided from the arguments alone, without any call.

    Header names are in lower case.
    """

    def challenge(self, params: Mapping[str, str]) -> Mapping[str, str] | None:
        """What to answer (JSON) to the library's question whether this is the address; ``None``: no question."""
        ...

    def news(self, headers: Mapping[str, str], body: bytes) -> tuple[News, ...] | NotGenuine:
        """What is told; nothing for kinds of news that are no patron's. Never raises for a strange body."""
        ...
