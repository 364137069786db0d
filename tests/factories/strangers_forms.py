"""Pages with an id in their address: what their forms send, and somebody all of whose ids leaked."""

from sqlalchemy import select

from discovery_accounts.models import (
    Account,
    Alert,
    FavouriteList,
    Identity,
    LibraryCard,
    Membership,
    SignedInSession,
    TransferConsent,
)
from tests.factories.portal import Browser, Portal
from tests.factories.staff import LOGINS
from tests.factories.stand_in_provider import state_of

WITH_UNIVERSITY = LOGINS | {
    "logins": "card staff uni",
    "login__uni__kind": "outside",
    "login__uni__name": "University",
}
"""Settings of a portal where ``somebody`` can sign in."""
IDS = {
    "card": LibraryCard,
    "identity": Identity,
    "consent": TransferConsent,
    "session": SignedInSession,
    "alert": Alert,
    "list": FavouriteList,
    "membership": Membership,
}
"""Rows by whose ids pages are asked for."""
ACTIONS = {
    "card": ("rename", "pin", "remove"),
    "card_viewers": ("approve", "change", "end", "end_all", "allow", "refuse"),
    "card_holder": ("send", "confirm"),
    "card_invite": ("invite", "revoke"),
    "card_renewal": ("terms", "renew"),
    "favourite_settings": ("save", "remove"),
    "alert": ("save", "try", "pause", "resume", "end", "feed"),
}
"""What forms of a page may ask for, by the page; of others the form is about one thing."""
TYPED = {
    "label": "Theirs",
    "pin": "1234",
    "old_pin": "1234",
    "new_pin": "83461957",
    "new_pin_again": "83461957",
    "email": "thief@example.org",
    "code": "123456",
    "scope": "loans",
    "tell": "no",
    "contact_confirmed": "yes",
    "confirm": "yes",
    "query": "thieves",
    "frequency": "daily",
}
WORDS = {"login", "library", "token", "hold", "notice", "code", "public", "item"}
"""Names, a secret word that is good for who has it, and what has tests of its own: holds, notices of staff, public
lists, and what is in a list."""


def somebody(portal: Portal) -> Browser:
    """With a card, a way by the university, its consent and a session, all of whose ids leaked."""
    browser = portal.browser()
    state = state_of(browser.post("/sign-in/uni").headers["Location"])
    browser.get(f"/sign-in/uni/callback?state={state}")
    assert browser.post("/sign-in/consent", answer="yes").status_int == 303
    patron = portal.patron("lumme", "child")
    fields = {"library": "lumme", "card_number": patron.card_number, "pin": patron.pin, "label": "Mine"}
    assert browser.post("/cards/link", relation="own", **fields).status_int == 303
    alert = {"action": "save", "query": "jansson", "frequency": "daily", "by_feed": "yes"}
    assert browser.post("/alerts/new", **alert).status_int == 303
    assert browser.post("/favourites", name="Theirs").status_int == 303
    _become_patron(portal)
    return browser


def _become_patron(portal: Portal) -> None:
    """A university patron of the library, as the feed of their university would write it down."""
    now = portal.house.now()
    with portal.house.database.writing() as session:
        account_id = session.scalars(select(Account.id)).one()
        dated = {"since": now, "look_at": now}
        session.add(Membership(account_id=account_id, library="lumme", kind="university", **dated))
