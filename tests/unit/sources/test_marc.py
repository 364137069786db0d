"""MARC 21 becomes the neutral record; what is broken is told and never a crash."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from pymarc import Field, Indicators, Leader, Record, Subfield

from discovery_accounts.domain.new_record import BrokenRecord, NewRecord
from discovery_accounts.sources.marc import NAMESPACE, from_chunk, from_element, to_record
from discovery_accounts.sources.marc_options import MarcOptions

F008 = "991231s2019    fi a   j      000 1 fin c"


def field(tag: str, *parts: str, ind: str = "  ") -> Field:
    subfields = [Subfield(part[0], part[1:]) for part in parts]
    return Field(tag=tag, indicators=Indicators(ind[0], ind[1]), subfields=subfields)


def record(*fields: Field, leader: str = "00000cam a2200000 i 4500", f008: str = F008) -> Record:
    made = Record(leader=leader)
    made.leader = Leader(leader)
    title = (
        [] if any(one.tag == "245" for one in fields) else [field("245", "aTaikatalvi /", "cTove Jansson.")]
    )
    made.add_field(Field(tag="001", data="4711"), Field(tag="008", data=f008), *title, *fields)
    return made


def read(*fields: Field, options: MarcOptions | None = None, **how: Any) -> NewRecord:
    return to_record(record(*fields, **how), "lumme", "4711", options or MarcOptions())


def test_a_book_is_read_whole() -> None:
    found = read(
        field("020", "a978-951-0-12345-4 (sid.)"),
        field("041", "afin", "hswe", ind="1 "),
        field("100", "aJansson, Tove,", "ekirjoittaja.", ind="1 "),
        field("245", "aTaikatalvi :", "bmuumitarina /", "cTove Jansson.", ind="10"),
        field("264", "aHelsinki :", "bWSOY,", "c[2019]", ind=" 1"),
        field("650", "atalvi", "xkirjallisuus.", ind=" 7"),
        field("653", "amuumit", "apeikot"),
        field("700", "aKivi, A.,", "ekääntäjä.", ind="1 "),
        field("852", "alumme", "bmain"),
    )
    assert found == NewRecord(
        record_id="4711",
        source="lumme",
        title="Taikatalvi : muumitarina",
        authors=("Jansson, Tove", "Kivi, A."),
        subjects=("talvi -- kirjallisuus", "muumit", "peikot"),
        format="book",
        languages=("fin",),
        year=2019,
        libraries=("lumme",),
        branches=("main",),
        audience="children",
        isbn=("9789510123454",),
    )


@pytest.mark.parametrize(
    ("written", "title"),
    [
        (["aThe winter =", "bTalvi /"], "The winter = Talvi"),
        (["aSarja.", "n2,", "pToinen osa /"], "Sarja. 2, Toinen osa"),
        (["aJ.R.R."], "J.R.R."),
        (["aMitä nyt..."], "Mitä nyt..."),
        (["a\x98The\x9c winter."], "The winter"),
    ],
)
def test_a_title_ends_without_the_marks_of_what_follows(written: list[str], title: str) -> None:
    assert read(field("245", *written, ind="14")).title == title


@pytest.mark.parametrize(
    ("kind", "more", "f008", "expected"),
    [
        ("am", [], F008, "book"),
        ("am", [], F008[:23] + "o" + F008[24:], "ebook"),
        ("am", [Field(tag="007", data="cr |||")], F008, "ebook"),
        ("as", [], F008, "journal"),
        ("im", [], F008, "audiobook"),
        ("jm", [], F008, "music"),
        ("cm", [], F008, "score"),
        ("em", [], F008, "map"),
        ("gm", [], F008[:33] + "v" + F008[34:], "film"),
        ("mm", [], F008[:26] + "g" + F008[27:], "game"),
        ("mm", [], F008, "other"),
        ("rm", [], F008[:33] + "g" + F008[34:], "game"),
        ("zz", [], F008, "other"),
    ],
)
def test_what_it_is_comes_from_leader_and_control_fields(
    kind: str, more: list[Field], f008: str, expected: str
) -> None:
    assert read(*more, leader=f"00000c{kind} a2200000 i 4500", f008=f008).format == expected


@pytest.mark.parametrize(("code", "audience"), [("d", "young"), ("e", "adults"), (" ", None), ("|", None)])
def test_for_whom_it_is_comes_from_008(code: str, audience: str | None) -> None:
    assert read(f008=F008[:22] + code + F008[23:]).audience == audience


def test_an_age_is_taken_from_521_where_008_does_not_tell() -> None:
    unknown = F008[:22] + " " + F008[23:]
    assert read(field("521", "a7–9-vuotiaille", ind="1 "), f008=unknown).audience == "children"
    assert read(field("521", "aK16", ind="8 "), f008=unknown).audience is None


def test_languages_and_year_fall_back_on_008() -> None:
    found = read(field("260", "c[s.a.]"), field("041", "afinswe"), f008=F008[:35] + "mul" + F008[38:])
    assert (found.languages, found.year) == (("fin", "swe"), 2019)


def test_libraries_and_branches_are_where_settings_say_and_ids_begin_as_they_say() -> None:
    options = MarcOptions(("lumme",), (("995", "a"),), (("952", "a"), ("952", "b")), "lumme.", by_008=True)
    found = read(
        field("952", "amain", "beast"), field("952", "amain"), field("995", "ahelka"), options=options
    )
    assert (found.record_id, found.libraries, found.branches) == (
        "lumme.4711",
        ("lumme", "helka"),
        ("main", "east"),
    )
    assert found.first_indexed == datetime(1999, 12, 31, tzinfo=UTC)


def test_a_record_without_title_or_id_is_none() -> None:
    with pytest.raises(BrokenRecord):
        read(field("245", "cnobody"))
    with pytest.raises(BrokenRecord):
        to_record(record(), "lumme", "", MarcOptions(id_prefix="lumme."))


def test_utf8_that_says_marc8_is_read_as_it_is() -> None:
    chunk = record(field("245", "aTyttö ja kyyhky")).as_marc()
    wrong = chunk[:9] + b" " + chunk[10:]
    assert to_record(from_chunk(wrong), "lumme", "1", MarcOptions()).title == "Tyttö ja kyyhky"


def test_a_control_field_with_subfields_is_left_alone() -> None:
    xml = (
        f'<record xmlns="{NAMESPACE}"><datafield tag="001"><subfield code="a">x</subfield></datafield>'
        '<controlfield tag="245">plain</controlfield><datafield tag="245"><subfield code="a">T</subfield>'
        "</datafield></record>"
    )
    assert to_record(from_element(etree.fromstring(xml)), "lumme", "1", MarcOptions()).title == "T"


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 400), st.binary(max_size=12), st.integers(0, 12))
def test_a_damaged_record_is_read_or_refused(at: int, damage: bytes, gone: int) -> None:
    whole = record(field("100", "aJansson, Tove,"), field("650", "atalvi"), field("020", "a951")).as_marc()
    chunk = whole[:at] + damage + whole[at + gone :]
    try:
        found = to_record(from_chunk(chunk), "lumme", "1", MarcOptions(by_008=True))
    except BrokenRecord:
        return
    assert found.title


_NAMES = st.sampled_from(["leader", "controlfield", "datafield", "subfield", "record", "x"])
_ATTRIBUTES = st.dictionaries(
    st.sampled_from(["tag", "ind1", "ind2", "code"]),
    st.sampled_from(["", "245", "001", "008", "a", "9", "ä"]),
)


@st.composite
def elements(draw: st.DrawFn, depth: int = 3) -> etree._Element:
    element = etree.Element(draw(_NAMES), draw(_ATTRIBUTES))
    element.text = draw(st.sampled_from([None, "", "cam", "Taikatalvi", "7"]))
    for _ in range(draw(st.integers(0, 4)) if depth else 0):
        element.append(draw(elements(depth=depth - 1)))
    return element


@settings(max_examples=100, deadline=None)
@given(elements())
def test_odd_marcxml_is_read_or_refused(element: etree._Element) -> None:
    with suppress(BrokenRecord):
        assert to_record(from_element(element), "lumme", "1", MarcOptions()).title
