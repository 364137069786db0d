"""Cards that a library says the person answers for, and that can be added without their PIN.

What a page showed proves nothing: the library is asked for the relation again when a card is added, and each
day from then on (``services.guarantors``).
"""

import hmac
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from discovery_accounts.connectors.api import Family, NotAPatron, PatronRecord, ReadsFamilies, Relative
from discovery_accounts.domain.access import Action
from discovery_accounts.domain.actor import Actor
from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.cards import SCOPES_BY_PIN, LinkProof, Relation
from discovery_accounts.domain.labels import MAX_LABEL, clean_label
from discovery_accounts.models import Account
from discovery_accounts.services.account_cards import AccountCard, cards_of
from discovery_accounts.services.acts import Acts
from discovery_accounts.services.card_rows import find_or_make
from discovery_accounts.services.house import House
from discovery_accounts.services.new_links import NewLinks, Terms
from discovery_accounts.services.own_cards import OwnCards
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.records import read_record
from discovery_accounts.services.row_locks import NO_KEY
from discovery_accounts.services.sessions import require_decider


@dataclass(frozen=True, slots=True)
class Offer:
    """One card that could be added. ``id`` is good for this account only, ``card`` the person's own one by
    which the library knows the relation, ``relation`` in the library's words."""

    id: str
    card: AccountCard
    name: str = field(repr=False)
    relation: str | None = None


class Offers:
    def __init__(self, house: House) -> None:
        self._house = house
        self._own = OwnCards(house)

    def all(self, actor: Actor) -> tuple[Offer, ...]:
        """What can be added now; libraries are asked, those that do not answer are left out. Nothing for somebody
        of whom we are not sure enough."""
        if not actor.sees_all or not any(self._offers(card) for card in self._own.all(actor)):
            return ()
        parts = self._own.ask_all(actor, Action.SEE_OWN_DATA, ReadsFamilies, _asking)
        have = self._linked(actor)
        found = [
            self._offer(actor, part.card, relative)
            for part in parts
            if part.told is not None and self._offers(part.card)
            for relative in part.told.guarantees or ()
            if (part.card.library, relative.patron_id) not in have
        ]
        return tuple({offer.id: offer for offer in found}.values())

    def take(self, actor: Actor, offer_id: str, label: str | None = None) -> uuid.UUID:
        """Add the card; its id. It waits for its holder's yes as the library's rule and the patron's age say.

        Raises ``BadShape`` about ``label`` and ``Problem``: ``step_up_required``, ``fresh_sign_in_required``,
        ``not_found`` (also for somebody else's offer), ``card_already_linked``, ``linking_not_allowed``,
        ``library_unavailable``.
        """
        label = clean_label(label) if label is not None else None
        card = self._card_of(actor, offer_id)
        require_decider(self._house, actor)
        relative = self._relative(actor, card, offer_id)
        if (card.library, relative.patron_id) in self._linked(actor):
            raise Problem(Code.CARD_ALREADY_LINKED)
        record = read_record(self._house, card.library, relative.patron_id)
        if isinstance(record, NotAPatron):
            raise Problem(Code.NOT_FOUND)
        if not record.card_number:
            raise Problem(Code.NOT_SUPPORTED)
        terms = Terms(
            LinkProof.GUARANTOR, SCOPES_BY_PIN, Relation.LOOKED_AFTER, label or _first_name(relative)
        )
        with self._house.database.writing() as session:
            return self._link(session, actor, card.library, record, terms)

    def _link(
        self, session: Session, actor: Actor, library: str, record: PatronRecord, terms: Terms
    ) -> uuid.UUID:
        card = find_or_make(session, self._house, library, record.patron_id, str(record.card_number))
        account = session.get_one(Account, actor.account_id, with_for_update=NO_KEY)
        NewLinks(self._house).make(session, account, card, terms, record)
        return card.id

    def _offers(self, card: AccountCard) -> bool:
        library = self._house.libraries.get(card.library)
        return (
            library is not None
            and library.linking
            and self._own.can(card, ReadsFamilies)
            and self._house.gateway.reads_without_pin(card.library)
        )

    def _card_of(self, actor: Actor, offer_id: str) -> AccountCard:
        """The person's own card that the offer is of; no library hears of anybody else's."""
        try:
            card = self._own.check(actor, uuid.UUID(offer_id.partition("-")[0]), Action.SEE_OWN_DATA)
        except (ValueError, Problem):
            raise Problem(Code.NOT_FOUND) from None
        if not self._offers(card):
            raise Problem(Code.NOT_FOUND)
        return card

    def _relative(self, actor: Actor, card: AccountCard, offer_id: str) -> Relative:
        card = self._own.admit(actor, card.id, Action.SEE_OWN_DATA, ReadsFamilies)
        family = Acts(self._house).ask(card, ReadsFamilies, lambda one: one.read_family(card.patron_id))
        for relative in _named(family):
            if hmac.compare_digest(self._id(actor, card, relative).encode(), offer_id.encode()):
                return relative
        raise Problem(Code.NOT_FOUND)

    def _offer(self, actor: Actor, card: AccountCard, relative: Relative) -> Offer:
        name = " ".join(part for part in (relative.given_names, relative.family_name) if part)
        return Offer(self._id(actor, card, relative), card, name, relative.relation)

    def _id(self, actor: Actor, card: AccountCard, relative: Relative) -> str:
        """Tells nothing of the patron, and is no use to another account."""
        about = self._house.vault.keyed_hash("offer", str(actor.account_id), str(card.id), relative.patron_id)
        return f"{card.id.hex}-{about[:32]}"

    def _linked(self, actor: Actor) -> set[tuple[str, str]]:
        with self._house.database.reading() as session:
            cards = cards_of(session, actor.account_id, actor.session_id, self._house.now())
        return {(card.library, card.patron_id) for card in cards}


async def _asking(connector: ReadsFamilies, patron_id: str) -> Family | NotAPatron:
    return await connector.read_family(patron_id)


def _named(family: Family | NotAPatron) -> Iterator[Relative]:
    if isinstance(family, Family):
        yield from family.guarantees or ()


def _first_name(relative: Relative) -> str | None:
    """What the person would probably call the card; ``None`` where the library tells no name that fits. Some tell
    whole names only."""
    try:
        return clean_label((relative.given_names or relative.family_name or "")[:MAX_LABEL])
    except BadShape:
        return None
