"""At the desk: what is stored about a person who is there, looked up by their card, shown and handed over."""

from dataclasses import dataclass
from dataclasses import field as dataclass_field

from pyramid.response import Response

from discovery_accounts.domain.account_ending import Reviews
from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.locale.catalogues import translations
from discovery_accounts.security.permissions import Access, Permission
from discovery_accounts.services.linking_desk import Desk, LinkingDesk, Ticket
from discovery_accounts.services.own_data.desk import REASONS, OwnDataDesk
from discovery_accounts.services.own_data.parts import Reader
from discovery_accounts.services.own_data.shown import Shown
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.sessions import require_fresh
from discovery_accounts.web.own_archive import sent
from discovery_accounts.web.pages.admin_desk import desk_access, desk_of
from discovery_accounts.web.pages.admin_nav import admin_nav
from discovery_accounts.web.pages.forms import form_page
from discovery_accounts.web.pages.own_data_shapes import section_view
from discovery_accounts.web.pages.shapes import Field, LibraryChoice
from discovery_accounts.web.pages.views import (
    chosen_library,
    field,
    library_title,
    needed_field,
    sign_in_again,
)
from discovery_accounts.web.staff_words import AUDIT_REASONS
from discovery_accounts.web.visit import Visit

_FIND, _HAND_OVER, _ERASE = "find", "hand_over", "erase"
_MATTERS = (_HAND_OVER, _ERASE)
"""What needs a recent sign-in: all data leave as a file, or are gone."""
_PLACE = "own_data"


@dataclass(frozen=True, slots=True)
class Seen:
    """Whose data is shown; ``written`` is the ticket as the forms carry it."""

    ticket: Ticket = dataclass_field(repr=False)
    written: str = dataclass_field(repr=False)


def show(visit: Visit) -> Response:
    return _page(visit, desk_access(visit, Permission.SHOW_OWN_DATA))


def act(visit: Visit) -> Response:
    """Look the person's card up and show what there is; or correct it, hand over the archive, or erase it, of whom was
    looked up."""
    access = desk_access(visit, Permission.SHOW_OWN_DATA)
    desk, cards = desk_of(visit, access, Permission.SHOW_OWN_DATA), LinkingDesk(visit.house)
    if visit.form("action") == _FIND:
        try:
            ticket = OwnDataDesk(visit.house).find(
                desk,
                chosen_library(visit),
                visit.form("card_number"),
                visit.form("reason"),
                present=bool(visit.form("present")),
            )
        except (BadShape, Problem) as problem:
            return _page(visit, access, problem=problem)
        return _page(visit, access, Seen(ticket, cards.write_ticket(desk, ticket, _PLACE)))
    try:
        ticket = cards.read_ticket(desk, visit.form("ticket"), _PLACE)
    except Problem as problem:
        return _page(visit, access, problem=problem)
    return _acted(visit, access, desk, ticket)


def _acted(visit: Visit, access: Access, desk: Desk, ticket: Ticket) -> Response:
    service, shown = OwnDataDesk(visit.house), Seen(ticket, visit.form("ticket"))
    reason, action, theirs = visit.form("reason"), visit.form("action"), bool(visit.form("theirs"))
    try:
        if action in _MATTERS:
            require_fresh(visit.house, visit.signed_in)
        if action == _HAND_OVER:
            return sent(visit, service.hand_over(desk, ticket, reason, visit.language, theirs=theirs))
        if action == _ERASE:
            sure = bool(visit.form("sure"))
            left = service.erase(desk, ticket, visit.form("reviews"), sure=sure, theirs=theirs)
            return _page(visit, access, erased=tuple(library_title(visit, name) for name in left))
        name, language = visit.form("name"), visit.form("language")
        service.correct(desk, ticket, reason, name=name, language=language, theirs=theirs)
    except Problem as problem:
        if problem.code is Code.FRESH_SIGN_IN_REQUIRED:
            return visit.redirect(sign_in_again(visit, visit.url("admin_own_data")), "sign_in_again_desk")
        return _page(visit, access, problem=problem)
    except BadShape as problem:
        return _page(visit, access, shown, problem)
    return _page(visit, access, shown, corrected=True)


def _page(
    visit: Visit,
    access: Access,
    seen: Seen | None = None,
    problem: Problem | BadShape | None = None,
    *,
    corrected: bool = False,
    erased: tuple[str, ...] | None = None,
) -> Response:
    say = translations(visit.language).gettext
    names = access.libraries(Permission.SHOW_OWN_DATA, visit.house.gateway.states())
    lookup = problem if seen is None else None
    present = isinstance(lookup, BadShape) and lookup.field == "present"
    return form_page(
        visit,
        "admin_own_data.html",
        problem,
        section="admin",
        nav=admin_nav(visit, access, "admin_own_data"),
        libraries=tuple(LibraryChoice(name, library_title(visit, name)) for name in names),
        library=needed_field(visit, "library", lookup) if lookup else Field(visit.form("library")),
        card_number=needed_field(visit, "card_number", lookup) if lookup else Field(),
        reason=needed_field(visit, "reason", lookup) if lookup else Field(visit.form("reason")),
        reasons=tuple((code.value, say(AUDIT_REASONS[code])) for code in REASONS),
        present=Field(visit.form("present"), "present.missing" if present else None),
        at_field=isinstance(problem, Problem) and problem.field == "library",
        corrected=corrected,
        erased=erased,
        **_seen(visit, seen, problem),
    )


def _seen(visit: Visit, seen: Seen | None, problem: Problem | BadShape | None) -> dict[str, object]:
    """What was found, and the forms for what can be done to it."""
    if seen is None or seen.ticket.account_id is None:
        return {"ticket": "", "sections": ()}
    service, shown = OwnDataDesk(visit.house), Shown(visit.house, visit.language)
    reader = Reader(seen.ticket.account_id, card_id=seen.ticket.card_id)
    owner = service.owner(seen.ticket.account_id)
    wrong = isinstance(problem, BadShape) and problem.field == "name"
    return {
        "ticket": seen.written,
        "sections": tuple(section_view(shown, one) for one in service.sections(reader)),
        "owner": owner.name,
        "cards": owner.cards,
        "name": field(visit, "name", problem) if wrong else Field(owner.name),
        "its_language": owner.language or visit.language,
        "acted": visit.form("action"),
        "theirs": field(visit, "theirs", problem),
        "sure": field(visit, "sure", problem),
        "keep": Reviews.KEEP.value,
        "delete": Reviews.DELETE.value,
    }
