"""Where each part of what is stored about a person is seen, corrected or removed: routes of pages."""

from collections.abc import Mapping

PLACES: Mapping[str, str] = {
    "account": "account",
    "identities": "methods",
    "consents": "methods",
    "sessions": "account",
    "cards": "cards",
    "links": "cards",
    "pins": "cards",
    "viewers": "cards",
    "invitations": "cards",
    "email_changes": "account",
    "reminder_settings": "reminders",
    "messages": "notices",
    "calendars": "calendar",
    "alerts": "alerts",
    "alert_news": "alerts",
    "lists": "favourites",
    "list_items": "favourites",
    "list_tags": "favourites",
    "reviews": "reviews",
}
"""By the name of the part."""
