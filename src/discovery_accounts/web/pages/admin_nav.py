"""The way between the pages for staff: each role is shown those that it may open."""

from dataclasses import dataclass

from discovery_accounts.locale.catalogues import translations
from discovery_accounts.locale.marking import marked as _
from discovery_accounts.security.permissions import Access, Permission, staff_access
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.web.visit import Visit


@dataclass(frozen=True, slots=True)
class NavItem:
    address: str
    title: str
    current: bool


_PLACES: tuple[tuple[str, str, Permission | None], ...] = (
    ("admin", _("Overview"), None),
    ("admin_jobs", _("Jobs"), Permission.SEE_JOBS),
    ("admin_retention", _("How many would end"), Permission.SEE_JOBS),
    ("admin_insight", _("Insight"), Permission.SEE_INSIGHT),
    ("admin_audit", _("Audit"), Permission.SEE_AUDIT),
    ("admin_settings", _("Settings"), Permission.SEE_SETTINGS),
    ("admin_notices", _("Maintenance notices"), Permission.KEEP_NOTICES),
    ("admin_diagnosis", _("Why can this patron not sign in?"), Permission.DIAGNOSE),
    ("admin_linking", _("Who may link cards"), Permission.BLOCK_LINKING),
    ("admin_own_data", _("Data of somebody who is here"), Permission.SHOW_OWN_DATA),
    ("admin_reviews", _("Reviews"), Permission.MODERATE_REVIEWS),
    ("admin_factors", _("Second proofs"), None),
)


def admin_nav(visit: Visit, access: Access, current: str) -> tuple[NavItem, ...]:
    say = translations(visit.language).gettext
    return tuple(
        NavItem(visit.url(route), say(title), route == current)
        for route, title, needed in _PLACES
        if (needed is None or access.may(needed))
        and (route != "admin_reviews" or visit.settings.reviews != "none")
    )


def access_for(visit: Visit, permission: Permission) -> Access:
    """What this person may do, if that is among it. Raises ``Problem`` ``not_found``."""
    access = staff_access(visit.house, visit.signed_in)
    if not access.may(permission):
        raise Problem(Code.NOT_FOUND)
    return access
