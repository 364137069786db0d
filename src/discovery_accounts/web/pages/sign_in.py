"""Signing in: the ways there are, and which page each has; signing out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pyramid.response import Response

from discovery_accounts.config.settings import LoginSettings
from discovery_accounts.login.form import FormLogin
from discovery_accounts.login.provider import ProviderLogin
from discovery_accounts.services.leaving import Leaving
from discovery_accounts.web import cookies as names
from discovery_accounts.web.pages import (
    card_sign_in,
    email_sign_in,
    form_sign_in,
    provider_sign_in,
    staff_sign_in,
)
from discovery_accounts.web.problems import Refusal
from discovery_accounts.web.visit import STAFF, Visit


@dataclass(frozen=True, slots=True)
class Way:
    """The pages of one way of signing in: what GET shows, what POST does."""

    show: Callable[[Visit, LoginSettings], Response]
    sign_in: Callable[[Visit, LoginSettings], Response]


_BY_KIND: Mapping[str, Way] = {
    "card": Way(card_sign_in.show, card_sign_in.sign_in),
    "password": Way(staff_sign_in.show, staff_sign_in.sign_in),
    "email": Way(email_sign_in.show, email_sign_in.ask),
}
"""Kinds with pages of their own."""
_BY_CONTRACT: Mapping[type, Way] = {
    ProviderLogin: Way(provider_sign_in.show, provider_sign_in.sign_in),
    FormLogin: Way(form_sign_in.show, form_sign_in.sign_in),
}
"""All other kinds, ours and those of outside packages, by what they can do."""


def choose(visit: Visit) -> Response:
    """The ways of signing in; with a single one there is nothing to choose."""
    asked = visit.request.GET.get("return_to")
    logins = visit.ways_to_sign_in
    if len(logins) == 1:
        query = {"return_to": asked} if asked else None
        return visit.redirect(visit.url("sign_in_with", login=logins[0].name, _query=query))
    choices = tuple((login.name, visit.login_title(login), login.kind) for login in logins)
    return visit.render("sign_in.html", section="sign_in", logins=choices, return_to=asked or "")


def show(visit: Visit) -> Response:
    login, way = _way(visit)
    return way.show(visit, login)


def sign_in(visit: Visit) -> Response:
    login, way = _way(visit)
    return way.sign_in(visit, login)


def confirm_sign_out(visit: Visit) -> Response:
    if visit.actor is None:
        return visit.redirect(visit.url("home"))
    return visit.render("sign_out.html", section="sign_out")


def sign_out(visit: Visit) -> Response:
    """End this session at the server and tell the browser to forget what it keeps of us; then, where the
    person came by an identity provider that has a way, on to ending the session there."""
    onward = Leaving(visit.house).sign_out(visit.actor, visit.language) if visit.actor else None
    if onward is not None:
        response = provider_sign_in.go_onward(visit, onward)
    else:
        response = visit.redirect(visit.url("home"), "signed_out")
    visit.cookies.drop(response, names.SESSION)
    # where the origin is ours alone, everything kept there goes, the cards that our worker keeps too; where it is a
    # host's, the worker removes those when it sees the form sent
    response.headers["Clear-Site-Data"] = '"cache", "storage"' if visit.alone else '"cache"'
    return response


def _way(visit: Visit) -> tuple[LoginSettings, Way]:
    """The login of the address, and its pages. Raises ``Refusal`` ``not_found``."""
    login = visit.settings.login(visit.request.matchdict["login"])
    if login is None:
        raise Refusal(404, "not_found")
    visit.about = _libraries(visit, login)
    if login.kind in _BY_KIND:
        return login, _BY_KIND[login.kind]
    opened = visit.house.logins.get(login.name)
    for contract, way in _BY_CONTRACT.items():
        if isinstance(opened, contract):
            return login, way
    raise Refusal(404, "not_found")


def _libraries(visit: Visit, login: LoginSettings) -> tuple[str, ...]:
    """Those that patrons sign in to there."""
    if login.kind == "card":
        return tuple(visit.house.gateway.states())
    return (login.library,) if login.library and login.kind != STAFF else ()
