"""Files that are broken, enormous in one way or another, or meant to break something: a clear no, or what is sound."""

import json
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from discovery_accounts.services.favourites.adding import clean_item
from discovery_accounts.services.favourites.bibtex import read_bibtex
from discovery_accounts.services.favourites.csv_file import read_csv
from discovery_accounts.services.favourites.import_cleaning import cleaned
from discovery_accounts.services.favourites.import_json import read_json
from discovery_accounts.services.favourites.import_shapes import (
    Broken,
    BrokenFile,
    Found,
    Reading,
    ReadItem,
    ReadList,
)
from discovery_accounts.services.favourites.import_text import format_of, text_of
from discovery_accounts.services.favourites.ris import read_ris

MILLION = 1_000_000
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def refused(reading: Callable[[], object]) -> str:
    with pytest.raises(BrokenFile) as caught:
        reading()
    return caught.value.reason


def said(found: Found) -> str | None:
    """An item's title, or what is wrong with it."""
    assert isinstance(found, ReadItem | Broken)
    return found.title if isinstance(found, ReadItem) else found.reason


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n", "empty"),
        (b"PK\x03\x04\x00\x00", "not_text"),
        ("TY  - BOOK".encode("utf-16-le"), "not_text"),
        (b"\xff\xfeT", "not_text"),
        (b'{"lists": "\xe5"}', "not_text"),
    ],
)
def test_what_is_no_text_is_refused(data: bytes, reason: str) -> None:
    assert refused(lambda: text_of(data)) == reason


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "latin-1", "cp1252"])
def test_letters_survive_the_encodings_that_programs_write(encoding: str) -> None:
    text = "TY  - BOOK\r\nTI  - Pöllö på ö, Øya\r\nER  - \r\n"
    [item] = read_ris(text_of(text.encode(encoding)))
    assert isinstance(item, ReadItem)
    assert item.title == "Pöllö på ö, Øya"


@pytest.mark.parametrize(
    ("text", "format_"),
    [
        (' \n{"lists": []}', "json"),
        ("[]", "json"),
        ("\nTY  - BOOK\nTI  - x", "ris"),
        ("% a comment\n@Book{x, title={y}}", "bibtex"),
        ("\ufeffsource;record_id;title\n", "csv"),
        ('"list","title"\n"a","b"', "csv"),
        ("@article{title, title={y}}", "bibtex"),
    ],
)
def test_the_format_is_told_by_how_a_file_begins(text: str, format_: str) -> None:
    assert format_of(text) == format_


def test_a_file_of_something_else_is_refused() -> None:
    assert refused(lambda: format_of("<html><title>x</title></html>"[:6])) == "unknown_format"
    assert refused(lambda: list(read_csv("a,b\n1,2\n"))) == "no_heading"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[" * 100_000, "too_deep"),
        ('{"a":' * 100_000, "too_deep"),
        ('{"lists": [' + "[]," * 5 * MILLION, "too_many_values"),
        ('{"lists": [{"name": "x", "items": [', "not_json"),
        ('{"lists": NaN}', "not_json"),
        ('{"lists": ' + "9" * 5000 + "}", "not_json"),
        ("[]", "unknown_format"),
        ('{"lists": {}}', "unknown_format"),
        ('{"format": "discovery-accounts-favourites", "version": 2, "lists": []}', "newer_version"),
        ('{"format": "discovery-accounts-favourites", "version": "1", "lists": []}', "unknown_format"),
    ],
)
def test_json_that_is_no_file_of_favourites_is_refused(text: str, reason: str) -> None:
    assert refused(lambda: read_json(text)) == reason


def test_odd_values_in_json_are_left_out_and_break_no_other() -> None:
    item = {"title": 5, "record_id": True, "year": [], "tags": {"a": 1}, "note": None, "cover_url": 1.5}
    lists: list[object] = [None, {"items": {}}, {"name": [], "items": [[], item, {"title": "\ud800x\u0000"}]}]
    told = {"format": "discovery-accounts-favourites", "version": 1, "lists": lists}
    found = list(read_json(json.dumps(told)))
    assert found[:4] == [
        Broken(1, "not_readable"),
        Broken(2, "not_readable"),
        ReadList("3", ""),
        Broken(3, "not_readable"),
    ]
    assert found[4] == ReadItem(4, title="5")


