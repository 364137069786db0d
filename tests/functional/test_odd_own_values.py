"""Whatever is typed into the forms of one's own lists, alerts and reviews is refused or kept as text: the ids are real
ones here, and all of a form is well but one field, so that each is reached."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import quote

import pytest

from discovery_accounts.models import FavouriteItem
from tests.factories.alerts import finds, made, record
from tests.factories.favourites import any_account, make_list
from tests.factories.portal import API, Portal
from tests.factories.rows import rows

ODD = ("\x00", "a\u202e\u200b\uffffb", "٣" * 64, "[(é" * 1000, "-1\r\nBcc: eve@evil.example")
RECORD = {"source": "lumme", "record_id": "7", "title": "Trollvinter"}
ALERT = {"query": "jansson", "name": "Tove", "frequency": "weekly-4", "language": "sv", "by_email": "yes"}
LIST = {
    "name": "Read next",
    "description": "In winter",
    "public": "yes",
    "ordering": "-year",
    "action": "save",
}
Forms = dict[str, dict[str, str]]


@pytest.fixture
def forms(portal: Portal) -> Forms:
    """Where each form is posted to, and one that is well."""
    client = portal.signed_in_client()
    alert = made(client)
    finds(portal, alert, [record(7)])
    account = any_account(portal.house)
    here, there = make_list(portal.house, account, 3), make_list(portal.house, account, name="Later")
    month = f"{portal.clock() + timedelta(days=30):%Y-%m-%d}"
    item = str(rows(portal.house, FavouriteItem)[0].id)
    return {
        "/favourites": {"name": "Another", "description": "One more"},
        "/favourites/add": {"record": record(7).to_json(), "return_to": "/loans"},
        "/favourites/undo": {"act": item},
        f"/favourites/{here}": {"act": "copy", "item": item, "to": str(there), "all": "", "return_to": "/"},
        f"/favourites/{here}/settings": LIST,
        f"/favourites/{here}/items/{item}": {"note": "N", "tags": "a, b", "place": "2", "action": "save"},
        "/alerts/new": {**ALERT, "format": "book", "format_more": "", "audience": "adult", "action": "try"},
        f"/alerts/{alert}": {**ALERT, "branches_more": "Main", "libraries": "lumme", "action": "save"},
        f"/alerts/{alert}?pause": {"paused_until": month, "action": "pause"},
        "/reviews/write": {**RECORD, "stars": "4", "text": "Good", "signed": "yes"},
        "/reviews/remove": {**RECORD},
    }


def test_b8_no_odd_value_in_a_form_of_ones_own_things_is_a_failure_of_ours(
    portal: Portal, forms: Forms
) -> None:
    browser, found = portal.signed_in_browser(), []
    token = browser.csrf()
    for path, good in forms.items():
        known = browser.app.post(path, {**good, "csrf_token": token}, expect_errors=True)
        assert known.status_int in (200, 303), path
        for field in good:
            for value in ODD:
                form = {**good, field: value, "csrf_token": token}
                status = browser.app.post(path, form, expect_errors=True).status_int
                if status >= 500:
                    found.append((path, field, value[:20], status))
    assert found == []


def addresses(forms: Forms) -> Iterator[str]:
    """Pages whose address says what of them is wanted."""
    for path in forms:
        if path.endswith("/settings"):
            here = path.removesuffix("/settings")
            for field in ("order", "tag", "after", "count", "moved", "by"):
                yield f"{here}?{field}="
                yield f"{API}{here.replace('favourites', 'lists')}/items?{field}="
            yield f"{here}/print?after="
            yield f"/favourites/export/file?format=csv&list={here.rpartition('/')[2]}&format="
        if path.endswith("?pause"):
            alert = path.removesuffix("?pause")
            yield f"{alert}/found?after="
            yield f"{API}{alert}/matches?after="
    yield from ("/alerts/new?query=", "/reviews?after=", "/reviews/of?source=lumme&record_id=7&after=")
    yield from (
        f"{API}/ratings?record=",
        f"{API}/ratings?record=lumme:",
        f"{API}/records/lumme/7/reviews?after=",
    )


def test_b8_no_odd_value_in_an_address_of_ones_own_things_is_a_failure_of_ours(
    portal: Portal, forms: Forms
) -> None:
    browser, found = portal.signed_in_browser(), []
    for path in addresses(forms):
        for value in (*ODD, "9" * 40, "AAAA", "e30=", "null", "2026-01-01T00:00:00~x"):
            answer = browser.app.get(path + quote(value), expect_errors=True)
            if answer.status_int >= 500:
                found.append((path, value[:20], answer.status_int))
    assert found == []
