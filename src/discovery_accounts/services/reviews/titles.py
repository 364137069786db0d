"""What a record is called, by the catalogue itself where it has told us."""

from sqlalchemy import select

from discovery_accounts.domain.new_record import BrokenRecord, from_line
from discovery_accounts.domain.review import RecordKey
from discovery_accounts.models import CatalogueRecord
from discovery_accounts.services.house import House


def title_of(house: House, record: RecordKey) -> str | None:
    """``None`` where the record is not known, or no longer kept."""
    query = select(CatalogueRecord.content).where(
        CatalogueRecord.source == record.source, CatalogueRecord.record_id == record.record_id
    )
    with house.database.reading() as session:
        content = session.scalars(query).one_or_none()
    try:
        return from_line(content).title if content else None
    except BrokenRecord:
        return None
