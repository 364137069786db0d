"""What no page of ours sends to favourites: odd signs in addresses, files that are none."""

import pytest
from webob import Request
from webob.multidict import NoVars

from tests.factories.favourites import any_account, make_list
from tests.factories.portal import API, Portal
from tests.fixtures.databases import ON_SQLITE


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


@ON_SQLITE
def test_a_file_s_room_is_not_for_millions_of_fields(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each field takes a hundred times its room in memory: of 20 MB of them, gigabytes."""
    browser = portal.signed_in_browser()
    part = '--{0}\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
    asked = (
        ("application/x-www-form-urlencoded", "a&" * 600_000),
        ("multipart/form-data; boundary=x", part.format("x") * 30_000),
        ('multipart/form-data; boundary=no; Boundary ="x"', part.format("x") * 30_000),
    )
    monkeypatch.setattr(Request, "POST", property(lambda _: NoVars()))
    for kind, body in asked:
        for path in ("/favourites/import", f"{API}/lists/import"):
            headers = {"Content-Type": kind}
            answer = browser.app.post(path, body, headers=headers, expect_errors=True)
            assert answer.status_int == 413, (kind, path)
