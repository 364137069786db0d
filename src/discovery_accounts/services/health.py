"""Whether the parts that everything needs are there, and how the libraries are doing."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from discovery_accounts.services.house import House


@dataclass(frozen=True, slots=True)
class Health:
    """``parts`` and ``libraries`` by name, each ``ok`` or a code."""

    ready: bool
    parts: Mapping[str, str]
    libraries: Mapping[str, str]


def check(house: House) -> Health:
    """Ask the database, open the key ring; tell what the gateway knows of the libraries."""
    parts = {"database": _database(house), "keys": _keys(house)}
    libraries = {
        name: "ok" if state.available else ("settings_faulty" if state.faults else state.breaker)
        for name, state in house.gateway.states().items()
    }
    return Health(all(part == "ok" for part in parts.values()), parts, libraries)


def _database(house: House) -> str:
    try:
        with house.database.reading() as session:
            session.execute(text("SELECT 1 FROM account LIMIT 1"))
    except SQLAlchemyError:
        return "unavailable"
    return "ok"


def _keys(house: House) -> str:
    try:
        house.vault.keyed_hash("health", "check")
    except (OSError, ValueError):
        return "unavailable"
    return "ok"
