"""What is written in a format can be read from it, whatever signs it has; and is safe where files are opened."""

import csv
import io
import re

import pytest
import rispy
from bibtexparser.entrypoint import parse_string
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.factories.favourite_rows import AT, info, row, rows

from discovery_accounts.services.favourites.bibtex import BibtexWriter, citation_key, read_bibtex
from discovery_accounts.services.favourites.csv_file import (
    COLUMNS,
    CsvWriter,
    as_it_was,
    make_safe,
    read_csv,
)
from discovery_accounts.services.favourites.export_json import JsonWriter
from discovery_accounts.services.favourites.export_shapes import Writer
from discovery_accounts.services.favourites.export_types import bibtex_type, ris_type
from discovery_accounts.services.favourites.import_json import read_json
from discovery_accounts.services.favourites.import_shapes import ReadItem, ReadList
from discovery_accounts.services.favourites.ris import RisWriter, read_ris
from discovery_accounts.services.favourites.shapes import ItemRow

FEW = settings(max_examples=40, deadline=None)


def written(writer: Writer, *items: ItemRow) -> str:
    parts = [writer.begin(), writer.open_list(info()), *map(writer.item, items)]
    return "".join([*parts, writer.close_list(), writer.end()])


def told(item: ItemRow) -> tuple[object, ...]:
    return (item.title, item.source, item.record_id, item.author, item.year, item.note, item.tags)


def read(item: object) -> tuple[object, ...]:
    assert isinstance(item, ReadItem)
    return (item.title, item.source, item.record_id, item.author, item.year, item.note, item.tags)


@FEW
@given(rows)
def test_json_has_everything(item: ItemRow) -> None:
    head, found = read_json(written(JsonWriter(AT), item))
    assert head == ReadList("1", "Mosses")
    assert read(found) == told(item)
    assert isinstance(found, ReadItem)
    assert (found.format, found.added_at) == (item.format, "2026-11-20T07:22:01.250000Z")


@FEW
@given(rows, st.sampled_from(",;\t"))
def test_csv_has_everything(item: ItemRow, separator: str) -> None:
    head, found = read_csv(written(CsvWriter(separator), item))
    assert isinstance(head, ReadList)
    assert read(found) == told(item)
    assert isinstance(found, ReadItem)
    assert (found.format, found.added_at) == (item.format, "2026-11-20T07:22:01.250000Z")


@FEW
@given(rows, rows)
def test_ris_has_all_but_list_cover_and_time(item: ItemRow, other: ItemRow) -> None:
    item, other = (
        one._replace(
            # a line's own blanks and empty lines have no place in the format
            note="\n".join(filter(None, (" ".join(line.split()) for line in one.note.split("\n")))),
            author="; ".join(filter(None, (part.strip() for part in (one.author or "").split("; ")))) or None,
        )
        for one in (item, other)
    )
    assert [read(one) for one in read_ris(written(RisWriter(), item, other))] == [told(item), told(other)]


@FEW
@given(rows, rows)
def test_bibtex_has_all_but_list_cover_and_time(item: ItemRow, other: ItemRow) -> None:
    item, other = (one._replace(author="Waltari, Mika; Simon and Schuster") for one in (item, other))
    text = written(BibtexWriter(), item, other)
    assert [read(one) for one in read_bibtex(text)] == [told(item), told(other)]
    library = parse_string(text)
    assert (len(library.entries), library.failed_blocks) == (2, [])


@FEW
@given(st.text("=+-@'\" ,;|\t\r\nax\uff1d", max_size=12))
def test_w8_no_cell_is_a_formula_with_whichever_separator_it_is_opened(text: str) -> None:
    safe = make_safe(text)
    assert as_it_was(safe) == text
    for separator in ",;\t|\n\r":
        for part in safe.split(separator):
            assert not re.match(r"\s*[=+\-@\uff1d]", part)


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", "  =", "\uff1d"])
def test_w8_a_cell_that_begins_like_a_formula_begins_with_an_apostrophe(begin: str) -> None:
    text = written(CsvWriter(), row(title=f"{begin}HYPERLINK(1)"))
    [heading, cells] = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    assert tuple(heading) == COLUMNS
    assert cells[COLUMNS.index("title")] == f"'{begin}HYPERLINK(1)"


def test_citation_keys_are_of_the_record_and_unique_in_a_file() -> None:
    item = row(author="Öberg, Åsa", year=2019)
    assert re.fullmatch(r"[a-z]*berg2019-[a-z2-7]{8}", citation_key(item))
    keys = [entry.key for entry in parse_string(written(BibtexWriter(), item, item, item)).entries]
    assert keys == [citation_key(item), f"{citation_key(item)}-2", f"{citation_key(item)}-3"]
    assert citation_key(item._replace(record_id="other")) != citation_key(item)


def test_ris_is_as_other_programs_read_it() -> None:
    item = row(author="Sammal, Saara; Jäkälä, Jan", year=2019, format="eBook", note="a\nb", tags=("x", "y"))
    text = written(RisWriter(lambda one: f"https://catalogue.example/{one.record_id}"), item)
    assert text.startswith("TY  - EBOOK\r\n")
    [found] = rispy.loads(text.replace("\r\n", "\n"))
    assert found["authors"] == ["Sammal, Saara", "Jäkälä, Jan"]
    assert (found["year"], found["notes"], found["keywords"]) == ("2019", ["a", "b"], ["x", "y"])
    assert found["urls"] == ["https://catalogue.example/lumme.336"]


@pytest.mark.parametrize(
    ("format_", "ris", "bibtex"),
    [
        ("Book", "BOOK", "book"),
        ("0/Book/", "BOOK", "book"),
        ("eBook", "EBOOK", "book"),
        ("Äänikirja", "SOUND", "misc"),
        ("DVD", "VIDEO", "misc"),
        ("Väitöskirja", "THES", "phdthesis"),
        ("Tidskrift", "JFULL", "misc"),
        ("Nuotti", "MUSIC", "misc"),
        ("Something else", "GEN", "misc"),
        (None, "GEN", "misc"),
    ],
)
def test_types_of_reference_managers(format_: str | None, ris: str, bibtex: str) -> None:
    assert (ris_type(format_), bibtex_type(format_)) == (ris, bibtex)


def test_a_json_file_that_breaks_off_is_not_json_any_more() -> None:
    writer = JsonWriter(AT)
    begun = writer.begin() + writer.open_list(info()) + writer.item(row())
    with pytest.raises(Exception, match="not_json"):
        read_json(begun)
