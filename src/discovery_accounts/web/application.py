"""Taking the account pages into a Pyramid application, our own or a host portal's."""

import logging
from typing import Any
from zoneinfo import ZoneInfo

from pyramid.config import Configurator
from pyramid.exceptions import URLDecodeError
from pyramid.request import Request
from pyramid.response import Response
from pyramid.router import Router
from pyramid.security import NO_PERMISSION_REQUIRED

from discovery_accounts.config.faults import Fault, SettingsError
from discovery_accounts.config.keys import ReadContext
from discovery_accounts.config.reader import read_settings
from discovery_accounts.config.settings import Settings
from discovery_accounts.connectors.registry import open_libraries
from discovery_accounts.domain.actor import Actor
from discovery_accounts.login.kinds import login_faults
from discovery_accounts.security.policy import AccountsSecurityPolicy
from discovery_accounts.services.house import House
from discovery_accounts.services.opening import open_house
from discovery_accounts.telemetry.log import event
from discovery_accounts.web.api.validation import ApiContract
from discovery_accounts.web.entrance import Door, entrance
from discovery_accounts.web.problems import Refusal
from discovery_accounts.web.rendering import Pages
from discovery_accounts.web.routes import API, add_routes
from discovery_accounts.web.visit import Visit

log = logging.getLogger(__name__)


def include(config: Configurator, *, alone: bool = False) -> None:
    """Add routes, views and what they need. Security policy, session factory, renderers, exception
    views and CSRF options of the application are left as they are. ``alone``: there is no host portal."""
    house = config.registry.get(House)
    if house is None:
        settings = checked_settings(dict(config.registry.settings or {}))
        house = open_house(settings)
    config.registry[House] = house
    config.registry[Pages] = Pages(_zone(house), alone=alone)
    config.registry[ApiContract] = ApiContract(answers=house.settings.check_answers)
    config.add_view_deriver(entrance, name="accounts_entrance", under="INGRESS", over="secured_view")
    config.add_request_method(_actor, "accounts_actor", reify=True)
    config.add_static_view(
        "static", "discovery_accounts:static", cache_max_age=3600, permission=NO_PERMISSION_REQUIRED
    )
    add_routes(config)


def checked_settings(values: dict[str, str]) -> Settings:
    """The settings, with the faults of logins too. Raises ``SettingsError``; warnings go to the log."""
    try:
        settings = read_settings(values)
    except SettingsError as error:
        raise SettingsError([*error.faults, *_faults_of_kinds(error.partial)]) from None
    faults = login_faults(settings, ReadContext(settings.stage))
    if faults:
        raise SettingsError([*faults, *connector_faults(settings)])
    for warning in settings.warnings:
        event(log, "settings.warning", level=logging.WARNING, warning=warning)
    return settings


def connector_faults(settings: Settings) -> tuple[Fault, ...]:
    """What is wrong with the keys of connectors; a library with such a fault is left out, not fatal."""
    return tuple(fault for faults in open_libraries(settings).faults.values() for fault in faults)


def _faults_of_kinds(partial: Settings | None) -> tuple[Fault, ...]:
    """Faults that only the kinds of connectors and logins know of, told together with the others."""
    if partial is None:
        return ()
    return (*connector_faults(partial), *login_faults(partial, ReadContext(partial.stage)))


def not_found(_context: Any, _request: Request) -> Response:
    """An address that is none of ours, as a page, or as JSON below the API."""
    raise Refusal(404, "not_found")


def unreadable_address(_context: Any, _request: Request) -> Response:
    """An address whose bytes are no UTF-8: there is nothing in it that a page could be made for."""
    return Response(b"The address can't be read.\n", status=400, content_type="text/plain")


def _actor(request: Request) -> Actor | None:
    """Who is signed in with us, for a host portal's own views: ``request.accounts_actor``."""
    return Visit(request, request.registry[House], request.registry[Pages]).actor


def _zone(house: House) -> ZoneInfo:
    """Moments that carry no library's zone are shown in the first library's."""
    first = next(iter(house.libraries.values()), None)
    return first.timezone if first is not None else ZoneInfo("Europe/Helsinki")


def make_app(values: dict[str, str], house: House | None = None) -> Router:
    """An application of our own. ``house`` is given by tests and by commands that opened one already."""
    with Configurator(settings=values) as config:
        if house is not None:
            config.registry[House] = house
        config.set_security_policy(AccountsSecurityPolicy())
        include(config, alone=True)
        config.add_notfound_view(not_found, accounts=Door("page", open_to_all=True, csrf=False))
        config.add_notfound_view(
            not_found, path_info=f"{API}/", accounts=Door("api", open_to_all=True, csrf=False)
        )
        config.add_exception_view(unreadable_address, context=URLDecodeError)
        return config.make_wsgi_app()
