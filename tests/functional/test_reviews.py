"""Stars and texts about records, by the API: given, changed, read by everybody, taken back."""

from collections.abc import Callable
from typing import Any

import pytest

from discovery_accounts.models import Review
from tests.factories.portal import Portal
from tests.factories.reviewers import RECORD, be_called, people, rating, record_path, texts, write
from tests.factories.rows import count, rows, statements
from tests.factories.together import together
from tests.fixtures.databases import ON_SQLITE

MakePortal = Callable[..., Portal]
ODD_IDS = ("lumme.336", "a/b", "å%2F", "a/rating", "x/reviews", "../up", "a b?c#d", "1:2", "%", "/a//b/")


def test_stars_of_several_people_make_an_average_and_only_one_s_own_are_told(portal: Portal) -> None:
    ada, bob, eva = people(portal, 3)
    for client, stars in ((ada, 5), (bob, 4), (eva, 2), (ada, 3)):
        client.call("PUT", f"{RECORD}/rating", {"stars": stars}, status=200)
    told = rating(bob)
    assert (told["average"], told["count"], told["own"]) == (3.0, 3, 4)
    assert told["distribution"] == {"1": 0, "2": 1, "3": 1, "4": 1, "5": 0}
    everybody = rating(portal.client())
    assert everybody == {key: value for key, value in told.items() if key != "own"}
    bob.call("DELETE", f"{RECORD}/rating", status=204)
    bob.call("DELETE", f"{RECORD}/rating", status=204)
    assert (rating(bob)["average"], rating(bob)["own"]) == (2.5, None)
    assert count(portal.house, Review) == 2, "who takes the stars back leaves nothing"


def test_a_text_is_shown_to_everybody_without_its_writer_s_name(portal: Portal) -> None:
    ada, bob = people(portal, 2)
    be_called(ada, "Ada Aho")
    mine = write(ada, "Read it\r\nwith a <b>glass</b>.\x07", stars=5, title="Mosses")
    assert (mine["text"], mine["state"], mine["signed"]) == ("Read it\nwith a <b>glass</b>.", "shown", False)
    [shown] = portal.client().call("GET", f"{RECORD}/reviews", status=200).json["reviews"]
    assert (shown["text"], shown["stars"], shown["name"], shown["own"]) == (mine["text"], 5, None, False)
    told = ada.call("GET", f"{RECORD}/reviews", status=200).json
    assert (told["reviews"][0]["own"], told["own"]["title"]) == (True, "Mosses")
    assert bob.call("GET", f"{RECORD}/reviews", status=200).json["own"] is None
    write(ada, "Read it.", signed=True)
    [shown] = bob.call("GET", f"{RECORD}/reviews", status=200).json["reviews"]
    assert (shown["name"], shown["stars"]) == ("Ada Aho", 5), "stars that are not named stay"
    assert [one["text"] for one in ada.call("GET", "/reviews", status=200).json["reviews"]] == ["Read it."]
    assert bob.call("GET", "/reviews", status=200).json == {"reviews": [], "next": None}


@ON_SQLITE
def test_text_and_stars_are_one_row_and_go_one_by_one(portal: Portal) -> None:
    [ada] = people(portal, 1)
    write(ada, "Good.", stars=4)
    ada.call("DELETE", f"{RECORD}/reviews", status=204)
    assert (texts(ada), rating(ada)["own"], rating(ada)["reviews"]) == ([], 4, 0)
    assert write(ada, "Better.")["stars"] == 4
    assert write(ada, "Best.", stars=None)["stars"] is None
    assert ada.call("PUT", f"{RECORD}/reviews", {"text": " \n "}, status=200).json == {"review": None}
    assert count(portal.house, Review) == 0


