"""``/recover-pin``: a new PIN for who forgot theirs, by a code to the contact on file. Every answer is the same."""

from pyramid.response import Response

from discovery_accounts.connectors.api import PinRules
from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.services.acts import NOT_ANSWERED
from discovery_accounts.services.pin_recovery import CHANGED, PinRecoveries
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.web.pages.forms import form_page
from discovery_accounts.web.pages.shapes import Field, LibraryChoice
from discovery_accounts.web.pages.views import chosen_library, field, library_title, typed_code
from discovery_accounts.web.visit import Visit


def show(visit: Visit) -> Response:
    return _page(visit, None, library=visit.request.GET.get("chosen", ""))


def go_on(visit: Visit) -> Response:
    """Ask for the code, or give it in with the new PIN; the form says which."""
    giving, recoveries = visit.form("action") == "confirm", PinRecoveries(visit.house)
    rules: PinRules | None = None
    try:
        library, number = chosen_library(visit), visit.form("card_number")
        rules = recoveries.rules(library)
        if not giving:
            recoveries.ask(library, number, visit.language, visit.address)
            return _page(visit, rules)
        outcome = recoveries.confirm(
            library,
            number,
            typed_code(visit),
            visit.form("new_pin"),
            visit.form("new_pin_again"),
            visit.address,
        )
    except (Problem, BadShape) as problem:
        return _page(visit, rules if giving else None, problem)
    if outcome == CHANGED:
        return visit.redirect(visit.url("sign_in"), "pin_recovered")
    return _page(visit, None, unknown=True)


def _page(
    visit: Visit,
    rules: PinRules | None,
    problem: Problem | BadShape | None = None,
    *,
    library: str = "",
    unknown: bool = False,
) -> Response:
    """With ``rules`` the second step, where code and PIN are typed."""
    wrong_code = isinstance(problem, Problem) and problem.code is Code.CODE_WRONG
    at_field = isinstance(problem, Problem) and (wrong_code or problem.field == "library")
    offered = PinRecoveries(visit.house).libraries()
    return form_page(
        visit,
        "recover_pin.html",
        problem,
        section="sign_in",
        at_field=at_field,
        libraries=tuple(LibraryChoice(name, library_title(visit, name)) for name in offered),
        library=Field(library) if library else field(visit, "library", problem),
        card_number=field(visit, "card_number", problem),
        code=Field("", "code.wrong" if wrong_code else field(visit, "code", problem).error),
        new_pin=Field("", _error("new_pin", problem)),
        new_pin_again=Field("", _error("new_pin_again", problem)),
        rules=rules,
        **({"status": 503, "refused": NOT_ANSWERED} if unknown else {}),
    )


def _error(name: str, problem: Problem | BadShape | None) -> str | None:
    fits = isinstance(problem, BadShape) and problem.field == name
    return f"{name}.{problem.code}" if problem is not None and fits else None
