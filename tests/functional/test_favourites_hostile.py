"""Addresses of favourites with what no address of ours has in it, on both databases."""

from tests.factories.favourites import any_account, make_list
from tests.factories.portal import API, Portal


def test_a_sign_that_no_text_can_have_finds_nothing_and_breaks_nothing(portal: Portal) -> None:
    browser = portal.signed_in_browser()
    list_id = make_list(portal.house, any_account(portal.house), 1, public=True, noted=True)
    asked = (
        "/lists/%00",
        "/lists/a%00b/feed",
        f"{API}/public-lists/%00",
        f"/favourites/{list_id}?tag=%00",
        f"/favourites/{list_id}?tag=%F4%8F%BF%BF",
        f"{API}/lists/{list_id}/items?tag=a%00",
    )
    found = {path: browser.get(path, expect_errors=True).status_int for path in asked}
    assert {status for status in found.values() if status >= 500} == set(), found
