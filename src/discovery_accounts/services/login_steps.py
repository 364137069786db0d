"""Sign-ins under way, one row each: kept sealed, found by a word, good once, over after ten minutes.

The word is the provider's (``state``, a request's id) or this browser's own. A step that belongs to a
browser is of no use in another one (checklist O1).
"""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from discovery_accounts.models import LoginStep
from discovery_accounts.services.house import House
from discovery_accounts.services.purging import Purged, purge
from discovery_accounts.services.tokens import token_hash
from discovery_accounts.services.upserts import insert_or_update
from discovery_accounts.vault.vault import CannotUnseal, Sealed

LASTS = timedelta(minutes=10)


class StepKind(StrEnum):
    """What is awaited: the provider's answer, the browser that asked, a yes, the provider's goodbye."""

    ANSWER = "answer"
    TICKET = "ticket"
    CONSENT = "consent"
    ADDING = "adding"
    LEAVING = "leaving"
    CHALLENGE = "challenge"


@dataclass(frozen=True, slots=True)
class Step:
    """``browser_hash`` is of the browser the step belongs to; ``content`` is what was put."""

    login_name: str
    browser_hash: str | None = field(repr=False)
    content: Mapping[str, Any] = field(repr=False)

    def is_of(self, browser: str | None) -> bool:
        """Whether the step belongs to the browser that holds this word."""
        mine = token_hash(browser) if browser else ""
        return self.browser_hash is not None and hmac.compare_digest(self.browser_hash, mine)


class LoginSteps:
    def __init__(self, house: House) -> None:
        self._house = house

    def put(
        self,
        kind: StepKind,
        key: str,
        login_name: str,
        content: Mapping[str, Any],
        *,
        browser: str | None = None,
        browser_hash: str | None = None,
        lasts: timedelta = LASTS,
    ) -> None:
        """Keep a step; an earlier one under the same word is forgotten. ``browser`` is the word it holds."""
        now, key_hash = self._house.now(), _key_hash(kind, key)
        sealed = self._house.vault.seal(json.dumps(dict(content)), binding(key_hash))
        row = {
            "key_hash": key_hash,
            "kind": kind.value,
            "login_name": login_name,
            "browser_hash": token_hash(browser) if browser else browser_hash,
            "sealed": sealed.ciphertext,
            "key_id": sealed.key_id,
            "created_at": now,
            "expires_at": now + lasts,
        }
        with self._house.database.writing() as session:  # one browser may do the same in two tabs at once
            insert_or_update(session, LoginStep, [row])

    def take(self, kind: StepKind, key: str) -> Step | None:
        """The step, which is over with this; ``None`` when there is none, or it is too old."""
        with self._house.database.writing() as session:
            query = delete(LoginStep).where(LoginStep.key_hash == _key_hash(kind, key)).returning(LoginStep)
            row = session.scalars(query).one_or_none()
            return self._opened(row)

    def look(self, kind: StepKind, key: str) -> Step | None:
        """As ``take``, but the step stays: for the page that asks."""
        with self._house.database.reading() as session:
            return self._opened(self._row(session, kind, key))

    def purge(self, now: datetime, limit: int, *, dry_run: bool = False) -> Purged:
        """Remove steps that nobody took in time."""
        return purge(self._house, LoginStep.key_hash, LoginStep.expires_at <= now, limit, dry_run)

    @staticmethod
    def _row(session: Session, kind: StepKind, key: str) -> LoginStep | None:
        return session.scalars(
            select(LoginStep).where(LoginStep.key_hash == _key_hash(kind, key))
        ).one_or_none()

    def _opened(self, row: LoginStep | None) -> Step | None:
        if row is None or row.expires_at <= self._house.now():
            return None
        try:
            text = self._house.vault.unseal_text(Sealed(row.sealed, row.key_id), binding(row.key_hash))
        except CannotUnseal:
            return None
        return Step(row.login_name, row.browser_hash, json.loads(text))


def _key_hash(kind: StepKind, key: str) -> str:
    return token_hash(f"{kind.value}:{key}")


def binding(key_hash: str) -> tuple[str, str]:
    """What a sealed step is bound to."""
    return ("login step", key_hash)
