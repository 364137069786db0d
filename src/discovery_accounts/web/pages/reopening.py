"""Opening a card again after too many wrong PINs, by a code to its holder."""

from pyramid.response import Response

from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.reopening import Reopening
from discovery_accounts.web.pages.card_sign_in import card_login
from discovery_accounts.web.pages.forms import form_page
from discovery_accounts.web.pages.shapes import Field
from discovery_accounts.web.pages.views import chosen_library, field, library_choices
from discovery_accounts.web.visit import Visit


def show(visit: Visit) -> Response:
    return _page(visit, asked=False, library=visit.request.GET.get("chosen", ""))


def go_on(visit: Visit) -> Response:
    """Ask for the code, or give it in; the form says which."""
    giving = visit.form("action") == "confirm"
    reopening = Reopening(visit.house)
    try:
        library, number = chosen_library(visit), visit.form("card_number")
        if not giving:
            reopening.ask(library, number, visit.address)
            return _page(visit, asked=True)
        reopening.confirm(library, number, visit.form("code"), visit.address)
    except (Problem, BadShape) as problem:
        return _page(visit, asked=giving, problem=problem)
    login = card_login(visit).name
    return visit.redirect(visit.url("sign_in_with", login=login), "card_reopened")


def _page(
    visit: Visit, *, asked: bool, problem: Problem | BadShape | None = None, library: str = ""
) -> Response:
    wrong_code = isinstance(problem, Problem) and problem.code is Code.CODE_WRONG
    at_field = isinstance(problem, Problem) and (wrong_code or problem.field == "library")
    return form_page(
        visit,
        "reopen.html",
        problem,
        section="sign_in",
        login=card_login(visit).name,
        libraries=library_choices(visit),
        library=Field(library) if library else field(visit, "library", problem),
        card_number=field(visit, "card_number", problem),
        code=Field("", "code.wrong") if wrong_code else Field(),
        asked=asked,
        at_field=at_field,
    )
