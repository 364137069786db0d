"""``/cards/{card}/viewers``: who can see a card, and its holder's word on each."""

import uuid
from collections.abc import Callable, Sequence

from pyramid.response import Response

from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.cards import LinkState, Scope
from discovery_accounts.domain.days import read_day
from discovery_accounts.domain.handover import NOTICE
from discovery_accounts.domain.last_day import last_day_of, until_of
from discovery_accounts.domain.linking import Refused
from discovery_accounts.services.cards import Cards
from discovery_accounts.services.invitations import Invitations
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.showing import CardReading
from discovery_accounts.services.viewer_list import Viewer
from discovery_accounts.services.viewers import Change, Viewers, WhoSees
from discovery_accounts.web.pages.forms import form_page
from discovery_accounts.web.pages.own_views import own_card_id, to_prove
from discovery_accounts.web.pages.shapes import CardView, Field
from discovery_accounts.web.pages.viewer_shapes import Handover, ViewerView, view
from discovery_accounts.web.pages.views import plain_card, sign_in_again
from discovery_accounts.web.problems import Refusal
from discovery_accounts.web.viewer_titles import signs_in_by
from discovery_accounts.web.visit import Visit


def show(visit: Visit) -> Response:
    return _page(visit, None)


def change(visit: Visit) -> Response:
    """One of the forms of the page; which, the form says."""
    card_id, viewers = own_card_id(visit), Viewers(visit.house)
    told = viewers.of(visit.signed_in, card_id)  # a stranger learns nothing of what forms there are
    act = _ACTS.get(visit.form("action"))
    if act is None:
        raise Refusal(400, "bad_request")
    here = visit.url("card_viewers", card=card_id)
    try:
        notice = act(visit, viewers, card_id, told)
    except BadShape as problem:
        if problem.field not in {"scopes", "until"}:
            raise
        return _page(visit, problem)
    except Problem as problem:
        if (asked := to_prove(visit, problem, here)) is not None:
            return asked
        if problem.code is Code.NOT_FOUND:
            return visit.redirect(here, "viewer_gone")
        if problem.code is Code.LINKING_NOT_ALLOWED:
            return _page(visit, problem)
        raise
    return visit.redirect(here, notice)


def chosen_scopes(visit: Visit) -> tuple[Scope, ...]:
    """The boxes that were ticked."""
    ticked = set(visit.request.POST.getall("scope"))
    return tuple(scope for scope in Scope if scope.value in ticked)


def is_silent(visit: Visit) -> bool:
    """Whether the form says that nobody is to be told; it always says one or the other."""
    told = visit.form("tell")
    if told not in {"yes", "no"}:
        raise Refusal(400, "bad_request")
    return told == "no"


def _approve(visit: Visit, viewers: Viewers, card_id: uuid.UUID, told: WhoSees) -> str:
    one = _viewer(visit, told)
    viewers.approve(visit.signed_in, card_id, one.link_id, None if one.holder else chosen_scopes(visit))
    return "viewer_approved"


def _change(visit: Visit, viewers: Viewers, card_id: uuid.UUID, told: WhoSees) -> str:
    until = until_of(read_day(visit.form("until"), "until"), visit.now, visit.zone_of(told.library))
    asked = Change(chosen_scopes(visit), until, sets_until=True)
    viewers.change(visit.signed_in, card_id, _viewer(visit, told).link_id, asked)
    return "viewer_changed"


def _end(visit: Visit, viewers: Viewers, card_id: uuid.UUID, told: WhoSees) -> str:
    viewers.end(visit.signed_in, card_id, _viewer(visit, told).link_id, silent=is_silent(visit))
    return "viewer_ended"


def _end_all(visit: Visit, viewers: Viewers, card_id: uuid.UUID, _told: WhoSees) -> str:
    viewers.end_all(visit.signed_in, card_id, silent=is_silent(visit))
    if visit.form("refuse"):
        viewers.allow_linking(visit.signed_in, card_id, allowed=False)
    return "viewers_ended"


def _allow(visit: Visit, viewers: Viewers, card_id: uuid.UUID, _told: WhoSees) -> str:
    viewers.allow_linking(visit.signed_in, card_id, allowed=True)
    return "linking_allowed"


