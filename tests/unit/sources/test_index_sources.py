"""Solr of VuFind or Finna, and Finna's API: what was first indexed since the mark, in the shapes they answer in."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.factories.source_reading import opened, read, recorded
from tests.fixtures.catalogue_servers import CatalogueServer, Question, Told

from discovery_accounts.sources.api import SourceFailed

Start = Callable[[Callable[[Question], Told]], CatalogueServer]


def told(body: Any, status: int = 200) -> Told:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return status, {"Content-Type": "application/json"}, content


def solr(question: Question) -> Told:
    pages = {
        "*": "solr_first.json",
        "AoE/BWx1bW1lLjQ3MTI=": "solr_last.json",
        "AoE/BWx1bW1lLjQ3MTM=": "solr_end.json",
    }
    return told(recorded(pages[dict(question)["cursorMark"]]))


def test_an_index_is_read_by_its_cursor_from_thirty_days_ago(catalogue_server: Start) -> None:
    server = catalogue_server(solr)
    first, second, last = read(opened("solr", url=f"{server.url}/solr/biblio", filter="institution:Lumme"))
    (book,) = first.records
    assert (book.record_id, book.format, book.languages, book.year) == ("lumme.4711", "ebook", ("fin",), 2026)
    assert (book.libraries, book.branches) == (("Lumme",), ("Lumme/KES",))
    assert book.first_indexed == datetime(2026, 11, 19, 10, tzinfo=UTC)
    assert first.broken == 1
    (score,) = second.records
    assert (score.format, score.languages, score.branches) == ("score", ("eng",), ("Main Library",))
    assert last.mark == "2026-11-19T11:00:00Z"
    asked = server.asked[0]
    assert ("fq", "first_indexed:[2026-10-22T12:00:00Z TO *]") in asked
    assert ("fq", "institution:Lumme") in asked
    assert ("sort", "first_indexed asc,id asc") in asked


def test_the_next_reading_begins_a_little_before_the_mark_and_goes_on_at_its_place(
    catalogue_server: Start,
) -> None:
    server = catalogue_server(solr)
    source = opened("solr", url=f"{server.url}/solr/biblio", overlap_minutes="30")
    first = read(source, mark="2026-11-19T10:30:00Z")[0]
    assert ("fq", "first_indexed:[2026-11-19T10:00:00Z TO *]") in server.asked[0]
    again = read(source, mark="2026-11-19T10:30:00Z", place=first.place)
    assert [one.record_id for batch in again for one in batch.records] == ["lumme.4713"]
    assert again[-1].mark == "2026-11-19T11:00:00Z"


def test_fields_have_the_names_that_settings_give_them(catalogue_server: Start) -> None:
    answer = {
        "response": {
            "docs": [{"key": 7, "name": "Kirja", "for": ["children"], "seen": "2026-11-20T00:00:00Z"}]
        }
    }
    server = catalogue_server(lambda _question: told({**answer, "nextCursorMark": "*"}))
    fields = {
        "field__id": "key",
        "field__title": "name",
        "field__audience": "for",
        "field__first_indexed": "seen",
    }
    (batch,) = read(opened("solr", url=server.url, id_prefix="lumme.", libraries="lumme", **fields))
    (record,) = batch.records
    assert (record.record_id, record.audience, record.libraries) == ("lumme.7", "children", ("lumme",))


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (told({"error": {"msg": "undefined field"}}, 400), "http_400"),
        (told(b"<html/>"), "not_json"),
        (told(b"[" * 100_000), "not_json"),
        (told([]), "not_json"),
        (told({"response": []}), "not_solr"),
        (told({"response": {"docs": {}}, "nextCursorMark": "x"}), "not_solr"),
    ],
)
def test_what_is_no_answer_of_solr_has_a_name(catalogue_server: Start, answer: Told, code: str) -> None:
    with pytest.raises(SourceFailed) as failed:
        read(opened("solr", url=catalogue_server(lambda _question: answer).url))
    assert failed.value.code == code


def test_an_index_whose_cursor_goes_in_circles_is_ended(catalogue_server: Start) -> None:
    count = 0

    def answer(_question: Question) -> Told:
        nonlocal count
        count += 1
        return told(
            {"response": {"docs": [{"id": str(count), "title": "K"}]}, "nextCursorMark": f"c{count % 3}"}
        )

    with pytest.raises(SourceFailed, match="token_loops"):
        read(opened("solr", url=catalogue_server(answer).url))


def test_finna_is_read_by_days_and_pages(catalogue_server: Start) -> None:
    server = catalogue_server(lambda _question: told(recorded("finna.json")))
    options = {"filters": 'building:"0/Lumme/"', "overlap_minutes": "60"}
    batches = read(opened("finna", url=f"{server.url}/v1", **options), mark="2026-11-19T13:00:00Z")
    assert len(batches) == 2
    (book,) = batches[0].records
    assert (book.authors, book.subjects) == (("Topelius, Zacharias",), ("talvi", "lumi -- kaunokirjallisuus"))
    assert (book.format, book.libraries, book.branches) == ("ebook", ("Lumme",), ("Lumme/KES",))
    assert (book.isbn, book.year) == (("9510000001",), 2026)
    assert book.first_indexed == datetime(2026, 11, 19, 12, tzinfo=UTC)
    assert batches[0].broken == 1
    assert batches[-1].mark == "2026-11-21T12:00:00Z"
    windows = [value for question in server.asked for name, value in question if name == "filter[]"]
    assert windows == [
        'first_indexed:"[2026-11-19T12:00:00Z TO 2026-11-20T12:00:00Z]"',
        'building:"0/Lumme/"',
        'first_indexed:"[2026-11-20T12:00:00Z TO 2026-11-21T12:00:00Z]"',
        'building:"0/Lumme/"',
    ]


def test_finna_gives_no_more_than_a_hundred_thousand_so_time_is_cut_finer(catalogue_server: Start) -> None:
    def answer(question: Question) -> Told:
        since, until = dict(question)["filter[]"].partition("[")[2].rstrip(']"').split(" TO ")
        hours = (datetime.fromisoformat(until) - datetime.fromisoformat(since)).total_seconds() / 3600
        page = int(dict(question)["page"])
        found = [{"id": f"{since}-{page}-{one}", "title": "Kirja"} for one in range(100 if page == 1 else 50)]
        count = 150_000 if hours > 12 else 150
        return told({"status": "OK", "resultCount": count, "records": found})

    source = opened("finna", url=catalogue_server(answer).url, overlap_minutes="0")
    batches = read(source, mark="2026-11-20T12:00:00Z")
    assert len({one.record_id for batch in batches for one in batch.records}) == 300


def test_finna_goes_on_at_its_place(catalogue_server: Start) -> None:
    server = catalogue_server(lambda _question: told(recorded("finna.json")))
    source = opened("finna", url=server.url)
    first = read(source, mark="2026-11-19T13:00:00Z")[0]
    asked = len(server.asked)
    read(source, mark="2026-11-19T13:00:00Z", place=first.place)
    assert server.asked[asked:] == server.asked[1:asked]


def test_what_is_no_answer_of_finna_has_a_name(catalogue_server: Start) -> None:
    for body in ({"status": "ERROR", "statusMessage": "Too many"}, {"status": "OK", "resultCount": "many"}):
        with pytest.raises(SourceFailed, match="not_finna"):
            read(opened("finna", url=catalogue_server(lambda _question, body=body: told(body)).url))  # type: ignore[misc]
