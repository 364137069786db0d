"""What is typed about a hold and can't be right is told at its field; nothing of it is lost, nothing is sent."""

import pytest

from tests.factories.desks import FREE, at_desk, card_of, hold_of, quiet
from tests.factories.portal import Portal
from tests.fixtures.databases import ON_SQLITE

pytestmark = ON_SQLITE

WRONG = [
    ("wanted_until", "yesterday", "bad_format"),
    ("wanted_until", "2027-13-40", "bad_format"),
    ("wanted_until", "2020-01-01", "past"),
    ("wanted_until", "9999-12-31", "too_far"),
    ("note", "x" * 10_000, "too_long"),
    ("note", "Ring\x07 the bell", "bad_characters"),
    ("note", "\u202eback to front", "bad_characters"),
    ("pickup", "", "missing"),
    ("pickup", "NOWHERE", "not_allowed"),
    ("pickup", "x" * 300, "unknown"),
    ("pickup", "MAIN\x00", "unknown"),
]
CASES = pytest.mark.parametrize(
    ("field", "value", "code"), WRONG, ids=[f"{field}-{number}" for number, (field, *_) in enumerate(WRONG)]
)


@CASES
def test_on_the_page_of_a_new_hold(portal: Portal, field: str, value: str, code: str) -> None:
    browser, client = portal.signed_in_browser(), portal.signed_in_client()
    browser.post("/language", language="en")
    typed = {"pickup": "EAST", "wanted_until": "2027-05-31", "note": "Large print", field: value}
    quiet(portal)
    page = browser.post("/holds/new", record_id=str(FREE), card=card_of(client, "lumme"), **typed)
    assert page.status_int == 422, page.text
    assert page.html.select(".accounts-field-wrong .accounts-error")
    assert all(
        call.method == "GET" or "token" in call.path or code == "not_allowed" for call in portal.koha.calls
    )
    assert FREE not in {hold.biblio_id for hold in at_desk(portal, "lumme").values()}
    if field != "note":
        assert page.html.find("textarea").text.strip() == "Large print"
    elif code == "too_long":
        assert page.html.find("textarea").text.strip() == value
    if field != "wanted_until":
        assert page.html.find("input", {"name": "wanted_until"})["value"] == "2027-05-31"
    else:
        assert page.html.find("input", {"name": "wanted_until"})["value"] == value
    if field != "pickup":
        assert page.html.find("input", {"name": "pickup", "value": "EAST"}).has_attr("checked")


@CASES
def test_in_the_call_of_a_new_hold(portal: Portal, field: str, value: str, code: str) -> None:
    client = portal.signed_in_client()
    body = {"card": card_of(client, "lumme"), "record_id": str(FREE), "pickup": "EAST", field: value}
    answer = client.call("POST", "/holds", body)
    assert answer.status_int in {400, 422}, answer.text
    assert {error["field"] for error in answer.json["errors"]} == {field}
    if answer.status_int == 422:
        assert answer.json["errors"] == [{"field": field, "code": code}]
    assert FREE not in {hold.biblio_id for hold in at_desk(portal, "lumme").values()}


@pytest.mark.parametrize("until", ["soon", "2020-01-01", "9999-12-31", "2027-02-30"])
def test_a_suspension_needs_a_day_to_come(portal: Portal, until: str) -> None:
    browser, client = portal.signed_in_browser(), portal.signed_in_client()
    hold = hold_of(client, "lumme")
    quiet(portal)
    page = browser.post(f"/holds/{hold}/suspend", until=until)
    assert page.status_int == 422
    assert page.html.find("input", {"name": "until"})["value"] == until
    answer = client.call("PATCH", f"/holds/{hold}", {"suspended": True, "until": until}, status=422)
    assert [error["field"] for error in answer.json["errors"]] == ["until"]
    assert not {call.method for call in portal.koha.calls} & {"PUT", "DELETE"}
    assert not at_desk(portal, "lumme")[102].suspended


def test_a_place_has_to_be_chosen_and_to_exist(portal: Portal) -> None:
    browser, client = portal.signed_in_browser(), portal.signed_in_client()
    hold = hold_of(client, "lumme")
    for place in ("", "STACKS", "NOWHERE", "MAIN\x00"):
        assert browser.post(f"/holds/{hold}/pickup", pickup=place).status_int == 422
    assert at_desk(portal, "lumme")[102].branch == "EAST"


def test_a_change_is_one_of_three(portal: Portal) -> None:
    client = portal.signed_in_client()
    hold = hold_of(client, "lumme")
    quiet(portal)
    for body in (
        {},
        {"pickup": "MAIN", "suspended": True},
        {"until": "2027-05-31"},
        {"suspended": False, "until": "2027-05-31"},
        {"suspended": "yes"},
    ):
        assert client.call("PATCH", f"/holds/{hold}", body).status_int in {400, 422}
    assert portal.koha.count("POST") == portal.koha.count("PUT") == portal.koha.count("DELETE") == 0
