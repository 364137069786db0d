"""The contract about purchase suggestions: listed where they were made, and shown to nobody else."""

from discovery_accounts.connectors.api import (
    Capability,
    NewSuggestion,
    NotSuggested,
    Suggested,
    Suggestion,
)
from discovery_accounts.domain.suggestions import SuggestionReason, SuggestionState
from discovery_accounts.testing.connector_world import ConnectorWorld, PatronKind, WorldPatron
from discovery_accounts.testing.contract_act_table import CANARY_NOTE
from discovery_accounts.testing.contract_base import ContractBase

WISH = NewSuggestion("A history of small libraries", "Reader, A.", "Press", 2020, note=CANARY_NOTE)


class SuggestionContract(ContractBase):
    """Suggesting, and what became of it."""

    def test_what_was_suggested_is_listed_once(self, world: ConnectorWorld) -> None:
        patron, other = self.people(world)
        before, others = self.suggestions(world, patron), self.suggestions(world, other)
        answer = self.suggest(world, patron, WISH)
        assert isinstance(answer, Suggested)
        (new,) = [one for one in self.suggestions(world, patron) if one not in before]
        assert (new.title, new.author) == (WISH.title, WISH.author)
        assert answer.suggestion_id in (None, new.suggestion_id)
        assert self.suggestions(world, other) == others

    def test_a_suggestion_without_a_title_is_not_taken(self, world: ConnectorWorld) -> None:
        patron, _ = self.people(world)
        before = self.suggestions(world, patron)
        answer = self.suggest(world, patron, NewSuggestion(" "))
        assert isinstance(answer, NotSuggested)
        assert answer.because is SuggestionReason.FIELD_MISSING
        assert self.suggestions(world, patron) == before

    def test_a_title_may_be_anything(self, world: ConnectorWorld) -> None:
        patron, _ = self.people(world)
        title = "<Ålänning> & 'co'; \"x\" {} %s – ١٢"
        assert isinstance(self.suggest(world, patron, NewSuggestion(title)), Suggested)
        assert title in [one.title for one in self.suggestions(world, patron)]

    def people(self, world: ConnectorWorld) -> tuple[WorldPatron, WorldPatron]:
        """Somebody who suggests, and somebody else."""
        self.need(world, Capability.SUGGEST_PURCHASES)
        return self.patron(world, PatronKind.GOOD), self.patron(world, PatronKind.ANOTHER)

    def suggest(self, world: ConnectorWorld, patron: WorldPatron, wish: NewSuggestion) -> object:
        """What the library makes of it."""
        answer = self.ask(world, lambda connector: connector.suggest(patron.patron_id, wish))
        assert not isinstance(answer, NotSuggested) or isinstance(answer.because, SuggestionReason)
        return answer

    def suggestions(self, world: ConnectorWorld, patron: WorldPatron) -> tuple[Suggestion, ...]:
        """Those of the patron."""
        found = self.ask(world, lambda connector: connector.list_suggestions(patron.patron_id))
        assert isinstance(found, tuple)
        assert len({one.suggestion_id for one in found}) == len(found)
        assert all(isinstance(one.state, SuggestionState) for one in found)
        return found
