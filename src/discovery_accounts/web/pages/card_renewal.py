"""``/cards/{card}/renewal``: renewing the time of a card."""

from pyramid.response import Response

from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.services.acts import NOT_ANSWERED
from discovery_accounts.services.card_renewal import CardRenewalResult, CardRenewals, RenewalOffer
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.profiles import OwnProfile, Profiles
from discovery_accounts.web.pages.forms import form_page
from discovery_accounts.web.pages.own_views import own_card_id
from discovery_accounts.web.pages.shapes import Field
from discovery_accounts.web.pages.views import pin_field, plain_card
from discovery_accounts.web.visit import Visit

_IN_THE_FORM = {Code.PIN_REJECTED, Code.CARD_LOCKED, Code.TOO_MANY_ATTEMPTS}


def show(visit: Visit) -> Response:
    """The library's terms; where it tells them only for a PIN that nobody stored, the PIN is asked first."""
    return _page(visit, CardRenewals(visit.house).offer(visit.signed_in, own_card_id(visit)))


def go_on(visit: Visit) -> Response:
    """Tell the terms for the PIN that was typed, or renew; the form says which."""
    renewals, card_id = CardRenewals(visit.house), own_card_id(visit)
    pin = visit.form("pin") or None
    try:
        if visit.form("action") == "terms":
            offer = renewals.offer(visit.signed_in, card_id, visit.form("pin"), address=visit.address)
            return _page(visit, offer)
        _check_confirmed(visit)
        result = renewals.renew(visit.signed_in, card_id, pin, address=visit.address)
    except (Problem, BadShape) as problem:
        if isinstance(problem, Problem) and problem.code not in _IN_THE_FORM:
            raise
        return _page(visit, _offer(visit, renewals, problem), problem)
    if result.done:
        return visit.redirect(visit.url("card", card=card_id), f"card_time_{result.code}")
    return _page(visit, RenewalOffer(result.card, None, False), result=result)


def _check_confirmed(visit: Visit) -> None:
    if visit.form("contact_confirmed") != "yes":
        raise BadShape("contact_confirmed", "missing")


def _offer(visit: Visit, renewals: CardRenewals, problem: Problem | BadShape) -> RenewalOffer:
    """For showing the form again. A PIN that was just refused, or not looked at, is not sent for it."""
    if isinstance(problem, BadShape) and problem.field == "contact_confirmed" and not visit.form("pin"):
        return renewals.offer(visit.signed_in, own_card_id(visit))
    return renewals.form(visit.signed_in, own_card_id(visit))


def _page(
    visit: Visit,
    offer: RenewalOffer,
    problem: Problem | BadShape | None = None,
    result: CardRenewalResult | None = None,
) -> Response:
    unknown = result is not None and result.code == NOT_ANSWERED
    wrong = isinstance(problem, Problem) and problem.code is Code.PIN_REJECTED
    status = {"status": 503, "refused": NOT_ANSWERED} if unknown else {"status": 409} if result else {}
    unconfirmed = isinstance(problem, BadShape) and problem.field == "contact_confirmed"
    return form_page(
        visit,
        "card_renewal.html",
        problem,
        section="cards",
        at_field=wrong,
        card=plain_card(visit, offer.card),
        expires_on=(offer.terms.expires_on if offer.terms else None) or offer.card.expires_on,
        terms=offer.terms,
        needs_pin=offer.needs_pin,
        pin=Field("", "pin.rejected") if wrong else pin_field(problem),
        confirmed=Field("", "contact_confirmed.missing" if unconfirmed else None),
        because=result.code if result is not None and not unknown else None,
        own=_contact(visit, offer) if offer.terms is not None and offer.terms.renewable else None,
        **status,
    )


def _contact(visit: Visit, offer: RenewalOffer) -> OwnProfile | None:
    """What the person is asked to confirm, where the library tells it."""
    try:
        return Profiles(visit.house).read(visit.signed_in, offer.card.id)
    except Problem:
        return None
