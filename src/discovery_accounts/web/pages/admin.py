"""The pages for staff: how libraries, logins and jobs are doing, and who the staff are.

What is shown is decided by the table in ``security.permissions``, per library; who has no grant gets 404.
"""

from pyramid.response import Response

from discovery_accounts.config.settings import LoginSettings
from discovery_accounts.login.checks import Level, Step
from discovery_accounts.security.permissions import Access, Permission, staff_access
from discovery_accounts.services.backlog import backlogs, doubts
from discovery_accounts.services.login_checks import check_logins
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.staff import Staff
from discovery_accounts.services.transfer_checks import transfer_steps
from discovery_accounts.web.pages.admin_figures import library_views
from discovery_accounts.web.pages.admin_jobs import job_views
from discovery_accounts.web.pages.admin_nav import admin_nav
from discovery_accounts.web.pages.admin_preview import has_attributes
from discovery_accounts.web.pages.admin_shapes import LoginView, StaffView
from discovery_accounts.web.pages.views import library_title
from discovery_accounts.web.visit import Visit

WITHIN = 10.0
"""Seconds that a check of a login may take, for somebody who waits for the page."""


def show(visit: Visit) -> Response:
    access = staff_access(visit.house, visit.signed_in)
    return visit.render(
        "admin.html",
        section="admin",
        nav=admin_nav(visit, access, "admin"),
        libraries=library_views(visit, access),
        logins=_logins(visit, access),
        jobs=job_views(visit) if access.may(Permission.SEE_JOBS) else (),
        backlogs=(
            (*backlogs(visit.house, visit.now), *doubts(visit.house, visit.now))
            if access.may(Permission.SEE_JOBS)
            else ()
        ),
        staff=_staff(visit, access),
    )


def check_login(visit: Visit) -> Response:
    """Test one login now, and show what was found."""
    access = staff_access(visit.house, visit.signed_in)
    name = visit.request.matchdict["login"]
    chosen = next((login for login in _logins(visit, access) if login.name == name), None)
    if chosen is None or not chosen.may_check:
        raise Problem(Code.NOT_FOUND)
    (report,) = check_logins(visit.house, [name], WITHIN)
    return visit.render("admin_login.html", section="admin", login=chosen, report=report)


def to_admin(visit: Visit) -> Response:
    """The address of a check, asked for again: there is nothing to see without checking."""
    return visit.redirect(visit.url("admin"))


def _logins(visit: Visit, access: Access) -> tuple[LoginView, ...]:
    return tuple(
        LoginView(
            name=login.name,
            title=visit.login_title(login),
            kind=login.kind,
            library=library_title(visit, login.library) if login.library else None,
            may_check=access.may(Permission.CHECK_LOGINS, login.library),
            has_attributes=has_attributes(visit, login),
            troubles=_troubles(visit, access, login),
        )
        for login in visit.settings.logins
        if access.may(Permission.SEE_LOGINS, login.library)
    )


def _troubles(visit: Visit, access: Access, login: LoginSettings) -> tuple[Step, ...]:
    """What can be seen without asking anybody; the rest is told by a check."""
    if not access.may(Permission.CHECK_LOGINS, login.library):
        return ()
    return tuple(step for step in transfer_steps(visit.house, login) if step.level is not Level.OK)


def _staff(visit: Visit, access: Access) -> tuple[StaffView, ...]:
    return tuple(
        StaffView(
            person.name,
            person.email,
            grant.role.value,
            library_title(visit, grant.library) if grant.library else None,
            grant.last_day,
            person.ready,
        )
        for person in Staff(visit.house).list()
        for grant in person.live
        if _sees(access, grant.library)
    )


def _sees(access: Access, library: str | None) -> bool:
    """Grants of one's own library; those of all libraries only where one's own is for all."""
    if library is None:
        return access.may_everywhere(Permission.SEE_STAFF)
    return access.may(Permission.SEE_STAFF, library)
