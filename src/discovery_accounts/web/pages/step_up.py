"""``/account/confirm``: one more proof, by a code, before something that matters or to see masked data."""

from pyramid.response import Response

from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.step_up import Contacts, StepUps
from discovery_accounts.web import cookies as names
from discovery_accounts.web.pages.forms import form_page
from discovery_accounts.web.pages.shapes import Field
from discovery_accounts.web.pages.views import field, typed_code
from discovery_accounts.web.visit import Visit


def show(visit: Visit) -> Response:
    return _page(visit, visit.request.GET.get("return_to", ""))


def go_on(visit: Visit) -> Response:
    """Send a code, or take the one that was sent; the form says which."""
    step_ups, actor, return_to = StepUps(visit.house), visit.signed_in, visit.form("return_to")
    try:
        if visit.form("action") != "confirm":
            step_ups.ask(actor, visit.form("channel"), visit.language)
            query = {"return_to": return_to} if return_to else None
            return visit.redirect(visit.url("step_up", _query=query))
        token = step_ups.verify(actor, typed_code(visit))
    except (Problem, BadShape) as problem:
        return _page(visit, return_to, problem)
    response = visit.redirect(visit.return_to(return_to, "account"), "stepped_up")
    if token is not None:
        visit.cookies.set(response, names.SESSION, token)
    return response


def _page(visit: Visit, return_to: str, problem: Problem | BadShape | None = None) -> Response:
    contacts = StepUps(visit.house).contacts(visit.signed_in)
    return code_page(visit, contacts, "step_up", return_to, problem)


def code_page(
    visit: Visit, contacts: Contacts, route: str, return_to: str, problem: Problem | BadShape | None
) -> Response:
    """Where to have a code sent, and the field for it; both forms go to ``route``."""
    step_ups = StepUps(visit.house)
    wrong = isinstance(problem, Problem) and problem.code is Code.CODE_WRONG
    return form_page(
        visit,
        "step_up.html",
        problem,
        section="account",
        route=route,
        contacts=tuple((one.channel.value, one.masked) for one in contacts.known),
        all_asked=contacts.whole,
        asked=step_ups.is_asked(visit.signed_in),
        channel=field(visit, "channel", problem),
        code=Field("", "code.wrong" if wrong else field(visit, "code", problem).error),
        return_to=return_to,
        at_field=wrong,
    )
