"""What rules about linking come to, in numbers: the same for trying them out as for applying them."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from discovery_accounts.config.settings import LibrarySettings
from discovery_accounts.domain.link_rules import Effect, LinkRules, OtherLink

TOUCHES = (Effect.ENDS, Effect.WAITS, Effect.HANDED_OVER)


class NotInForce(ValueError):
    """Only what the settings say may be done; ``names`` are the settings that say something else."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(", ".join(names))
        self.names = names


@dataclass(slots=True)
class Touched:
    """How many links, and of how many accounts."""

    links: int = 0
    of: set[uuid.UUID] = field(default_factory=set, repr=False)

    @property
    def accounts(self) -> int:
        return len(self.of)


@dataclass(slots=True)
class Outcome:
    """What rules do to the ``links`` to other people's cards of a library, or did. Of ``unknown_cards`` it
    can't be said when they are handed over; ``told`` letters were written."""

    library: str
    rules: LinkRules
    applied: bool = False
    links: int = 0
    unknown_cards: int = 0
    told: int = 0
    by_effect: dict[Effect, Touched] = field(
        default_factory=lambda: {effect: Touched() for effect in TOUCHES}
    )

    def see(self, links: Sequence[OtherLink]) -> None:
        """The links of one card."""
        self.links += len(links)
        self.unknown_cards += self.rules.handover_age is not None and links[0].at is None

    def note(self, link: OtherLink, effect: Effect) -> None:
        if effect in self.by_effect:
            self.by_effect[effect].links += 1
            self.by_effect[effect].of.add(link.account_id)


def rules_in_force(library: LibrarySettings) -> LinkRules:
    """What the settings of the library say."""
    return LinkRules(
        library.timezone, library.linking, library.approval, library.max_viewers, library.handover_age
    )