@pytest.mark.parametrize(
    ("read", "text", "expected"),
    [
        (read_ris, "TY  - BOOK\nTI  - " + "x" * 20 * MILLION, [Broken(1, "too_long")]),
        (read_ris, "TY  - BOOK\nN1  - a\n" + "b\n" * MILLION, [Broken(1, "too_long")]),
        (read_bibtex, "@book{x, title={" + "x" * 20 * MILLION, [Broken(1, "too_long")]),
        (read_bibtex, "@book{x, title={" + "{" * 100_000, [Broken(1, "not_readable")]),
        (read_csv, "title\n" + "x" * 20 * MILLION, [Broken(2, "not_readable")]),
        (read_csv, 'title\n"' + "\n" * 200_000, [Broken(2, "not_readable")]),
    ],
)
def test_one_enormous_line_is_one_broken_item_and_none_that_keeps_us_for_hours(
    read: Callable[[str], Reading], text: str, expected: list[Broken]
) -> None:
    assert list(read(text))[:1] == expected


@pytest.mark.parametrize("read", [read_ris, read_bibtex, read_csv])
@pytest.mark.parametrize(
    "sign", ["{", "@", '"', "'", "\\", "$", ",", ";", "=", "TY  - ", "ER  - ", "@a{", "\n"]
)
def test_a_file_of_one_sign_is_read_to_its_end(read: Callable[[str], Reading], sign: str) -> None:
    text = f"title\nTY  - BOOK\n@book{{x, title={{{sign * 20_000}\n{sign * 20_000}"
    assert all(isinstance(one, ReadItem | Broken) for one in read(text))


def test_a_broken_reference_breaks_no_other() -> None:
    ris = (
        "garbage\n\nTY  - BOOK\nTI  - A\nER  - \nTI  - lost\nER  - \nTY  - BOOK\nTI  - B\nTY  - BOOK\nTI  - C"
    )
    assert [said(one) for one in read_ris(ris)] == [
        "not_readable",
        "A",
        "not_readable",
        "B",
        "C",
    ]
    tex = (
        '@book{broken, title={\n@book{a, title="A"}\n@comment{x}\n@string{j = "J"}\n@misc(b, title={B})\n@x{'
    )
    assert [said(one) for one in read_bibtex(tex)] == [
        "not_readable",
        "A",
        "B",
        "not_readable",
    ]


def test_bibtex_of_other_programs_is_read_as_it_prints() -> None:
    text = r"""@article{x,
  author = {V{\"a}in{\"o}, {\AA}sa and {Simon and Schuster}},
  title  = "The {NASA} \& $x^2$ \emph{Caf\'e}",
  year = 1999, keywords = {a; b, c}
}"""
    [item] = read_bibtex(text)
    assert isinstance(item, ReadItem)
    assert item.author == "Väinö, Åsa; Simon and Schuster"
    assert item.title is not None
    assert item.title.startswith("The NASA & ")
    assert item.title.endswith("Café")
    assert (item.year, item.tags, item.format) == (1999, ("a", "b", "c"), "article")


def test_nothing_of_a_file_comes_into_a_log(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(0)
    list(read_bibtex("@book{secret-of-somebody, title={\n@book{secret@\n@book{s, title={\\secret{}}"))
    captured = capfd.readouterr()
    assert "secret" not in captured.out + captured.err + caplog.text


def test_braces_in_braces_in_what_is_decoded_are_read_or_told() -> None:
    deep = "@book{x, title={\\" + "{" * 90_000 + "}" * 90_000 + "}}"
    assert len(list(read_bibtex(deep))) == 1


def test_a_title_of_many_marks_is_cut_before_they_are_put_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """The order of combining marks is found in a time that grows with the square of them: of a file of 20 MB, days."""
    lengths = []
    real = unicodedata.normalize

    def watched(form: Any, text: str) -> str:
        lengths.append(len(text))
        return real(form, text)

    monkeypatch.setattr(unicodedata, "normalize", watched)
    marks = "\u0301\u0323" * 5000
    told = cleaned(ReadItem(1, title=f"a{marks}", author=f"b{marks}", note=marks, tags=(marks,)), NOW)
    assert told.item.snapshot.record_id
    clean_item(told.item)
    assert max(lengths) <= 10_000
