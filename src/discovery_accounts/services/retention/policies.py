"""The policies of a library, from its settings (rules 5.3, 6.1)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from discovery_accounts.config.settings import LibrarySettings
from discovery_accounts.connectors.api import Capability
from discovery_accounts.domain.retention import Kind, Measure, Policy, Rule, months_later
from discovery_accounts.services.house import House


def rules_of(house: House, library: str) -> tuple[Rule, ...]:
    """None where its patrons can't be removed by us, or it is not there: then nobody is told that they will be."""
    if Capability.REMOVE_PATRONS not in house.gateway.capabilities(library):
        return ()
    settings = house.libraries.get(library)
    return () if settings is None else _rules(settings)


def policies_of(house: House, library: str) -> tuple[Rule, ...]:
    """What a membership is decided by: ``rules_of``; where nobody can be removed the renewal alone, which then ends
    nobody, for a membership in use goes on there, too."""
    rules = rules_of(house, library)
    settings = house.libraries.get(library)
    if rules or settings is None or not settings.membership_months:
        return rules
    return (replace(_renewal(settings), ends=False),)


def rules_by_library(house: House) -> Mapping[str, tuple[Rule, ...] | None]:
    """Of every library that has any. ``None`` of one whose settings have a fault just now: nobody knows its rules."""
    faulty = [name for name in house.gateway.states() if name not in house.libraries]
    sound = {name: rules for name in house.libraries if (rules := rules_of(house, name))}
    return {**dict.fromkeys(faulty), **sound}


def _rules(settings: LibrarySettings) -> tuple[Rule, ...]:
    days = settings.retire_notice_days
    university = frozenset({Kind.UNIVERSITY})
    idle, valid = settings.idle_patron_months, settings.university_months
    rules = []
    if idle:
        rules.append(Rule(Policy.IDLE_PATRON, Measure.LAST_USE, idle, notice_days=days))
    if valid:
        rules.append(Rule(Policy.UNIVERSITY_ENDED, Measure.LAST_VALID_DAY, valid, university, days))
    if settings.membership_months:
        rules.append(_renewal(settings))
    return tuple(rules)


def _renewal(settings: LibrarySettings) -> Rule:
    return Rule(
        Policy.MEMBERSHIP_RENEWAL,
        Measure.MEMBERSHIP_END,
        0,
        frozenset({Kind.ORDINARY}),
        settings.retire_notice_days,
        renews_within=settings.membership_months,
    )


def last_day(settings: LibrarySettings | None, since: date) -> date | None:
    """The last day of a membership that begins so; ``None`` where memberships have no end."""
    if settings is None or not settings.membership_months:
        return None
    return months_later(since, settings.membership_months)
