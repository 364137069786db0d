"""For machines: is the process alive, can it work, and its numbers."""

import json

from pyramid.response import Response

from discovery_accounts.services.health import check
from discovery_accounts.telemetry import metrics
from discovery_accounts.web.visit import Visit


def alive(_visit: Visit) -> Response:
    """The process answers. Says nothing of what it depends on: restarting it would not mend that."""
    return Response(b"ok\n", content_type="text/plain", charset="utf-8")


def ready(visit: Visit) -> Response:
    """Each part by name; 503 when one that every page needs fails. A library that is down is no such part."""
    health = check(visit.house)
    body = json.dumps(
        {"ready": health.ready, "parts": dict(health.parts), "libraries": dict(health.libraries)}
    )
    return Response(body.encode(), status=200 if health.ready else 503, content_type="application/json")


def numbers(_visit: Visit) -> Response:
    return Response(metrics.render(), content_type="text/plain", charset="utf-8")
