"""What patrons suggest that the library should buy."""

from dataclasses import dataclass, field
from datetime import date
from typing import Protocol, runtime_checkable

from discovery_accounts.connectors.api.patrons import NotAPatron
from discovery_accounts.domain.suggestions import SuggestionReason, SuggestionState


@dataclass(frozen=True, slots=True)
class NewSuggestion:
    """A work to buy; only the title is always needed. ``year`` of publication; ``note`` why."""

    title: str
    author: str | None = None
    publisher: str | None = None
    year: int | None = None
    isbn: str | None = None
    note: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One suggested before. ``reason`` in the library's own words."""

    suggestion_id: str
    title: str | None
    state: SuggestionState
    author: str | None = None
    suggested_on: date | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Suggested:
    """The library has it now."""

    suggestion_id: str | None = None


@dataclass(frozen=True, slots=True)
class NotSuggested:
    """The library did not take it; ``fields`` are names of ``NewSuggestion`` that it misses."""

    because: SuggestionReason
    fields: tuple[str, ...] = ()


@runtime_checkable
class TakesSuggestions(Protocol):
    """``Capability.SUGGEST_PURCHASES``."""

    async def list_suggestions(self, patron_id: str) -> tuple[Suggestion, ...] | NotAPatron: ...

    async def suggest(
        self, patron_id: str, suggestion: NewSuggestion
    ) -> Suggested | NotSuggested | NotAPatron:
        """Sent once. After a failure that was ``sent`` look at the list before you think of sending again."""
        ...
