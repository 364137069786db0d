"""Harvesting when a source is busy, broken or gone: the others go on, nothing is lost, IT can see why."""

import json
import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from discovery_accounts.cli import main
from discovery_accounts.jobs.runner import run_job
from discovery_accounts.models import CatalogueRecord
from discovery_accounts.services.catalogue import CONTENT_LASTS
from discovery_accounts.services.harvest_marks import HarvestMarks
from discovery_accounts.services.harvesting import Harvested, Harvesting, UnknownSource
from discovery_accounts.services.job_runs import JobRuns
from tests.factories.portal import Portal
from tests.fixtures.catalogue_servers import CatalogueServer, Library, Question, Told
from tests.fixtures.databases import ON_SQLITE

pytestmark = ON_SQLITE

Start = Callable[[Callable[[Question], Told]], CatalogueServer]
BUSY: Told = (503, {"Retry-After": "7200"}, b"")
GARBAGE: Told = (200, {}, b"\x00\x01")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "new-items"
    made.mkdir()
    return made


@pytest.fixture
def portal(make_portal: Callable[..., Portal], oai_server: CatalogueServer, folder: Path) -> Portal:
    """``lumme`` by OAI-PMH and a folder of new items, in that order."""
    return make_portal(
        sources="lumme files",
        source__lumme__kind="oai-pmh",
        source__lumme__url=f"{oai_server.url}/oai",
        source__files__kind="folder",
        source__files__folder=str(folder),
        source__files__baseline="no",
    )


def put(portal: Portal, folder: Path, *numbers: int) -> None:
    lines = "".join(json.dumps({"record_id": str(one), "title": f"Kirja {one}"}) + "\n" for one in numbers)
    (folder / f"{numbers[0]}.jsonl").write_text(lines)
    portal.clock.advance(minutes=2)


def harvest(portal: Portal, limit: int = 10_000) -> Harvested:
    return Harvesting(portal.house).run(portal.house.now(), limit)


def seen(portal: Portal, source: str) -> int:
    with portal.house.database.reading() as session:
        query = select(CatalogueRecord.id).where(CatalogueRecord.source == source)
        return len(session.scalars(query).all())


def command(portal: Portal, *words: str) -> Result:
    return CliRunner().invoke(main, ["--config", portal.ini(), *words])


def test_a_busy_source_is_left_alone_as_long_as_it_asks_and_then_goes_on(
    portal: Portal, oai_server: CatalogueServer
) -> None:
    answer = oai_server.answer
    harvest(portal, limit=100)
    oai_server.answer = lambda _question: BUSY
    now = portal.house.now()
    assert harvest(portal).left == 1
    mark = HarvestMarks(portal.house.database).of("lumme")
    assert mark.wait_until is not None
    assert timedelta(0) <= mark.wait_until - now - timedelta(hours=2) < timedelta(minutes=1)
    assert (mark.error, mark.place is not None) == ("busy", True)
    asked = len(oai_server.asked)
    portal.clock.advance(minutes=119)
    assert "lumme" not in Harvesting(portal.house).due(portal.house.now())
    oai_server.answer = answer
    portal.clock.advance(minutes=2)
    harvest(portal)
    assert seen(portal, "lumme") == 250
    assert "resumptionToken" in dict(oai_server.asked[asked]), "it goes on where it was"
    mark = HarvestMarks(portal.house.database).of("lumme")
    assert (mark.wait_until, mark.error) == (None, None)


def test_a_source_that_fails_stops_nobody_and_says_why(
    portal: Portal, oai_server: CatalogueServer, folder: Path
) -> None:
    put(portal, folder, 1, 2)
    oai_server.answer = lambda _question: GARBAGE
    report = run_job(portal.house, "harvest").done
    assert report.did == {"read": 2, "new": 2, "gone": 0, "broken": 0}
    assert (report.left, report.kept) == (1, {"not read, lumme: not_xml": 1})
    assert HarvestMarks(portal.house.database).of("lumme").error == "not_xml"
    ran = command(portal, "sources", "check")
    assert ran.exit_code == 1
    assert "can’t be read: not_xml" in ran.output
    assert "ended with not_xml" in ran.output


def test_a_mark_survives_what_goes_wrong_after_it(
    portal: Portal, library: Library, oai_server: CatalogueServer
) -> None:
    harvest(portal)
    before = HarvestMarks(portal.house.database).of("lumme")
    answer, oai_server.answer = oai_server.answer, lambda _question: GARBAGE
    portal.clock.advance(minutes=61)
    harvest(portal)
    after = HarvestMarks(portal.house.database).of("lumme")
    assert (after.mark, after.baseline_at, after.read_at) == (before.mark, before.baseline_at, before.read_at)
    oai_server.answer = answer
    portal.clock.advance(minutes=61)
    assert harvest(portal).failed == {}


