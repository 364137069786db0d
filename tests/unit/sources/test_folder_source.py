"""A folder of files: each read once, whole ones only, from where a reading was cut off; archives never overflow."""

import gzip
import io
import json
import os
import tarfile
from datetime import timedelta
from pathlib import Path

import pytest
from pymarc import Field, Indicators, Record, Subfield, record_to_xml_node
from tests.factories.source_reading import NOW, opened, read

from discovery_accounts.domain.new_record import NewRecord
from discovery_accounts.sources import files
from discovery_accounts.sources.api import Batch, SoFar, Source, SourceFailed
from discovery_accounts.sources.files import to_records


def marc(number: int, status: str = "c") -> Record:
    record = Record(leader=f"00000{status}am a2200000 i 4500")
    title = Field(tag="245", indicators=Indicators("1", "0"), subfields=[Subfield("a", f"Kirja {number} /")])
    record.add_field(Field(tag="001", data=str(number)), title)
    return record


def iso2709(*numbers: int) -> bytes:
    return b"".join(marc(number).as_marc() for number in numbers)


def marcxml(*numbers: int) -> bytes:
    from xml.etree.ElementTree import tostring

    inner = b"".join(tostring(record_to_xml_node(marc(number))) for number in numbers)
    return b'<collection xmlns="http://www.loc.gov/MARC21/slim">' + inner + b"</collection>"


def lines(*numbers: int) -> bytes:
    return "".join(
        json.dumps({"record_id": str(one), "title": f"Kirja {one}"}) + "\n" for one in numbers
    ).encode()


def archive(**members: bytes) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name, content in members.items():
            member = tarfile.TarInfo(name.replace("__", "."))
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return packed.getvalue()


def put(folder: Path, name: str, content: bytes, seconds_ago: float = 3600) -> Path:
    path = folder / name
    path.write_bytes(content)
    at = (NOW - timedelta(seconds=seconds_ago)).timestamp()
    os.utime(path, (at, at))
    return path


@pytest.fixture
def source(tmp_path: Path) -> Source:
    return opened("folder", folder=str(tmp_path))


def ids(batches: list[Batch]) -> list[str]:
    return [one.record_id for batch in batches for one in batch.records]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.mrc", iso2709(1, 2)),
        ("a.mrc", iso2709(1) + b"\n" + iso2709(2) + b"\n"),
        ("a.xml", marcxml(1, 2)),
        ("A.JSONL", lines(1, 2)),
        ("a.xml.gz", gzip.compress(marcxml(1, 2))),
        ("a.jsonl.gz", gzip.compress(lines(1, 2))),
        ("a.tar.gz", archive(one__xml=marcxml(1), two__mrc=iso2709(2), readme__txt=b"no")),
    ],
)
def test_every_format_is_read(tmp_path: Path, source: Source, name: str, content: bytes) -> None:
    put(tmp_path, name, content)
    batches = read(source)
    assert ids(batches) == ["1", "2"]
    assert sum(batch.broken for batch in batches) == 0
    assert [one.title for one in batches[0].records] == ["Kirja 1", "Kirja 2"][: len(batches[0].records)]


def test_a_file_is_read_once_and_again_when_it_was_changed(tmp_path: Path, source: Source) -> None:
    put(tmp_path, "a.jsonl", lines(1))
    put(tmp_path, "b.jsonl", lines(2), seconds_ago=1800)
    mark = read(source)[-1].mark
    assert ids(read(source, mark=mark)) == []
    put(tmp_path, "a.jsonl", lines(1, 3), seconds_ago=600)
    assert ids(read(source, mark=mark)) == ["1", "3"]


def test_what_may_still_be_written_waits(tmp_path: Path, source: Source) -> None:
    put(tmp_path, "a.jsonl", lines(1), seconds_ago=59)
    put(tmp_path, ".hidden.jsonl", lines(2))
    put(tmp_path, "notes.txt", lines(3))
    (tmp_path / "folder.jsonl").mkdir()
    assert ids(read(source)) == []
    put(tmp_path, "a.jsonl", lines(1), seconds_ago=61)
    assert ids(read(source, mark="{}")) == ["1"]


def test_a_reading_that_was_cut_off_goes_on_within_the_file(tmp_path: Path, source: Source) -> None:
    put(tmp_path, "a.jsonl", lines(*range(1200)))
    put(tmp_path, "b.jsonl", lines(5000), seconds_ago=60)
    whole = read(source)
    for done, batch in enumerate(whole[:-1]):
        assert ids(whole[: done + 1]) + ids(read(source, place=batch.place)) == ids(whole)
    assert len(ids(whole)) == 1201


