"""Patron accounts for library discovery portals.

``main`` makes an application of its own; ``config.include("discovery_accounts")`` takes the same
pages into a Pyramid application that is there already, under a route prefix if it likes.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyramid.config import Configurator
    from pyramid.router import Router


def includeme(config: "Configurator") -> None:
    """For ``config.include("discovery_accounts", route_prefix=…)``; settings are the host's, prefix ``accounts.``."""
    # Imported late, here and below: whoever needs one room of the package should not open all of them.
    from discovery_accounts.web.application import include

    include(config)


def main(global_config: dict[str, Any] | None = None, **settings: Any) -> "Router":
    """The entry point for PasteDeploy: an application with nothing but the account pages."""
    from discovery_accounts.web.application import make_app

    return make_app({**(global_config or {}), **settings})
