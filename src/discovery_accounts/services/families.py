"""The people whom the library joined to a patron: who answers for them, and for whom they answer."""

from dataclasses import dataclass

from discovery_accounts.connectors.api import Family, NotAPatron, ReadsFamilies, Relative
from discovery_accounts.domain.actor import Actor
from discovery_accounts.domain.masking import mask_name
from discovery_accounts.services.account_cards import AccountCard
from discovery_accounts.services.acts import Acts
from discovery_accounts.services.house import House
from discovery_accounts.services.own_cards import OwnCards
from discovery_accounts.services.problems import Problem


@dataclass(frozen=True, slots=True)
class Relation:
    """A name, and what that person is to the patron in the library's own words; nothing to find them by."""

    name: str
    relation: str | None = None


@dataclass(frozen=True, slots=True)
class FamilyNames:
    """``None`` where the library did not tell. ``answered`` is false when it could not be asked."""

    guarantors: tuple[Relation, ...] | None = None
    guarantees: tuple[Relation, ...] | None = None
    answered: bool = True


class Families:
    def __init__(self, house: House) -> None:
        self._house = house

    def of(self, actor: Actor, card: AccountCard) -> FamilyNames | None:
        """For the holder of ``card``, who was admitted to it; ``None`` where the library can't tell."""
        if not OwnCards(self._house).can(card, ReadsFamilies):
            return None
        try:
            found = Acts(self._house).ask(card, ReadsFamilies, lambda one: one.read_family(card.patron_id))
        except Problem:
            return FamilyNames(answered=False)
        if isinstance(found, NotAPatron):
            return None
        return _names(found, whole=actor.sees_all)


def _names(family: Family, *, whole: bool) -> FamilyNames:
    def some(relatives: tuple[Relative, ...] | None) -> tuple[Relation, ...] | None:
        return None if relatives is None else tuple(_relation(one, whole=whole) for one in relatives)

    return FamilyNames(some(family.guarantors), some(family.guarantees))


def _relation(relative: Relative, *, whole: bool) -> Relation:
    name = " ".join(part for part in (relative.given_names, relative.family_name) if part)
    return Relation(name if whole else mask_name(name), relative.relation)
