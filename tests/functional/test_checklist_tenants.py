"""Things of one library under another's card, and of one portal at another: 404, no call (checklist L15)."""

from pathlib import Path
from typing import Any

import pytest

from discovery_accounts.models import Base, Link
from discovery_accounts.services.opening import open_house
from discovery_accounts.web.application import checked_settings, make_app
from tests.factories.codes import stepped_up
from tests.factories.desks import at_desk, card_of, quiet, silent, simulated
from tests.factories.portal import Client, Portal
from tests.factories.rows import rows
from tests.factories.viewing import shared, signed_in
from tests.fixtures.databases import ON_SQLITE

FREE = "308"


def things(client: Client, library: str) -> dict[str, str]:
    """The card, a loan and a hold of that library, by their ids as the outside sees them."""
    card = card_of(client, library)
    return {"card": card} | {
        name: client.call("GET", f"/{name}s?card={card}", status=200).json[f"{name}s"][0]["id"]
        for name in ("loan", "hold")
    }


def another(portal: Portal, libraries: str, folder: Path | None = None) -> Portal:
    """A portal with some of the libraries; with a database and keys of its own where it has a folder of its own."""
    known = set(libraries.split())
    values = {
        key: value
        for key, value in portal.values.items()
        if not key.startswith("accounts.library.") or key.split(".")[2] in known
    }
    values["accounts.libraries"] = libraries
    if folder is not None:
        folder.mkdir()
        values["accounts.database_url"] = f"sqlite:///{folder / 'other.db'}"
        values["accounts.keys"] = f"file:{folder / 'keys.json'}"
        values["accounts.mail_url"] = f"folder:{folder / 'mail'}"
    house = open_house(checked_settings(values), clock=portal.clock)
    if folder is not None:
        Base.metadata.create_all(house.database.engine)
    app = make_app(values, house)
    return Portal(house, app, portal.clock, portal.koha, portal.alma, folder or portal.folder, values)


def under(card: str, thing: str) -> str:
    """That thing's id as if it were of the card."""
    return f"{card.replace('-', '')}-{thing.partition('-')[2]}"


@pytest.mark.parametrize(("library", "other"), [("lumme", "helka"), ("helka", "lumme")])
def test_l15_a_thing_of_one_library_is_none_under_a_card_of_another(
    portal: Portal, library: str, other: str
) -> None:
    """Both cards are one's own; what is asked for is looked for at the card's library alone, and not found."""
    client = portal.signed_in_client(library)
    client.link(other, portal.patron(other, "child"))
    mine, theirs = things(client, library), things(client, other)
    loan, hold = under(mine["card"], theirs["loan"]), under(mine["card"], theirs["hold"])
    before = at_desk(portal, other, "child")
    quiet(portal)
    results = client.call("POST", "/loans/renewals", {"loans": [loan]}, status=207).json["results"]
    assert [(one["renewed"], one["code"]) for one in results] == [(False, "no_such_loan")]
    for asked in (
        ("GET", f"/loans/{loan}"),
        ("PATCH", f"/holds/{hold}", {"pickup": "MAIN"}),
        ("DELETE", f"/holds/{hold}"),
    ):
        assert client.call(*asked).status_int == 404, asked
    assert simulated(portal, other).calls == (), "the other library is not asked"
    assert at_desk(portal, other, "child") == before
    assert things(client, other) == theirs


