"""How lists can be ordered, in words."""

from discovery_accounts.locale.marking import marked as _

ORDERS: dict[str, str] = {
    "manual": _("By hand"),
    "-added": _("Newest first"),
    "added": _("Oldest first"),
    "title": _("Title, A–Z"),
    "-title": _("Title, Z–A"),
    "author": _("Author, A–Z"),
    "-author": _("Author, Z–A"),
    "-year": _("Year, newest first"),
    "year": _("Year, oldest first"),
}
"""As a list keeps its order, in the order in which they are offered. One by hand has no other way round."""
