"""Addresses for what is read elsewhere: feeds, calendars, public lists."""

from discovery_accounts.web.visit import Visit


def whole_address(visit: Visit, path: str) -> str:
    """From the settings, never from the request's Host header. What is empty stays empty."""
    return visit.settings.public_url + path[len(visit.root) :] if path else ""
