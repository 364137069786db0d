"""Items of favourites as files are made of, without a database."""

import uuid
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from discovery_accounts.domain.favourites import Order, clean_note, clean_tags
from discovery_accounts.domain.new_record import clean_text
from discovery_accounts.services.favourites.shapes import ItemRow, ListInfo

AT = datetime(2026, 11, 20, 7, 22, 1, 250_000, tzinfo=UTC)


def row(**values: Any) -> ItemRow:
    told: dict[str, Any] = {
        "id": uuid.UUID(int=1),
        "source": "lumme",
        "record_id": "lumme.336",
        "title": "Mosses",
        "author": None,
        "year": None,
        "format": None,
        "cover_url": None,
        "note": "",
        "position": 1024,
        "added_at": AT,
        "changed_at": AT,
    }
    return ItemRow(**(told | values))


def info(name: str = "Mosses", **values: Any) -> ListInfo:
    told: dict[str, Any] = {
        "id": uuid.UUID(int=2),
        "name": name,
        "description": "",
        "public": False,
        "public_id": None,
        "order": Order.MANUAL,
        "descending": False,
        "items": 1,
        "created_at": AT,
        "changed_at": AT,
    }
    return ListInfo(**(told | values))


_SIGNS = "abÅö¢-–=+@'\"`,;|{}\\$%&#_^~<>?! \t\n()[]/*\u00a0\ufeffż字"
"""What the formats have a meaning for, and what they might lose."""

lines = st.text(_SIGNS, max_size=12).map(clean_text)
identifiers = lines.map(lambda text: text.replace("\ufeff", "").strip()).filter(bool)
notes = st.text(_SIGNS, max_size=20).map(clean_note)
tags = st.lists(lines.map(lambda tag: tag.replace("\ufeff", "").strip("# ")), max_size=3).map(clean_tags)
rows = st.builds(
    row,
    source=identifiers,
    record_id=identifiers,
    title=lines.filter(bool),
    author=st.none() | lines.filter(bool),
    year=st.none() | st.integers(1000, 2199),
    format=st.none() | lines.filter(bool),
    note=notes,
    tags=tags,
)
"""Items as a list may hold them."""
