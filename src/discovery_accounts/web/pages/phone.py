"""What makes a telephone take us for an app: the manifest, and the worker that keeps a card for use without network."""

import json
from functools import cache
from importlib.resources import files

from pyramid.response import Response

from discovery_accounts.locale.catalogues import translations
from discovery_accounts.locale.marking import marked as _
from discovery_accounts.web.visit import Visit

_NAME = _("My library")
_ABOUT = _("Your library cards, loans and holds in one place.")
_ICONS = (
    ("icon-192.png", 192, "any"),
    ("icon-512.png", 512, "any"),
    ("icon-maskable-512.png", 512, "maskable"),
)


def manifest(visit: Visit) -> Response:
    """Web application manifest in the language of the address: browsers ask for it without cookies."""
    asked = visit.request.GET.get("language", "")
    language = asked if asked in visit.settings.languages else visit.language
    words = translations(language)
    root = visit.url("home")
    body = {
        "id": root,
        "name": words.gettext(_NAME),
        "short_name": words.gettext(_NAME),
        "description": words.gettext(_ABOUT),
        "lang": language,
        "dir": "ltr",
        "start_url": root,
        "scope": root,
        "display": "standalone",
        "background_color": "#f6f7f5",
        "theme_color": "#11566a",
        "icons": [
            {"src": visit.static(name), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
            for name, size, purpose in _ICONS
        ],
    }
    data = json.dumps(body, ensure_ascii=False).encode()
    return Response(data, content_type="application/manifest+json", charset="utf-8")


def service_worker(_visit: Visit) -> Response:
    """Its address is what it may look after: everything below the folder that it stands in."""
    response = Response(_source(), content_type="text/javascript", charset="utf-8")
    response.headers["Content-Security-Policy"] = "default-src 'none'; connect-src 'self'"
    return response


@cache
def _source() -> bytes:
    return files("discovery_accounts").joinpath("static", "service-worker.js").read_bytes()
