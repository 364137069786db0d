"""Alma's answers: the format a caller gets, the error envelope and the calls that are left today."""

from collections.abc import Mapping
from itertools import count

from aiohttp import web

from discovery_accounts.simulator.alma.xml import ERROR_NAMESPACE, to_xml
from discovery_accounts.simulator.rendering import to_json

_TRACKING = count(1)


def wants_json(request: web.Request) -> bool:
    """Whether the caller asked for JSON; `format` in the query wins over the `Accept` header."""
    form = request.query.get("format", "").lower()
    return form == "json" if form else "json" in request.headers.get("Accept", "")


def kept_answer(body: bytes, json: bool) -> web.Response:
    """Bytes rendered before, in the format they were rendered in."""
    content_type = "application/json" if json else "application/xml"
    return web.Response(body=body, charset="utf-8", content_type=content_type)


def render(json: bool, root: str, record: Mapping[str, object]) -> bytes:
    """A record in the format asked for."""
    return to_json(record) if json else to_xml(root, record)


def answer(request: web.Request, root: str, record: Mapping[str, object]) -> web.Response:
    """A record with status 200. `root` names it in XML."""
    json = wants_json(request)
    return kept_answer(render(json, root, record), json)


def error(request: web.Request, code: str, text: str, status: int = 400) -> web.Response:
    """The error envelope; nearly everything, "not found" included, is a 400."""
    tracking = f"E01-{next(_TRACKING):010d}-SIMUL-AWAE000000000"
    envelope = {
        "errorsExist": True,
        "errorList": {"error": [{"errorCode": code, "errorMessage": text, "trackingId": tracking}]},
        "result": None,
    }
    json = wants_json(request)
    body = to_json(envelope) if json else to_xml("web_service_result", envelope, ERROR_NAMESPACE)
    response = kept_answer(body, json)
    response.set_status(status)
    return response
