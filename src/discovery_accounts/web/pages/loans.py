"""Every loan of every card, and renewing them."""

from pyramid.response import Response

from discovery_accounts.connectors.api import ListsHistory
from discovery_accounts.services.loans import Loans
from discovery_accounts.services.renewals import MAX_LOANS, Renewals
from discovery_accounts.web.pages.list_views import card_filter, own_cards
from discovery_accounts.web.pages.views import card_view, libraries_of, loan_views, renewal_view
from discovery_accounts.web.problems import Refusal
from discovery_accounts.web.visit import Visit


def show(visit: Visit) -> Response:
    """The loans of all cards; ``?card=`` shows one card's, ``?order=card`` groups them, ``?refresh=1`` asks anew."""
    readings = Loans(visit.house).read(visit.signed_in, refresh=visit.request.GET.get("refresh") == "1")
    visit.about = libraries_of(readings)
    shown = card_filter(visit, readings)
    loans = loan_views(visit, readings)
    if shown is not None:
        loans = tuple(loan for loan in loans if loan.card.id == shown)
    ages = [reading.as_of for reading in readings if reading.as_of is not None]
    return visit.render(
        "loans.html",
        section="loans",
        loans=loans,
        cards=tuple(card_view(visit, reading) for reading in readings),
        order="card" if visit.request.GET.get("order") == "card" else "date",
        card_filter=shown,
        checked_at=min(ages, default=None),
        has_history=bool(own_cards(visit, ListsHistory)),
        can_renew_any=any(loan.may_renew and loan.renewable is not False for loan in loans),
    )


def renew(visit: Visit) -> Response:
    """Renew the chosen loans, or all; a result for each on a page of its own."""
    renewals = Renewals(visit.house)
    if visit.form("all"):
        results = renewals.renew_all(visit.signed_in)
    else:
        chosen = [value for value in visit.request.POST.getall("loan") if isinstance(value, str)]
        if len(chosen) > MAX_LOANS:
            raise Refusal(400, "bad_request")
        results = renewals.renew(visit.signed_in, chosen) if chosen else ()
    views = tuple(renewal_view(visit, result) for result in results)
    return visit.render("renewals.html", section="loans", results=views)


def to_loans(visit: Visit) -> Response:
    """A result page that is opened anew has nothing to show."""
    return visit.redirect(visit.url("loans"))
