"""Choosing one's own organisation of a federation: the page, what is found as one types, and what this browser
remembers of it."""

import re

from pyramid.response import Response

from discovery_accounts.config.settings import LoginSettings
from discovery_accounts.services.metadata_refresh import hurry_if_needed
from discovery_accounts.services.metadata_sources import Kind, metadata_source
from discovery_accounts.services.organisation_search import Found, Organisation, OrganisationSearch, mark_of
from discovery_accounts.web import cookies as names
from discovery_accounts.web.problems import Refusal
from discovery_accounts.web.visit import Visit
from discovery_accounts.web.words import Words

REMEMBERED = 3
_MARK = re.compile(r"[A-Za-z0-9_-]{16}")


def organisation_page(
    visit: Visit, login: LoginSettings, *, refused: Refusal | None = None, adding: bool = False
) -> Response:
    """The search, what it found, and the organisations chosen before. Each is a button that posts
    ``organisation``, an entity id, to the login's own address. ``refused`` is what came of such a post;
    ``adding`` is for somebody signed in who adds this way of signing in to their account."""
    search = OrganisationSearch(visit.house, login, visit.language)
    typed = _typed(visit)
    found = search.search(typed)
    if not found.ready:
        hurry_if_needed(visit.house, login)
    source = metadata_source(visit.settings, login)
    status = 200 if found.ready else 503
    return visit.render(
        "sign_in_organisation.html",
        section="account" if adding else "sign_in",
        status=refused.status if refused else status,
        login=login.name,
        action=visit.url("method_add" if adding else "sign_in_with", login=login.name),
        adding=adding,
        login_title=visit.login_title(login),
        typed=typed,
        found=found,
        remembered=search.marked(_marks(visit)),
        asks_server=source is not None and source.kind is Kind.MDQ,
        return_to=visit.form("return_to") or visit.request.GET.get("return_to", ""),
        refused=str(refused.code) if refused else None,
        wait_minutes=refused.wait_minutes if refused else None,
    )


def found_as_json(visit: Visit) -> Response:
    """What is found, for the page's script; it says nothing about anybody."""
    login = _login(visit)
    typed = _typed(visit)
    found = OrganisationSearch(visit.house, login, visit.language).search(typed)
    return Response(
        json_body={
            "organisations": [_as_json(organisation) for organisation in found.organisations],
            "total": found.total,
            "more": found.more,
            "told": told(visit.language, found, typed),
        }
    )


def forget(visit: Visit) -> Response:
    """This browser remembers no organisation any more."""
    login = _login(visit)
    asked = visit.form("return_to")
    query = {"return_to": asked} if asked else None
    response = visit.redirect(visit.url("sign_in_with", login=login.name, _query=query))
    visit.cookies.drop(response, names.ORGANISATIONS)
    return response


def remember(visit: Visit, response: Response, entity_id: str) -> None:
    """Have this browser show the organisation first the next time. To be called when it was really gone to."""
    mark = mark_of(entity_id)
    marks = [mark, *(one for one in _marks(visit) if one != mark)]
    visit.cookies.set(response, names.ORGANISATIONS, ".".join(marks[:REMEMBERED]))


def told(language: str, found: Found, typed: str) -> str:
    """How many there are, in a sentence; empty where nothing was asked."""
    return Words(language).organisations(len(found.organisations), found.total) if typed else ""


def _typed(visit: Visit) -> str:
    return " ".join(visit.request.GET.get("q", "").split())[:100]


def _marks(visit: Visit) -> list[str]:
    kept = (visit.cookies.get(visit.request.cookies, names.ORGANISATIONS) or "").split(".")
    return [mark for mark in kept if _MARK.fullmatch(mark)][:REMEMBERED]


def _login(visit: Visit) -> LoginSettings:
    login = visit.settings.login(visit.request.matchdict["login"])
    if login is None or metadata_source(visit.settings, login) is None:
        raise Refusal(404, "not_found")
    return login


def _as_json(organisation: Organisation) -> dict[str, str]:
    return {"id": organisation.entity_id, "name": organisation.name, "domain": organisation.domain}
