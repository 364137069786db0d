"""Every call about favourites, in one table."""

from discovery_accounts.web.route import Route

FAVOURITE_CALLS: tuple[Route, ...] = ()
