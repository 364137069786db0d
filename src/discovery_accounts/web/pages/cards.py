"""The cards of an account: list, one card, link another."""

from pyramid.response import Response

from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.cards import SCOPES_BY_PIN, CardState, Relation
from discovery_accounts.domain.days import read_day
from discovery_accounts.domain.labels import COLOURS, read_colour
from discovery_accounts.domain.last_day import until_of
from discovery_accounts.services.cards import Cards
from discovery_accounts.services.holder_proof import may_prove
from discovery_accounts.services.link_letters import can_be_answered
from discovery_accounts.services.linking import Linking, NewCard
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.web.pages.forms import form_page
from discovery_accounts.web.pages.invitation_shapes import ScopeChoice
from discovery_accounts.web.pages.offers import added, offer_views
from discovery_accounts.web.pages.own_views import own_places
from discovery_accounts.web.pages.shapes import Field
from discovery_accounts.web.pages.viewers import asked_to_see, chosen_scopes
from discovery_accounts.web.pages.views import (
    card_view,
    chosen_library,
    field,
    libraries_of,
    library_choices,
    needed_field,
    pin_field,
    sign_in_again,
)
from discovery_accounts.web.problems import Refusal
from discovery_accounts.web.visit import Visit

_PASS_ON = {Code.FRESH_SIGN_IN_REQUIRED, Code.NO_SUCH_CARD}
"""Refusals that are a page of their own, not a message in the form."""


def show_all(visit: Visit) -> Response:
    readings = Cards(visit.house).read(visit.signed_in, refresh="refresh" in visit.request.GET)
    visit.about = libraries_of(readings)
    return visit.render(
        "cards.html",
        section="cards",
        cards=tuple(card_view(visit, reading) for reading in readings),
        asked=asked_to_see(visit, readings),
    )


def show_one(visit: Visit) -> Response:
    return _card_page(visit, None)


def change(visit: Visit) -> Response:
    """Rename, give the PIN, or remove; the form says which."""
    card_id = visit.path_id("card", Code.NO_SUCH_CARD)
    cards = Cards(visit.house)
    action = visit.form("action")
    try:
        if action == "rename":
            colour = read_colour(visit.form("colour"))
            cards.mark(visit.signed_in, card_id, label=visit.form("label"), colour=colour)
            return visit.redirect(visit.url("card", card=card_id), "card_renamed")
        if action == "pin":
            cards.give_pin(visit.signed_in, card_id, visit.form("pin"), address=visit.address)
            return visit.redirect(visit.url("card", card=card_id), "pin_accepted")
        if action == "remove":
            cards.remove(visit.signed_in, card_id)
            return visit.redirect(visit.url("cards"), "card_removed")
    except (Problem, BadShape) as problem:
        if isinstance(problem, Problem) and problem.code in _PASS_ON:
            raise
        return _card_page(visit, problem)
    raise Refusal(400, "bad_request")


def show_link(visit: Visit) -> Response:
    """The form; who signed in too long ago to add a card is asked to do so again before typing anything."""
    if not visit.is_fresh:
        return visit.redirect(sign_in_again(visit, visit.url("card_link")), "sign_in_again")
    return _link_page(visit, None)


def link(visit: Visit) -> Response:
    try:
        card_id = Linking(visit.house).link(
            visit.signed_in, _new_card(visit), address=visit.address, known_token=visit.known_token
        )
    except (Problem, BadShape) as problem:
        if isinstance(problem, Problem) and problem.code in _PASS_ON:
            raise
        return _link_page(visit, problem)
    return visit.redirect(visit.url("cards"), added(visit, card_id))


def _new_card(visit: Visit) -> NewCard:
    """What was typed. For one's own card there is nothing to choose: it has what a PIN gives, without an end."""
    relation, library = visit.form("relation"), chosen_library(visit)
    if relation not in {one.value for one in Relation}:
        raise BadShape("relation", "missing")
    own = relation == Relation.OWN
    day = None if own else read_day(visit.form("until"), "until")
    return NewCard(
        library=library,
        card_number=visit.form("card_number"),
        pin=visit.form("pin"),
        label=visit.form("label"),
        relation=Relation(relation),
        scopes=SCOPES_BY_PIN if own else chosen_scopes(visit),
        until=until_of(day, visit.now, visit.house.library(library).timezone),
    )


def _card_page(visit: Visit, problem: Problem | BadShape | None) -> Response:
    card_id = visit.path_id("card", Code.NO_SUCH_CARD)
    reading = Cards(visit.house).read_one(visit.signed_in, card_id)
    card = card_view(visit, reading)
    visit.about = (card.library,)
    waits = reading.state is CardState.PENDING_APPROVAL
    renaming = visit.form("action") == "rename"
    return form_page(
        visit,
        "card.html",
        problem,
        section="cards",
        card=card,
        label=field(visit, "label", problem) if renaming else Field(card.label),
        colour=field(visit, "colour", problem) if renaming else Field(str(card.colour)),
        colours=range(1, COLOURS + 1),
        pin=pin_field(problem),
        places=own_places(visit, card.library, card.id) if card.holder else None,
        may_prove=may_prove(reading.card),
        holder_written_to=waits and can_be_answered(visit.house, reading.card.link_id),
        sign_in_again=sign_in_again(visit, visit.url("card", card=card_id)),
        fresh_needed=not visit.is_fresh,
    )


def _link_page(visit: Visit, problem: Problem | BadShape | None) -> Response:
    at_field = isinstance(problem, Problem) and problem.field == "library"
    looking = visit.request.method == "GET"
    wrong = isinstance(problem, BadShape) and problem.field == "scopes"
    return form_page(
        visit,
        "card_link.html",
        problem,
        section="cards",
        libraries=library_choices(visit),
        library=needed_field(visit, "library", problem),
        card_number=needed_field(visit, "card_number", problem),
        pin=needed_field(visit, "pin", problem),
        label=needed_field(visit, "label", problem),
        relation=needed_field(visit, "relation", problem),
        scopes=ScopeChoice(
            SCOPES_BY_PIN if looking else chosen_scopes(visit), "scopes.missing" if wrong else None
        ),
        until=field(visit, "until", problem),
        offers=offer_views(visit) if looking else (),
        at_field=at_field,
    )
