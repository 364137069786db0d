"""What becomes of an account by the rules as people are told them (rules 1.4), in plain Python and with nothing of the
house: what the job did is held against this."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

WARNED, NOTED, ENDED, ERASED = "warned", "no_address", "ended", "erased"
DELIVERED, FAILED, WAITING, NO_ADDRESS = "delivered", "failed", "waiting", "no_address"
WEEK, FORTNIGHT, DAY = timedelta(days=7), timedelta(days=14), timedelta(days=1)
TRIES = 8
"""So often a message is given to a mail server that is away."""


def year_after(at: datetime) -> datetime:
    """Twelve months: there is no 29 February in most years."""
    day = 28 if (at.month, at.day) == (2, 29) else at.day
    return at.replace(year=at.year + 1, day=day)


@dataclass(slots=True)
class Told:
    """A warning that was written, or could not be; ``since`` is when its state began."""

    days: int
    written: datetime
    message: str | None
    state: str
    since: datetime
    tries: int = 0


@dataclass(slots=True)
class Reader:
    """One person. ``address`` counts the addresses they had, ``None``: no address. ``warnings`` are those since the
    last sign-in."""

    number: int
    signed_in: datetime
    address: int | None = 0
    paused: bool = False
    protected: bool = False
    ended: datetime | None = None
    gone: bool = False
    accounts: int = 1
    warnings: list[Told] = field(default_factory=list)

    @property
    def reachable(self) -> bool:
        return self.address is not None and not self.paused

    def next(self, now: datetime, warn_days: tuple[int, ...]) -> str | None:
        """What a run of the job does with the account now."""
        if self.gone:
            return None
        if self.ended is not None:
            return ERASED if now >= self.ended + FORTNIGHT else None
        end = year_after(self.signed_in)
        begun = [days for days in warn_days if now >= end - timedelta(days=days)]
        if self.protected or not begun:
            return None
        last = self.last(min(begun))
        if last is None:
            return WARNED if self.reachable else NOTED
        if self.reachable and (last.state == NO_ADDRESS or self._failed_long_ago(last, now)):
            return WARNED
        return ENDED if now >= end and self.may_end(last, now) else None

    def last(self, days: int) -> Told | None:
        return next((one for one in reversed(self.warnings) if one.days == days), None)

    @property
    def unreached(self) -> bool:
        """Whether the last of the warnings told nobody, though one was written."""
        return bool(self.warnings) and self.warnings[-1].state == FAILED

    def may_end(self, last: Told, now: datetime) -> bool:
        """Warned a week before, or there was no way to."""
        arrived = last.state == DELIVERED and now >= last.since + WEEK
        return arrived or (not self.reachable and last.state in {FAILED, NO_ADDRESS})

    @staticmethod
    def _failed_long_ago(last: Told, now: datetime) -> bool:
        return last.state == FAILED and now >= last.since + DAY

    def did(self, act: str, now: datetime, days: int | None, message: str | None) -> None:
        """The job did this."""
        if act in {WARNED, NOTED}:
            assert days is not None
            state = WAITING if act == WARNED else NO_ADDRESS
            self.warnings.append(Told(days, now, message, state, now))
        elif act == ENDED:
            self.ended = now
        else:
            self.gone, self.ended, self.warnings = True, None, []

    def back(self, now: datetime) -> bool:
        """They sign in: whether that is to a new account."""
        new = self.gone
        if new:
            self.accounts += 1
            self.address, self.paused, self.protected = 0, False, False
        self.signed_in, self.ended, self.gone, self.warnings = now, None, False, []
        return new

    def mail(self, message: str, outcome: str, now: datetime) -> None:
        """What the mail server said about a message."""
        one = next((one for one in self.warnings if one.message == message), None)
        if one is None or one.state != WAITING:
            return
        one.tries += 1
        if outcome in {DELIVERED, FAILED}:
            one.state, one.since = outcome, now
        elif one.tries == TRIES:
            one.state, one.since = FAILED, one.written
