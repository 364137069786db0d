"""``/cards/{card}/invite``, where a holder makes a code, and ``/invitations``, where somebody gives it."""

import math
from datetime import datetime
from zoneinfo import ZoneInfo

from pyramid.response import Response

from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.cards import Scope
from discovery_accounts.domain.days import read_day
from discovery_accounts.domain.invitation_code import grouped, read_code
from discovery_accounts.domain.last_day import last_day_of, until_of
from discovery_accounts.services.accepting import Accepting, Offered, Taking
from discovery_accounts.services.cards import Cards
from discovery_accounts.services.invitations import Invitations, NewInvitation, OpenInvitation
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.web.pages.forms import form_page
from discovery_accounts.web.pages.invitation_shapes import InvitationView, InvitedTo, NewCode, ScopeChoice
from discovery_accounts.web.pages.offers import added
from discovery_accounts.web.pages.own_views import own_card_id, to_prove
from discovery_accounts.web.pages.shapes import Field
from discovery_accounts.web.pages.viewers import chosen_scopes
from discovery_accounts.web.pages.views import field, library_title, plain_card, sign_in_again, typed_code
from discovery_accounts.web.problems import Refusal
from discovery_accounts.web.qr import qr_picture
from discovery_accounts.web.visit import Visit

_ON_THE_PAGE = {
    Code.LINKING_NOT_ALLOWED,
    Code.NOT_SUPPORTED,
    Code.NOT_A_PATRON,
    Code.TOO_MANY_ATTEMPTS,
    Code.INVITATION_NOT_VALID,
    Code.LIBRARY_UNAVAILABLE,
}
_ABOUT_THE_CODE = {Code.INVITATION_NOT_VALID, Code.TOO_MANY_ATTEMPTS}


def show_invite(visit: Visit) -> Response:
    return _invite_page(visit, None)


def invite(visit: Visit) -> Response:
    """Make a code, or make one worthless; the form says which."""
    card_id, invitations = own_card_id(visit), Invitations(visit.house)
    here = visit.url("card_invite", card=card_id)
    invitations.open(visit.signed_in, card_id)  # a stranger learns nothing of what forms there are
    action = visit.form("action")
    try:
        if action == "revoke":
            invitations.revoke(visit.signed_in, card_id, visit.form("invitation"))
            return visit.redirect(here, "invitation_revoked")
        if action != "invite":
            raise Refusal(400, "bad_request")
        card = invitations.may_invite(visit.signed_in, card_id)
        zone = visit.house.library(card.library).timezone
        until = until_of(read_day(visit.form("until"), "until"), visit.now, zone)
        made = invitations.make(visit.signed_in, card_id, chosen_scopes(visit), until=until)
    except (Problem, BadShape) as problem:
        if (asked := to_prove(visit, problem, here)) is not None:
            return asked
        if isinstance(problem, Problem) and problem.code not in _ON_THE_PAGE:
            raise
        return _invite_page(visit, problem)
    return _made_page(visit, made, card.library)


def show_entry(visit: Visit) -> Response:
    return _entry_page(visit, None)


def give_code(visit: Visit) -> Response:
    """On to the page of the invitation, if there is one with the code."""
    try:
        code = typed_code(visit)
        Accepting(visit.house).look(visit.signed_in, code, address=visit.address)
    except (Problem, BadShape) as problem:
        return _entry_page(visit, problem)
    return visit.redirect(visit.url("invitation", code=grouped(read_code(code) or "")))


def show_invitation(visit: Visit) -> Response:
    return _invitation_page(visit, None)


def accept(visit: Visit) -> Response:
    code = visit.request.matchdict["code"]
    taking = Taking(visit.form("label") if visit.form("label").strip() else None)
    try:
        card_id = Accepting(visit.house).accept(visit.signed_in, code, taking, address=visit.address)
    except (Problem, BadShape) as problem:
        if (asked := to_prove(visit, problem, visit.url("invitation", code=code))) is not None:
            return asked
        if isinstance(problem, Problem) and problem.code in _ABOUT_THE_CODE:
            return _entry_page(visit, problem)
        return _invitation_page(visit, problem)
    return visit.redirect(visit.url("cards"), added(visit, card_id))


