"""Every page about favourites, in one table."""

from discovery_accounts.web.route import Route

FAVOURITE_PAGES: tuple[Route, ...] = ()
