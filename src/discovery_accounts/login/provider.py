"""The contract of a login that sends the browser to an identity provider and gets an answer back.

A login keeps nothing of a sign-in under way: what it must remember goes into
``Departure.memory``, which services keep, sealed and bound to the browser, and hand back once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from discovery_accounts.login.claim import Claim, NoClaim


class ProviderFailure(Exception):
    """The provider could not be asked, or is set up wrongly: no refusal of the person, page status 503.

    ``code`` is stable (``unreachable``, ``timed_out``, ``issuer_mismatch``, ``no_keys``, …); ``detail``
    is for IT and holds no personal data and no secret.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Start:
    """What a sign-in begins with. ``fresh``: the person must prove themselves now, not by a session they
    have at the provider. ``organisation`` is the entity id chosen, where the login has many."""

    language: str
    fresh: bool = False
    organisation: str | None = None


@dataclass(frozen=True, slots=True)
class Departure:
    """Where the browser goes, and what must be known when it comes back.

    ``key`` is the word in the provider's answer by which the request is found again (``state``, the
    request's id); it is good once, for ten minutes.
    """

    url: str = field(repr=False)
    key: str = field(repr=False)
    memory: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the decoded query or form fields, and the raw query string (signatures are over it)."""

    fields: Mapping[str, str] = field(default_factory=dict, repr=False)
    query: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class EndOrder:
    """The provider tells us to end the sessions that have one of the ``handles``. ``reply`` is where the
    browser goes then, ``None`` when the provider itself called."""

    handles: tuple[str, ...] = field(repr=False)
    reply: str | None = field(default=None, repr=False)


@runtime_checkable
class ProviderLogin(Protocol):
    """Signing in at an identity provider. Every method may raise ``ProviderFailure``."""

    def begin(self, start: Start) -> Departure: ...

    def request_key(self, answer: Answer) -> str | None:
        """The ``Departure.key`` that the answer claims to belong to; nothing in it is trusted yet."""
        ...

    def complete(self, memory: Mapping[str, str], answer: Answer) -> Claim | NoClaim:
        """Check the answer to the request whose ``memory`` this is; an empty one is of an answer that
        nobody asked for."""
        ...

    def destinations(self) -> tuple[str, ...]:
        """Origins, or ``https:``, that a form of ours may lead to: for the content security policy."""
        ...


@runtime_checkable
class LeavesProvider(Protocol):
    """Sign-out at the provider, and by it."""

    def leave(self, memory: Mapping[str, str], language: str) -> Departure | None:
        """End the person's session there; ``memory`` is of the ``ProviderSession``. ``None``: it has no way."""
        ...

    def request_key(self, answer: Answer) -> str | None:
        """As of :class:`ProviderLogin`; also of the ``leave`` that an answer claims to belong to."""
        ...

    def left(self, memory: Mapping[str, str], answer: Answer) -> bool:
        """Whether the answer to ``leave`` is the provider's and says that the session ended."""
        ...

    def told_to_end(self, answer: Answer) -> EndOrder | NoClaim:
        """A provider's order to end sessions, checked. Each order is good once."""
        ...
