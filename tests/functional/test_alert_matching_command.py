"""``alerts match``: a file of records against all alerts, from a terminal."""

import gzip
import json
import uuid
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from discovery_accounts.cli import main, progress
from discovery_accounts.domain.new_record import NewRecord
from tests.factories.alerts_made import alerts, records
from tests.factories.portal import Portal
from tests.fixtures.databases import ON_SQLITE


def command(portal: Portal, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--config", portal.ini(), *arguments])


def last_line(ran: Result) -> dict[str, float]:
    told: dict[str, float] = json.loads(ran.stdout.splitlines()[-1])
    return told


def lines_of(some: Sequence[NewRecord]) -> str:
    return "".join(f"{one.to_json()}\n" for one in some)


@ON_SQLITE
def test_the_command_matches_a_file_and_the_same_file_finds_nothing_more(
    portal: Portal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "BETWEEN_LINES", 0.0)
    alerts(portal, "jazz", "rock", "jazz")
    path = tmp_path / "new.jsonl"
    path.write_text(lines_of(records("jazz", "rock", "jazz rock")))
    for matches in (6, 0):
        ran = command(portal, "alerts", "match", "--records", str(path), "--json")
        assert ran.exit_code == 0, ran.output
        told = last_line(ran)
        assert list(told) == ["records", "alerts", "distinct", "matches", "seconds"]
        assert (told["records"], told["alerts"], told["distinct"], told["matches"]) == (3, 3, 2, matches)
        assert ("Matching: 32 of 32" in ran.stderr) is (matches > 0)
    assert "0 matches" in command(portal, "alerts", "match").stdout


@ON_SQLITE
def test_what_can_not_be_read_is_told_of_by_its_line(portal: Portal, tmp_path: Path) -> None:
    alerts(portal, "jazz")
    path = tmp_path / "new.jsonl"
    broken = ["{", "[]", '{"title": "secret words"}', "\x00", "[" * 20000]
    path.write_text("\n".join([*broken, "", lines_of(records("jazz"))]))
    ran = command(portal, "alerts", "match", "--records", str(path), "--source", "elsewhere", "--json")
    assert ran.exit_code == 0
    assert (last_line(ran)["records"], last_line(ran)["matches"]) == (1, 1)
    assert "record 1: not JSON" in ran.stderr
    assert "record 3: record_id is missing" in ran.stderr
    assert "5 could not be read" in ran.stderr
    assert "secret" not in ran.output


@ON_SQLITE
@pytest.mark.parametrize(
    "wrong",
    [
        ("--records", "absent.jsonl"),
        ("--shard", "2/2"),
        ("--shard", "0/33"),
        ("--shard", "half"),
        ("--source", ""),
        ("--now", "soon"),
    ],
)
def test_wrong_use_is_exit_status_2(portal: Portal, wrong: tuple[str, str]) -> None:
    assert command(portal, "alerts", "match", *wrong).exit_code == 2


@ON_SQLITE
def test_a_file_that_ends_badly_is_matched_as_far_as_it_goes(portal: Portal, tmp_path: Path) -> None:
    alerts(portal, "jazz")
    path = tmp_path / "new.jsonl.gz"
    packed = gzip.compress(lines_of(records(*(f"jazz {uuid.uuid4()}" for _ in range(3000)))).encode())
    path.write_bytes(packed[: len(packed) // 2])
    ran = command(portal, "alerts", "match", "--records", str(path), "--json")
    assert ran.exit_code == 1
    assert 0 < last_line(ran)["matches"] == last_line(ran)["records"] < 3000
    other = tmp_path / "new.docx"
    other.write_bytes(b"PK")
    assert command(portal, "alerts", "match", "--records", str(other)).exit_code == 1


@ON_SQLITE
def test_only_a_job_that_can_be_shared_is_done_in_parts(portal: Portal) -> None:
    assert command(portal, "run", "match-alerts", "--shard", "1/4").exit_code == 0
    assert command(portal, "run", "send-mail", "--shard", "1/4").exit_code == 2
