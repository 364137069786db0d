"""Signing in by a user name and password of an organisation."""

from pyramid.response import Response

from discovery_accounts.config.settings import LoginSettings
from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.services.arriving import Asking
from discovery_accounts.services.form_sign_in import FormSignIn
from discovery_accounts.services.problems import Problem
from discovery_accounts.services.sessions import BROWSER
from discovery_accounts.web import cookies as names
from discovery_accounts.web.pages.forms import user_name_page
from discovery_accounts.web.pages.provider_sign_in import arrived
from discovery_accounts.web.visit import Visit


def show(visit: Visit, login: LoginSettings) -> Response:
    return user_name_page(visit, "sign_in_form.html", login, None)


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
        return user_name_page(visit, "sign_in_form.html", login, problem)
    if isinstance(outcome, Asking):
        response = visit.redirect(visit.url("consent"))
        visit.cookies.set(response, names.LOGIN, visit.login_word)
        return response
    return arrived(visit, outcome)