@ON_SQLITE
def test_records_have_whatever_ids_their_catalogues_give_them(portal: Portal) -> None:
    [ada] = people(portal, 1)
    for stars, odd in enumerate(ODD_IDS):
        path = record_path(odd)
        assert rating(ada, path)["record_id"] == odd
        write(ada, odd, path, stars=1 + stars % 5)
        assert (texts(ada, path), rating(portal.client(), path)["count"]) == ([odd], 1), odd
    assert {row.record_id for row in rows(portal.house, Review)} == set(ODD_IDS)
    ada.call("PUT", "/records/lumme/a/b/rating", {"stars": 2}, status=200)
    assert rating(ada, record_path("a/b"))["own"] == 2, "a slash may be sent as it is"
    assert rating(ada, record_path("a/b", "helka"))["count"] == 0, "the same id elsewhere is another record"


def test_what_is_sent_several_times_at_once_is_one_review(portal: Portal) -> None:
    [ada] = people(portal, 1)
    body = {"text": "Good.", "stars": 4}
    told = together(5, lambda _: ada.call("PUT", f"{RECORD}/reviews", body).status_int)
    assert set(told) == {200}
    assert (count(portal.house, Review), rating(ada)["count"]) == (1, 1)


def test_ratings_of_a_list_of_results_are_one_statement(portal: Portal) -> None:
    ada, bob = people(portal, 2)
    write(ada, "Good.", record_path("1"), stars=5)
    bob.call("PUT", f"{record_path('1')}/rating", {"stars": 2}, status=200)
    bob.call("PUT", f"{record_path('a:b', 'helka')}/rating", {"stars": 3}, status=200)
    asked = "&".join(
        [f"record=lumme:{number}" for number in range(98)] + ["record=helka:a:b", "record=lumme:1"]
    )
    told: dict[str, Any] = {}
    seen = statements(
        portal.house, lambda: told.update(portal.client().call("GET", f"/ratings?{asked}").json)
    )
    one = statements(portal.house, lambda: portal.client().call("GET", "/ratings?record=lumme:1", status=200))
    assert seen == one
    assert seen["read"] <= 2, "on SQLite the beginning of the transaction counts"
    found = {(one["source"], one["record_id"]): (one["average"], one["reviews"]) for one in told["ratings"]}
    assert len(found) == len(told["ratings"]) == 99
    assert (found["lumme", "1"], found["helka", "a:b"], found["lumme", "2"]) == (
        (3.5, 1),
        (3.0, 0),
        (None, 0),
    )
    assert bob.call("GET", "/ratings?record=lumme:1", status=200).json["ratings"][0]["own"] == 2


@ON_SQLITE
def test_a_list_of_more_than_a_hundred_or_of_no_records_is_refused(portal: Portal) -> None:
    many = "&".join(f"record=lumme:{number}" for number in range(101))
    told = portal.client().call("GET", f"/ratings?{many}", status=400).json
    assert told["errors"] == [{"field": "record", "code": "too_many"}]
    assert portal.client().call("GET", "/ratings", status=400).json["code"] == "invalid_request"
    told = portal.client().call("GET", "/ratings?record=nothing", status=422).json
    assert told["errors"] == [{"field": "record", "code": "missing"}]


