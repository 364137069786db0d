"""Every loan of every card, and renewing them."""

import uuid

from pyramid.response import Response

from discovery_accounts.connectors.api import ListsHistory
from discovery_accounts.services.account_cards import AccountCard
from discovery_accounts.services.loans import Loans
from discovery_accounts.services.problems import Code
from discovery_accounts.services.renewals import MAX_LOANS, Renewals
from discovery_accounts.web.api.asked import asked_cards, asks_anew, card_id
from discovery_accounts.web.pages.list_views import card_filter, own_cards
from discovery_accounts.web.pages.shapes import LeftOut
from discovery_accounts.web.pages.views import card_view, libraries_of, loan_views, plain_card, renewal_view
from discovery_accounts.web.problems import Refusal
from discovery_accounts.web.visit import Visit


def show(visit: Visit) -> Response:
    """The loans of all cards; ``?card=`` asks only of that card, ``?order=card`` groups them, ``?refresh=1`` asks
    anew."""
    chosen = asked_cards(visit)
    readings = Loans(visit.house).read(visit.signed_in, only=chosen, refresh=asks_anew(visit))
    visit.about = libraries_of(readings)
    loans = loan_views(visit, readings)
    ages = [reading.as_of for reading in readings if reading.as_of is not None]
    return visit.render(
        "loans.html",
        section="loans",
        loans=loans,
        cards=tuple(card_view(visit, reading) for reading in readings),
        order="card" if visit.request.GET.get("order") == "card" else "date",
        filter=card_filter(visit, readings, chosen),
        checked_at=min(ages, default=None),
        has_history=bool(own_cards(visit, ListsHistory)),
        can_renew_any=any(loan.may_renew and loan.renewable is not False for loan in loans),
    )


def renew(visit: Visit) -> Response:
    """Renew the chosen loans, or all of the cards named by ``card`` fields, or all; a result for each on a page
    of its own. ``return_to`` is where it was asked for."""
    renewals = Renewals(visit.house)
    left_out: tuple[tuple[AccountCard, Code], ...] = ()
    if visit.form("all"):
        done = renewals.renew_all(visit.signed_in, only=_named_cards(visit))
        results, left_out = done.results, done.left_out
    else:
        chosen = [value for value in visit.request.POST.getall("loan") if isinstance(value, str)]
        if len(chosen) > MAX_LOANS:
            raise Refusal(400, "bad_request")
        results = renewals.renew(visit.signed_in, chosen) if chosen else ()
    back = visit.return_to(visit.form("return_to"), "loans")
    return visit.render(
        "renewals.html",
        section="loans",
        results=tuple(renewal_view(visit, result) for result in results),
        left_out=tuple(LeftOut(plain_card(visit, card), code.value) for card, code in left_out),
        back_address=back,
        of_all=bool(visit.form("all")),
        to_overview=back.partition("?")[0] == visit.url("family"),
    )


def _named_cards(visit: Visit) -> set[uuid.UUID] | None:
    named = [text for text in visit.request.POST.getall("card") if isinstance(text, str)]
    return {card_id(text) for text in named} if named else None


def to_loans(visit: Visit) -> Response:
    """A result page that is opened anew has nothing to show."""
    return visit.redirect(visit.url("loans"))
