"""Opening a card again after too many refused tries: by a code to its holder, or by staff.

The code goes to the address of the account that the card opens. The answer is the same whether the
card is known here or not, and no library is asked, so nothing can be learnt from it.
"""

import hmac
import uuid
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from discovery_accounts.config.settings import RateLimit
from discovery_accounts.models import Account, CardReopening, Identity, LibraryCard
from discovery_accounts.services import events, letters, outbox
from discovery_accounts.services.card_numbers import typed_number
from discovery_accounts.services.card_rows import number_lookup
from discovery_accounts.services.house import House
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.purging import Purged, purge
from discovery_accounts.services.throttles import Throttles, network_of
from discovery_accounts.services.tokens import new_code

LASTS = timedelta(minutes=10)
ASK_AGAIN_AFTER = timedelta(minutes=2)
TRIES = 5
ASKS = RateLimit(10, 900)
"""How often one address may ask for codes or give them in, in all."""
CODES = RateLimit(5, 24 * 3600)
"""How many codes are sent for one card."""


class Reopening:
    def __init__(self, house: House) -> None:
        self._house = house
        self._throttles = Throttles(house)

    def ask(self, library: str, card_number: str, address: str | None) -> None:
        """Send a code, if this card has a holder here with an address. Raises ``BadShape``, ``Problem``."""
        number = typed_number(self._house, library, card_number)
        self._throttles.count_asking("reopen", ASKS, network_of(address or "unknown"))
        now = self._house.now()
        with self._house.database.writing() as session:
            card = self._card(session, library, number)
            account = self._holder(session, card) if card is not None else None
            if card is None or account is None or not _may_be_written_to(account):
                return
            earlier = session.get(CardReopening, card.id)
            if earlier is not None and now - earlier.asked_at < ASK_AGAIN_AFTER:
                return
            card_id = card.id
        try:
            self._throttles.count_asking("codes", CODES, str(card_id))
        except Problem:
            return  # who asks is told the same as ever
        with self._house.database.writing() as session:
            card = session.get_one(LibraryCard, card_id)
            earlier = session.get(CardReopening, card_id)
            account = self._holder(session, card)
            if account is None:
                return
            if earlier is not None:
                session.delete(earlier)
                session.flush()
            self._send(session, card, account, now)

    def confirm(self, library: str, card_number: str, code: str, address: str | None) -> None:
        """Open the card with the code. Raises ``BadShape``, ``Problem``: ``code_wrong`` for anything else."""
        number = typed_number(self._house, library, card_number)
        self._throttles.count_asking("reopen", ASKS, network_of(address or "unknown"))
        with self._house.database.writing() as session:
            opened = self._use(session, self._card(session, library, number), code)
        if not opened:
            raise Problem(Code.CODE_WRONG, field="code")
        self._throttles.reopen(library, number)

    def by_staff(self, library: str, card_number: str) -> None:
        """Open the card for somebody at the desk. Raises ``BadShape``, ``Problem``."""
        number = typed_number(self._house, library, card_number)
        self._throttles.reopen(library, number)
        with self._house.database.writing() as session:
            card = self._card(session, library, number)
            card_id = card.id if card is not None else None
            events.record(
                session, events.CARD_REOPENED, self._house.now(), library=library, card_id=card_id, by="staff"
            )

    def purge(self, now: datetime, limit: int, *, dry_run: bool = False) -> Purged:
        """Remove codes that are over."""
        return purge(self._house, CardReopening.card_id, CardReopening.expires_at <= now, limit, dry_run)

    def _use(self, session: Session, card: LibraryCard | None, code: str) -> bool:
        row = session.get(CardReopening, card.id, with_for_update=True) if card is not None else None
        now = self._house.now()
        if card is None or row is None or row.expires_at <= now or row.tries >= TRIES:
            return False
        row.tries += 1
        if not hmac.compare_digest(row.code_hash, self._code_hash(card.id, code.strip())):
            return False
        session.delete(row)
        events.record(session, events.CARD_REOPENED, now, library=card.library, card_id=card.id, by="holder")
        return True

    def _send(self, session: Session, card: LibraryCard, account: Account, now: datetime) -> None:
        code = new_code()
        session.add(
            CardReopening(
                card_id=card.id,
                code_hash=self._code_hash(card.id, code),
                tries=0,
                asked_at=now,
                expires_at=now + LASTS,
            )
        )
        language = account.language or self._house.settings.languages[0]
        words = letters.card_reopens(language, code, self._house.library(card.library).title(language))
        assert account.email is not None
        letter = outbox.Letter("card_reopens", account.email, words.subject, words.text, account.id)
        outbox.write(session, self._house, letter)

    def _card(self, session: Session, library: str, number: str) -> LibraryCard | None:
        lookup = number_lookup(self._house, library, number)
        query = select(LibraryCard).where(LibraryCard.library == library, LibraryCard.number_lookup == lookup)
        # a number may have gone to another patron before we heard of the first one's new one
        return session.scalars(query.order_by(LibraryCard.read_at.desc().nulls_last()).limit(1)).one_or_none()

    @staticmethod
    def _holder(session: Session, card: LibraryCard) -> Account | None:
        """The account that the card opens; who has only linked it does not get its codes (rules 3.0)."""
        query = (
            select(Account)
            .join(Identity, Identity.account_id == Account.id)
            .where(Identity.issuer == card.library, Identity.subject == card.patron_id)
        )
        return session.scalars(query.limit(1)).one_or_none()

    def _code_hash(self, card_id: uuid.UUID, code: str) -> str:
        return self._house.vault.keyed_hash("reopening code", str(card_id), code)


def _may_be_written_to(account: Account) -> bool:
    return account.email is not None and (
        account.email_source == "library" or account.email_verified_at is not None
    )
