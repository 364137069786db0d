"""Searching the audit. It is a form that is posted: a search is written down, and ids stay out of addresses."""

import uuid

from pyramid.response import Response

from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.locale.catalogues import translations
from discovery_accounts.security.permissions import Access, Permission
from discovery_accounts.services.audit import Audit, AuditEvent, Findings, Search
from discovery_accounts.services.audit_chain.export import export_lines
from discovery_accounts.services.events import WORDS
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.staff_entry import came_as_staff
from discovery_accounts.web.pages.admin_nav import access_for, admin_nav
from discovery_accounts.web.pages.admin_shapes import EventView
from discovery_accounts.web.pages.forms import form_page
from discovery_accounts.web.pages.staff_times import typed_moment
from discovery_accounts.web.pages.views import field, library_title
from discovery_accounts.web.places import read_place, write_place
from discovery_accounts.web.staff_words import AUDIT_REASONS
from discovery_accounts.web.visit import Visit

FIELDS = ("word", "library", "account", "card", "begins", "ends", "reason")
_LONGEST = 120  # characters of one value of an event's detail


def show(visit: Visit) -> Response:
    return _page(visit, access_for(visit, Permission.SEE_AUDIT))


def search(visit: Visit) -> Response:
    """What is found, fifty at a time; the form's ``after`` is where to go on."""
    access = access_for(visit, Permission.SEE_AUDIT)
    member = came_as_staff(visit.house, visit.signed_in)
    if member is None:
        raise Problem(Code.SIGN_IN_NOT_STRONG_ENOUGH)
    if visit.form("action") == "export" and _scope(visit, access) is None:
        return _file(visit, str(member))
    try:
        found = Audit(visit.house).search(member, _scope(visit, access), _asked(visit))
    except (BadShape, Problem) as problem:
        return _page(visit, access, problem)
    return _page(visit, access, None, found)


def _file(visit: Visit, member: str) -> Response:
    """Everything that is sealed, as lines of JSON, sent while it is read: for who sees all of the portal's."""
    day = visit.now.astimezone(visit.zone).date().isoformat()
    lines = export_lines(visit.house, staff=member)
    return Response(
        app_iter=(f"{line}\n".encode() for line in lines),
        content_type="application/jsonl",
        content_disposition=f'attachment; filename="audit-{day}.jsonl"',
    )


def _scope(visit: Visit, access: Access) -> frozenset[str] | None:
    """The libraries whose events may be seen; ``None``: everything, what belongs to no library too."""
    if access.may_everywhere(Permission.SEE_AUDIT):
        return None
    return frozenset(access.libraries(Permission.SEE_AUDIT, visit.house.gateway.states()))


def _asked(visit: Visit) -> Search:
    return Search(
        word=visit.form("word") or None,
        library=visit.form("library") or None,
        account_id=_id(visit, "account"),
        card_id=_id(visit, "card"),
        since=typed_moment(visit, "begins", visit.zone),
        until=typed_moment(visit, "ends", visit.zone),
        reason=visit.form("reason"),
        after=read_place(visit.form("after")),
    )


def _id(visit: Visit, name: str) -> uuid.UUID | None:
    typed = visit.form(name).strip()
    if not typed:
        return None
    try:
        return uuid.UUID(typed)
    except ValueError:
        raise BadShape(name, "bad_format") from None


def _page(
    visit: Visit, access: Access, problem: Problem | BadShape | None = None, found: Findings | None = None
) -> Response:
    say = translations(visit.language).gettext
    names = access.libraries(Permission.SEE_AUDIT, visit.house.gateway.states())
    fields = {name: field(visit, name, problem) for name in FIELDS}
    older = found.older if found else None
    return form_page(
        visit,
        "admin_audit.html",
        problem,
        section="admin",
        nav=admin_nav(visit, access, "admin_audit"),
        words_to_choose=tuple((word, word) for word in WORDS),
        libraries=tuple((name, library_title(visit, name)) for name in names),
        reasons=tuple((code, say(text)) for code, text in AUDIT_REASONS.items()),
        zone=str(visit.zone),
        events=tuple(map(_view, found.events)) if found else None,
        older=write_place(older),
        at_field=isinstance(problem, Problem) and problem.code is Code.UNKNOWN_LIBRARY,
        form=fields,
        may_export=_scope(visit, access) is None,
    )


def _view(event: AuditEvent) -> EventView:
    detail = tuple(
        (str(name), str(value)[:_LONGEST]) for name, value in event.detail.items() if value not in {"", None}
    )
    return EventView(
        event.place.at, event.word, event.library, _text(event.account_id), _text(event.card_id), detail
    )


def _text(value: uuid.UUID | None) -> str | None:
    return str(value) if value else None
