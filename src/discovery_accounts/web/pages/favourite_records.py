"""The record of a loan, a hold or a past loan, as the button beside it adds it to the favourites."""

from typing import Protocol

from discovery_accounts.domain.new_record import BrokenRecord, read_record


class _Named(Protocol):
    @property
    def title(self) -> str | None: ...
    @property
    def author(self) -> str | None: ...
    @property
    def record_id(self) -> str | None: ...


def as_favourite(library: str, thing: _Named) -> str | None:
    """One line of JSON; the source of the record is the library's key. ``None`` where the library tells no record's
    id or no title: such a favourite could not be found again."""
    told = {"record_id": thing.record_id, "source": library, "title": thing.title, "authors": thing.author}
    try:
        return read_record(told).to_json()
    except BrokenRecord:
        return None
