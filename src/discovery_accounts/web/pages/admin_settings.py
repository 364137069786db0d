"""The settings for IT to read, without secrets: of the portal only for whom all of it is granted."""

from pyramid.response import Response

from discovery_accounts.config.reference import ShownPart
from discovery_accounts.security.permissions import Access, Permission
from discovery_accounts.services.settings_shown import shown_settings
from discovery_accounts.web.pages.admin_nav import access_for, admin_nav
from discovery_accounts.web.visit import Visit


def show(visit: Visit) -> Response:
    access = access_for(visit, Permission.SEE_SETTINGS)
    shown = shown_settings(visit.house)
    parts = tuple(part for part in shown.parts if _sees(access, part))
    return visit.render(
        "admin_settings.html",
        section="admin",
        nav=admin_nav(visit, access, "admin_settings"),
        parts=parts,
        faulty=tuple(part for part in parts if part.faults),
        warnings=shown.warnings if access.may_everywhere(Permission.SEE_SETTINGS) else (),
    )


def _sees(access: Access, part: ShownPart) -> bool:
    """What is of no library is for all libraries: it may say how the others are reached."""
    if part.library is None:
        return access.may_everywhere(Permission.SEE_SETTINGS)
    return access.may(Permission.SEE_SETTINGS, part.library)
