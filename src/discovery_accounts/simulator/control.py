"""The addresses under `/_control/` that steer a simulated library from another process, in JSON.

They are no part of an imitated API: never delayed, never spoilt, never recorded.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from functools import wraps
from typing import Any

from aiohttp import web

from discovery_accounts.simulator.alma.webhooks import send_webhook
from discovery_accounts.simulator.faults import FAULTS, UnknownFaultError
from discovery_accounts.simulator.koha.modifications import approve
from discovery_accounts.simulator.outage import Outage
from discovery_accounts.simulator.rendering import to_json
from discovery_accounts.simulator.simulation import API_KEY, CLIENT_ID, CLIENT_SECRET, Simulation
from discovery_accounts.simulator.store import UnknownPatronError

_Step = Callable[[dict[str, Any]], object]
_PATRON = "/_control/patrons/{patron_id}"


class Control:
    """The control endpoints of one simulation."""

    def __init__(self, simulation: Simulation, outage: Outage) -> None:
        self._simulation = simulation
        self._outage = outage

    def routes(self) -> list[web.RouteDef]:
        """Every control address, in one place."""
        faults, log, store = self._simulation.faults, self._simulation.log, self._simulation.store
        return [
            web.get("/_control", _steered(lambda _given: self._about())),
            web.post(
                "/_control/fault",
                _steered(
                    lambda given: faults.set(
                        given["kind"],
                        given.get("path_contains", ""),
                        given.get("times"),
                        given.get("method", ""),
                    )
                ),
            ),
            web.delete("/_control/fault", _steered(lambda _given: faults.clear())),
            web.post(
                "/_control/latency", _steered(lambda given: self._set("latency_ms", float(given["ms"])))
            ),
            web.post(
                "/_control/tokens", _steered(lambda given: self._set("token_seconds", int(given["seconds"])))
            ),
            web.delete("/_control/tokens", _steered(lambda _given: self._simulation.tokens.clear())),
            web.post("/_control/outage", _steered(lambda given: self._outage.begin(float(given["seconds"])))),
            web.get("/_control/calls", _steered(self._calls)),
            web.delete("/_control/calls", _steered(lambda _given: log.clear())),
            web.get("/_control/patrons", _steered(lambda _given: {"patrons": self._patrons()})),
            web.delete(_PATRON, _steered(lambda given: store.delete_patron(given["patron_id"]))),
            web.post(
                f"{_PATRON}/pin",
                _steered(lambda given: store.change_pin(given["patron_id"], str(given["pin"]))),
            ),
            web.post(
                f"{_PATRON}/renew-card",
                _steered(lambda given: {"card_number": store.renew_card(given["patron_id"])}),
            ),
            web.post(
                f"{_PATRON}/block",
                _steered(lambda given: store.block(given["patron_id"], bool(given.get("blocked", True)))),
            ),
            web.post(f"{_PATRON}/expire", _steered(lambda given: store.expire(given["patron_id"]))),
            web.post(
                f"{_PATRON}/loans",
                _steered(lambda given: store.add_loans(given["patron_id"], int(given["count"]))),
            ),
            web.post(f"{_PATRON}/approve", _steered(lambda given: approve(store, given["patron_id"]))),
            web.post(
                f"{_PATRON}/email",
                _steered(lambda given: store.set_email(given["patron_id"], str(given["email"]))),
            ),
            web.post(
                f"{_PATRON}/birth-date",
                _steered(lambda given: store.set_birth_date(given["patron_id"], str(given["day"]))),
            ),
            web.post(
                f"{_PATRON}/identifiers",
                _steered(
                    lambda given: store.give_identifier(
                        given["patron_id"], str(given["type"]), str(given["value"])
                    )
                ),
            ),
            web.post(
                f"{_PATRON}/fees",
                _steered(lambda given: store.oblige(given["patron_id"], fees=float(given["amount"]))),
            ),
            web.post(
                f"{_PATRON}/guarantees",
                _steered(lambda given: store.oblige(given["patron_id"], guarantees=int(given["count"]))),
            ),
            web.post(f"{_PATRON}/webhook", _steered(self._webhook, in_thread=True)),
            web.put(
                f"{_PATRON}/loans",
                _steered(lambda given: store.set_loan_count(given["patron_id"], int(given["count"]))),
            ),
        ]

    def _webhook(self, given: dict[str, Any]) -> dict[str, object]:
        told = send_webhook(
            self._simulation.store, given["url"], given["secret"], given["patron_id"], given["event"]
        )
        return {"status": told}

    def _about(self) -> dict[str, object]:
        own = self._simulation.faults.names()
        return {
            "kind": self._simulation.kind,
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "api_key": API_KEY,
            "faults": {name: FAULTS[name] for name in own},
            "manners": asdict(self._simulation.manners),
        }

    def _set(self, name: str, value: float) -> None:
        setattr(self._simulation.manners, name, value)

    def _calls(self, given: dict[str, Any]) -> dict[str, object]:
        method, text = given.get("method"), given.get("path_contains")
        calls = [
            asdict(call) | {"at": call.at.isoformat()}
            for call in self._simulation.log.calls()
            if method in (None, call.method) and (text or "") in call.path
        ]
        return {"count": len(calls), "calls": calls}

    def _patrons(self) -> list[dict[str, object]]:
        return [asdict(patron) for patron in self._simulation.store.simulated_patrons()]


def _steered(step: _Step, in_thread: bool = False) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Runs one step with path, query and body in one mapping; a step without a result answers 204. One that
    speaks to a portal runs `in_thread`, because the portal may ask this library at once."""

    @wraps(step)
    async def run(request: web.Request) -> web.Response:
        try:
            body = await request.read()
            given = dict(request.query) | (json.loads(body) if body else {}) | dict(request.match_info)
            result = await asyncio.to_thread(step, given) if in_thread else step(given)
        except UnknownPatronError as unknown:
            return _json({"error": str(unknown)}, 404)
        except UnknownFaultError as unknown:
            return _json({"error": str(unknown)}, 400)
        except KeyError as missing:
            return _json({"error": f"missing: {missing.args[0]}"}, 400)
        except (TypeError, ValueError):
            return _json({"error": "a value has the wrong type"}, 400)
        except OSError:
            return _json({"error": "nobody answers there"}, 400)
        return web.Response(status=204) if result is None else _json(result)

    return run


def _json(value: object, status: int = 200) -> web.Response:
    return web.Response(body=to_json(value), status=status, content_type="application/json", charset="utf-8")
