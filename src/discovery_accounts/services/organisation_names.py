"""What organisations of a federation are called, by the metadata that we keep of them."""

from collections.abc import Collection

from sqlalchemy import or_, select

from discovery_accounts.models import ProviderEntity
from discovery_accounts.services.house import House
from discovery_accounts.services.kept_metadata import valid


def organisation_names(
    house: House, wanted: Collection[tuple[str, str]], language: str
) -> dict[tuple[str, str], str]:
    """By (login's name, entity id), as far as their metadata is valid and says so: in that language, else in
    English, else in any."""
    if not wanted:
        return {}
    query = select(ProviderEntity.source, ProviderEntity.entity_id, ProviderEntity.names).where(
        or_(
            *(
                (ProviderEntity.source == source) & (ProviderEntity.entity_id == entity_id)
                for source, entity_id in wanted
            )
        ),
        valid(house.now()),
    )
    with house.database.reading() as session:
        found = session.execute(query).all()
    return {(source, entity_id): _best(names, language) for source, entity_id, names in found if names}


def _best(names: dict[str, str], language: str) -> str:
    return names.get(language) or names.get("en") or next(iter(names.values()))
