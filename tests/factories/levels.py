"""What guards each change: which proof of who one is it takes, and sessions that have given each (rules 4.6, 4.7)."""

import uuid
from datetime import timedelta
from enum import StrEnum

from discovery_accounts.domain.strength import Strength
from discovery_accounts.models import SignedInSession
from discovery_accounts.services.sessions import API, BROWSER
from discovery_accounts.services.tokens import new_token, token_hash
from tests.factories.portal import Browser, Client, Portal

STEP_UP, SIGN_IN = "step_up_required", "fresh_sign_in_required"
TOO_WEAK = "sign_in_not_strong_enough"
SUCH_REFUSALS = {STEP_UP, SIGN_IN, TOO_WEAK}


class Level(StrEnum):
    """How sure we are of who is signed in, the least first: by a code in a mail; by card and PIN ten minutes ago; just
    now; and with a one-time code besides."""

    WEAK = "weak"
    OLD = "old"
    NEW = "new"
    CODED = "coded"


class Guard(StrEnum):
    """What a change asks for, as ``REFUSALS`` has it."""

    CODE = "a one-time code: it changes personal data, a PIN, or ends something for good"
    WAY = "a sign-in that is not weak, just now, and a one-time code: it changes how one signs in"
    WAY_BEGUN = "a sign-in that is not weak, just now: what it leads to asks for a code"
    SURE = (
        "sight of everything, and a sign-in just now: it settles who sees a card, or takes everything along"
    )
    FRESH = "a sign-in just now: it adds or removes a card"
    SIGHT = "sight of everything: it shows or takes what weak sign-ins see masked"
    STAFF = "a session of staff"


REFUSALS: dict[Guard, dict[Level, str]] = {
    Guard.CODE: {Level.WEAK: STEP_UP, Level.OLD: SIGN_IN, Level.NEW: STEP_UP},
    Guard.WAY: {Level.WEAK: TOO_WEAK, Level.OLD: SIGN_IN, Level.NEW: STEP_UP},
    Guard.WAY_BEGUN: {Level.WEAK: TOO_WEAK, Level.OLD: SIGN_IN},
    Guard.SURE: {Level.WEAK: STEP_UP, Level.OLD: SIGN_IN},
    Guard.FRESH: {Level.OLD: SIGN_IN},
    Guard.SIGHT: {Level.WEAK: STEP_UP},
    Guard.STAFF: dict.fromkeys(Level, "not_found"),
}
"""The code by which each guard refuses each level; those that are not named are let in."""


def client_at(portal: Portal, account_id: uuid.UUID, level: Level) -> Client:
    client = portal.client()
    client.token = _session(portal, account_id, level, API)
    return client


def browser_at(portal: Portal, account_id: uuid.UUID, level: Level) -> Browser:
    browser = portal.browser()
    browser.app.set_cookie("accounts_session", _session(portal, account_id, level, BROWSER))
    return browser


def _session(portal: Portal, account_id: uuid.UUID, level: Level, kind: str) -> str:
    """Of this kind and level, as a sign-in would open it; its token."""
    token, now = new_token(), portal.house.now()
    proved = now - timedelta(minutes=10) if level is Level.OLD else now
    row = SignedInSession(
        account_id=account_id,
        token_hash=token_hash(token),
        kind=kind,
        login="email" if level is Level.WEAK else "card",
        issuer="lumme",
        strength=(Strength.WEAK if level is Level.WEAK else Strength.NORMAL).value,
        stepped_up_at=now if level is Level.CODED else None,
        created_at=proved,
        proved_at=proved,
        last_seen_at=now,
        expires_at=now + timedelta(hours=8),
    )
    with portal.house.database.writing() as session:
        session.add(row)
    return token
