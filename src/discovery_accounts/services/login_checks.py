"""The self-test of the ways of signing in: for ``logins check`` and the admin page.

Each login is looked at in a thread of its own, all of them at once, and none longer than the time
that is given. Nothing here raises because of what a login or its provider does.
"""

import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from discovery_accounts.config.keys import ReadContext
from discovery_accounts.config.settings import LoginSettings
from discovery_accounts.login.checks import ChecksItself, Level, Step
from discovery_accounts.login.kinds import login_faults
from discovery_accounts.services.backlog import backlogs
from discovery_accounts.services.email_search import searched
from discovery_accounts.services.house import House
from discovery_accounts.services.metadata_checks import metadata_steps
from discovery_accounts.services.outbox import EMAIL
from discovery_accounts.services.transfer_checks import transfer_steps

WITHIN = 20.0
"""Seconds for all logins together."""

WARN_CERTIFICATE = timedelta(days=30)

_ORDER = (Level.OK, Level.WARNING, Level.FAILED)


@dataclass(frozen=True, slots=True)
class LoginReport:
    """What was found of one login; ``name`` is the key of its settings."""

    name: str
    kind: str
    steps: tuple[Step, ...]

    @property
    def level(self) -> Level:
        """The worst of the steps."""
        return max((step.level for step in self.steps), key=_ORDER.index, default=Level.OK)


class UnknownLogin(LookupError):
    """No login of that name is configured."""


def check_logins(house: House, names: Iterable[str] = (), within: float = WITHIN) -> tuple[LoginReport, ...]:
    """Look at the logins of these names, or at all, in the order of the settings.

    Waits ``within`` seconds at most; what is not done by then is a failed step. Raises ``UnknownLogin``.
    """
    wanted = set(names)
    unknown = wanted - {login.name for login in house.settings.logins}
    if unknown:
        raise UnknownLogin(*sorted(unknown))
    logins = [login for login in house.settings.logins if not wanted or login.name in wanted]
    looks = [_Look(house, login) for login in logins]
    ends = time.monotonic() + within
    return tuple(look.report(max(0.0, ends - time.monotonic()), within) for look in looks)


class _Look:
    """Collects the steps of one login in a thread that nobody has to wait for."""

    def __init__(self, house: House, login: LoginSettings) -> None:
        self._house = house
        self._login = login
        self._steps: list[Step] = []
        self._thread = threading.Thread(target=self._work, name=f"check-{login.name}", daemon=True)
        self._thread.start()

    def report(self, seconds: float, within: float) -> LoginReport:
        self._thread.join(seconds)
        unfinished = self._thread.is_alive()
        steps = list(self._steps)
        if unfinished:
            found = f"not done after {within:g} s"
            advice = "the step after the last one above is what hangs: ask who runs the provider"
            steps.append(Step("time", Level.FAILED, found, advice))
        today = self._house.now().date()
        return LoginReport(self._login.name, self._login.kind, tuple(_dated(step, today) for step in steps))

    def _work(self) -> None:
        try:
            for step in _steps(self._house, self._login):
                self._steps.append(step)
        except Exception as bug:  # noqa: BLE001 - a fault of one login must not hide the others
            found = f"broke off ({type(bug).__name__})"
            self._steps.append(
                Step("self-test", Level.FAILED, found, "this is a fault of the program: report it")
            )


def _steps(house: House, login: LoginSettings) -> Iterator[Step]:
    yield from _settings(house, login)
    if login.library is not None:
        yield _library(house, login.library)
    yield from transfer_steps(house, login)
    yield from metadata_steps(house, login)
    opened = house.logins.get(login.name)
    if isinstance(opened, ChecksItself):
        yield from opened.check()
    elif login.kind == "card":
        names = [*house.libraries, *house.settings.faulty_libraries]
        yield from (_library(house, name) for name in dict.fromkeys(names))
    elif login.kind == "email":
        yield _searched(house, login)
        yield _mail(house)


def _settings(house: House, login: LoginSettings) -> Iterator[Step]:
    """Read again: files and secrets may have gone since the start."""
    alone = replace(house.settings, logins=(login,))
    faults = login_faults(alone, ReadContext(house.settings.stage))
    for fault in faults:
        advice = f"for example: {fault.key} = {fault.example}" if fault.example else "change it, then restart"
        yield Step("settings", Level.FAILED, f"{fault.key} {fault.problem}", advice)
    if not faults:
        yield Step("settings", Level.OK, "no fault")


def _library(house: House, name: str) -> Step:
    """How the library did lately, in this process; it is not asked now."""
    what, state = f"library {name}", house.gateway.states().get(name)
    if state is None or state.faults:
        return Step(what, Level.FAILED, "its settings are faulty", "run: discovery-accounts settings check")
    if not state.available:
        found = f"does not answer ({state.last_error or state.breaker})"
        return Step(what, Level.FAILED, found, "see “When a library is down” in docs/operate.md")
    if state.last_answer_at is None:
        return Step(what, Level.OK, "settings without fault; not asked by this process yet")
    return Step(what, Level.OK, f"answered at {state.last_answer_at:%Y-%m-%d %H:%M} UTC")


def _searched(house: House, login: LoginSettings) -> Step:
    names = searched(house, login)
    if not names:
        advice = "the connector must be able to find patrons: see docs/logins/email.md"
        return Step("addresses", Level.FAILED, "no library can be searched for them", advice)
    return Step("addresses", Level.OK, f"searched for in {', '.join(names)}")


def _mail(house: House) -> Step:
    mail = house.settings.mail
    if mail.kind == "folder" and not house.settings.development:
        advice = "set accounts.mail_url to a mail server: nobody receives their code"
        return Step("mail", Level.WARNING, "is written to a folder", advice)
    late = next((one for one in backlogs(house, house.now()) if one.channel == EMAIL), None)
    if late is not None:
        found = f"{late.waiting} wait since {late.oldest:%Y-%m-%d %H:%M} UTC ({late.error or 'not tried'})"
        return Step("mail", Level.FAILED, found, late.advice)
    return Step("mail", Level.OK, f"goes to {mail.url}")


def _dated(step: Step, today: date) -> Step:
    """A certificate that ends soon is a warning, whoever looked at it."""
    if step.until is None or "certificate" not in step.what or step.level is not Level.OK:
        return step
    left = step.until - today
    if left < timedelta(0):
        return replace(step, level=Level.FAILED, advice=step.advice or "it has ended: put a new one in place")
    if left <= WARN_CERTIFICATE:
        advice = f"ends in {left.days} days: have a new one put in place before"
        return replace(step, level=Level.WARNING, advice=advice)
    return step
