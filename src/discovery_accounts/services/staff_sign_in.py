"""Staff sign in: a password, then a second factor (rules 4.4).

Who has no second factor yet may do nothing but set one up.
"""

import uuid

from sqlalchemy import update
from sqlalchemy.orm import Session

from discovery_accounts.config.settings import LoginSettings
from discovery_accounts.domain.actor import Actor
from discovery_accounts.domain.person import Person
from discovery_accounts.domain.strength import Strength
from discovery_accounts.domain.user_name import check_password, check_user_name
from discovery_accounts.login.claim import Claim
from discovery_accounts.login.password import passkeys
from discovery_accounts.login.password.hashing import Passwords, TooBusy
from discovery_accounts.models import Account, Identity, StaffMember
from discovery_accounts.services import events
from discovery_accounts.services.entering import Entering, SignedIn, Visitor
from discovery_accounts.services.house import House
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.second_factors import APP, PASSKEY, SecondFactors
from discovery_accounts.services.staff import Staff, by_email
from discovery_accounts.services.staff_entry import ISSUER, KIND
from discovery_accounts.services.staff_steps import Pending, StaffSteps
from discovery_accounts.services.throttles import Attempt, Counted, Throttles
from discovery_accounts.telemetry.metrics import metrics


class StaffSignIn:
    """``browser`` is the word that the browser holds for the sign-in under way."""

    def __init__(self, house: House, login: LoginSettings) -> None:
        self._house = house
        self._login = login
        self._steps = StaffSteps(house, login)
        self._throttles = Throttles(house)

    def by_password(
        self, username: str, password: str, address: str | None, browser: str, return_to: str
    ) -> None:
        """The first step. Raises ``BadShape`` for what is left empty, ``Problem``: one same ``sign_in_refused``
        whatever was wrong, ``too_many_attempts``, ``provider_unavailable`` when too much is going on."""
        username, password = check_user_name(username), check_password(password)
        counted = self._throttles.begin(Attempt.for_login(self._login.name, username, address))
        with self._house.database.reading() as session:
            member = by_email(session, username.casefold())
            stored = member.password_hash if member is not None else None
            granted = Staff(self._house).has_grant(session, member.id if member else uuid.uuid4())
        passwords = self._house.logins.get(self._login.name)
        assert isinstance(passwords, Passwords)
        try:
            found = passwords.verify(password, stored)
        except TooBusy:
            self._throttles.take_back(counted)
            raise Problem(Code.PROVIDER_UNAVAILABLE) from None
        if member is None or not found.right or not granted:
            known = "wrong_password" if member is not None else "unknown_name"
            raise self._refused(known if not found.right else "no_grant")
        self._throttles.succeeded(counted)
        if found.renewed is not None:
            self._renew(member.id, stored, found.renewed)
        self._steps.begin(member.id, browser, return_to)

    def by_code(self, browser: str, code: str, visitor: Visitor) -> SignedIn:
        """The second step by a code of the app. Raises ``Problem``: ``code_wrong``, ``too_many_attempts``,
        ``answer_not_expected``."""
        pending = self._steps.awaiting(browser, APP)
        counted = self._begin(pending, visitor.address)
        if not SecondFactors(self._house, pending.member_id).use_code(code):
            raise self._wrong(pending, APP)
        self._throttles.succeeded(counted)
        return self._finish(pending, browser, visitor)

    def by_passkey(self, browser: str, answer: str, visitor: Visitor) -> SignedIn:
        """The same by a passkey; the browser's ``answer`` is JSON."""
        pending = self._steps.awaiting(browser, PASSKEY)
        service = _service_of(pending)
        counted = self._begin(pending, visitor.address)
        self._steps.use_up_challenge(browser)
        factors = SecondFactors(self._house, pending.member_id)
        if not factors.use_passkey(service, pending.challenge, answer):
            raise self._wrong(pending, PASSKEY)
        self._throttles.succeeded(counted)
        return self._finish(pending, browser, visitor)

    def enrol_app(self, browser: str, actor: Actor | None, code: str, visitor: Visitor) -> SignedIn | None:
        """Set up an app, then finish signing in; ``None`` when one was only added. Raises as ``by_code``, and
        ``fresh_sign_in_required``."""
        pending = self._steps.enrolling(browser, actor)
        counted = self._begin(pending, visitor.address)
        if not SecondFactors(self._house, pending.member_id).add_app(pending.secret, code):
            raise self._wrong(pending, APP)
        self._throttles.succeeded(counted)
        return self._finish_enrolling(pending, browser, visitor)

    def enrol_passkey(
        self, browser: str, actor: Actor | None, answer: str, label: str, visitor: Visitor
    ) -> SignedIn | None:
        """The same with a passkey. Raises also ``BadShape`` about its ``label``."""
        pending = self._steps.enrolling(browser, actor)
        service = _service_of(pending)
        self._steps.use_up_challenge(browser)
        factors = SecondFactors(self._house, pending.member_id)
        if not factors.add_passkey(service, pending.challenge, answer, label):
            raise self._wrong(pending, PASSKEY)
        return self._finish_enrolling(pending, browser, visitor)

    def _begin(self, pending: Pending, address: str | None) -> Counted:
        login = f"{self._login.name} second factor"
        return self._throttles.begin(Attempt.for_login(login, str(pending.member_id), address))

    def _finish_enrolling(self, pending: Pending, browser: str, visitor: Visitor) -> SignedIn | None:
        if not pending.adds:
            return self._finish(pending, browser, visitor)
        self._steps.end(browser)
        return None

    def _finish(self, pending: Pending, browser: str, visitor: Visitor) -> SignedIn:
        self._steps.end(browser)
        with self._house.database.reading() as session:
            member = session.get_one(StaffMember, pending.member_id)
        claim = Claim(
            KIND,
            ISSUER,
            str(member.id),
            person=Person(given_names=member.name, email=member.email),
            strength=Strength.STRONG,
        )

        def also(session: Session, account: Account, _identity: Identity) -> None:
            session.get_one(StaffMember, pending.member_id).account_id = account.id
            events.record(
                session,
                events.STAFF_SIGNED_IN,
                self._house.now(),
                account_id=account.id,
                member=str(pending.member_id),
                login=self._login.name,
            )

        signed_in = Entering(self._house).enter(claim, self._login.name, visitor, also)
        metrics.sign_in(self._login.name, "verified")
        return signed_in

    def _renew(self, member_id: uuid.UUID, stored: str | None, renewed: str) -> None:
        with self._house.database.writing() as session:
            session.execute(
                update(StaffMember)
                .where(StaffMember.id == member_id, StaffMember.password_hash == stored)
                .values(password_hash=renewed)
                .execution_options(synchronize_session=False)
            )

    def _refused(self, reason: str) -> Problem:
        metrics.sign_in(self._login.name, "rejected")
        with self._house.database.writing() as session:
            events.record(
                session, events.SIGN_IN_REFUSED, self._house.now(), login=self._login.name, reason=reason
            )
        return Problem(Code.SIGN_IN_REFUSED)

    def _wrong(self, pending: Pending, kind: str) -> Problem:
        metrics.sign_in(self._login.name, "second_factor")
        with self._house.database.writing() as session:
            events.record(
                session,
                events.SIGN_IN_REFUSED,
                self._house.now(),
                login=self._login.name,
                reason=f"second_factor_{kind}",
                member=str(pending.member_id),
            )
        return Problem(Code.CODE_WRONG, field="code")


def _service_of(pending: Pending) -> passkeys.Service:
    if pending.service is None:
        raise Problem(Code.ANSWER_NOT_EXPECTED)
    return pending.service