def _invite_page(visit: Visit, problem: Problem | BadShape | None) -> Response:
    card_id, invitations = own_card_id(visit), Invitations(visit.house)
    listed = invitations.open(visit.signed_in, card_id)
    card = plain_card(visit, Cards(visit.house).find(visit.signed_in, card_id))
    visit.about = (card.library,)
    hindrance = _hindrance(visit)
    zone = visit.zone_of(card.library)
    wrong = isinstance(problem, BadShape) and problem.field == "scopes"
    return form_page(
        visit,
        "card_invite.html",
        hindrance or problem,
        section="cards",
        card=card,
        possible=hindrance is None,
        may_decide=visit.may_decide,
        sign_in_again=sign_in_again(visit, visit.url("card_invite", card=card_id)),
        scopes=ScopeChoice(frozenset(chosen_scopes(visit)), "scopes.missing" if wrong else None),
        until=field(visit, "until", problem),
        invitations=tuple(_view(visit, one, zone) for one in listed),
    )


def _hindrance(visit: Visit) -> Problem | None:
    """Why nobody can be invited to the card at all."""
    try:
        Invitations(visit.house).may_invite(visit.signed_in, own_card_id(visit))
    except Problem as problem:
        if problem.code not in _ON_THE_PAGE:
            raise
        return problem
    return None


def _made_page(visit: Visit, made: NewInvitation, library: str) -> Response:
    """Shown once, in answer to the form: nobody knows the code after that, nor do we."""
    card = plain_card(visit, Cards(visit.house).find(visit.signed_in, own_card_id(visit)))
    code = grouped(made.code)
    address = f"{visit.settings.public_url}/invitations/{code}"
    new = NewCode(code, address, qr_picture(address), _view(visit, made.made, visit.zone_of(library)))
    return visit.render("invitation_made.html", section="cards", card=card, new=new)


def _entry_page(visit: Visit, problem: Problem | BadShape | None) -> Response:
    error = f"code.{problem.code}" if isinstance(problem, BadShape) else None
    return form_page(visit, "invitations.html", problem, section="cards", code=Field("", error))


def _invitation_page(visit: Visit, problem: Problem | BadShape | None) -> Response:
    code = visit.request.matchdict["code"]
    try:
        offered = Accepting(visit.house).look(visit.signed_in, code, address=visit.address)
    except Problem as found:
        return _entry_page(visit, found)
    visit.about = (offered.library,)
    return form_page(
        visit,
        "invitation.html",
        problem,
        section="cards",
        code=grouped(read_code(code) or ""),
        invited=_invited(visit, offered),
        label=field(visit, "label", problem),
        fresh=visit.is_fresh,
        sign_in_again=sign_in_again(visit, visit.url("invitation", code=code)),
    )


def _invited(visit: Visit, offered: Offered) -> InvitedTo:
    zone = visit.zone_of(offered.library)
    view = _view_of(visit, "", offered.scopes, offered.until, offered.expires_at, zone)
    return InvitedTo(library_title(visit, offered.library), offered.invited_by, view)


def _view(visit: Visit, one: OpenInvitation, zone: ZoneInfo) -> InvitationView:
    return _view_of(visit, str(one.id), one.scopes, one.until, one.expires_at, zone)


def _view_of(
    visit: Visit,
    id_: str,
    scopes: tuple[Scope, ...],
    until: datetime | None,
    expires_at: datetime,
    zone: ZoneInfo,
) -> InvitationView:
    left = max(0.0, (expires_at - visit.now).total_seconds())
    return InvitationView(
        id_, scopes, last_day_of(until, zone), expires_at.astimezone(zone), max(1, math.ceil(left / 60))
    )