def calls_about(ids: dict[str, str], link: str) -> list[tuple[Any, ...]]:
    card, loan, hold = ids["card"], ids["loan"], ids["hold"]
    return [
        ("GET", f"/cards/{card}"),
        ("PATCH", f"/cards/{card}", {"label": "Mine"}),
        ("DELETE", f"/cards/{card}"),
        ("GET", f"/cards/{card}/barcode"),
        ("GET", f"/cards/{card}/details"),
        ("GET", f"/cards/{card}/events"),
        ("GET", f"/cards/{card}/viewers"),
        ("DELETE", f"/cards/{card}/viewers"),
        ("DELETE", f"/cards/{card}/viewers/{link}"),
        ("POST", f"/cards/{card}/invitations", {"scopes": ["loans"]}),
        ("POST", "/feeds", {"card": card}),
        ("GET", f"/loans?card={card}"),
        ("GET", f"/loans/{loan}"),
        ("GET", f"/holds?card={card}"),
        ("GET", f"/fees?card={card}"),
        ("GET", f"/history?card={card}"),
        ("DELETE", f"/holds/{hold}"),
        ("POST", "/holds", {"card": card, "record_id": FREE, "pickup": "MAIN"}),
    ]


def state(portal: Portal) -> list[tuple[object, ...]]:
    return sorted((str(one.id), one.state, one.scopes, one.label) for one in rows(portal.house, Link))


@ON_SQLITE
@pytest.mark.parametrize("database", ["of its own", "the same"])
def test_l15_ids_of_one_portal_are_nobodys_at_another_that_has_other_libraries(
    portal: Portal, tmp_path: Path, database: str
) -> None:
    """Even where somebody gave both the same database and the same keys."""
    case = shared(portal)
    ids, link = things(case.holder, "lumme"), case.link
    before = state(portal)
    other = another(portal, "helka", tmp_path / "other" if database == "of its own" else None)
    try:
        thief = signed_in(other, "helka", "no_loans")
        stepped_up(other)
        quiet(portal)
        for asked in calls_about(ids, link):
            answer = thief.call(*asked)
            assert answer.status_int == 404, (asked, answer.text)
        for path in ("loans", "holds", "fees", "cards"):
            assert ids["card"] not in thief.call("GET", f"/{path}", status=200).text
        assert portal.koha.calls == ()
    finally:
        other.house.close()
    assert set(before) <= set(state(portal))


@ON_SQLITE
def test_l15_a_library_that_a_portal_does_not_have_is_not_asked_for_ones_own_card(portal: Portal) -> None:
    """Nor is anything told of the card but that it can't be used now."""
    case = shared(portal)
    ids = things(case.holder, "lumme")
    other = another(portal, "helka")
    try:
        viewer = signed_in(other, "helka", "good")
        quiet(portal)
        for path in ("/loans", "/holds", "/fees"):
            answer = viewer.call("GET", f"{path}?card={ids['card']}&refresh=1", status=200).json
            assert (answer[path[1:]], answer["cards"][0]["state"]) == ([], "unavailable")
        for asked in (
            ("GET", f"/cards/{ids['card']}/barcode"),
            ("GET", f"/loans/{ids['loan']}"),
            ("POST", "/holds", {"card": ids["card"], "record_id": FREE, "pickup": "MAIN"}),
            ("DELETE", f"/holds/{ids['hold']}"),
        ):
            assert viewer.call(*asked).status_int in {403, 404, 503}, asked
        assert portal.koha.calls == ()
    finally:
        other.house.close()


@ON_SQLITE
def test_l15_a_token_of_one_portal_opens_nothing_at_another(portal: Portal, tmp_path: Path) -> None:
    client = portal.signed_in_client()
    other = another(portal, "lumme", tmp_path / "other")
    try:
        visitor = other.client()
        visitor.token = client.token
        quiet(portal)
        for path in ("/account", "/cards", "/loans"):
            assert visitor.call("GET", path).status_int == 401
        assert silent(portal)
    finally:
        other.house.close()


@ON_SQLITE
def test_l15_a_log_tells_nothing_of_a_link_to_another_card(portal: Portal) -> None:
    first, second = shared(portal), shared(portal, "child", "no_loans")
    first.viewer.call("GET", "/loans", status=200)
    told = second.holder.call("GET", f"/cards/{second.card}/events?who={first.link}", status=200).json
    assert told["events"] == []
