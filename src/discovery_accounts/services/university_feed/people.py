"""The people whom a feed may be about: whose consent to the transfer is in force, and nobody else (rules 5.1)."""

import uuid
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import select

from discovery_accounts.domain.feed_person import Who
from discovery_accounts.models import Account, FeedPatron, Identity, TransferConsent
from discovery_accounts.services.house import House

Source = tuple[str, str]
"""A login, and the organisation that signs people in by it."""


@dataclass(frozen=True, slots=True)
class Agreed:
    """Somebody who agreed to the transfer of ``fields`` to ``library``; the last four are what feeds told before,
    ``feed_id`` is ``None`` where none did."""

    identity_id: uuid.UUID
    account_id: uuid.UUID
    login: str
    library: str
    issuer: str = field(repr=False)
    subject: str = field(repr=False)
    fields: frozenset[str] = frozenset()
    feed_id: uuid.UUID | None = None
    content_hash: str | None = field(default=None, repr=False)
    valid_until: date | None = None

    @property
    def source(self) -> Source:
        """Where they sign in."""
        return self.login, self.issuer

    def is_valid(self, today: date) -> bool:
        """As far as is known; of whom nothing was told is valid."""
        return self.valid_until is None or self.valid_until >= today


class Several(LookupError):
    """A row may name several people, or people of several organisations."""


class People:
    """All of them by login and subject: read once a run."""

    def __init__(self, house: House) -> None:
        self._logins = {
            one.name: one.library
            for one in house.settings.logins
            if one.library is not None and one.library in house.libraries
        }
        self._by_subject: Mapping[tuple[str, str], list[Agreed]] = self._read(house)
        self._issuers: defaultdict[str, set[str]] = defaultdict(set)
        for one in self.everybody:
            self._issuers[one.login].add(one.issuer)

    @property
    def only_source(self) -> Source | None:
        """The one organisation whose people there are, where there is but one login and one organisation."""
        found = [(login, issuer) for login, issuers in self._issuers.items() for issuer in issuers]
        return found[0] if len(found) == len(self._logins) == 1 else None

    @property
    def everybody(self) -> tuple[Agreed, ...]:
        return tuple(one for some in self._by_subject.values() for one in some)

    def find(self, who: Who) -> Agreed | None:
        """``None`` for whom the feed is not to tell of: without a transfer in force, or unknown here. Raises
        ``Several``: where there are several logins or organisations, an id alone may be somebody's at each."""
        logins = (who.login,) if who.login is not None else tuple(self._logins)
        issuers = {issuer for login in logins for issuer in self._issuers.get(login, ())}
        if len(logins) > 1 or (who.issuer is None and len(issuers) > 1):
            raise Several
        found = [
            one
            for login in logins
            for one in self._by_subject.get((login, who.subject), ())
            if who.issuer in (None, one.issuer)
        ]
        if len(found) > 1:
            raise Several
        return found[0] if found else None

    def _read(self, house: House) -> Mapping[tuple[str, str], list[Agreed]]:
        query = (
            select(TransferConsent, Identity, FeedPatron)
            .join(Identity, Identity.id == TransferConsent.identity_id)
            .join(FeedPatron, FeedPatron.identity_id == Identity.id, isouter=True)
            .join(Account, Account.id == Identity.account_id)
            .where(TransferConsent.withdrawn_at.is_(None), Account.ended_at.is_(None))
            .order_by(TransferConsent.given_at)
        )
        found: dict[uuid.UUID, Agreed] = {}
        with house.database.reading() as session:
            for consent, identity, told in session.execute(query):
                if self._logins.get(consent.login_name) != consent.library or consent.library is None:
                    continue
                earlier = found.get(identity.id)
                fields = frozenset(consent.fields) | (earlier.fields if earlier else frozenset())
                one = Agreed(
                    identity.id,
                    identity.account_id,
                    consent.login_name,
                    consent.library,
                    identity.issuer,
                    identity.subject,
                    fields,
                )
                if told is not None:
                    one = replace(
                        one, feed_id=told.id, content_hash=told.content_hash, valid_until=told.valid_until
                    )
                found[identity.id] = one
        by_subject: dict[tuple[str, str], list[Agreed]] = defaultdict(list)
        for one in found.values():
            by_subject[one.login, one.subject].append(one)
        return by_subject
