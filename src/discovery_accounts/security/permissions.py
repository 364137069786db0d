"""Which role of staff may do what, as a table to be read; and what one person may, from what was granted them.

Everything is asked per library: a grant for one library says nothing about another.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from discovery_accounts.domain.actor import Actor
from discovery_accounts.domain.roles import Role
from discovery_accounts.services.house import House
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.staff import Grant, Staff
from discovery_accounts.services.staff_entry import came_as_staff


class Permission(StrEnum):
    SEE_LIBRARIES = "see libraries"
    SEE_FAULTS = "see what is wrong in settings"
    SEE_LOGINS = "see logins"
    CHECK_LOGINS = "check logins"
    CHECK_LIBRARIES = "check libraries"
    DIAGNOSE = "find out why a patron can't sign in"
    BLOCK_LINKING = "keep a card from being linked, or let it be"
    SHOW_OWN_DATA = "show somebody who is there what is stored about them"
    TRY_LINK_RULES = "count what rules about linking would do"
    SEE_TECHNICAL_IDS = "see ids that are in logs"
    SEE_FIGURES = "see how libraries answered in the last hour"
    SEE_JOBS = "see jobs"
    SEE_AUDIT = "search the audit"
    SEE_SETTINGS = "see settings"
    KEEP_NOTICES = "tell patrons of maintenance"
    SEE_STAFF = "see staff"
    SEE_INSIGHT = "see insight"
    MODERATE_REVIEWS = "show and hide what patrons write about records"


PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.HELPDESK: frozenset(
        {
            Permission.SEE_LIBRARIES,
            Permission.DIAGNOSE,
            Permission.BLOCK_LINKING,
            Permission.SHOW_OWN_DATA,
            Permission.MODERATE_REVIEWS,
        }
    ),
    Role.IT: frozenset(
        {
            Permission.SEE_LIBRARIES,
            Permission.SEE_FAULTS,
            Permission.SEE_LOGINS,
            Permission.CHECK_LOGINS,
            Permission.CHECK_LIBRARIES,
            Permission.DIAGNOSE,
            Permission.BLOCK_LINKING,
            Permission.SHOW_OWN_DATA,
            Permission.TRY_LINK_RULES,
            Permission.SEE_TECHNICAL_IDS,
            Permission.SEE_FIGURES,
            Permission.SEE_JOBS,
            Permission.SEE_AUDIT,
            Permission.SEE_SETTINGS,
            Permission.KEEP_NOTICES,
            Permission.SEE_STAFF,
            Permission.MODERATE_REVIEWS,
        }
    ),
    Role.INSIGHT: frozenset({Permission.SEE_INSIGHT}),
}


@dataclass(frozen=True, slots=True)
class Access:
    """What somebody may do now."""

    grants: tuple[Grant, ...]

    def may(self, permission: Permission, library: str | None = None) -> bool:
        """Whether it is allowed for a library; without one, for something that belongs to no library."""
        return any(permission in PERMISSIONS[grant.role] and grant.covers(library) for grant in self.grants)

    def may_everywhere(self, permission: Permission) -> bool:
        """Whether it is allowed for all libraries, those of tomorrow too."""
        return any(permission in PERMISSIONS[grant.role] and grant.library is None for grant in self.grants)

    def libraries(self, permission: Permission, among: Iterable[str]) -> tuple[str, ...]:
        """Those ``among`` the libraries that it is allowed for."""
        return tuple(library for library in among if self.may(permission, library))


def staff_access(house: House, actor: Actor) -> Access:
    """What the person who asks may do as staff, judged anew at every request. Raises ``Problem``: ``not_found``
    for everybody without a live grant, ``sign_in_not_strong_enough`` for staff who came in another way: see
    ``came_as_staff``."""
    grants = Staff(house).grants_of(actor.account_id)
    if not grants:
        raise Problem(Code.NOT_FOUND)
    if came_as_staff(house, actor) is None:
        raise Problem(Code.SIGN_IN_NOT_STRONG_ENOUGH)
    return Access(grants)
