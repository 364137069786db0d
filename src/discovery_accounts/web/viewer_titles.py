"""How the account behind a link is called on pages and in the API: by what its owner chose, and by what we verified."""

from collections.abc import Iterable

from discovery_accounts.services.organisation_names import organisation_names
from discovery_accounts.services.viewer_list import Viewer, Way
from discovery_accounts.web.pages.views import library_title
from discovery_accounts.web.visit import Visit

_BY_CARD = "card"


def signs_in_by(visit: Visit, viewers: Iterable[Viewer]) -> dict[str, str | None]:
    """By link id: the libraries and organisations by which the account signs in, in the reader's language and
    joined; ``None`` while they are hidden."""
    viewers = tuple(viewers)
    wanted = {
        (way.login_name, way.issuer)
        for one in viewers
        for way in one.ways
        if way.login != _BY_CARD and way.login_name
    }
    names = organisation_names(visit.house, wanted, visit.language)
    return {
        str(one.link_id): ", ".join(dict.fromkeys(_title(visit, way, names) for way in one.ways)) or None
        for one in viewers
    }


def _title(visit: Visit, way: Way, names: dict[tuple[str, str], str]) -> str:
    if way.login == _BY_CARD:
        return library_title(visit, way.issuer)
    login = visit.settings.login(way.login_name or "")
    known = names.get((way.login_name or "", way.issuer))
    return known or (visit.login_title(login) if login is not None else way.login)
