"""Signing in by library card."""

from pyramid.response import Response

from discovery_accounts.config.settings import LoginSettings
from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.services.pin_recovery import PinRecoveries
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.sessions import BROWSER
from discovery_accounts.services.sign_in import SignIn
from discovery_accounts.web.pages.entered import open_session
from discovery_accounts.web.pages.forms import form_page
from discovery_accounts.web.pages.shapes import Field
from discovery_accounts.web.pages.views import chosen_library, library_choices, needed_field
from discovery_accounts.web.problems import Refusal
from discovery_accounts.web.visit import Visit


def show(visit: Visit, login: LoginSettings) -> Response:
    asked = visit.request.GET.get("return_to", "")
    library = visit.request.GET.get("chosen", "")
    return visit.render(
        "sign_in_card.html",
        section="sign_in",
        login=login.name,
        libraries=library_choices(visit),
        library=Field(library),
        card_number=Field(),
        pin=Field(),
        return_to=asked,
        recovers=bool(PinRecoveries(visit.house).libraries()),
        refused=None,
        wait_minutes=None,
    )


def sign_in(visit: Visit, login: LoginSettings) -> Response:
    """Check card and PIN; then a new session, and on to where the person came from."""
    try:
        signed_in = SignIn(visit.house).by_card(
            login.name,
            chosen_library(visit),
            visit.form("card_number"),
            visit.form("pin"),
            visit.visitor(BROWSER),
        )
    except (Problem, BadShape) as problem:
        return _again(visit, login, problem)
    return open_session(visit, signed_in, visit.form("return_to"))


def card_login(visit: Visit) -> LoginSettings:
    """The login of the address, which must be one by card. Raises ``Refusal`` ``not_found``."""
    login = visit.settings.login(visit.request.matchdict["login"])
    if login is None or login.kind != "card":
        raise Refusal(404, "not_found")
    return login


def _again(visit: Visit, login: LoginSettings, problem: Problem | BadShape) -> Response:
    at_field = isinstance(problem, Problem) and problem.code is Code.UNKNOWN_LIBRARY
    return form_page(
        visit,
        "sign_in_card.html",
        problem,
        section="sign_in",
        login=login.name,
        libraries=library_choices(visit),
        library=needed_field(visit, "library", problem),
        card_number=needed_field(visit, "card_number", problem),
        pin=needed_field(visit, "pin", problem),
        return_to=visit.form("return_to"),
        recovers=bool(PinRecoveries(visit.house).libraries()),
        at_field=at_field,
    )
