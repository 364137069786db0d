"""Favourites as a file: what is taken out can be taken in, by somebody else too, and nothing comes twice."""

import json
from typing import Any

import pytest
from webtest import Upload

from tests.factories.portal import Browser, Client, Portal
from tests.fixtures.databases import ON_SQLITE

ITEMS: tuple[dict[str, Any], ...] = (
    {
        "source": "lumme",
        "record_id": "lumme.336",
        "title": "Sammalten kirja: <b>å & ö</b>",
        "author": "Sammal, Saara; Jäkälä, Jan",
        "year": 2019,
        "format": "Book",
        "note": "=1+1\n- second line",
        "tags": ["plants", "to read, soon"],
    },
    {"source": "helka", "record_id": "99/17 b", "title": "A \\textbf{title} of 50 %"},
)


FILE: dict[str, Any] = {
    "format": "discovery-accounts-favourites",
    "version": 1,
    "lists": [
        {"name": "Mosses", "description": "For\nthe trip", "public": True, "items": ITEMS},
        {"name": "Empty", "ordering": "-year", "items": []},
    ],
    "complete": True,
}


def with_favourites(portal: Portal, library: str = "lumme") -> Client:
    """Two lists: one with two items, one with none."""
    client = portal.signed_in_client(library)
    send(client, json.dumps(FILE).encode())
    return client


def exported(client: Client, format_: str) -> bytes:
    body: bytes = client.call("GET", f"/lists/export?format={format_}", status=200).body
    return body


def send(client: Client, data: bytes, query: str = "", status: int = 200) -> Any:
    headers = {"Authorization": f"Bearer {client.token}", "Content-Type": "application/octet-stream"}
    answer = client.app.post(f"/api/v1/lists/import{query}", data, headers=headers, expect_errors=True)
    assert answer.status_int == status, answer.text[:500]
    return answer.json


def ids(client: Client) -> dict[str, str]:
    """Of the two lists."""
    return {one["name"]: one["id"] for one in send(client, json.dumps(FILE).encode(), "?check=1")["lists"]}


def without_dates(data: bytes) -> Any:
    told = json.loads(data)
    del told["exported_at"]
    for one in told["lists"]:
        del one["created_at"]
    return told


def test_everything_goes_from_one_account_to_another_and_once(portal: Portal) -> None:
    file = exported(with_favourites(portal), "json")
    other = portal.signed_in_client("helka")
    portal.clock.advance(hours=5)
    done = send(other, file)
    assert (done["added"], done["already"], done["broken_total"]) == (2, 0, 0)
    assert [(one["name"], one["new"], one["public"]) for one in done["lists"]] == [
        ("Mosses", True, True),
        ("Empty", True, False),
    ]
    assert without_dates(exported(other, "json")) == without_dates(file)
    again = send(other, file)
    assert (again["added"], again["already"]) == (0, 2)
    assert [one["new"] for one in again["lists"]] == [False, False]
    assert without_dates(exported(other, "json")) == without_dates(file)


@ON_SQLITE
@pytest.mark.parametrize("format_", ["csv", "ris", "bibtex"])
def test_the_other_formats_can_be_taken_in_again(portal: Portal, format_: str) -> None:
    owner = with_favourites(portal)
    file = exported(owner, format_)
    done = send(portal.signed_in_client("helka"), file)
    assert (done["format"], done["added"], done["broken"]) == (format_, 2, [])
    if format_ == "csv":
        assert [one["name"] for one in done["lists"]] == ["Mosses", "Empty"]
        assert send(owner, file)["added"] == 0
    else:
        assert send(owner, file, f"?list={ids(owner)['Mosses']}")["added"] == 0


@ON_SQLITE
def test_a_file_may_be_checked_before_it_is_taken_in(portal: Portal) -> None:
    file = exported(with_favourites(portal), "json")
    other = portal.signed_in_client("helka")
    would = send(other, file, "?check=1")
    assert (would["added"], [one["id"] for one in would["lists"]]) == (2, [None, None])
    assert json.loads(exported(other, "json"))["lists"] == []
    send(other, file)
    assert send(other, file, "?check=1")["added"] == 0


