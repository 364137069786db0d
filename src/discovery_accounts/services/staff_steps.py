"""A staff sign-in between the password and the second factor: kept for ten minutes, for one browser."""

import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from discovery_accounts.config.settings import LoginSettings
from discovery_accounts.domain.actor import Actor
from discovery_accounts.login.password import passkeys, totp
from discovery_accounts.models import StaffMember
from discovery_accounts.services.house import House
from discovery_accounts.services.login_steps import LoginSteps, StepKind
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.second_factors import SecondFactors
from discovery_accounts.services.sessions import require_fresh
from discovery_accounts.services.staff import Staff
from discovery_accounts.services.staff_entry import came_as_staff

LASTS = timedelta(minutes=10)
NAME_IN_APPS = "My library"


@dataclass(frozen=True, slots=True)
class Pending:
    """A sign-in that waits for its second factor. ``enrols``: one is to be set up first; ``adds``: one more
    is, by somebody who is signed in."""

    member_id: uuid.UUID
    account_id: uuid.UUID | None
    enrols: bool
    adds: bool
    return_to: str
    challenge: bytes = field(repr=False)
    secret: str = field(repr=False)
    email: str = field(repr=False)
    kinds: frozenset[str]
    service: passkeys.Service | None

    @property
    def app_address(self) -> str:
        """What an authenticator app reads from the picture."""
        return totp.address_for_apps(self.secret, self.email, NAME_IN_APPS)


class StaffSteps:
    """``browser`` is the word that the browser holds for the sign-in under way."""

    def __init__(self, house: House, login: LoginSettings) -> None:
        self._house = house
        self._login = login
        self._steps = LoginSteps(house)

    def begin(self, member_id: uuid.UUID, browser: str, return_to: str = "", *, adds: bool = False) -> None:
        """The password is done: keep who waits for the second factor, with a new challenge."""
        content = {
            "member": str(member_id),
            "adds": adds,
            "return_to": return_to[:2000],
            "challenge": secrets.token_hex(32),
            "secret": totp.new_secret(),
        }
        self._put(browser, content)

    def pending(self, browser: str | None) -> Pending:
        """What the browser's sign-in waits for. Raises ``Problem`` ``answer_not_expected``: nothing, or too long."""
        step = self._steps.look(StepKind.CHALLENGE, self._key(browser)) if browser else None
        if step is None or not step.is_of(browser):
            raise Problem(Code.ANSWER_NOT_EXPECTED)
        return self._read(step.content)

    def awaiting(self, browser: str, kind: str) -> Pending:
        """The same, of a sign-in that a second factor of this kind completes."""
        pending = self.pending(browser)
        if pending.adds or kind not in pending.kinds:
            raise Problem(Code.ANSWER_NOT_EXPECTED)
        return pending

    def enrolling(self, browser: str | None, actor: Actor | None) -> Pending:
        """The same, where a second factor may be set up: by who has none, or who is signed in and adds one.
        Raises also ``fresh_sign_in_required``, ``sign_in_not_strong_enough``."""
        pending = self.pending(browser)
        if pending.adds:
            if actor is None or actor.account_id != pending.account_id:
                raise Problem(Code.ANSWER_NOT_EXPECTED)
            if came_as_staff(self._house, actor) != pending.member_id:
                raise Problem(Code.SIGN_IN_NOT_STRONG_ENOUGH)
            require_fresh(self._house, actor)
        elif not pending.enrols:
            raise Problem(Code.ANSWER_NOT_EXPECTED)
        return pending

    def use_up_challenge(self, browser: str) -> None:
        """A challenge is good for one answer, right or wrong; the next one gets another."""
        step = self._steps.take(StepKind.CHALLENGE, self._key(browser))
        if step is None:
            raise Problem(Code.ANSWER_NOT_EXPECTED)
        self._put(browser, {**step.content, "challenge": secrets.token_hex(32)})

    def end(self, browser: str) -> None:
        """The sign-in is complete. Raises ``Problem`` when the same browser was quicker in another tab."""
        if self._steps.take(StepKind.CHALLENGE, self._key(browser)) is None:
            raise Problem(Code.ANSWER_NOT_EXPECTED)

    def options(self, pending: Pending) -> str | None:
        """What the browser needs for a passkey, as JSON; ``None`` where there is no way to use one."""
        if pending.service is None:
            return None
        there = SecondFactors(self._house, pending.member_id).passkey_ids()
        if pending.enrols or pending.adds:
            person = pending.member_id.bytes
            return passkeys.making(pending.service, pending.challenge, person, pending.email, there)
        return passkeys.asking(pending.service, pending.challenge, there) if there else None

    def _read(self, content: Mapping[str, Any]) -> Pending:
        member_id = uuid.UUID(content["member"])
        with self._house.database.reading() as session:
            member = session.get(StaffMember, member_id)
            if member is None or not Staff(self._house).has_grant(session, member_id):
                raise Problem(Code.ANSWER_NOT_EXPECTED)
        kinds = frozenset(factor.kind for factor in SecondFactors(self._house, member_id).all())
        return Pending(
            member_id=member_id,
            account_id=member.account_id,
            enrols=not kinds,
            adds=content["adds"],
            return_to=content["return_to"],
            challenge=bytes.fromhex(content["challenge"]),
            secret=content["secret"],
            email=member.email,
            kinds=kinds,
            service=passkeys.Service.at(self._house.settings.public_url, NAME_IN_APPS),
        )

    def _put(self, browser: str, content: Mapping[str, Any]) -> None:
        self._steps.put(
            StepKind.CHALLENGE, self._key(browser), self._login.name, content, browser=browser, lasts=LASTS
        )

    def _key(self, browser: str | None) -> str:
        return f"{self._login.name}:{browser}"
