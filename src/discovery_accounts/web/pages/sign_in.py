"""Signing in by card, and out."""

from pyramid.response import Response

from discovery_accounts.config.settings import LoginSettings
from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.services.entering import SignedIn
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.sessions import BROWSER, Sessions
from discovery_accounts.services.sign_in import SignIn
from discovery_accounts.web import cookies as names
from discovery_accounts.web.pages.shapes import Field
from discovery_accounts.web.pages.views import chosen_library, library_choices, needed_field
from discovery_accounts.web.problems import Refusal, refusal_of
from discovery_accounts.web.visit import Visit


def choose(visit: Visit) -> Response:
    """The ways of signing in; with a single one there is nothing to choose."""
    asked = visit.request.GET.get("return_to")
    logins = visit.settings.logins
    if len(logins) == 1:
        query = {"return_to": asked} if asked else None
        return visit.redirect(visit.url("sign_in_with", login=logins[0].name, _query=query))
    choices = tuple((login.name, login.title(visit.language), login.kind) for login in logins)
    return visit.render("sign_in.html", section="sign_in", logins=choices, return_to=asked or "")


def show(visit: Visit) -> Response:
    login = card_login(visit)
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
        refused=None,
        wait_minutes=None,
    )


def sign_in(visit: Visit) -> Response:
    """Check card and PIN; then a new session, and on to where the person came from."""
    login = card_login(visit)
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
    return _open(visit, signed_in)


def confirm_sign_out(visit: Visit) -> Response:
    if visit.actor is None:
        return visit.redirect(visit.url("home"))
    return visit.render("sign_out.html", section="sign_out")


def sign_out(visit: Visit) -> Response:
    """End this session at the server and tell the browser to forget what it keeps of us."""
    if visit.actor is not None:
        Sessions(visit.house).end(visit.actor, visit.actor.session_id)
    response = visit.redirect(visit.url("home"), "signed_out")
    visit.cookies.drop(response, names.SESSION)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def card_login(visit: Visit) -> LoginSettings:
    """The login of the address, which must be one by card."""
    name = visit.request.matchdict["login"]
    for login in visit.settings.logins:
        if login.name == name and login.kind == "card":
            return login
    raise Refusal(404, "not_found")


def _again(visit: Visit, login: LoginSettings, problem: Problem | BadShape) -> Response:
    refusal = refusal_of(problem)
    at_field = isinstance(problem, BadShape) or problem.code is Code.UNKNOWN_LIBRARY
    response = visit.render(
        "sign_in_card.html",
        section="sign_in",
        status=refusal.status,
        login=login.name,
        libraries=library_choices(visit),
        library=needed_field(visit, "library", problem),
        card_number=needed_field(visit, "card_number", problem),
        pin=needed_field(visit, "pin", problem),
        return_to=visit.form("return_to"),
        refused=None if at_field else str(refusal.code),
        wait_minutes=refusal.wait_minutes,
    )
    if refusal.wait is not None:
        response.headers["Retry-After"] = str(refusal.wait)
    return response


def _open(visit: Visit, signed_in: SignedIn) -> Response:
    """Always a new session token: one that was set before sign-in opens nothing (checklist W2)."""
    if visit.session_token:
        Sessions(visit.house).end_by_token(visit.session_token)
    response = visit.redirect(visit.return_to(visit.form("return_to"), "loans"))
    visit.cookies.set(response, names.SESSION, signed_in.opened.token)
    if signed_in.known_token is not None:
        visit.cookies.set(response, names.KNOWN, signed_in.known_token)
    visit.cookies.drop(response, names.VISITOR)
    return response
