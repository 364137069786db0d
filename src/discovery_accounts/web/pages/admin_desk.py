"""Pages of a desk: staff who act for somebody at one of their libraries."""

from discovery_accounts.security.permissions import Access, Permission
from discovery_accounts.services.linking_desk import Desk
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.staff_entry import came_as_staff
from discovery_accounts.web.pages.admin_nav import access_for
from discovery_accounts.web.visit import Visit


def desk_access(visit: Visit, permission: Permission) -> Access:
    """What this person may do, if that is among it at some library. Raises ``Problem`` ``not_found``."""
    access = access_for(visit, permission)
    if not access.libraries(permission, visit.house.gateway.states()):
        raise Problem(Code.NOT_FOUND)
    return access


def desk_of(visit: Visit, access: Access, permission: Permission) -> Desk:
    """Who acts, and for which libraries. Raises ``Problem`` ``sign_in_not_strong_enough``."""
    member = came_as_staff(visit.house, visit.signed_in)
    if member is None:
        raise Problem(Code.SIGN_IN_NOT_STRONG_ENOUGH)
    whole = access.may_everywhere(permission)
    names = access.libraries(permission, visit.house.gateway.states())
    return Desk(str(member), None if whole else frozenset(names))
