"""Something is stored in every column about two people: the archive of one has all of theirs, nothing that is left
out, and nothing of the other."""

import io
import json
import uuid
import zipfile
from datetime import UTC, date, datetime
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from discovery_accounts.services.house import House
from discovery_accounts.services.own_data import archive as archives
from discovery_accounts.services.own_data.archive import archive
from discovery_accounts.services.own_data.left_out import LEFT_OUT
from discovery_accounts.services.own_data.parts import Reader
from discovery_accounts.services.own_data.reading import rows_of
from discovery_accounts.services.own_data.register import PARTS
from discovery_accounts.services.own_data.schema import archive_schema
from tests.factories.everything import fill
from tests.factories.portal import Portal
from tests.factories.rows import statements
from tests.fixtures.databases import ON_SQLITE

OF_OTHERS = {"viewers", "looks", "card_events"}
"""Parts that tell of other people's acts; nobody else has done anything here."""


def files_of(house: House, account_id: Any) -> dict[str, str]:
    whole = b"".join(archive(house, Reader(account_id), "en"))
    with zipfile.ZipFile(io.BytesIO(whole)) as packed:
        return {name: packed.read(name).decode() for name in packed.namelist()}


def as_told(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, int | str | list | dict | None) else str(value)


def test_every_value_that_is_told_is_there_and_none_that_is_left_out(portal: Portal) -> None:
    mine = fill(portal.house, 10_000, good_pin=True)
    fill(portal.house, 40_000, good_pin=True)
    files = files_of(portal.house, mine["account"]["id"])
    told = json.loads(files["account.json"])
    assert not list(Draft202012Validator(archive_schema()).iter_errors(told))
    for part in PARTS:
        if part.name in OF_OTHERS:
            continue
        (row,) = [told[part.name]] if part.one else told[part.name]
        written = mine[part.table_name]
        expected = {name: as_told(written[name]) for name in part.fields if name != "number_sealed"}
        assert {name: row[name] for name in expected} == expected, part.name
    assert told["cards"][0]["number"] == mine["library_card"]["number"]
    assert told["left_out"] == LEFT_OUT
    for name in LEFT_OUT:
        table, _, column = name.partition(".")
        value = mine.get(table, {}).get(column)
        text = value.decode(errors="replace") if isinstance(value, bytes) else value
        if isinstance(text, str):
            assert text not in files["account.json"], name


def test_nothing_of_somebody_else_is_in_any_file(portal: Portal) -> None:
    mine, theirs = fill(portal.house, 10_000, good_pin=True), fill(portal.house, 40_000, good_pin=True)
    text = "".join(files_of(portal.house, mine["account"]["id"]).values())
    for table, row in theirs.items():
        for name, value in row.items():
            found = value[0] if isinstance(value, list) else value
            if isinstance(found, str) and found.startswith("canary-"):
                assert found not in text, f"{table}.{name}"
    assert theirs["library_card"]["number"] not in text
    assert str(theirs["account"]["id"]) not in text


def test_what_a_person_reads_in_the_page_is_the_same(portal: Portal) -> None:
    mine = fill(portal.house, 10_000, good_pin=True)
    page = files_of(portal.house, mine["account"]["id"])["account.html"]
    for table, column in (
        ("account", "name"),
        ("review", "text"),
        ("favourite_item", "note"),
        ("alert", "query"),
    ):
        assert mine[table][column] in page
    for why in LEFT_OUT.values():
        assert why in page


@ON_SQLITE
@pytest.mark.parametrize("chunk", [1, 2, 3, 50])
def test_every_row_comes_once_whatever_the_chunk(portal: Portal, chunk: int) -> None:
    client = portal.signed_in_client()
    list_id = client.call("POST", "/lists", {"name": "Mosses"}, status=201).json["id"]
    for number in range(7):
        item = {"source": "lumme", "record_id": f"r{number}", "title": "Moss", "tags": ["a", "b"]}
        client.call("POST", f"/lists/{list_id}/items", item, status=201)
    reader = Reader(uuid.UUID(client.call("GET", "/account", status=200).json["id"]))
    for name, count in (("list_items", 7), ("list_tags", 14)):
        part = next(one for one in PARTS if one.name == name)
        assert len({str(dict(row)) for row in rows_of(portal.house, part, reader, chunk=chunk)}) == count
        assert len(list(rows_of(portal.house, part, reader, chunk=chunk))) == count


@ON_SQLITE
def test_it_is_sent_while_it_is_made(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first part is there before the last table was read."""
    mine = fill(portal.house, 10_000, good_pin=True)
    monkeypatch.setattr(archives, "PART", 1)
    parts = archive(portal.house, Reader(mine["account"]["id"]), "en")
    seen: list[bytes] = []
    begun = statements(portal.house, lambda: seen.append(next(parts)))["read"]
    rest = statements(portal.house, lambda: seen.extend(parts))["read"]
    assert begun < rest
    assert zipfile.ZipFile(io.BytesIO(b"".join(seen))).testzip() is None


@ON_SQLITE
def test_an_archive_that_breaks_off_is_not_whole(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = fill(portal.house, 10_000, good_pin=True)

    def broken(*_arguments: object) -> Any:
        yield "begun"
        raise OSError("the database is gone")

    monkeypatch.setattr(archives, "account_html", broken)
    got: list[bytes] = []
    with pytest.raises(OSError, match="gone"):
        got.extend(archive(portal.house, Reader(mine["account"]["id"]), "en"))
    assert not zipfile.is_zipfile(io.BytesIO(b"".join(got)))
