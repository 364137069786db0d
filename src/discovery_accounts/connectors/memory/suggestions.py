"""What patrons suggest to buy."""

from discovery_accounts.connectors.api import (
    NewSuggestion,
    NotAPatron,
    NotSuggested,
    Suggested,
    Suggestion,
)
from discovery_accounts.connectors.memory.people import Person
from discovery_accounts.connectors.memory.verbs import Verbs
from discovery_accounts.domain.suggestions import SuggestionReason, SuggestionState

MOST_OPEN = 5


class SuggestionVerbs(Verbs):
    """``TakesSuggestions``."""

    async def list_suggestions(self, patron_id: str) -> tuple[Suggestion, ...] | NotAPatron:
        async with self.library.gate.reading("suggestions"):
            person = self.person(patron_id)
            return NotAPatron() if person is None else tuple(person.suggestions.values())

    async def suggest(
        self, patron_id: str, suggestion: NewSuggestion
    ) -> Suggested | NotSuggested | NotAPatron:
        async with self.library.gate.reading("suggestions"):
            person = self.person(patron_id)
        if person is None:
            return NotAPatron()
        if not suggestion.title.strip():
            return NotSuggested(SuggestionReason.FIELD_MISSING, ("title",))
        async with self.library.gate.acting("suggestion"):
            if because := _hindrance(person, suggestion):
                return NotSuggested(because)
            made = Suggestion(
                self.library.number("s"),
                suggestion.title,
                SuggestionState.ASKED,
                suggestion.author,
                self.library.today(),
            )
            person.suggestions[made.suggestion_id] = made
        return Suggested(made.suggestion_id)


def _hindrance(person: Person, new: NewSuggestion) -> SuggestionReason | None:
    mine = person.suggestions.values()
    if person.blocks:
        return SuggestionReason.CARD_BLOCKED
    if any(one.title == new.title for one in mine):
        return SuggestionReason.ALREADY_SUGGESTED
    waiting = sum(one.state is SuggestionState.ASKED for one in mine)
    return SuggestionReason.TOO_MANY if waiting >= MOST_OPEN else None
