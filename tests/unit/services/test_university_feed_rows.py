"""Feed files broken in many ways: each row stands for itself, and is told of by its line."""

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery_accounts.domain.feed_person import BrokenRow, read_person
from discovery_accounts.services.university_feed.rows import UnreadableFeed, file_feed, unknown_columns

GOOD = '{"subject": "ada", "email": "ada@uni.example", "valid_until": "2027-07-31"}'


def read(path: Path) -> tuple[list[int], dict[int, str]]:
    rows = list(file_feed(path)())
    return [row.number for row in rows if row.person], {row.number: row.broken for row in rows if row.broken}


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "not JSON"),
        ("[]", "must be a JSON object"),
        ("[" * 40_000, "not JSON"),
        ("{}", "no subject"),
        ('{"subject": ""}', "no subject"),
        ('{"subject": 7}', "subject: must be a text"),
        ('{"subject": "a\\u202eb"}', "subject: must be a text"),
        ('{"subject": "a", "email": "nobody"}', "email: no address"),
        ('{"subject": "a", "email": ["a@uni.example"]}', "email: must be a text"),
        ('{"subject": "a", "language": "klingon"}', "language: none of"),
        ('{"subject": "a", "valid_until": "31.7.2027"}', "valid_until: must be a day"),
        ('{"subject": "a", "valid_until": "20270731"}', "valid_until: must be a day"),
        ('{"subject": "a", "valid_until": "2027-02-30"}', "valid_until: must be a day"),
        ('{"subject": "a", "phone": "' + "1" * 300 + '"}', "phone: must be a text"),
        ('{"subject": "' + "a" * 70_000 + '"}', "longer than"),
    ],
)
def test_a_broken_line_of_json_stops_no_other(tmp_path: Path, line: str, why: str) -> None:
    path = tmp_path / "people.jsonl"
    path.write_text(f"{GOOD}\n{line}\n\n{GOOD}\n")
    good, broken = read(path)
    assert good == [1, 4]
    assert list(broken) == [2]
    assert why in broken[2]


def test_a_line_that_is_no_text_stops_no_other(tmp_path: Path) -> None:
    path = tmp_path / "people.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.encode() + b'\n{"subject": "\xff"}\r\n\0\n' + GOOD.encode())
    good, broken = read(path)
    assert (good, list(broken)) == ([1, 4], [2, 3])


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_broken_line_of_csv_stops_no_other(tmp_path: Path, separator: str) -> None:
    lines = ["Subject,family_name,faculty", "ada,Lind,arts", 'bo,"never closed,arts', "cy,too,many,cells"]
    lines += ["di", "", '"ed",Berg,"arts"']
    path = tmp_path / "people.csv"
    path.write_text("\n".join(lines).replace(",", separator))
    good, broken = read(path)
    assert good == [2, 7]
    assert list(broken) == [3, 4, 5]
    assert "quotation" in broken[3]
    assert "columns" in broken[4]
    assert unknown_columns(path) == ("faculty",)


@pytest.mark.parametrize("text", ["", "\n\n", "name,mail\nada,a@uni.example\n", "subject,subject\n"])
def test_a_file_without_sound_columns_is_no_feed(tmp_path: Path, text: str) -> None:
    path = tmp_path / "people.csv"
    path.write_text(text)
    with pytest.raises(UnreadableFeed):
        read(path)


def test_what_is_cut_off_or_no_feed_is_said_so(tmp_path: Path) -> None:
    packed = tmp_path / "people.jsonl.gz"
    packed.write_bytes(gzip.compress("\n".join([GOOD] * 5000).encode())[:-30])
    with pytest.raises(UnreadableFeed):
        read(packed)
    with pytest.raises(UnreadableFeed):
        file_feed(tmp_path / "people.xlsx")
    with pytest.raises(UnreadableFeed):
        read(tmp_path / "nobody.csv")


@pytest.mark.parametrize("day", ["9999-12-31", "9000-01-01"])
def test_a_day_that_never_comes_is_no_last_day(day: str) -> None:
    assert read_person({"subject": "ada", "valid_until": day}).valid_until is None
    assert str(read_person({"subject": "ada", "valid_until": "8999-12-31"}).valid_until) == "8999-12-31"


def test_a_small_file_of_very_many_lines_is_not_read_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("discovery_accounts.services.university_feed.rows.MOST_LINES", 100)
    path = tmp_path / "people.jsonl.gz"
    path.write_bytes(gzip.compress(b"\n" * 100))
    assert read(path) == ([], {})
    path.write_bytes(gzip.compress(b"\n" * 101))
    with pytest.raises(UnreadableFeed, match="more than 100 lines"):
        read(path)


def test_no_repr_and_no_reason_holds_what_a_row_holds() -> None:
    person = read_person({"subject": "secret-1", "family_name": "Canary", "valid_until": "2027-01-01"})
    assert "secret-1" not in repr(person)
    assert "Canary" not in repr(person)
    with pytest.raises(BrokenRow) as broken:
        read_person({"subject": "secret-1", "email": "canary"})
    assert "canary" not in str(broken.value)


@settings(max_examples=100, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["subject", "email", "language", "valid_until", "street", "x"]),
        st.none() | st.text(max_size=20) | st.integers() | st.lists(st.text(max_size=3), max_size=2),
    )
)
def test_any_object_is_a_person_or_broken(row: dict[str, object]) -> None:
    try:
        person = read_person(json.loads(json.dumps(row)))
    except BrokenRow:
        return
    assert person.who.subject
