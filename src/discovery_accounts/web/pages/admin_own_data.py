"""At the desk: what is stored about a person who is there, looked up by their card, shown and handed over."""

from pyramid.response import Response

from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.locale.catalogues import translations
from discovery_accounts.security.permissions import Access, Permission
from discovery_accounts.services.linking_desk import Desk, LinkingDesk, Ticket
from discovery_accounts.services.own_data.desk import REASONS, OwnDataDesk
from discovery_accounts.services.own_data.shown import Shown
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.staff_entry import came_as_staff
from discovery_accounts.web.own_archive import sent
from discovery_accounts.web.pages.admin_nav import access_for, admin_nav
from discovery_accounts.web.pages.forms import form_page
from discovery_accounts.web.pages.own_data_shapes import section_view
from discovery_accounts.web.pages.shapes import Field, LibraryChoice
from discovery_accounts.web.pages.views import chosen_library, library_title, needed_field
from discovery_accounts.web.staff_words import AUDIT_REASONS
from discovery_accounts.web.visit import Visit

_HAND_OVER = "hand_over"
_PLACE = "own_data"


def show(visit: Visit) -> Response:
    return _page(visit, _access(visit))


def act(visit: Visit) -> Response:
    """Look the person's card up and show what there is, or hand over the archive of whom was looked up."""
    access = _access(visit)
    desk, service = _desk(visit, access), OwnDataDesk(visit.house)
    try:
        if visit.form("action") == _HAND_OVER:
            ticket = LinkingDesk(visit.house).read_ticket(desk, visit.form("ticket"), _PLACE)
            return sent(visit, service.hand_over(desk, ticket, visit.form("reason"), visit.language))
        ticket = service.find(
            desk,
            chosen_library(visit),
            visit.form("card_number"),
            visit.form("reason"),
            present=bool(visit.form("present")),
        )
    except (BadShape, Problem) as problem:
        return _page(visit, access, problem=problem)
    return _page(visit, access, ticket, LinkingDesk(visit.house).write_ticket(desk, ticket, _PLACE))


def _access(visit: Visit) -> Access:
    access = access_for(visit, Permission.SHOW_OWN_DATA)
    if not access.libraries(Permission.SHOW_OWN_DATA, visit.house.gateway.states()):
        raise Problem(Code.NOT_FOUND)
    return access


def _desk(visit: Visit, access: Access) -> Desk:
    member = came_as_staff(visit.house, visit.signed_in)
    if member is None:
        raise Problem(Code.SIGN_IN_NOT_STRONG_ENOUGH)
    whole = access.may_everywhere(Permission.SHOW_OWN_DATA)
    names = access.libraries(Permission.SHOW_OWN_DATA, visit.house.gateway.states())
    return Desk(str(member), None if whole else frozenset(names))


def _page(
    visit: Visit,
    access: Access,
    ticket: Ticket | None = None,
    written: str = "",
    problem: Problem | BadShape | None = None,
) -> Response:
    say, shown = translations(visit.language).gettext, Shown(visit.house, visit.language)
    names = access.libraries(Permission.SHOW_OWN_DATA, visit.house.gateway.states())
    found = OwnDataDesk(visit.house).sections(ticket.account_id) if ticket and ticket.account_id else ()
    present = isinstance(problem, BadShape) and problem.field == "present"
    return form_page(
        visit,
        "admin_own_data.html",
        problem,
        section="admin",
        nav=admin_nav(visit, access, "admin_own_data"),
        libraries=tuple(LibraryChoice(name, library_title(visit, name)) for name in names),
        library=needed_field(visit, "library", problem) if problem else Field(visit.form("library")),
        card_number=needed_field(visit, "card_number", problem) if problem else Field(),
        reason=needed_field(visit, "reason", problem) if problem else Field(visit.form("reason")),
        reasons=tuple((code.value, say(AUDIT_REASONS[code])) for code in REASONS),
        present=Field(visit.form("present"), "present.missing" if present else None),
        sections=tuple(section_view(shown, one) for one in found),
        ticket=written,
        at_field=isinstance(problem, Problem) and problem.field == "library",
    )
