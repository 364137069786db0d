"""Signing out, here and at the identity provider; and being signed out by it."""

import logging
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select

from discovery_accounts.domain.actor import Actor
from discovery_accounts.login.claim import NoClaim
from discovery_accounts.login.provider import Answer, Departure, LeavesProvider, ProviderFailure
from discovery_accounts.models import Event, SignedInSession
from discovery_accounts.services import events, provider_sessions
from discovery_accounts.services.house import House
from discovery_accounts.services.login_steps import LoginSteps, StepKind
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.sessions import Sessions
from discovery_accounts.telemetry.log import event as log_event

log = logging.getLogger(__name__)

_TELL_AGAIN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Ordered:
    """A provider's order was carried out: ``reply`` is where the browser goes, if a browser brought it."""

    ended: int
    reply: str | None = field(repr=False)


class Leaving:
    def __init__(self, house: House) -> None:
        self._house = house
        self._steps = LoginSteps(house)

    def sign_out(self, actor: Actor, language: str) -> str | None:
        """End the session; where to send the browser so that the provider's ends too, if it has a way.

        Ours ends whatever the provider does.
        """
        departure = self._departure(actor, language)
        Sessions(self._house).end(actor, actor.session_id)
        if departure is None or actor.login_name is None:
            return None
        self._steps.put(
            StepKind.LEAVING,
            departure.key,
            actor.login_name,
            {"memory": dict(departure.memory)},
        )
        return departure.url

    def returned(self, login_name: str, answer: Answer) -> bool:
        """The browser is back from the provider: whether its session ended there too."""
        login = self._login(login_name)
        key = login.request_key(answer)
        step = self._steps.take(StepKind.LEAVING, key) if key else None
        if step is None or step.login_name != login_name:
            return False
        try:
            return login.left(step.content["memory"], answer)
        except ProviderFailure as failure:
            self._note(login_name, failure.code)
            return False

    def told_to_end(self, login_name: str, answer: Answer) -> Ordered:
        """End the sessions that the provider names. Raises ``Problem``: ``answer_not_trusted``,
        ``provider_unavailable``."""
        login = self._login(login_name)
        try:
            order = login.told_to_end(answer)
        except ProviderFailure as failure:
            self._note(login_name, failure.code)
            raise Problem(Code.PROVIDER_UNAVAILABLE) from None
        if isinstance(order, NoClaim):
            self._note(login_name, order.reason)
            raise Problem(Code.ANSWER_NOT_TRUSTED)
        return Ordered(provider_sessions.end_named(self._house, login_name, order.handles), order.reply)

    def _departure(self, actor: Actor, language: str) -> Departure | None:
        login = self._house.logins.get(actor.login_name or "")
        if not isinstance(login, LeavesProvider):
            return None
        with self._house.database.reading() as session:
            row = session.get(SignedInSession, actor.session_id)
            memory = provider_sessions.memory_of(self._house, row) if row is not None else None
        if memory is None:
            return None
        try:
            return login.leave(memory, language)
        except ProviderFailure as failure:
            self._note(actor.login_name or "", failure.code)
            return None

    def _login(self, login_name: str) -> LeavesProvider:
        login = self._house.logins.get(login_name)
        if not isinstance(login, LeavesProvider):
            raise Problem(Code.NOT_FOUND)
        return login

    def _note(self, login_name: str, reason: str) -> None:
        """One event a minute for each reason: anybody can send orders that are none, as often as they like."""
        detail = {"login": login_name, "reason": reason}
        lately = select(Event.detail).where(
            Event.at > self._house.now() - _TELL_AGAIN, Event.word == events.SIGN_OUT_REFUSED
        )
        with self._house.database.reading() as session:
            told = detail in session.scalars(lately).all()
        if told:
            log_event(log, events.SIGN_OUT_REFUSED, login=login_name, reason=reason)
            return
        with self._house.database.writing() as session:
            events.record(
                session, events.SIGN_OUT_REFUSED, self._house.now(), login=login_name, reason=reason
            )
