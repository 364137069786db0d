"""``/account``: the profile, and the account's end."""

from pyramid.response import Response

from discovery_accounts.services.accounts import Accounts
from discovery_accounts.services.endings.asked import AskedEndings
from discovery_accounts.services.identities import Identities
from discovery_accounts.services.sessions import BROWSER
from discovery_accounts.web import cookies as names
from discovery_accounts.web.api.answers import account_json, answer, nothing
from discovery_accounts.web.pages.account import email_link_base
from discovery_accounts.web.pages.views import library_title
from discovery_accounts.web.visit import Visit


def show(visit: Visit) -> Response:
    accounts = Accounts(visit.house)
    return answer(account_json(accounts.info(visit.signed_in), Identities(visit.house).list(visit.signed_in)))


def change(visit: Visit) -> Response:
    """Name and language at once; an e-mail address after its one-time link was opened. A refusal of any
    changes nothing, and sends no mail."""
    body = visit.body
    accounts = Accounts(visit.house)
    name, language = body.get("name"), body.get("language")
    accounts.check_profile(name=name, language=language)
    if "email" in body:
        accounts.ask_email_change(visit.signed_in, body["email"], visit.language, email_link_base(visit))
    if "name" in body or "language" in body:
        accounts.save_profile(visit.signed_in, name=name, language=language)
    return show(visit)


def show_ending(visit: Visit) -> Response:
    """What the end would take and what stays, as the page of it shows (rules 6.3)."""
    goes = AskedEndings(visit.house).what_goes(visit.signed_in)
    counts = {name: getattr(goes, name) for name in ("cards", "lists", "items", "alerts", "reviews")}
    stays = [{"library": name, "library_title": library_title(visit, name)} for name in goes.libraries]
    return answer({"goes": counts, "borrower_of": stays})


def end(visit: Visit) -> Response:
    """At once, and for good; this session is over with it."""
    AskedEndings(visit.house).end(visit.signed_in, visit.body["reviews"], visit.language)
    response = nothing()
    if visit.signed_in.kind == BROWSER:
        visit.cookies.drop(response, names.SESSION)
    return response
