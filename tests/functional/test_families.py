"""The people whom a library joined to a card: names for the holder, and nothing to find them by."""

import pytest

from discovery_accounts.models import Link
from tests.factories.own_data import own, own_koha, signed_in, signed_in_browser, somebody
from tests.factories.portal import Portal
from tests.factories.rows import count
from tests.fixtures.databases import ON_SQLITE

__all__ = ["own", "own_koha"]

pytestmark = ON_SQLITE


def test_a_guarantor_sees_for_whom_they_answer(own: Portal) -> None:
    client, card = signed_in(own, "lumme")
    family = client.call("GET", f"/cards/{card}/details", status=200).json["family"]
    child = own.patron("lumme", "child")
    assert [one["name"] for one in family["guarantees"]]
    browser, _ = signed_in_browser(own, "lumme")
    page = browser.get(f"/cards/{card}/details").text
    assert "you are the guarantor of these people" in page
    assert family["guarantees"][0]["name"] in page
    for secret in (child.card_number, f">{child.patron_id}<"):
        assert secret not in page


def test_a_child_sees_who_answers_for_it(own: Portal) -> None:
    client, card = signed_in(own, "lumme", "child")
    family = client.call("GET", f"/cards/{card}/details").json["family"]
    assert family["guarantors"]
    browser, _ = signed_in_browser(own, "lumme", "child")
    assert family["guarantors"][0]["name"] in browser.get(f"/cards/{card}/details").text


def test_nothing_is_linked_by_looking(own: Portal) -> None:
    client, card = signed_in(own, "lumme")
    before = count(own.house, Link)
    client.call("GET", f"/cards/{card}/details")
    assert count(own.house, Link) == before


def test_a_library_that_can_not_tell_leaves_the_rest_whole(portal: Portal) -> None:
    client, card = signed_in(portal, "lumme")
    told = client.call("GET", f"/cards/{card}/details", status=200).json
    assert told["family"] is None
    browser, _ = signed_in_browser(portal, "lumme")
    assert "Family" not in browser.get(f"/cards/{card}/details").text


@pytest.mark.parametrize("fault", ["error_503", "garbage"])
def test_a_family_that_can_not_be_read_does_not_hide_the_rest(own: Portal, fault: str) -> None:
    client, card = signed_in(own, "lumme")
    browser, _ = signed_in_browser(own, "lumme")
    own.koha.set_fault(fault, path_contains="query_relationships")
    told = client.call("GET", f"/cards/{card}/details", status=200).json
    assert told["family"] is None
    assert told["details"]["email"] == somebody(own, "lumme").email
    assert browser.get(f"/cards/{card}/details").status_int == 200
