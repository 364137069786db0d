"""Signing in at an identity provider: away, and back (rules 4.2).

Why the person was sent away is kept with what the login must remember, sealed, under the word by
which the provider's answer finds it; the browser holds a word of its own, so the answer is good in
that browser only (checklist O1, O4).
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

from discovery_accounts.config.settings import LoginSettings, RateLimit
from discovery_accounts.domain.actor import Actor
from discovery_accounts.login.claim import Attribute, Claim, NoClaim, Why
from discovery_accounts.login.provider import Answer, ProviderFailure, ProviderLogin, Start
from discovery_accounts.services.arriving import Arrived, Asking, arrive, not_asked, refuse, unavailable
from discovery_accounts.services.claim_text import read_claim, write_claim
from discovery_accounts.services.entering import Entering, Visitor
from discovery_accounts.services.house import House
from discovery_accounts.services.identities import Identities
from discovery_accounts.services.joining import Joining
from discovery_accounts.services.login_steps import LoginSteps, Step, StepKind
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.throttles import Throttles, network_of
from discovery_accounts.services.tokens import new_token

BEGUN_BY_NETWORK = RateLimit(1000, 600)
"""How many sign-ins are begun from one address: each keeps a row for ten minutes, and costs strangers
nothing. A whole campus may share one address."""
_LONGEST_RETURN = 2000  # as much as is ever followed
_TICKET_LASTS = timedelta(minutes=2)  # the browser comes for it at once


class Purpose(StrEnum):
    """Why somebody goes to a provider: to sign in, to add a way of signing in, to look at attributes."""

    SIGN_IN = "sign_in"
    ADD = "add"
    PREVIEW = "preview"


@dataclass(frozen=True, slots=True)
class Errand:
    """What is to come of the answer. ``account_id`` is who asks, unless it is a plain sign-in."""

    purpose: Purpose
    return_to: str = ""
    account_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class ToConfirm:
    """The answer is kept until the person confirms that it is to be added to their account."""

    return_to: str


@dataclass(frozen=True, slots=True)
class Previewed:
    attributes: tuple[Attribute, ...] = field(repr=False)


Outcome = Arrived | Asking | ToConfirm | Previewed


class ProviderSignIn:
    """``login_name`` is of the settings. Raises ``Problem`` for each "no", and ``not_found`` for a login that
    is none of this sort."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._steps = LoginSteps(house)

    def begin(
        self,
        login_name: str,
        browser: str,
        errand: Errand,
        language: str,
        organisation: str | None = None,
        address: str | None = None,
    ) -> str:
        """Where to send the browser. ``browser`` is the word it holds, ``address`` where it is. Raises also
        ``Problem`` ``too_many_attempts``."""
        login, provider = self._provider(login_name)
        network = network_of(address)
        Throttles(self._house).count_asking("sign_in_begun", BEGUN_BY_NETWORK, network)
        fresh = errand.purpose is Purpose.ADD
        try:
            departure = provider.begin(Start(language, fresh, organisation))
        except ProviderFailure as failure:
            if failure.code == "unknown_organisation":
                raise Problem(Code.UNKNOWN_ORGANISATION, field="organisation") from None
            raise unavailable(self._house, login, failure.code) from None
        content = {
            "memory": dict(departure.memory),
            "purpose": errand.purpose.value,
            "return_to": errand.return_to if len(errand.return_to) <= _LONGEST_RETURN else "",
            "account": str(errand.account_id) if errand.account_id else None,
        }
        self._steps.put(StepKind.ANSWER, departure.key, login.name, content, browser=browser)
        return departure.url

    def answered(
        self, login_name: str, answer: Answer, browser: str | None, visitor: Visitor, actor: Actor | None
    ) -> Outcome:
        """The provider's answer, brought by the browser itself."""
        login, provider = self._provider(login_name)
        key = provider.request_key(answer)
        step = self._steps.take(StepKind.ANSWER, key) if key else None
        if step is None or step.login_name != login.name or not step.is_of(browser):
            raise not_asked(login, "no_such_request")
        assert browser is not None
        claim = self._complete(login, provider, step, answer)
        return self._go_on(login, claim, _errand(step.content), browser, visitor, actor)

    def received(self, login_name: str, answer: Answer) -> str:
        """An answer that another site posted, so that our cookies are not with it: the ticket by which the
        browser that began comes for it. Only the browser word decides whose it is."""
        login, provider = self._provider(login_name)
        key = provider.request_key(answer)
        step = self._steps.take(StepKind.ANSWER, key) if key else _unasked(login)
        if step is None or step.login_name != login.name:
            raise not_asked(login, "no_such_request")
        claim = self._complete(login, provider, step, answer)
        ticket = new_token()
        content = {**step.content, "claim": write_claim(claim), "attributes": _write(claim.attributes)}
        self._steps.put(
            StepKind.TICKET,
            ticket,
            login.name,
            {**content, "memory": {}},
            browser_hash=step.browser_hash,
            lasts=_TICKET_LASTS,
        )
        return ticket

    def collected(
        self, login_name: str, ticket: str, browser: str, visitor: Visitor, actor: Actor | None
    ) -> Outcome:
        """What came for this browser by ``received``. An answer that nobody asked for, where the settings
        allow it, is of the browser that brought it: its ticket went to no other. It takes the place of nothing
        that somebody is about there: neither of another account's session nor of a question that waits."""
        login, _provider = self._provider(login_name)
        step = self._steps.take(StepKind.TICKET, ticket)
        if step is None or step.login_name != login.name or not _may_collect(step, browser):
            raise not_asked(login, "no_such_ticket")
        errand, claim = _errand(step.content), read_claim(step.content["claim"])
        if errand.purpose is Purpose.PREVIEW:
            return Previewed(_read(step.content["attributes"]))
        if step.content.get("unasked") and self._is_busy(claim, browser, actor):
            raise not_asked(login, "unasked_in_between")
        return self._go_on(login, claim, errand, browser, visitor, actor)

    def destinations(self, login_name: str) -> tuple[str, ...]:
        """Where a form of ours may lead; nothing when the provider can't be asked now."""
        _login, provider = self._provider(login_name)
        try:
            return provider.destinations()
        except ProviderFailure:
            return ()

    def _is_busy(self, claim: Claim, browser: str, actor: Actor | None) -> bool:
        if actor is not None:
            return Entering(self._house).account_of(claim) != actor.account_id
        return Joining(self._house).asked(browser) is not None

    def _complete(self, login: LoginSettings, provider: ProviderLogin, step: Step, answer: Answer) -> Claim:
        unasked = bool(step.content.get("unasked"))
        try:
            claim = provider.complete(step.content["memory"], answer)
        except ProviderFailure as failure:
            if unasked:
                raise not_asked(login, failure.code, Why.NOT_TRUSTED) from None
            raise unavailable(self._house, login, failure.code) from None
        if isinstance(claim, NoClaim):
            raise not_asked(login, claim.reason, claim.why) if unasked else refuse(self._house, login, claim)
        return claim

    def _go_on(
        self,
        login: LoginSettings,
        claim: Claim,
        errand: Errand,
        browser: str,
        visitor: Visitor,
        actor: Actor | None,
    ) -> Outcome:
        if errand.purpose is Purpose.PREVIEW:
            return Previewed(claim.attributes)
        if errand.purpose is Purpose.SIGN_IN:
            return arrive(self._house, claim, login, visitor, browser, errand.return_to)
        if actor is None or actor.account_id != errand.account_id:
            raise refuse(self._house, login, NoClaim("other_account", _NOT_EXPECTED))
        Identities(self._house).keep_proof(actor, claim, login.name, browser)
        return ToConfirm(errand.return_to)

    def _provider(self, login_name: str) -> tuple[LoginSettings, ProviderLogin]:
        login, provider = self._house.settings.login(login_name), self._house.logins.get(login_name)
        if login is None or not isinstance(provider, ProviderLogin):
            raise Problem(Code.NOT_FOUND)
        return login, provider


_NOT_EXPECTED = Why.NOT_EXPECTED


def _unasked(login: LoginSettings) -> Step:
    """What an answer that nobody asked for is held against; most logins refuse it."""
    content: dict[str, Any] = {
        "memory": {},
        "purpose": Purpose.SIGN_IN.value,
        "return_to": "",
        "account": None,
    }
    return Step(login.name, None, {**content, "unasked": True})


def _may_collect(step: Step, browser: str) -> bool:
    return step.is_of(browser) or bool(step.content.get("unasked"))


def _errand(content: Mapping[str, Any]) -> Errand:
    account = uuid.UUID(content["account"]) if content["account"] else None
    return Errand(Purpose(content["purpose"]), content["return_to"], account)


def _write(attributes: tuple[Attribute, ...]) -> list[Any]:
    return [[one.name, list(one.values), one.becomes] for one in attributes]


def _read(written: list[Any]) -> tuple[Attribute, ...]:
    return tuple(Attribute(name, tuple(values), becomes) for name, values, becomes in written)
