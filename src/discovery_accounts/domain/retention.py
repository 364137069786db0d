"""How long a patron stays: policies as data, and one decision with its reason (rules 5.3, 6.1, 6.2).

Nothing here knows a library or a clock. Two things hold whatever the policies say: whoever owes something stays, and
where the library could not be asked nobody is removed, nor told that they will be.
"""

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta
from enum import StrEnum


class Kind(StrEnum):
    """Of a membership."""

    ORDINARY = "ordinary"
    UNIVERSITY = "university"


class Measure(StrEnum):
    """From which day the months of a policy are counted."""

    LAST_SIGN_IN = "last_sign_in"
    LAST_USE = "last_use"
    LAST_VALID_DAY = "last_valid_day"
    MEMBERSHIP_END = "membership_end"


class Outcome(StrEnum):
    KEEP = "keep"
    NOTIFY = "notify"
    RENEW = "renew"
    REMOVE = "remove"


class Reason(StrEnum):
    """Why a patron is kept, told, renewed or removed; the answer to "why was this kept?"."""

    NO_POLICY = "no_policy"
    NOT_YET = "not_yet"
    OPEN_LOANS = "open_loans"
    OPEN_HOLDS = "open_holds"
    UNPAID_FEES = "unpaid_fees"
    GUARANTOR = "guarantor"
    PROTECTED = "protected"
    LIBRARY_SAYS_NO = "library_says_no"
    OTHER_ACCOUNT = "other_account"
    UNREACHABLE = "unreachable"
    NOTICE_DUE = "notice_due"
    NOTICE_RUNS = "notice_runs"
    IN_USE = "in_use"
    TIME_IS_OVER = "time_is_over"


class Policy(StrEnum):
    """The names of the policies that there are."""

    IDLE_ACCOUNT = "idle_account"
    UNIVERSITY_ENDED = "university_ended"
    IDLE_PATRON = "idle_patron"
    MEMBERSHIP_RENEWAL = "membership_renewal"


@dataclass(frozen=True, slots=True)
class Rule:
    """``months`` after the day of ``measure`` a patron of one of ``kinds`` is removed, and told ``notice_days``
    before. By a rule with ``renews_within`` somebody who used the card within so many months before is renewed
    instead; one that does not ``end`` anybody renews them and no more."""

    policy: Policy
    measure: Measure
    months: int
    kinds: frozenset[Kind] = frozenset(Kind)
    notice_days: int = 30
    renews_within: int | None = None
    ends: bool = True

    @property
    def notice(self) -> timedelta:
        """From the day of a notice to the first one on which it has run: the day it is given on is not a whole one."""
        return timedelta(days=self.notice_days + 1)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one patron. ``obligations`` is ``None`` where the library could not be asked or was not yet;
    an empty tuple when it said that there are none. ``noticed_on`` is the day of a notice that did reach the person,
    or could not be sent because there is no address."""

    kind: Kind
    since: date
    last_use: date | None = None
    last_sign_in: date | None = None
    valid_until: date | None = None
    stays: bool = False
    noticed_on: date | None = None
    obligations: tuple[Reason, ...] | None = None

    @property
    def treated_as(self) -> Kind:
        """Who wants to stay is an ordinary patron (rules 5.3)."""
        return Kind.ORDINARY if self.stays else self.kind


@dataclass(frozen=True, slots=True)
class Decision:
    """``due`` is the day on which the time is over by ``policy``; ``look_on`` the day to decide anew."""

    outcome: Outcome
    because: Reason
    policy: Policy | None = None
    due: date | None = None
    look_on: date | None = None


_NEXT_DAY = timedelta(days=1)
_NEXT_WEEK = timedelta(days=7)


def due_day(rule: Rule, facts: Facts) -> date | None:
    """The first day on which the rule's time is over; ``None`` where it does not apply or the day is not known."""
    if facts.treated_as not in rule.kinds:
        return None
    match rule.measure:
        case Measure.LAST_SIGN_IN:
            start = facts.last_sign_in
        case Measure.LAST_USE:
            start = max(facts.since, facts.last_use or facts.since)
        case Measure.LAST_VALID_DAY | Measure.MEMBERSHIP_END:
            start = facts.valid_until
    if start is None:
        return None
    if rule.measure in {Measure.LAST_SIGN_IN, Measure.LAST_USE}:
        return months_later(start, rule.months)
    # the last valid day belongs to the membership: the time is over on the next one
    return months_later(start + _NEXT_DAY, rule.months) if start < date.max else date.max


