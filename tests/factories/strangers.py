"""Somebody whose every id leaked, and what a thief can ask of the API with each of them."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from string import Formatter
from typing import Any

from discovery_accounts.models import TransferConsent
from tests.factories.own_data import signed_in, somebody
from tests.factories.portal import Client, Portal
from tests.factories.rows import write

Ids = dict[str, list[str]]
NEW_PIN = {"old_pin": "2345", "new_pin": "83461957"}
RECORD = {"source": ["finna"], "record": ["r1"]}
CHOICE = {"kind": "hold_ready", "channels": []}
BOOK = {"record_id": "r1", "source": "finna", "title": "Taikatalvi"}

ACTS: dict[str, list[tuple[str, str, Any]]] = {
    "withdrawConsent": [("DELETE", "/consents/{consent}", None)],
    "endSession": [("DELETE", "/sessions/{session}", None)],
    "stayPatron": [("POST", "/memberships/{membership}/stay", None)],
    "showCard": [("GET", "/cards/{card}", None)],
    "changeCard": [
        ("PATCH", "/cards/{card}", {"label": "Mine now"}),
        ("PATCH", "/cards/{card}", {"pin": "2345"}),
        ("PATCH", "/cards/{card}", {"pin": "2345", "label": "Mine now", "colour": 3}),
    ],
    "removeCard": [("DELETE", "/cards/{card}", None)],
    "showBarcode": [("GET", "/cards/{card}/barcode", None)],
    "listInvitations": [("GET", "/cards/{card}/invitations", None)],
    "invite": [("POST", "/cards/{card}/invitations", {"scopes": ["loans"]})],
    "revokeInvitation": [
        ("DELETE", "/cards/{card}/invitations/{invitation}", None),
        ("DELETE", "/cards/{card}/invitations/{code}", None),
        ("DELETE", "/cards/{own}/invitations/{invitation}", None),
        ("DELETE", "/cards/{own}/invitations/{code}", None),
    ],
    # its code is for whoever has it; its id opens nothing
    "acceptInvitation": [("POST", "/invitations/{invitation}/accept", {})],
    "takeOffer": [("POST", "/cards/offers/{offer}", {})],
    "listViewers": [("GET", "/cards/{card}/viewers", None)],
    "endAllViewers": [
        ("DELETE", "/cards/{card}/viewers", None),
        ("DELETE", "/cards/{card}/viewers?silent=1", None),
    ],
    "changeViewer": [
        ("PATCH", "/cards/{card}/viewers/{link}", {"scopes": ["loans"]}),
        ("PATCH", "/cards/{own}/viewers/{link}", {"scopes": ["loans"]}),
    ],
    "endViewer": [
        ("DELETE", "/cards/{card}/viewers/{link}", None),
        ("DELETE", "/cards/{own}/viewers/{link}", None),
    ],
    "approveViewer": [
        ("POST", "/cards/{card}/viewers/{link}/approve", {}),
        ("POST", "/cards/{own}/viewers/{link}/approve", {}),
    ],
    "allowLinking": [("PUT", "/cards/{card}/linking", {"allowed": False})],
    "askHolderCode": [("POST", "/cards/{card}/holder", None)],
    "verifyHolderCode": [("POST", "/cards/{card}/holder/verify", {"code": "123456"})],
    "listCardEvents": [
        ("GET", "/cards/{card}/events", None),
        ("GET", "/cards/{card}/events?who={link}", None),
    ],
    "showCardDetails": [("GET", "/cards/{card}/details", None)],
    "changeCardDetails": [("PATCH", "/cards/{card}/details", {"email": "thief@example.org"})],
    "changeCardPin": [("POST", "/cards/{card}/pin", NEW_PIN)],
    "showCardRenewal": [("GET", "/cards/{card}/renewal", None)],
    "renewCard": [("POST", "/cards/{card}/renewal", {"contact_confirmed": True, "pin": "2345"})],
    "listLoans": [("GET", "/loans?card={card}", None), ("GET", "/loans?card={own}&card={card}", None)],
    "showLoan": [("GET", "/loans/{loan}", None)],
    "renewLoans": [("POST", "/loans/renewals", {"loans": ["{loan}"]})],
    "makeFeed": [("POST", "/feeds", {"card": "{card}"})],
    "revokeFeed": [("DELETE", "/feeds/{feed}", None)],
    "listHolds": [("GET", "/holds?card={card}", None), ("GET", "/holds?card={own}&card={card}", None)],
    "placeHold": [("POST", "/holds", {"card": "{card}", "record_id": "308", "pickup": "MAIN"})],
    "showHoldOptions": [("GET", "/holds/options?card={card}&record_id=308", None)],
    "changeHold": [
        ("PATCH", "/holds/{hold}", {"pickup": "MAIN"}),
        ("PATCH", "/holds/{hold}", {"suspended": True}),
        ("PATCH", "/holds/{hold}", {"suspended": False}),
    ],
    "cancelHold": [("DELETE", "/holds/{hold}", None)],
    "listHoldPickups": [("GET", "/holds/{hold}/pickups", None)],
    "listFees": [("GET", "/fees?card={card}", None), ("GET", "/fees?card={own}&card={card}", None)],
    "listPayments": [("GET", "/fees/paid?card={card}", None)],
    "listHistory": [("GET", "/history?card={card}", None)],
    "switchHistory": [("PATCH", "/history", {"card": "{card}", "keeping": "not_kept"})],
    "deleteHistory": [("DELETE", "/history?card={card}", None)],
    "changeMessaging": [("PUT", "/messaging", {"card": "{card}", "settings": [CHOICE]})],
    "suggestPurchase": [("POST", "/suggestions", {"card": "{card}", "title": "A book of thieves"})],
    "showAlert": [("GET", "/alerts/{alert}", None)],
    "changeAlert": [
        ("PATCH", "/alerts/{alert}", {"name": "Mine now"}),
        ("PATCH", "/alerts/{alert}", {"query": "thieves", "paused": True}),
    ],
    "removeAlert": [("DELETE", "/alerts/{alert}", None)],
    "listAlertMatches": [("GET", "/alerts/{alert}/matches", None)],
    "showList": [("GET", "/lists/{list}", None)],
    "changeList": [("PATCH", "/lists/{list}", {"name": "Mine now", "public": True})],
    "removeList": [("DELETE", "/lists/{list}", None)],
    "listItems": [
        ("GET", "/lists/{list}/items", None),
        ("GET", "/lists/{list}/items?after={item}", None),
    ],
    "addItem": [("POST", "/lists/{list}/items", BOOK)],
    "actOnItems": [
        ("POST", "/lists/{list}/items/bulk", {"act": "remove", "items": ["{item}"]}),
        ("POST", "/lists/{list}/items/bulk", {"act": "copy", "all": True, "to": "{list}"}),
    ],
    "showItem": [("GET", "/lists/{list}/items/{item}", None)],
    "changeItem": [("PATCH", "/lists/{list}/items/{item}", {"note": "Mine now"})],
    "removeItem": [("DELETE", "/lists/{list}/items/{item}", None)],
    "undoListAct": [("POST", "/lists/acts/{act}/undo", None)],
    # its address is for whoever has it, but only while the list is public
    "showPublicList": [("GET", "/public-lists/{public}", None)],
    "changeReminders": [("PUT", "/reminders", {"on": True, "cards": [{"card": "{card}", "days_ahead": 3}]})],
    # what is shown anybody may report; this one is not
    "reportReview": [("POST", "/records/{source}/{record}/reviews/{review}/report", {"reason": "other"})],
}
"""By operation id: what is asked with the ids of ``leaked``; ``{own}`` is the thief's own card."""

