"""The API's own description, and the libraries there are."""

from typing import Any

from pyramid.response import Response

from discovery_accounts.connectors.gateway import LibraryState
from discovery_accounts.web.api.answers import answer
from discovery_accounts.web.api.document import openapi_document
from discovery_accounts.web.visit import Visit


def show(visit: Visit) -> Response:
    return answer(openapi_document(visit.root + "/api/v1"))


def libraries(visit: Visit) -> Response:
    """Every configured library, faulty ones too; what is wrong with those is for IT, not said here."""
    states = visit.house.gateway.states()
    return answer({"libraries": [_library(visit, name, state) for name, state in states.items()]})


def _library(visit: Visit, name: str, state: LibraryState) -> dict[str, Any]:
    settings = visit.house.libraries.get(name)
    return {
        "name": name,
        "title": settings.title(visit.language) if settings else name,
        "available": state.available,
        "state": "faulty" if state.faults else state.breaker,
        "capabilities": sorted(capability.value for capability in visit.house.gateway.capabilities(name)),
        "pin_storage": settings.pin_storage if settings else None,
    }
