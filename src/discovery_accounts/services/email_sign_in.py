"""Signing in by a code or link sent to the address on file at the library (rules 4.3).

Whoever asks gets the same answer at once. A row is written for every address, known or not, and
no library is asked meanwhile: the job that sends the mail searches first (``email_search.py``). So neither
the answer nor its time, nor what wrong codes come to, tells whether anybody has that address.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from discovery_accounts.config.settings import LoginSettings, RateLimit
from discovery_accounts.domain.card_number import normalise_card_number
from discovery_accounts.domain.email_address import check_email
from discovery_accounts.domain.masking import mask_email
from discovery_accounts.models import EmailSignIn
from discovery_accounts.services.codes import LASTS, Codes, is_used_up
from discovery_accounts.services.email_found import read_found
from discovery_accounts.services.entering import Entering, SignedIn, Visitor
from discovery_accounts.services.house import House
from discovery_accounts.services.hurry import SEND_MAIL
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.purging import Purged, purge
from discovery_accounts.services.throttles import Throttles, network_of
from discovery_accounts.services.tokens import token_hash
from discovery_accounts.telemetry.metrics import metrics
from discovery_accounts.vault.vault import CannotUnseal, Sealed

ASKS_OF_NETWORK = RateLimit(30, 900)
ASKS_TO_ADDRESS = RateLimit(5, 3600)
"""How many mails one address may get so, whoever asks; five tries at a code belong to each."""
CODES_OF_ADDRESS = RateLimit(30, 24 * 3600)
"""How many codes may be tried for one address. Then only the link in the mail works, so that somebody
who goes on asking for a stranger's address gets no further and locks nobody out."""

WAITING, SENT, NOBODY = "waiting", "sent", "nobody"


@dataclass(frozen=True, slots=True)
class Asking:
    """What was typed, in which language, and where the person goes afterwards."""

    email: str = field(repr=False)
    card_number: str | None = field(default=None, repr=False)
    language: str = ""
    return_to: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Offer:
    """What a link is about: as a patron of which library, by which address (masked)."""

    library: str
    address_masked: str


@dataclass(frozen=True, slots=True)
class Entered:
    signed_in: SignedIn
    return_to: str


