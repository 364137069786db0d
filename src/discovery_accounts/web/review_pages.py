"""Every page about reviews, in one table."""

from discovery_accounts.web.route import Route

REVIEW_PAGES: tuple[Route, ...] = ()
