"""Patron accounts for library discovery portals.

``main`` makes an application of its own; ``config.include("discovery_accounts")`` takes the same
pages into a Pyramid application that is there already, under a route prefix if it likes.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyramid.config import Configurator
    from pyramid.router import Router

# The rooms are imported late: whoever needs one of them should not open all of them.


def includeme(config: "Configurator") -> None:
    """For ``config.include("discovery_accounts", route_prefix=…)``.

    The settings are the host's own, those that begin with ``accounts.``.
    """
    from discovery_accounts.jobs.schedule import start_if_wanted
    from discovery_accounts.services.house import House
    from discovery_accounts.services.schema import is_behind_now
    from discovery_accounts.web.application import include

    include(config)
    is_behind_now(config.registry[House].database)  # logged; the host's other pages need not wait for ours
    start_if_wanted(config.registry[House])


def main(global_config: dict[str, Any] | None = None, **settings: Any) -> "Router":
    """The entry point for PasteDeploy: an application with nothing but the account pages."""
    from discovery_accounts.jobs.schedule import start_if_wanted
    from discovery_accounts.services.house import House
    from discovery_accounts.services.schema import BEHIND, is_behind_now
    from discovery_accounts.telemetry.log import mask_handlers
    from discovery_accounts.web.application import make_app

    mask_handlers()
    app = make_app({**(global_config or {}), **settings})
    if is_behind_now(app.registry[House].database):
        raise RuntimeError(BEHIND)
    start_if_wanted(app.registry[House])
    return app