IN_QUERY_OR_BODY = {"card", "cards", "loans"}
"""Names under which ids are given elsewhere than in the address."""


def leaked(portal: Portal) -> Ids:
    """The ids of somebody with two cards, of which one has a viewer, an open invitation, a feed and an offer."""
    client, own = signed_in(portal, "lumme")
    client.link("helka", portal.patron("helka"))
    viewer, _ = signed_in(portal, "helka", "child")
    viewer.link("lumme", somebody(portal, "lumme"))
    loans = client.call("GET", "/loans", status=200).json
    invited = client.call("POST", f"/cards/{own}/invitations", {"scopes": ["loans"]}, status=201).json
    client.call("POST", "/feeds", {"card": own}, status=201)
    client.call("POST", "/alerts", {"query": "jansson"}, status=201)
    reviewed = client.call("PUT", "/records/finna/r1/reviews", {"text": "Rude."}, status=200).json["review"]
    write(portal.house, "UPDATE review SET state = 'hidden'")
    return {
        **_favourites(client),
        "card": [card["card"] for card in loans["cards"]],
        "loan": [loan["id"] for loan in loans["loans"]],
        "hold": [hold["id"] for hold in client.call("GET", "/holds", status=200).json["holds"]],
        "session": _ids(client, "/sessions", "sessions"),
        "membership": _ids(client, "/memberships", "memberships"),
        "link": [one["link"] for one in client.call("GET", f"/cards/{own}/viewers").json["viewers"]],
        "invitation": [invited["id"]],
        "code": [invited["code"]],
        "feed": _ids(client, "/feeds", "feeds"),
        "alert": _ids(client, "/alerts", "alerts"),
        "offer": _ids(client, "/cards/offers", "offers"),
        "review": [reviewed["id"]],
        "consent": [_consent(portal, client)],
        **RECORD,
    }


