"""Every page about alerts, in one table."""

from discovery_accounts.web.route import Route

ALERT_PAGES: tuple[Route, ...] = ()