def test_a_list_that_goes_in_circles_ends_and_begins_anew_next_time(
    portal: Portal, oai_server: CatalogueServer
) -> None:
    def loop(question: Question) -> Told:
        return answer([one for one in question if one[0] != "resumptionToken"] + FIRST)

    answer = oai_server.answer
    oai_server.answer = lambda question: (
        loop(question) if "resumptionToken" in dict(question) else answer(question)
    )
    assert harvest(portal).failed == {"lumme: token_loops": 1}
    mark = HarvestMarks(portal.house.database).of("lumme")
    assert (mark.place, mark.mark, mark.baseline_at) == (None, None, None)
    oai_server.answer = answer
    portal.clock.advance(minutes=61)
    assert harvest(portal).failed == {}
    assert seen(portal, "lumme") == 250


FIRST = [("metadataPrefix", "oai_dc")]


def test_a_token_that_is_never_known_is_tried_twice_and_then_told(
    portal: Portal, oai_server: CatalogueServer
) -> None:
    answer = oai_server.answer
    bad = (
        b'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><error code="badResumptionToken"/></OAI-PMH>'
    )
    oai_server.answer = lambda question: (
        (200, {}, bad) if "resumptionToken" in dict(question) else answer(question)
    )
    assert harvest(portal).failed == {"lumme: place_lost": 1}
    assert len(oai_server.asked) == 4


def test_two_at_once_do_not_read_the_same_source(portal: Portal, oai_server: CatalogueServer) -> None:
    runs, holder = JobRuns(portal.house), uuid.uuid4()
    assert runs.take_lock("harvest lumme", holder, timedelta(minutes=5))
    assert harvest(portal).left == 1
    assert oai_server.asked == []
    runs.free_lock("harvest lumme", holder)
    harvest(portal)
    assert seen(portal, "lumme") == 250


def test_a_bug_in_a_kind_is_told_and_stops_nobody(
    portal: Portal, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(portal, folder, 1)

    def broken(_self: object, _so_far: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(type(portal.house.sources.opened["lumme"]), "batches", broken)
    report = harvest(portal)
    assert (report.new, report.failed) == (1, {"lumme: broke_ZeroDivisionError": 1})


def test_sources_are_read_as_often_as_settings_say(portal: Portal, oai_server: CatalogueServer) -> None:
    harvesting = Harvesting(portal.house)
    assert harvesting.due(portal.house.now()) == ("files", "lumme")
    harvest(portal)
    assert harvesting.due(portal.house.now()) == ()
    portal.clock.advance(minutes=61)
    assert set(harvesting.due(portal.house.now())) == {"lumme", "files"}
    with pytest.raises(UnknownSource):
        harvesting.run(portal.house.now(), 10, only="nobody")


def test_one_source_is_read_at_once_by_its_name(portal: Portal, folder: Path) -> None:
    put(portal, folder, 1)
    first = command(portal, "run", "harvest", "files", "--json", "--now", portal.house.now().isoformat())
    assert first.exit_code == 0, first.output
    assert json.loads(first.output.splitlines()[-1])["did"] == {"read": 1, "new": 1, "gone": 0, "broken": 0}
    assert seen(portal, "lumme") == 0
    unknown = command(portal, "run", "harvest", "nobody")
    assert unknown.exit_code == 2
    assert "there are: lumme, files" in unknown.output
    assert command(portal, "run", "send-mail", "files").exit_code == 2
    assert command(portal, "run", "harvest", "--dry-run").exit_code == 0


def test_a_source_that_is_well_shows_its_first_records(portal: Portal, oai_server: CatalogueServer) -> None:
    ran = command(portal, "sources", "check", "lumme")
    assert ran.exit_code == 0, ran.output
    assert "20 records, 0 deleted, 0 left out" in ran.output
    assert "KOHA-OAI:1: Kirja 1 (no format, 2025)" in ran.output
    assert "never read" in ran.output
    assert seen(portal, "lumme") == 0
    assert command(portal, "sources", "check", "nobody").exit_code == 2


def test_a_source_whose_settings_are_faulty_stops_nobody(
    make_portal: Callable[..., Portal], folder: Path
) -> None:
    portal = make_portal(
        sources="lumme odd files",
        source__lumme__kind="oai-pmh",
        source__lumme__url="ftp://library.example",
        source__odd__kind="telepathy",
        source__files__kind="folder",
        source__files__folder=str(folder),
        source__unlisted__kind="folder",
    )
    assert set(portal.house.sources.opened) == {"files"}
    assert portal.browser().get("/sign-in/card").status_int == 200
    put(portal, folder, 1)
    assert harvest(portal).read == 1
    for words in (("settings", "check"), ("sources", "check")):
        ran = command(portal, *words)
        assert ran.exit_code == 1
        for key in ("lumme.url", "odd.kind", "unlisted"):
            assert f"accounts.source.{key}" in ran.output


def test_what_records_said_is_erased_by_the_clock(portal: Portal, folder: Path) -> None:
    put(portal, folder, 1)
    harvest(portal)
    assert run_job(portal.house, "purge-sessions").done.did["records"] == 0
    later = portal.house.now() + CONTENT_LASTS + timedelta(days=1)
    assert run_job(portal.house, "purge-sessions", now=later).done.did["records"] == 1
