"""What becomes of the attributes of a sign-in, for IT trying out the settings of a login: by a sign-in of
one's own that opens nothing and is kept nowhere."""

from pyramid.response import Response

from discovery_accounts.config.settings import LoginSettings
from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.login.form import FormLogin
from discovery_accounts.login.provider import ProviderLogin
from discovery_accounts.security.permissions import Permission, staff_access
from discovery_accounts.services.form_sign_in import FormSignIn
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.provider_sign_in import Errand, ProviderSignIn, Purpose
from discovery_accounts.services.sessions import BROWSER
from discovery_accounts.web.pages.forms import form_page
from discovery_accounts.web.pages.provider_sign_in import depart, show_attributes
from discovery_accounts.web.pages.shapes import Field
from discovery_accounts.web.pages.views import needed_field
from discovery_accounts.web.visit import STAFF, Visit


def show(visit: Visit) -> Response:
    return _page(visit, _login(visit), None)


def preview(visit: Visit) -> Response:
    """Sign in for the look of it: at the provider, or by the form."""
    login = _login(visit)
    try:
        if isinstance(visit.house.logins[login.name], ProviderLogin):
            return depart(visit, login.name, Errand(Purpose.PREVIEW))
        _settings, claim = FormSignIn(visit.house).prove(
            login.name, visit.form("username"), visit.form("password"), visit.visitor(BROWSER)
        )
    except (Problem, BadShape) as problem:
        return _page(visit, login, problem)
    return show_attributes(visit, login.name, claim.attributes)


def _login(visit: Visit) -> LoginSettings:
    """The login of the address, if it has attributes and this person may check it. Raises ``Problem``."""
    access = staff_access(visit.house, visit.signed_in)
    login = visit.settings.login(visit.request.matchdict["login"])
    if login is None or not has_attributes(visit, login):
        raise Problem(Code.NOT_FOUND)
    if not access.may(Permission.CHECK_LOGINS, login.library):
        raise Problem(Code.NOT_FOUND)
    return login


def has_attributes(visit: Visit, login: LoginSettings) -> bool:
    return login.kind != STAFF and isinstance(visit.house.logins.get(login.name), ProviderLogin | FormLogin)


def _page(visit: Visit, login: LoginSettings, problem: Problem | BadShape | None) -> Response:
    by_form = isinstance(visit.house.logins[login.name], FormLogin)
    if not by_form:
        visit.form_targets = ProviderSignIn(visit.house).destinations(login.name)
    return form_page(
        visit,
        "admin_preview.html",
        problem,
        section="admin",
        login=login.name,
        login_title=visit.login_title(login),
        by_form=by_form,
        organisation=visit.form("organisation"),
        username=needed_field(visit, "username", problem) if problem else Field(),
        password=needed_field(visit, "password", problem) if problem else Field(),
    )
