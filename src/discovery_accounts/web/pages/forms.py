"""A page with a form: what was refused of it is told in one way everywhere."""

from typing import Any

from pyramid.response import Response

from discovery_accounts.config.settings import LoginSettings
from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.services.problems import Problem
from discovery_accounts.web.pages.shapes import Field
from discovery_accounts.web.pages.views import needed_field
from discovery_accounts.web.problem_answers import with_headers
from discovery_accounts.web.problems import refusal_of
from discovery_accounts.web.visit import Visit


def form_page(
    visit: Visit, template: str, problem: Problem | BadShape | None, *, at_field: bool = False, **context: Any
) -> Response:
    """The page with the status of ``problem``, and its code as ``refused`` for the box at the top, if it is not
    told at its field, with a ``reason`` that has words of its own; ``context`` may say otherwise. The wait stands
    in words and in ``Retry-After``."""
    refusal = refusal_of(problem) if problem is not None else None
    in_box = refusal is not None and isinstance(problem, Problem) and not at_field
    told = {
        "status": refusal.status if refusal else 200,
        "refused": str(refusal.code) if refusal and in_box else None,
        "reason": refusal.reason if refusal else None,
        "wait_minutes": refusal.wait_minutes if refusal else None,
    }
    response = visit.render(template, **{**told, **context})
    return with_headers(response, refusal)


def user_name_page(
    visit: Visit, template: str, login: LoginSettings, problem: Problem | BadShape | None
) -> Response:
    """The form of a login by user name and password."""
    return form_page(
        visit,
        template,
        problem,
        section="sign_in",
        login=login.name,
        login_title=visit.login_title(login),
        username=needed_field(visit, "username", problem) if problem else Field(),
        password=needed_field(visit, "password", problem) if problem else Field(),
        return_to=visit.form("return_to") or visit.request.GET.get("return_to", ""),
    )