def decide(facts: Facts, rules: Sequence[Rule], today: date) -> Decision:
    """What becomes of a patron today. The rule whose time is over first decides."""
    found = [(due, rule) for rule in rules if (due := due_day(rule, facts)) is not None]
    if not found:
        return Decision(Outcome.KEEP, Reason.NO_POLICY, look_on=months_later(today, 1))
    due, rule = min(found, key=lambda pair: (pair[0], pair[1].policy))
    if not rule.ends:
        return _renewing(facts, rule, due, today)
    told_from = max(due, date.min + rule.notice) - rule.notice
    if today < told_from:
        return Decision(Outcome.KEEP, Reason.NOT_YET, rule.policy, due, told_from)
    if _used_lately(rule, facts, due):
        if today < due:
            return Decision(Outcome.KEEP, Reason.IN_USE, rule.policy, due, due)
        return Decision(Outcome.RENEW, Reason.IN_USE, rule.policy, due, today)
    return _ending(facts, rule, due, told_from, today)


def _renewing(facts: Facts, rule: Rule, due: date, today: date) -> Decision:
    """By a rule that ends nobody: there is no day to tell of."""
    if today >= due and _used_lately(rule, facts, due):
        return Decision(Outcome.RENEW, Reason.IN_USE, rule.policy, due, today)
    soon = due if today < due else today + _NEXT_WEEK
    return Decision(Outcome.KEEP, Reason.NO_POLICY, look_on=min(soon, months_later(today, 1)))


def _ending(facts: Facts, rule: Rule, due: date, told_from: date, today: date) -> Decision:
    """Of somebody whose time is over, or will be before long."""
    if facts.obligations is None:
        return Decision(Outcome.KEEP, Reason.UNREACHABLE, rule.policy, due, today + _NEXT_DAY)
    if facts.obligations:
        return Decision(Outcome.KEEP, facts.obligations[0], rule.policy, due, today + _NEXT_WEEK)
    if facts.noticed_on is None or facts.noticed_on < told_from:  # one of before was about another day
        return Decision(Outcome.NOTIFY, Reason.NOTICE_DUE, rule.policy, due, max(due, today + rule.notice))
    ends_on = max(due, facts.noticed_on + rule.notice)
    if today < ends_on:
        return Decision(Outcome.KEEP, Reason.NOTICE_RUNS, rule.policy, ends_on, ends_on)
    return Decision(Outcome.REMOVE, Reason.TIME_IS_OVER, rule.policy, ends_on, today)


def asks_library(facts: Facts, rules: Sequence[Rule], today: date) -> bool:
    """Whether the decision depends on what the library says: most days of most patrons it does not."""
    return decide(facts, rules, today).because is Reason.UNREACHABLE


def _used_lately(rule: Rule, facts: Facts, due: date) -> bool:
    if rule.renews_within is None or facts.last_use is None:
        return False
    return months_later(facts.last_use, rule.renews_within) > due


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or the month's last one where it has none such. What would be later than
    the last day of the calendar, which some write for "never", is that day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    if year > MAXYEAR:
        return date.max
    return day.replace(year=year, month=month, day=min(day.day, calendar.monthrange(year, month)[1]))


MOST_MONTHS = 120
"""Of a policy that is tried out."""
_AHEAD = 12
"""Months after this one that are told, so that who signed in today is among them by a policy of a year."""


@dataclass(frozen=True, slots=True)
class Endings:
    """``count`` of patrons or accounts whose time is over from the month that begins with ``first`` to that of
    ``last``, together. ``last`` is ``None`` where it is later than what is told."""

    first: date
    last: date | None
    count: int


def months_around(today: date, *, to_come: bool) -> tuple[date, ...]:
    """The first days of all months that a day from which months count may fall into. By no policy of at least one
    month and at most ``MOST_MONTHS`` is more told apart. ``to_come``: such a day may be one that is still to come."""
    first = today.replace(day=1)
    # two more than are told: what is kept for a day may be shown in the next month
    return tuple(months_later(first, ahead) for ahead in range(-MOST_MONTHS, _AHEAD + 3 if to_come else 1))


def start_of(day: date, today: date, *, to_come: bool) -> date:
    """The month of ``months_around`` for a day; the first one for all that are earlier, the last for all later."""
    months = months_around(today, to_come=to_come)
    return min(max(months[0], day.replace(day=1)), months[-1])


def endings_ahead(groups: Iterable[tuple[date, date, int]], months: int, today: date) -> tuple[Endings, ...]:
    """When each group ends, if nobody comes back, of those that end in this month or the next twelve. A group is the
    first and the last month from which the ``months`` of a policy count, and how many. What is overdue already ends
    this month."""
    this = today.replace(day=1)
    end = months_later(this, _AHEAD)
    found: list[Endings] = []
    for first, last, count in groups:
        begins, ends = (max(this, months_later(month, months)) for month in (first, last))
        if found and found[-1].last == ends == this:
            found[-1] = Endings(this, this, found[-1].count + count)
        elif begins <= end:
            found.append(Endings(begins, ends if ends <= end else None, count))
    return tuple(found)
