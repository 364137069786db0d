"""What patrons of a library are told of maintenance: IT writes it, and ends it before its time."""

import uuid
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from pyramid.response import Response

from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.locale.catalogues import AUTONYMS, translations
from discovery_accounts.security.permissions import Access, Permission
from discovery_accounts.services.maintenance import LANGUAGES, Draft, Maintenance, Told
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.staff_entry import came_as_staff
from discovery_accounts.web.pages.admin_nav import access_for, admin_nav
from discovery_accounts.web.pages.admin_shapes import ToldView
from discovery_accounts.web.pages.forms import form_page
from discovery_accounts.web.pages.shapes import Field
from discovery_accounts.web.pages.staff_times import typed_moment
from discovery_accounts.web.pages.views import field, library_title, needed_field
from discovery_accounts.web.staff_words import NOTICE_KINDS
from discovery_accounts.web.visit import Visit

_TEXTS = tuple(f"text_{language}" for language in LANGUAGES)


def show(visit: Visit) -> Response:
    return _page(visit, access_for(visit, Permission.KEEP_NOTICES))


def post(visit: Visit) -> Response:
    access = access_for(visit, Permission.KEEP_NOTICES)
    try:
        Maintenance(visit.house).post(_member(visit), _draft(visit, access))
    except (BadShape, Problem) as problem:
        return _page(visit, access, problem)
    return visit.redirect(visit.url("admin_notices"), "maintenance_posted")


def end(visit: Visit) -> Response:
    access = access_for(visit, Permission.KEEP_NOTICES)
    notice = visit.path_id("notice", Code.NOT_FOUND)
    Maintenance(visit.house).end(_member(visit), _libraries(visit, access), notice)
    return visit.redirect(visit.url("admin_notices"), "maintenance_ended")


def to_notices(visit: Visit) -> Response:
    """What only takes a form has nothing to show."""
    return visit.redirect(visit.url("admin_notices"))


def _member(visit: Visit) -> uuid.UUID:
    member = came_as_staff(visit.house, visit.signed_in)
    if member is None:
        raise Problem(Code.SIGN_IN_NOT_STRONG_ENOUGH)
    return member


def _libraries(visit: Visit, access: Access) -> tuple[str, ...]:
    return access.libraries(Permission.KEEP_NOTICES, visit.house.gateway.states())


def _zone(visit: Visit, library: str) -> ZoneInfo:
    settings = visit.settings.library(library)
    return settings.timezone if settings else visit.zone


def _draft(visit: Visit, access: Access) -> Draft:
    """The notice of the form. Raises ``BadShape``, ``Problem`` ``unknown_library`` for one of somebody else's."""
    library = visit.form("library")
    if not library:
        raise BadShape("library", "missing")
    if library not in _libraries(visit, access):
        raise Problem(Code.UNKNOWN_LIBRARY, field="library")
    zone = _zone(visit, library)
    starts_at = typed_moment(visit, "begins", zone) or visit.now
    ends_at = typed_moment(visit, "ends", zone, needed=True)
    assert ends_at is not None
    texts = {language: visit.form(f"text_{language}") for language in LANGUAGES}
    return Draft(library, visit.form("kind"), texts, starts_at, ends_at)


def _page(visit: Visit, access: Access, problem: Problem | BadShape | None = None) -> Response:
    say = translations(visit.language).gettext
    live, over = Maintenance(visit.house).list(_libraries(visit, access))
    chosen = needed_field(visit, "kind", problem)
    return form_page(
        visit,
        "admin_notices.html",
        problem,
        section="admin",
        nav=admin_nav(visit, access, "admin_notices"),
        live=tuple(_views(visit, live)),
        over=tuple(_views(visit, over)),
        libraries=tuple((name, library_title(visit, name)) for name in _libraries(visit, access)),
        library=needed_field(visit, "library", problem) if problem else Field(),
        kind=chosen if problem else Field("info"),
        kinds=tuple((code, say(text)) for code, text in NOTICE_KINDS.items()),
        begins=field(visit, "begins", problem),
        ends=needed_field(visit, "ends", problem) if problem else Field(),
        texts=tuple(
            (language, AUTONYMS[language], field(visit, name, problem))
            for language, name in zip(LANGUAGES, _TEXTS, strict=True)
        ),
        at_field=isinstance(problem, Problem) and problem.code is Code.UNKNOWN_LIBRARY,
    )


def _views(visit: Visit, notices: tuple[Told, ...]) -> Iterator[ToldView]:
    say = translations(visit.language).gettext
    for told in notices:
        zone = _zone(visit, told.library)
        yield ToldView(
            id=str(told.id),
            library=library_title(visit, told.library),
            kind=told.kind.value,
            kind_word=say(NOTICE_KINDS[told.kind]),
            texts=tuple(told.texts.items()),
            starts_at=told.starts_at.astimezone(zone),
            ends_at=told.ends_at.astimezone(zone),
            is_live=told.starts_at <= visit.now < told.ends_at,
        )