def _consent(portal: Portal, client: Client) -> str:
    """To the transfer from an organisation, as its sign-in would write it down."""
    account_id = uuid.UUID(client.call("GET", "/account", status=200).json["id"])
    consent = TransferConsent(
        id=uuid.uuid4(),
        account_id=account_id,
        login_name="uni",
        organisation="https://idp.university.example",
        library="lumme",
        legal_basis="consent",
        text_version="1",
        fields=["email"],
        given_at=portal.house.now(),
    )
    with portal.house.database.writing() as session:
        session.add(consent)
    return str(consent.id)


def _favourites(client: Client) -> Ids:
    """Of a list with an item; it was public, and something was removed from it."""
    made = client.call("POST", "/lists", {"name": "Read next", "public": True}, status=201).json
    path = f"/lists/{made['id']}"
    gone = client.call("POST", f"{path}/items", {**BOOK, "record_id": "r2"}, status=201).json
    client.call("DELETE", f"{path}/items/{gone['id']}", status=204)
    act = client.call("GET", "/lists/acts", status=200).json["acts"][0]
    item = client.call("POST", f"{path}/items", BOOK, status=201).json
    client.call("PATCH", path, {"public": False}, status=200)
    return {"list": [made["id"]], "item": [item["id"]], "act": [act["act"]], "public": [made["public_id"]]}


def _ids(client: Client, path: str, name: str) -> list[str]:
    return [one["id"] for one in client.call("GET", path, status=200).json[name]]


@dataclass(frozen=True)
class Asked:
    """One call with ids filled in."""

    operation: str
    method: str
    path: str
    body: Any


def every_call(ids: Ids, most: int = 2) -> Iterator[Asked]:
    """Every act with each of the ids, or with the first and the last of many."""
    for operation, acts in ACTS.items():
        for method, path, body in acts:
            named = sorted(_placeholders(path) | _placeholders(body))
            for chosen in product(*(_ends(ids[name], most) for name in named)):
                values = dict(zip(named, chosen, strict=True))
                yield Asked(operation, method, filled(path, values), filled(body, values))


def _ends(ids: list[str], most: int) -> list[str]:
    assert ids
    return list(dict.fromkeys([*ids[: most - 1], *ids[-1:]]))


def _placeholders(value: Any) -> set[str]:
    if isinstance(value, str):
        return {name for _, name, _, _ in Formatter().parse(value) if name}
    if isinstance(value, dict):
        value = list(value.values())
    return {name for each in value for name in _placeholders(each)} if isinstance(value, list) else set()


def filled(value: Any, values: dict[str, str]) -> Any:
    """``value`` with ids in place of their names, however deep."""
    if isinstance(value, str):
        return value.format(**values)
    if isinstance(value, dict):
        return {key: filled(each, values) for key, each in value.items()}
    return [filled(each, values) for each in value] if isinstance(value, list) else value


def nobodys() -> Ids:
    """Ids of the right shape that nobody has."""
    one = str(uuid.UUID(int=7))
    names = (
        "card",
        "session",
        "link",
        "invitation",
        "feed",
        "offer",
        "alert",
        "list",
        "item",
        "act",
        "public",
        "review",
        "consent",
        "membership",
    )
    thing = f"{uuid.UUID(int=7).hex}-MTAx"
    return {
        **RECORD,
        **{name: [one] for name in names},
        "loan": [thing],
        "hold": [thing],
        "code": ["CDFGH-JKMNP"],
    }
