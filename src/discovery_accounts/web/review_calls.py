"""Every call about reviews, in one table."""

from discovery_accounts.web.route import Route

REVIEW_CALLS: tuple[Route, ...] = ()
