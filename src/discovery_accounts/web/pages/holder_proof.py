"""``/cards/{card}/holder``: showing by a code that a card linked as one's own is."""

from pyramid.response import Response

from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.services.holder_proof import HolderProofs
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.web.pages.forms import form_page
from discovery_accounts.web.pages.own_views import own_card_id, to_prove
from discovery_accounts.web.pages.shapes import Field
from discovery_accounts.web.pages.views import field, plain_card, typed_code
from discovery_accounts.web.problems import Refusal
from discovery_accounts.web.visit import Visit

_IN_FORM = {
    Code.CODE_WRONG,
    Code.TOO_MANY_ATTEMPTS,
    Code.LIBRARY_UNAVAILABLE,
    Code.LINKING_NOT_ALLOWED,
    Code.PIN_CHANGED,
    Code.PIN_NEEDED,
    Code.NOT_A_PATRON,
}


def show(visit: Visit) -> Response:
    return _page(visit, None)


def go_on(visit: Visit) -> Response:
    """Have the code sent, or give it in; the form says which."""
    card_id, proofs, actor = own_card_id(visit), HolderProofs(visit.house), visit.signed_in
    here = visit.url("card_holder", card=card_id)
    try:
        proofs.check(actor, card_id)
        if visit.form("action") == "send":
            sent_to = proofs.ask(actor, card_id, visit.language, visit.address)
            return _page(visit, None, sent_to)
        if visit.form("action") != "confirm":
            raise Refusal(400, "bad_request")
        proofs.verify(actor, card_id, typed_code(visit), visit.address)
    except BadShape as problem:
        if problem.field == "card":
            return visit.redirect(visit.url("card", card=card_id))
        return _page(visit, problem)
    except Problem as problem:
        if (asked := to_prove(visit, problem, here)) is not None:
            return asked
        if problem.code in _IN_FORM:
            return _page(visit, problem)
        raise
    return visit.redirect(visit.url("card", card=card_id), "holder_proved")


def _page(visit: Visit, problem: Problem | BadShape | None, sent_to: str | None = None) -> Response:
    card_id, proofs = own_card_id(visit), HolderProofs(visit.house)
    try:
        card = proofs.check(visit.signed_in, card_id)
    except BadShape:  # it is proved already
        return visit.redirect(visit.url("card", card=card_id))
    except Problem as refused:
        if (asked := to_prove(visit, refused, visit.url("card_holder", card=card_id))) is not None:
            return asked
        raise
    visit.about = (card.library,)
    wrong = isinstance(problem, Problem) and problem.code is Code.CODE_WRONG
    return form_page(
        visit,
        "card_holder.html",
        problem,
        section="cards",
        card=plain_card(visit, card),
        asked=proofs.is_asked(card),
        sent_to=sent_to,
        no_address=isinstance(problem, BadShape) and problem.field == "contact",
        code=Field("", "code.wrong") if wrong else Field("", field(visit, "code", problem).error),
        at_field=wrong,
    )