@ON_SQLITE
def test_one_list_alone_and_nobody_elses(portal: Portal) -> None:
    owner = with_favourites(portal)
    lists = ids(owner)
    answer = owner.call("GET", f"/lists/export?format=json&list={lists['Empty']}", status=200)
    assert [one["name"] for one in answer.json["lists"]] == ["Empty"]
    other = portal.signed_in_client("helka")
    other.call("GET", f"/lists/export?format=json&list={lists['Mosses']}", status=404)
    send(other, b"TY  - BOOK\nTI  - Stolen\nER  - \n", f"?list={lists['Mosses']}", status=404)
    other.call("GET", "/lists/export?format=exe", status=400)
    answer = portal.client().call("GET", "/lists/export?format=json", status=401)


def english(portal: Portal, library: str = "lumme") -> Browser:
    browser = portal.signed_in_browser(library)
    browser.post("/language", language="en", return_to="/favourites")
    return browser


def upload(browser: Browser, data: bytes, **fields: str) -> Any:
    token = browser.csrf()
    return browser.app.post(
        "/favourites/import",
        {"csrf_token": token, "file": Upload("mine.json", data, "application/json"), **fields},
        expect_errors=True,
    )


@ON_SQLITE
def test_the_pages_do_the_same_and_show_markup_as_text(portal: Portal) -> None:
    file = exported(with_favourites(portal), "json")
    browser = english(portal, "helka")
    names = b'"name":"<script>alert(1)</script>"'
    file = file.replace(b'"name":"Mosses"', names)
    answer = upload(browser, file, check="yes")
    assert answer.status_int == 200
    assert not answer.html.select("main script")
    assert "What would be added" in answer.text
    assert not answer.html.select("[name=check][checked]")
    answer = upload(browser, file)
    assert "What was added" in answer.text
    assert "<script>alert(1)</script>" in answer.html.main.get_text()
    page = browser.get("/favourites/export")
    form = page.html.select_one('main form[method="get"]')
    saved = browser.get(f"{form['action']}?format=csv&list=")
    assert saved.headers["Content-Disposition"].startswith('attachment; filename="favourites-')
    assert saved.body.startswith(b"\xef\xbb\xbf")
    assert saved.headers["Cache-Control"] == "no-store"
    assert "\"'=1+1\n'- second line\"" in saved.body.decode("utf-8-sig")
    assert browser.get("/favourites/export/file?format=exe", expect_errors=True).status_int == 400


@ON_SQLITE
def test_a_form_without_a_file_says_so_and_one_from_elsewhere_is_refused(portal: Portal) -> None:
    browser = english(portal)
    answer = browser.post("/favourites/import")
    assert answer.status_int == 422
    assert "Choose a file." in answer.text
    # as a browser sends a file that was not chosen
    fields = {"csrf_token": browser.csrf(), "file": Upload("", b"", "application/octet-stream")}
    answer = browser.app.post("/favourites/import", fields, expect_errors=True)
    assert answer.status_int == 422
    assert "Choose a file." in answer.text
    file = Upload("mine.json", b"{}", "application/json")
    assert browser.app.post("/favourites/import", {"file": file}, expect_errors=True).status_int == 400


@ON_SQLITE
def test_a_file_of_a_stranger_is_not_even_read(portal: Portal) -> None:
    answer = upload(portal.browser(), b"x" * 100_000)
    assert (answer.status_int, answer.html.main["data-code"]) == (401, "session_expired")


@ON_SQLITE
def test_finnas_file_is_taken_in(portal: Portal) -> None:
    file = {
        "searches": ["O:8:minified", "b"],
        "lists": [
            {
                "title": "Matkalle",
                "description": None,
                "public": 1,
                "records": [
                    {"id": "b.2", "source": "Solr", "notes": ["one", "two"], "tags": 'x "y z"', "order": 2},
                    {"id": "a.1", "source": "Solr", "notes": "only", "tags": ["t"], "order": "1"},
                    {"id": "", "source": "Solr"},
                    "nothing",
                ],
            }
        ],
    }
    client = portal.signed_in_client()
    done = send(client, json.dumps(file).encode())
    assert (done["added"], done["untitled"], done["searches"]) == (2, 2, 2)
    assert done["broken"] == [
        {"number": 3, "reason": "no_title"},
        {"number": 4, "reason": "not_readable"},
    ]
    [one] = json.loads(exported(client, "json"))["lists"]
    assert (one["name"], one["public"]) == ("Matkalle", True)
    told = [(item["record_id"], item["title"], item["note"], item["tags"]) for item in one["items"]]
    assert told == [("a.1", "a.1", "only", ["t"]), ("b.2", "b.2", "one\ntwo", ["x", "y z"])]
