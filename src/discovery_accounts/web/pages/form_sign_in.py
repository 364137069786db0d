"""Signing in by a user name and password of an organisation."""

from pyramid.response import Response

from discovery_accounts.config.settings import LoginSettings
from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.services.arriving import Asking
from discovery_accounts.services.form_sign_in import FormSignIn
from discovery_accounts.services.problems import Problem
from discovery_accounts.services.sessions import BROWSER
from discovery_accounts.web import cookies as names
from discovery_accounts.web.pages.provider_sign_in import arrived
from discovery_accounts.web.pages.shapes import Field
from discovery_accounts.web.pages.views import needed_field
from discovery_accounts.web.problems import refusal_of
from discovery_accounts.web.visit import Visit


def show(visit: Visit, login: LoginSettings) -> Response:
    return _page(visit, login, None)


def sign_in(visit: Visit, login: LoginSettings) -> Response:
    try:
        outcome = FormSignIn(visit.house).sign_in(
            login.name,
            visit.form("username"),
            visit.form("password"),
            visit.visitor(BROWSER),
            visit.login_word,
            visit.form("return_to"),
        )
    except (Problem, BadShape) as problem:
        return _page(visit, login, problem)
    if isinstance(outcome, Asking):
        response = visit.redirect(visit.url("consent"))
        visit.cookies.set(response, names.LOGIN, visit.login_word)
        return response
    return arrived(visit, outcome)


def _page(visit: Visit, login: LoginSettings, problem: Problem | BadShape | None) -> Response:
    refusal = refusal_of(problem) if problem else None
    response = visit.render(
        "sign_in_form.html",
        section="sign_in",
        status=refusal.status if refusal else 200,
        login=login.name,
        login_title=visit.login_title(login),
        username=needed_field(visit, "username", problem) if problem else Field(),
        password=needed_field(visit, "password", problem) if problem else Field(),
        return_to=visit.form("return_to") or visit.request.GET.get("return_to", ""),
        refused=str(refusal.code) if refusal and isinstance(problem, Problem) else None,
        wait_minutes=refusal.wait_minutes if refusal else None,
    )
    if refusal and refusal.wait is not None:
        response.headers["Retry-After"] = str(refusal.wait)
    return response
