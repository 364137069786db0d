"""Writing warnings, many at a time: a letter into the outbox for each, and a row that says that it was written."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from discovery_accounts.domain.account_ending import Act, Terms, WarningState, told_end
from discovery_accounts.locale.formats import Formats
from discovery_accounts.models import AccountWarning
from discovery_accounts.services import letters_ending, outbox
from discovery_accounts.services.endings.candidates import Candidate
from discovery_accounts.services.house import House
from discovery_accounts.services.letters import Words


class Warnings:
    def __init__(self, house: House, terms: Terms, now: datetime) -> None:
        self._house = house
        self._terms = terms
        self._now = now
        self._words = cache(self._written)  # the same for all whose account ends on that day

    def write(self, session: Session, told: Sequence[Candidate]) -> None:
        """In the caller's transaction, with the accounts' rows locked: the warning that each is due, or that there
        is no address for it. One that did not arrive makes room for the new one."""
        if not told:
            return
        reached = [one for one in told if one.verdict.act is Act.WARN]
        letters = [self._letter(one) for one in reached]
        messages = dict(
            zip(
                (one.id for one in reached),
                outbox.write_all(session, self._house, letters, self._now),
                strict=True,
            )
        )
        self._make_room(session, told)
        session.execute(_INSERT, [self._row(one, messages.get(one.id)) for one in told])

    def _make_room(self, session: Session, told: Sequence[Candidate]) -> None:
        by_days: defaultdict[int | None, list[uuid.UUID]] = defaultdict(list)
        for one in told:
            by_days[one.verdict.days].append(one.id)
        for days, ids in by_days.items():
            earlier = delete(AccountWarning).where(
                AccountWarning.account_id.in_(ids), AccountWarning.days == days
            )
            session.execute(earlier, execution_options={"synchronize_session": False})

    def _row(self, one: Candidate, message_id: uuid.UUID | None) -> dict[str, Any]:
        waits = message_id is not None
        return {
            "id": uuid.uuid4(),
            "account_id": one.id,
            "for_sign_in_at": one.last_sign_in_at,
            "days": one.verdict.days,
            "at": self._now,
            "message_id": message_id,
            "state": (WarningState.WAITING if waits else WarningState.NO_ADDRESS).value,
            "settled_at": None if waits else self._now,
        }

    def _letter(self, one: Candidate) -> outbox.Letter:
        assert one.address is not None
        language = one.language or self._house.settings.languages[0]
        words = self._words(language, told_end(one.last_sign_in_at, self._terms, self._now).date())
        return outbox.Letter(letters_ending.WARNING, one.address, words.subject, words.text, one.id)

    def _written(self, language: str, day: date) -> Words:
        link = f"{self._house.settings.public_url}/sign-in"
        return letters_ending.warning(language, Formats(language, now=self._now).date(day), link)


_INSERT = insert(AccountWarning.metadata.tables[AccountWarning.__tablename__])
"""Of the table itself: no objects are made of very many rows."""