def _refuse(visit: Visit, viewers: Viewers, card_id: uuid.UUID, _told: WhoSees) -> str:
    viewers.allow_linking(visit.signed_in, card_id, allowed=False)
    return "linking_refused"


_ACTS: dict[str, Callable[[Visit, Viewers, uuid.UUID, WhoSees], str]] = {
    "approve": _approve,
    "change": _change,
    "end": _end,
    "end_all": _end_all,
    "allow": _allow,
    "refuse": _refuse,
}


def _viewer(visit: Visit, told: WhoSees) -> Viewer:
    """The one that the form is about; ``Problem`` ``not_found`` for one that ended meanwhile."""
    asked = visit.form("link")
    found = next((one for one in told.viewers if str(one.link_id) == asked and not one.mine), None)
    if found is None:
        raise Problem(Code.NOT_FOUND)
    return found


def asked_to_see(visit: Visit, readings: Sequence[CardReading]) -> tuple[tuple[CardView, int], ...]:
    """One's own cards of which somebody waits for an answer, and how many do."""
    held = {reading.card.id: reading.card for reading in readings if reading.card.holder}
    waiting = Viewers(visit.house).waiting(visit.signed_in, held)
    return tuple((plain_card(visit, card), waiting[card.id]) for card in held.values() if card.id in waiting)


def _page(visit: Visit, problem: Problem | BadShape | None) -> Response:
    card_id = own_card_id(visit)
    told = Viewers(visit.house).of(visit.signed_in, card_id)
    card = plain_card(visit, Cards(visit.house).find(visit.signed_in, card_id))
    visit.about = (told.library,)
    views = _views(visit, told, problem)
    others = tuple(one for one in views if not one.mine)
    return form_page(
        visit,
        "card_viewers.html",
        problem,
        section="cards",
        card=card,
        waiting=tuple(one for one in others if one.asks),
        others=tuple(one for one in others if not one.asks),
        wrong=tuple(one for one in others if one.wrong_scopes or one.until.error),
        allowed=told.allowed,
        hindrance=_hindrance(visit, card_id),
        handover=_handover(visit, told),
        may_decide=visit.may_decide,
        sign_in_again=sign_in_again(visit, visit.url("card_viewers", card=card_id)),
    )


def _hindrance(visit: Visit, card_id: uuid.UUID) -> str | None:
    """Why nobody can be invited, whatever the holder chose; with the library's own reason after a dot."""
    try:
        Invitations(visit.house).may_invite(visit.signed_in, card_id)
    except Problem as problem:
        if problem.detail == Refused.HOLDER.value:
            return None
        return f"{problem.code}.{problem.detail}" if problem.detail else problem.code.value
    return None


def _views(visit: Visit, told: WhoSees, problem: Problem | BadShape | None) -> tuple[ViewerView, ...]:
    titles, zone = signs_in_by(visit, told.viewers), visit.zone_of(told.library)
    views = []
    for number, one in enumerate(told.viewers, 1):
        back = isinstance(problem, BadShape) and str(one.link_id) == visit.form("link")
        error = problem if back and isinstance(problem, BadShape) else None
        views.append(
            view(
                one,
                number,
                titles[str(one.link_id)],
                last_day_of(one.until, zone),
                chosen=frozenset(chosen_scopes(visit)) if error else None,
                until=Field(visit.form("until"), _code(error, "until")) if error else None,
                wrong_scopes=_code(error, "scopes") if error else None,
                waits=one.state is LinkState.PENDING,
            )
        )
    return tuple(views)


def _code(problem: BadShape, name: str) -> str | None:
    return f"{name}.{problem.code}" if problem.field == name else None


def _handover(visit: Visit, told: WhoSees) -> Handover | None:
    """Told while it is near, and as long as somebody waits for the answer."""
    at, library = told.hands_over_at, visit.house.libraries.get(told.library)
    if at is None or library is None or visit.now < at - NOTICE:
        return None
    over = at <= visit.now
    if over and not any(one.asks and one.since < at for one in told.viewers):
        return None
    return Handover(at.astimezone(visit.zone_of(told.library)), library.handover_age, over)
