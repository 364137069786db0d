"""The self-test of a library: one step, what was found, and how a connector adds steps of its own."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable


class CheckState(StrEnum):
    """``SKIPPED``: an earlier step failed, or there is nothing to check with."""

    PASSED = "passed"
    WARNED = "warned"
    FAILED = "failed"
    SKIPPED = "skipped"


class CheckName(StrEnum):
    """The steps, in the order in which they run. Each has a title in words."""

    SETTINGS = "settings"
    DNS = "dns"
    TCP = "tcp"
    TLS = "tls"
    ANSWER = "answer"
    CREDENTIALS = "credentials"
    RIGHTS = "rights"
    CLOCK = "clock"
    TEST_PATRON = "test_patron"
    TEST_PIN = "test_pin"
    LOANS = "loans"
    PAGING = "paging"


class CheckCause(StrEnum):
    """The probable cause of a failure or warning; each has words and what to do, or whom to ask."""

    SETTINGS_FAULTY = "settings_faulty"
    NAME_NOT_FOUND = "name_not_found"
    CONNECTION_REFUSED = "connection_refused"
    NO_CONNECTION_IN_TIME = "no_connection_in_time"
    CONNECTION_BROKE = "connection_broke"
    PLAIN_CONNECTION = "plain_connection"
    CERTIFICATE_ENDED = "certificate_ended"
    CERTIFICATE_ENDS_SOON = "certificate_ends_soon"
    CERTIFICATE_WRONG_NAME = "certificate_wrong_name"
    CERTIFICATE_UNTRUSTED = "certificate_untrusted"
    TLS_FAILED = "tls_failed"
    NO_ANSWER_IN_TIME = "no_answer_in_time"
    SLOW_ANSWER = "slow_answer"
    SERVER_FAILURE = "server_failure"
    IN_MAINTENANCE = "in_maintenance"
    NOT_OUR_SYSTEM = "not_our_system"
    BROKEN_ANSWER = "broken_answer"
    KEY_REFUSED = "key_refused"
    RIGHTS_MISSING = "rights_missing"
    TOO_MANY_CALLS = "too_many_calls"
    DAILY_LIMIT = "daily_limit"
    CLOCK_DIFFERS = "clock_differs"
    TEST_CARD_UNKNOWN = "test_card_unknown"
    TEST_CARD_REFUSED = "test_card_refused"
    TEST_CARD_BLOCKED = "test_card_blocked"
    NO_PINS_HERE = "no_pins_here"
    WRONG_PATRON = "wrong_patron"
    LIST_INCOMPLETE = "list_incomplete"
    CONNECTOR_BUG = "connector_bug"


@dataclass(frozen=True, slots=True)
class CheckStep:
    """One step. ``found`` is for IT, in English, short, without secrets or personal data; ``cause`` is
    set when it failed or warned. ``seconds`` is how long it took."""

    name: CheckName
    state: CheckState
    seconds: float = 0.0
    found: str = ""
    cause: CheckCause | None = None


@dataclass(frozen=True, slots=True)
class TestCard:
    """A card of the library's own for testing. Never written down anywhere."""

    __test__ = False

    card_number: str = field(repr=False)
    pin: str | None = field(default=None, repr=False)


@runtime_checkable
class ChecksItself(Protocol):
    """A connector that can say more about its library than that it answers. Optional for connectors;
    without it the self-test makes do with the capabilities.

    Both only read. They raise ``LibraryError`` for what is no answer; the self-test finds the cause.
    """

    async def check_credentials(self) -> str:
        """What the library calls us, or what let us in: for ``found``. Raises ``Refused`` for a bad key."""
        ...

    async def check_rights(self) -> Sequence[str]:
        """The rights that our key lacks for what the connector declares, in the vendor's own words."""
        ...


@runtime_checkable
class TellsTime(Protocol):
    """A connector whose library tells its own time other than by the ``Date`` of HTTP. Optional."""

    async def read_clock(self) -> datetime:
        """The library's time now, with its zone."""
        ...
