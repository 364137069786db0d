"""The front page and the language switch."""

from collections.abc import Sequence

from pyramid.response import Response

from discovery_accounts.domain.due import Urgency
from discovery_accounts.domain.holds import HoldState
from discovery_accounts.domain.money import Money, totals
from discovery_accounts.services.accounts import Accounts
from discovery_accounts.services.overview import Overview
from discovery_accounts.services.showing import CardReading
from discovery_accounts.web import cookies as names
from discovery_accounts.web.pages.own_views import shared_places
from discovery_accounts.web.pages.viewers import asked_to_see
from discovery_accounts.web.pages.views import card_view, libraries_of, loan_views
from discovery_accounts.web.visit import Visit

FIRST = 3


def show(visit: Visit) -> Response:
    """What this is for, or what needs attention now."""
    if visit.actor is None:
        by_card = next((login.name for login in visit.settings.logins if login.kind == "card"), None)
        return visit.render("home.html", section="home", card_login=by_card)
    readings = Overview(visit.house).read(visit.actor)
    visit.about = libraries_of(readings)
    loans = loan_views(visit, readings)
    holds = [hold for reading in readings for hold in reading.holds or ()]
    return visit.render(
        "home.html",
        section="home",
        overdue=sum(loan.urgency is Urgency.OVERDUE for loan in loans),
        soon=sum(loan.urgency in {Urgency.TODAY, Urgency.SOON} for loan in loans),
        total=len(loans),
        next_loans=loans[:FIRST],
        shows_holds=any(reading.holds is not None for reading in readings),
        ready=sum(hold.state is HoldState.READY for hold in holds),
        holds=len(holds),
        owed=_owed(readings),
        places=shared_places(visit),
        cards=tuple(card_view(visit, reading) for reading in readings),
        asked=asked_to_see(visit, readings),
    )


def _owed(readings: Sequence[CardReading]) -> tuple[Money, ...] | None:
    """The sum of all cards for each currency; ``None`` when no library told of any."""
    told = [reading.owed for reading in readings if reading.owed is not None]
    return totals([amount for owed in told for amount in owed if amount.amount_minor]) if told else None


def change_language(visit: Visit) -> Response:
    """Keep the language that was chosen, in the browser and, if somebody is signed in, in the account."""
    chosen = visit.form("language")
    response = visit.redirect(visit.return_to(visit.form("return_to"), "home"))
    if chosen in visit.settings.languages:
        visit.cookies.set(response, names.LANGUAGE, chosen)
        if visit.actor is not None:
            Accounts(visit.house).save_profile(visit.actor, name=None, language=chosen)
    return response
