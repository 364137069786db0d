"""The form of an alert: what is in its fields, what could be chosen, and what is wrong."""

from discovery_accounts.domain.alert_filters import FIELDS
from discovery_accounts.domain.alert_times import Frequency
from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.services.accounts import Accounts
from discovery_accounts.services.alerts.shapes import Wish
from discovery_accounts.services.alerts.trying import Trying
from discovery_accounts.services.problems import Problem
from discovery_accounts.web.pages.alert_shapes import AlertForm, Choice, FilterField, Place
from discovery_accounts.web.pages.alerts import title_of
from discovery_accounts.web.pages.shapes import Field
from discovery_accounts.web.visit import Visit

_AROUND = 30
"""Characters that are shown before and after a place."""


def form_of(visit: Visit, wish: Wish, problem: BadShape | Problem | None) -> AlertForm:
    account = Accounts(visit.house).info(visit.signed_in)
    weekly = wish.frequency is Frequency.WEEKLY
    chosen = f"{wish.frequency.value}-{wish.weekday or 0}" if weekly else wish.frequency.value
    filters = _filters(visit, wish, problem)
    return AlertForm(
        name=Field(wish.name or "", error_at("name", problem)),
        query=Field(wish.query, error_at("query", problem)),
        place=_place(wish.query, problem),
        filters=filters,
        filters_open=any(wish.filters.values()) or any(one.more.error for one in filters),
        frequency=Field(chosen, error_at("frequency", problem) or error_at("weekday", problem)),
        language=Field(wish.language or visit.language, error_at("language", problem)),
        by_email=Field("yes" if wish.by_email else "", error_at("by_email", problem)),
        by_feed=bool(wish.by_feed),
        address=account.email if account.email_verified else None,
    )


def error_at(name: str, problem: BadShape | Problem | None) -> str | None:
    wrong = isinstance(problem, BadShape) and problem.field == name
    return f"{name}.{problem.code}" if wrong and problem is not None else None


def _filters(visit: Visit, wish: Wish, problem: BadShape | Problem | None) -> tuple[FilterField, ...]:
    suggested = Trying(visit.house).suggested()
    return tuple(
        _filter(visit, name, suggested.get(name, ()), wish.filters.get(name, ()), problem) for name in FIELDS
    )


def _filter(
    visit: Visit,
    name: str,
    suggested: tuple[str, ...],
    chosen: tuple[str, ...],
    problem: BadShape | Problem | None,
) -> FilterField:
    choices = tuple(Choice(one, title_of(visit, name, one), one in chosen) for one in suggested)
    more = ", ".join(one for one in chosen if one not in suggested)
    return FilterField(name, choices, Field(more, error_at(f"filters.{name}", problem)))


def _place(query: str, problem: BadShape | Problem | None) -> Place | None:
    if not isinstance(problem, BadShape) or problem.field != "query" or problem.at is None:
        return None
    if not query.strip():
        return None
    at = min(problem.at, len(query))
    start, end = max(0, at - _AROUND), at + 1 + _AROUND
    before = ("…" if start else "") + query[start:at]
    after = query[at + 1 : end] + ("…" if end < len(query) else "")
    return Place(before, query[at : at + 1], after)
