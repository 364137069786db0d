"""The first sign-in by an organisation: nothing is made and nothing transferred before the yes (rules 4.5)."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from discovery_accounts.config.settings import LoginSettings
from discovery_accounts.domain.feed_person import DAILY
from discovery_accounts.domain.person import Person
from discovery_accounts.login.claim import Claim
from discovery_accounts.models import Account, Identity, TransferConsent
from discovery_accounts.services import events
from discovery_accounts.services.claim_text import mark_of, read_claim, write_claim
from discovery_accounts.services.entering import Entering, SignedIn, Visitor
from discovery_accounts.services.house import House
from discovery_accounts.services.login_steps import LoginSteps, Step, StepKind
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.transfer import Transferred, Transfers

TEXT_VERSION = "2026-11b"
"""Of the words that people agree to; a new one whenever they come to mean something else."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page asks about. ``person`` is what would be transferred, ``library`` where to, if anywhere; ``daily``
    the names of what may come besides, every day from then on. ``mark`` goes with the answer."""

    login: LoginSettings
    issuer: str
    person: Person = field(repr=False)
    library: str | None
    daily: tuple[str, ...]
    return_to: str
    mark: str


@dataclass(frozen=True, slots=True)
class Joined:
    signed_in: SignedIn
    transferred: Transferred
    return_to: str


def daily_fields(login: LoginSettings) -> tuple[str, ...]:
    """What a feed may tell besides of this login's people. A feed's file is named to the command and not in the
    settings, so there may be one of every login that has a library."""
    return DAILY if login.library is not None else ()


class Joining:
    def __init__(self, house: House) -> None:
        self._house = house
        self._steps = LoginSteps(house)

    def ask(self, claim: Claim, login_name: str, browser: str, return_to: str) -> None:
        """Keep the claim until this browser's person has answered."""
        content = {"claim": write_claim(claim), "return_to": return_to}
        self._steps.put(StepKind.CONSENT, browser, login_name, content, browser=browser)

    def asked(self, browser: str | None) -> Asked | None:
        """What this browser's person is being asked; ``None`` when nothing."""
        step = self._steps.look(StepKind.CONSENT, browser) if browser else None
        if step is None or not step.is_of(browser):
            return None
        claim, login = read_claim(step.content["claim"]), self._login(step)
        mark = mark_of(self._house, claim)
        of = login, claim.issuer, claim.person, login.library, daily_fields(login)
        return Asked(*of, step.content["return_to"], mark)

    def agree(self, browser: str | None, visitor: Visitor) -> Joined:
        """The yes: an account, its consent, a session; then the patron in the library.

        Raises ``Problem`` ``answer_not_expected`` when nothing was asked, or too long ago.
        """
        step = self._take(browser)
        claim, login = read_claim(step.content["claim"]), self._login(step)
        now = self._house.now()

        def consent(session: Session, account: Account, identity: Identity) -> None:
            _write_consent(session, account, identity, login, claim, now)

        signed_in = Entering(self._house).enter(claim, login.name, visitor, consent)
        transferred = Transfers(self._house).carry_out(signed_in.opened.account_id, login, claim)
        return Joined(signed_in, transferred, step.content["return_to"])

    def refuse(self, browser: str | None) -> LoginSettings:
        """The no: what was kept is forgotten. The login it was about; raises ``Problem`` as ``agree``."""
        step = self._take(browser)
        login = self._login(step)
        with self._house.database.writing() as session:
            events.record(session, events.CONSENT_REFUSED, self._house.now(), library=login.library)
        return login

    def _take(self, browser: str | None) -> Step:
        step = self._steps.take(StepKind.CONSENT, browser) if browser else None
        if step is None or not step.is_of(browser):
            raise Problem(Code.ANSWER_NOT_EXPECTED)
        return step

    def _login(self, step: Step) -> LoginSettings:
        login = self._house.settings.login(step.login_name)
        if login is None:
            raise Problem(Code.ANSWER_NOT_EXPECTED)
        return login


def _write_consent(
    session: Session, account: Account, identity: Identity, login: LoginSettings, claim: Claim, now: datetime
) -> None:
    session.add(
        TransferConsent(
            account_id=account.id,
            identity_id=identity.id,
            login_name=login.name,
            organisation=claim.issuer,
            library=login.library,
            legal_basis=login.legal_basis,
            text_version=TEXT_VERSION,
            fields=[*claim.person.told, *daily_fields(login)],
            given_at=now,
        )
    )
    events.record(session, events.CONSENT_GIVEN, now, library=login.library, account_id=account.id)
