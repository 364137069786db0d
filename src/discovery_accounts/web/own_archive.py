"""The archive of what is stored about somebody, over HTTP: sent while it is made."""

from collections.abc import Iterator

from pyramid.response import Response

from discovery_accounts.web.visit import Visit


def sent(visit: Visit, parts: Iterator[bytes]) -> Response:
    """The file, to be saved. It has no length before its end, so that one that breaks off is seen to."""
    day = visit.now.astimezone(visit.zone).date().isoformat()
    response = Response(
        app_iter=parts,
        content_type="application/zip",
        content_disposition=f'attachment; filename="account-{day}.zip"',
    )
    response.headers["X-Accel-Buffering"] = "no"
    return response
