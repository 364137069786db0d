"""The way of every call through a simulated library: recorded, delayed, spoilt or answered."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from discovery_accounts.simulator.calls import Entry
from discovery_accounts.simulator.records import Patron
from discovery_accounts.simulator.simulation import Imitation, Simulation

CONTROL = "/_control"
_ENTRY = web.RequestKey("entry", Entry)
_OTHER = web.RequestKey("other_patron", bool)
_PAGE = "<!doctype html><html><head><title>Welcome</title></head><body><h1>Please sign in</h1></body></html>"


def note(request: web.Request, patron: Patron | None, refused_pin: bool = False) -> None:
    """Writes into the record of the call whom it was about and whether a PIN was refused."""
    entry = request[_ENTRY]
    entry.refused_pin = refused_pin
    if patron is not None:
        entry.patron_id = patron.patron_id


def shown(request: web.Request, simulation: Simulation, patron: Patron) -> Patron:
    """The patron whose data is answered: somebody else's while the `other_patron` fault happens."""
    if not request.get(_OTHER):
        return patron
    return simulation.store.somebody_else(patron.patron_id) or patron


def make_gate(simulation: Simulation, imitation: Imitation) -> Middleware:
    """The middleware in front of the whole imitated API; control calls pass it untouched."""

    @web.middleware
    async def gate(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.rel_url.raw_path.startswith(CONTROL):
            return await handler(request)
        entry = simulation.log.arrive(request.method, imitation.shown_path(request))
        request[_ENTRY] = entry
        if simulation.manners.latency_ms > 0:
            await asyncio.sleep(simulation.manners.latency_ms / 1000)
        fault = simulation.faults.take(request.raw_path, request.method)
        answer = partial(_answer, imitation, request, handler)
        if fault is not None:
            return await _spoil(fault, simulation, imitation, request, answer)
        response = await answer()
        entry.status = response.status
        return response

    return gate


async def _answer(imitation: Imitation, request: web.Request, handler: Handler) -> web.StreamResponse:
    refusal = imitation.admit(request)
    if refusal is not None:
        return refusal
    try:
        return await handler(request)
    except web.HTTPException as nowhere:
        return imitation.nowhere(request, nowhere.status)


async def _spoil(
    fault: str,
    simulation: Simulation,
    imitation: Imitation,
    request: web.Request,
    answer: Callable[[], Awaitable[web.StreamResponse]],
) -> web.StreamResponse:
    entry = request[_ENTRY]
    if fault == "expired_token":
        simulation.tokens.clear()
    elif fault == "other_patron":
        request[_OTHER] = True
    if fault in ("expired_token", "other_patron", "slow_drip", "cut_connection"):
        true = await answer()
        entry.status = true.status
        if fault == "slow_drip":
            return await _drip(request, true)
        return await _cut(request, true) if fault == "cut_connection" else true
    if fault == "hang":
        await asyncio.Event().wait()
    response = _instead(fault) or imitation.refusal(request, fault)
    entry.status = response.status
    return response


def _instead(fault: str) -> web.Response | None:
    if fault == "garbage":
        return web.Response(body=b'[{"checkout_id": 5001, "due_date": "20', content_type="application/json")
    return web.Response(text=_PAGE, content_type="text/html") if fault == "html" else None


async def _begin(request: web.Request, true: web.StreamResponse) -> tuple[web.StreamResponse, bytes]:
    body = true.body if isinstance(true, web.Response) and isinstance(true.body, bytes) else b""
    response = web.StreamResponse(status=true.status, headers=true.headers)
    response.content_length = len(body)
    await response.prepare(request)
    return response, body


async def _drip(request: web.Request, true: web.StreamResponse) -> web.StreamResponse:
    response, body = await _begin(request, true)
    for at in range(len(body)):
        await response.write(body[at : at + 1])
        await asyncio.sleep(1)
    return response


async def _cut(request: web.Request, true: web.StreamResponse) -> web.StreamResponse:
    if request.transport is None:
        return true
    if not isinstance(true, web.Response) or not true.body:
        request.transport.close()
        return true
    response, body = await _begin(request, true)
    await response.write(body[: len(body) // 2])
    request.transport.close()
    return response
