"""The settings of a pretend library: ``accounts.library.NAME.…``."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from discovery_accounts.config.keys import Key
from discovery_accounts.config.parsers import boolean, seconds, secret
from discovery_accounts.config.secret import Secret

KEYS = (
    Key(
        "delay",
        seconds(0, 60),
        default="0",
        example="0.2",
        help="Seconds that each call takes, to see how the portal looks with a slow library.",
    ),
    Key(
        "news_secret",
        secret,
        default="pretend",
        example="pretend",
        help="What the library's news are signed with.",
        secret=True,
    ),
    Key(
        "reads_without_pin",
        boolean,
        default="yes",
        example="no",
        help="Whether the library tells about a patron whose PIN it is not given; if not, nobody can be invited.",
    ),
)


@dataclass(frozen=True, slots=True)
class MemorySettings:
    """``delay`` in seconds."""

    delay: float = 0.0
    news_secret: Secret = Secret("pretend")  # noqa: RUF009 - immutable
    reads_without_pin: bool = True

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> "MemorySettings":
        """From the values read by :data:`KEYS`."""
        return cls(**values)