class EmailSignIns:
    def __init__(self, house: House) -> None:
        self._house = house
        self._throttles = Throttles(house)

    def ask(self, login: LoginSettings, browser: str, asking: Asking, address: str | None) -> None:
        """Have a code sent, if exactly one patron is meant; ``browser`` is the word that this browser holds.
        Raises ``BadShape`` and ``Problem`` ``too_many_attempts``, for known addresses as for unknown ones."""
        email = check_email(asking.email)
        number = asking.card_number and asking.card_number.strip()
        number = normalise_card_number(number) if number else None
        self._throttles.count_asking("email_sign_in", ASKS_OF_NETWORK, network_of(address))
        self._throttles.count_asking("email_sign_in", ASKS_TO_ADDRESS, email.casefold())
        content = {
            "email": email,
            "card_number": number,
            "language": asking.language,
            "return_to": asking.return_to,
        }
        asked_hash, now = token_hash(browser), self._house.now()
        sealed = seal(self._house, asked_hash, content)
        with self._house.database.writing() as session:
            session.execute(delete(EmailSignIn).where(EmailSignIn.asked_hash == asked_hash))
            session.add(
                EmailSignIn(
                    asked_hash=asked_hash,
                    state=WAITING,
                    tries=0,
                    login_name=login.name,
                    sealed=sealed.ciphertext,
                    key_id=sealed.key_id,
                    asked_at=now,
                    expires_at=now + LASTS,
                )
            )
        self._house.hurry.ask(SEND_MAIL)

    def asked(self, browser: str | None) -> Asking | None:
        """What this browser asked for, while a code may be given in; ``None`` when nothing."""
        with self._house.database.reading() as session:
            row = session.get(EmailSignIn, token_hash(browser)) if browser else None
            content = self._content(row)
        if content is None:
            return None
        return Asking(content["email"], content["card_number"], content["language"], content["return_to"])

    def by_code(self, browser: str | None, code: str, visitor: Visitor) -> Entered:
        """Sign in with the code, in the browser that asked. Raises ``Problem``: ``code_wrong``, whatever
        the reason; ``answer_not_expected`` when nothing was asked, too long ago, or tried too often."""
        asking = self.asked(browser)
        if asking is None or browser is None:
            raise Problem(Code.ANSWER_NOT_EXPECTED)
        used_up = self._counts_too_many(asking.email)
        with self._house.database.writing() as session:
            row = session.get(EmailSignIn, token_hash(browser), with_for_update=True)
            content = self._content(row)
            if row is None or content is None:
                raise Problem(Code.ANSWER_NOT_EXPECTED)
            right = (
                codes_of(self._house).fits(row, code, row.asked_hash) and row.state == SENT and not used_up
            )
            if right or is_used_up(row):
                session.delete(row)
        if not right:
            raise Problem(Code.CODE_WRONG, field="code")
        return self._enter(row.login_name, content, visitor)

    def offer(self, token: str) -> Offer:
        """What a link is about; looking at it changes nothing. Raises ``Problem`` ``link_expired``."""
        with self._house.database.reading() as session:
            content = self._content(self._by_token(session, token))
        if content is None:
            raise Problem(Code.LINK_EXPIRED)
        return Offer(content["found"]["library"], mask_email(content["email"]))

    def by_link(self, token: str, visitor: Visitor) -> Entered:
        """Sign in with the link, in whichever browser. Raises ``Problem`` ``link_expired``."""
        with self._house.database.writing() as session:
            row = self._by_token(session, token, lock=True)
            content = self._content(row)
            if row is None or content is None:
                raise Problem(Code.LINK_EXPIRED)
            session.delete(row)
        return self._enter(row.login_name, content, visitor)

    def purge(self, now: datetime, limit: int, *, dry_run: bool = False) -> Purged:
        """Remove what nobody used in time."""
        return purge(self._house, EmailSignIn.asked_hash, EmailSignIn.expires_at <= now, limit, dry_run)

    def _enter(self, login_name: str, content: Mapping[str, Any], visitor: Visitor) -> Entered:
        claim = read_found(content["found"])
        signed_in = Entering(self._house).enter(claim, login_name, visitor)
        metrics.sign_in(claim.issuer, "verified")
        return Entered(signed_in, content["return_to"])

    def _counts_too_many(self, email: str) -> bool:
        try:
            self._throttles.count_asking("email_code", CODES_OF_ADDRESS, email.casefold())
        except Problem:
            return True
        return False

    def _content(self, row: EmailSignIn | None) -> Mapping[str, Any] | None:
        if row is None or row.expires_at <= self._house.now():
            return None
        return unseal(self._house, row)

    @staticmethod
    def _by_token(session: Session, token: str, *, lock: bool = False) -> EmailSignIn | None:
        query = select(EmailSignIn).where(EmailSignIn.token_hash == token_hash(token))
        return session.scalars(query.with_for_update() if lock else query).one_or_none()


def seal(house: House, asked_hash: str, content: Mapping[str, Any]) -> Sealed:
    return house.vault.seal(json.dumps(dict(content)), binding(asked_hash))


def unseal(house: House, row: EmailSignIn) -> Mapping[str, Any] | None:
    """What was asked, and found; ``None`` when it can't be opened any more."""
    try:
        text = house.vault.unseal_text(Sealed(row.sealed, row.key_id), binding(row.asked_hash))
    except CannotUnseal:
        return None
    content: Mapping[str, Any] = json.loads(text)
    return content


def codes_of(house: House) -> Codes:
    """The codes in mails that sign in; each is about the word of the browser that asked."""
    return Codes(house, "email sign-in code")


def binding(asked_hash: str) -> tuple[str, str]:
    """What a sealed step is bound to."""
    return ("email sign-in", asked_hash)