def test_texts_are_read_in_parts_the_newest_first(portal: Portal) -> None:
    house = portal.house
    with house.database.writing() as session:
        for number in range(45):
            at = portal.clock()
            values = {"source": "lumme", "record_id": "lumme.336", "signed": False, "state": "shown"}
            session.add(Review(text=str(number), created_at=at, changed_at=at, **values))
            if number % 3:  # some at the same moment
                portal.clock.advance(seconds=1)
    read, after, parts = [], "", 0
    while after is not None:
        query = f"?after={after.replace('+', '%2B')}" if after else ""
        told = portal.client().call("GET", f"{RECORD}/reviews{query}", status=200).json
        read += [int(one["text"]) for one in told["reviews"]]
        after, parts = told["next"], parts + 1
    assert (parts, len(read), set(read)) == (3, 45, set(range(45)))
    assert [one // 3 for one in read] == sorted((one // 3 for one in read), reverse=True)


@ON_SQLITE
def test_only_reading_is_open_to_everybody(portal: Portal) -> None:
    stranger = portal.client()
    acts = [("PUT", "rating", {"stars": 1}), ("DELETE", "rating", None), ("PUT", "reviews", {"text": "x"})]
    acts += [("DELETE", "reviews", None), ("POST", f"reviews/{'0' * 8}-0000-0000-0000-{'0' * 12}/report", {})]
    for method, what, body in acts:
        assert stranger.call(method, f"{RECORD}/{what}", body, status=401).json["code"] == "sign_in_required"
    assert stranger.call("GET", "/reviews", status=401)
    assert count(portal.house, Review) == 0


@ON_SQLITE
@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"stars": 0}, 400, "stars"),
        ({"stars": 6}, 400, "stars"),
        ({"stars": "5"}, 400, "stars"),
        ({"stars": 4.5}, 400, "stars"),
        ({}, 400, "stars"),
    ],
)
def test_what_are_no_stars_is_refused_at_its_field(
    portal: Portal, body: dict[str, object], status: int, field: str
) -> None:
    [ada] = people(portal, 1)
    told = ada.call("PUT", f"{RECORD}/rating", body, status=status).json
    assert told["errors"][0]["field"] == field


@ON_SQLITE
def test_a_text_that_is_too_long_or_signed_with_no_name_is_refused(portal: Portal) -> None:
    [ada] = people(portal, 1)
    assert write(ada, "å" * 10_000)["text"] == "å" * 10_000
    told = ada.call("PUT", f"{RECORD}/reviews", {"text": "å" * 10_001}, status=400).json
    assert told["errors"] == [{"field": "text", "code": "too_long"}]
    told = ada.call("PUT", f"{RECORD}/reviews", {"text": "x", "signed": True}, status=422).json
    assert told["errors"] == [{"field": "signed", "code": "no_name"}]
    told = ada.call("PUT", "/records/a:b/1/rating", {"stars": 1}, status=422).json
    assert told["errors"] == [{"field": "source", "code": "bad_characters"}]


@ON_SQLITE
def test_a_portal_page_of_a_configured_origin_may_show_them(make_portal: MakePortal) -> None:
    portal = make_portal(portal_origins="https://library.example")
    there = portal.client().call("GET", f"{RECORD}/rating", Origin="https://library.example")
    assert there.headers["Access-Control-Allow-Origin"] == "https://library.example"
    elsewhere = portal.client().call("GET", f"{RECORD}/rating", Origin="https://evil.example")
    assert "Access-Control-Allow-Origin" not in elsewhere.headers


@ON_SQLITE
def test_a_portal_without_reviews_has_no_such_calls(make_portal: MakePortal) -> None:
    portal = make_portal(reviews="none")
    [ada] = people(portal, 1)
    for method, path, body in (
        ("GET", f"{RECORD}/rating", None),
        ("PUT", f"{RECORD}/rating", {"stars": 1}),
        ("DELETE", f"{RECORD}/rating", None),
        ("GET", f"{RECORD}/reviews", None),
        ("PUT", f"{RECORD}/reviews", {"text": "x"}),
        ("DELETE", f"{RECORD}/reviews", None),
        ("GET", "/ratings?record=lumme:1", None),
        ("GET", "/reviews", None),
    ):
        assert ada.call(method, path, body, status=404).json["code"] == "not_found"
    assert count(portal.house, Review) == 0


@ON_SQLITE
def test_nobody_writes_without_end(portal: Portal) -> None:
    [ada] = people(portal, 1)
    for number in range(30):
        write(ada, f"Text {number}")
    refused = ada.call("PUT", f"{RECORD}/reviews", {"text": "once more"}, status=429)
    assert refused.json["code"] == "too_many_attempts"
    assert int(refused.headers["Retry-After"]) <= 3600
    ada.call("PUT", f"{RECORD}/rating", {"stars": 1}, status=200)
    portal.clock.advance(hours=1)
    # the session may have gone idle meanwhile; another one is the same person
    [again] = people(portal, 1)
    assert write(again, "once more")["text"] == "once more"
