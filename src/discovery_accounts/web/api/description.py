"""The API's own description, and the libraries there are."""

from typing import Any

from pyramid.response import Response

from discovery_accounts.connectors.gateway import LibraryState
from discovery_accounts.services.maintenance import Maintenance, Told
from discovery_accounts.web.api.answers import answer, utc
from discovery_accounts.web.api.document import openapi_document
from discovery_accounts.web.visit import Visit


def show(visit: Visit) -> Response:
    return answer(openapi_document(visit.root + "/api/v1"))


def libraries(visit: Visit) -> Response:
    """Every configured library, faulty ones too; what is wrong with those is for IT, not said here."""
    states = visit.house.gateway.states()
    told = {one.library: one for one in reversed(Maintenance(visit.house).shown(tuple(states), visit.now))}
    found = [_library(visit, name, state, told.get(name)) for name, state in states.items()]
    return answer({"libraries": found})


def _library(visit: Visit, name: str, state: LibraryState, told: Told | None) -> dict[str, Any]:
    settings = visit.house.libraries.get(name)
    return {
        "name": name,
        "title": settings.title(visit.language) if settings else name,
        "available": state.available,
        "state": "faulty" if state.faults else state.breaker,
        "capabilities": sorted(capability.value for capability in visit.house.gateway.capabilities(name)),
        "pin_storage": settings.pin_storage if settings else None,
        "notice": _notice(visit, told) if told else None,
    }


def _notice(visit: Visit, told: Told) -> dict[str, Any]:
    language, text = told.text_in(visit.language)
    return {
        "kind": told.kind.value,
        "language": language,
        "text": text,
        "starts_at": utc(told.starts_at),
        "ends_at": utc(told.ends_at),
    }