def test_a_file_that_changed_since_the_reading_was_cut_off_begins_anew(
    tmp_path: Path, source: Source
) -> None:
    put(tmp_path, "a.jsonl", lines(*range(1200)))
    place = next(source.batches(SoFar(NOW))).place
    put(tmp_path, "a.jsonl", lines(1, 2), seconds_ago=70)
    assert ids(read(source, place=place)) == ["1", "2"]


def test_what_is_gone_is_told(tmp_path: Path, source: Source) -> None:
    put(tmp_path, "a.mrc", marc(7, status="d").as_marc())
    put(tmp_path, "b.jsonl", b'{"record_id": "8", "deleted": true}\n')
    assert {one for batch in read(source) for one in batch.deleted} == {"7", "8"}


def test_what_is_written_down_of_a_name_in_another_encoding_can_be_written(
    tmp_path: Path, source: Source
) -> None:
    put(tmp_path, os.fsdecode(b"uudet_\xe4.jsonl"), lines(*range(501)))
    first, second, last = read(source)
    for told in (first.place, second.place, last.mark):
        (told or "").encode()
    assert ids(read(source, place=first.place)) == ["500"]
    assert ids(read(source, mark=last.mark)) == []


@pytest.mark.parametrize(
    ("name", "content", "good", "broken"),
    [
        ("a.mrc", iso2709(1) + b"00100garbage\x1d" + iso2709(2), ["1", "2"], 1),
        ("a.mrc", iso2709(1) + iso2709(2)[:-20], ["1"], 1),
        ("a.mrc", iso2709(1) + b"x" * 300_000 + b"\x1d" + iso2709(2), ["1", "2"], 1),
        ("a.mrc", b"\x1d\x1d\x1d", [], 0),
        ("a.jsonl", lines(1) + b"{\n\n[]\n\xff\xfe\n" + lines(2), ["1", "2"], 3),
        ("a.jsonl", lines(1) + b'"' + b"x" * 3_000_000 + b'"\n' + lines(2), ["1", "2"], 1),
        ("a.jsonl", b'{"record_id":"1","source":"other","title":"Kirja"}\n' + lines(2), ["2"], 1),
        ("a.xml", marcxml(1, 2)[:-60], ["1"], 1),
        ("a.xml", b"<collection><record><leader/></record></collection>", [], 1),
        ("a.xml", b"<a>" * 10_000, [], 1),
        ("a.xml", b'<!DOCTYPE a [<!ENTITY x "ha">]>' + marcxml(1), [], 1),
        ("a.xml", b"", [], 1),
        ("a.tar.gz", archive(one__xml=marcxml(1), two__xml=marcxml(2))[:-150], [], 1),
        ("a.xml.gz", b"no gzip", [], 1),
        ("a.xml.gz", gzip.compress(marcxml(1))[:-12], [], 1),
    ],
)
def test_what_is_broken_is_counted_and_not_read_for_ever(
    tmp_path: Path, source: Source, name: str, content: bytes, good: list[str], broken: int
) -> None:
    put(tmp_path, name, content)
    batches = read(source)
    assert [one for one in ids(batches) if one in good] == good
    assert sum(batch.broken for batch in batches) == broken
    assert ids(read(source, mark=batches[-1].mark)) == []


def test_a_file_that_unpacks_without_end_is_left(
    tmp_path: Path, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MOST_UNPACKED", 100_000)
    put(tmp_path, "a.jsonl.gz", gzip.compress(lines(1) + b" " * 50_000_000))
    put(tmp_path, "b.tar.gz", archive(one__xml=marcxml(*range(5000))))
    batches = read(source)
    assert sum(batch.broken for batch in batches) == 2


def test_an_archive_writes_nothing_and_follows_no_link(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        link = tarfile.TarInfo("link.xml")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
        member = tarfile.TarInfo("../../outside.xml")
        member.size = len(marcxml(1))
        tar.addfile(member, io.BytesIO(marcxml(1)))
    path = put(tmp_path, "a.tgz", packed.getvalue())
    assert [one.record_id for one in to_records(path, "lumme") if isinstance(one, NewRecord)] == ["1"]
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceFailed, match="folder_unreadable"):
        read(opened("folder", folder=str(tmp_path / "nowhere")))


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceFailed, match="no_such_format"):
        list(to_records(put(tmp_path, "a.pdf", b""), "lumme"))
    with pytest.raises(SourceFailed, match="unreadable"):
        list(to_records(tmp_path / "nowhere.xml", "lumme"))
