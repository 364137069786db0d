"""Harvesting by OAI-PMH from a server that is not ours: whole, from the mark on, after a kill."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from discovery_accounts.models import CatalogueRecord
from discovery_accounts.services.harvest_marks import HarvestMarks, Mark
from discovery_accounts.services.harvesting import Harvested, Harvesting
from discovery_accounts.services.house import House
from tests.factories.portal import Portal
from tests.fixtures.catalogue_servers import CatalogueServer, Library, Question, Told
from tests.fixtures.databases import ON_SQLITE

MakePortal = Callable[..., Portal]
LIMIT = 10_000


@pytest.fixture
def portal(make_portal: MakePortal, oai_server: CatalogueServer) -> Portal:
    return make_portal(
        sources="lumme",
        source__lumme__kind="oai-pmh",
        source__lumme__url=f"{oai_server.url}/oai",
        source__lumme__format="marcxml",
        source__lumme__ids="end",
    )


def rows(house: House) -> dict[str, CatalogueRecord]:
    with house.database.reading() as session:
        return {row.record_id: row for row in session.scalars(select(CatalogueRecord))}


def mark(house: House) -> Mark:
    return HarvestMarks(house.database).of("lumme")


def harvest(portal: Portal, limit: int = LIMIT) -> Harvested:
    return Harvesting(portal.house).run(portal.house.now(), limit)


def test_the_first_reading_is_old_and_what_comes_after_it_is_new(portal: Portal, library: Library) -> None:
    first = harvest(portal)
    assert (first.read, first.new, first.left) == (250, 0, 0)
    assert all(row.new_at is None and row.content is None for row in rows(portal.house).values())
    known = mark(portal.house)
    assert known.baseline_at is not None
    assert (known.place, known.error) == (None, None)
    library.add(3, changed=datetime.now(UTC), first=301)
    portal.clock.advance(minutes=61)
    second = harvest(portal)
    assert (second.read, second.new) == (3, 3)
    new = rows(portal.house)["301"]
    assert '"title":"Kirja 301"' in (new.content or "")
    portal.clock.advance(minutes=61)
    assert harvest(portal).new == 0


def test_a_reading_counts_the_records_it_took_in(portal: Portal) -> None:
    seen: list[tuple[int, int | None]] = []
    read = Harvesting(portal.house).run(
        portal.house.now(), LIMIT, None, lambda done, of: seen.append((done, of))
    )
    assert seen[-1] == (read.read, None)
    assert [done for done, _of in seen] == sorted({done for done, _of in seen})


def test_a_corrected_record_is_not_new_again_and_a_deleted_one_is_gone(
    portal: Portal, library: Library
) -> None:
    harvest(portal)
    library.add(2, changed=datetime.now(UTC), first=301)
    portal.clock.advance(minutes=61)
    harvest(portal)
    library.books["KOHA-OAI:301"].title = "Korjattu"
    library.books["KOHA-OAI:302"].deleted = True
    library.books["KOHA-OAI:7"].changed = datetime.now(UTC)
    portal.clock.advance(minutes=61)
    report = harvest(portal)
    assert (report.new, report.gone) == (0, 1)
    found = rows(portal.house)
    assert '"title":"Korjattu"' in (found["301"].content or "")
    assert found["302"].gone_at is not None
    assert found["302"].content is None
    assert found["7"].new_at is None


def test_a_harvest_that_was_killed_goes_on_and_takes_nothing_twice(
    portal: Portal, library: Library, oai_server: CatalogueServer
) -> None:
    class Killed(BaseException):
        """As a process ends: nobody catches it."""

    answer, count = oai_server.answer, 0

    def dying(question: Question) -> Told:
        nonlocal count
        count += 1
        return answer(question)

    oai_server.answer = dying
    harvesting = Harvesting(portal.house)
    keep = HarvestMarks.keep

    def killed(self: HarvestMarks, source: str, **changed: object) -> None:
        if count == 6 and changed.get("place"):
            raise Killed
        keep(self, source, **changed)

    HarvestMarks.keep = killed  # type: ignore[method-assign]
    try:
        with pytest.raises(Killed):
            harvesting.run(portal.house.now(), LIMIT)
    finally:
        HarvestMarks.keep = keep  # type: ignore[method-assign]
    assert len(rows(portal.house)) == 120
    place = mark(portal.house).place
    assert place is not None
    assert mark(portal.house).baseline_at is None
    report = harvest(portal)
    assert report.left == 0
    assert report.read == 150, "the page that was not written down is read again"
    assert len(rows(portal.house)) == 250
    assert all(row.new_at is None for row in rows(portal.house).values()), (
        "the rest of the first reading is old, too"
    )
    tokens = [dict(one).get("resumptionToken") for one in oai_server.asked]
    assert tokens.count(None) == 1, "it never began anew"


def test_a_budget_parts_a_reading_and_the_next_run_goes_on(portal: Portal) -> None:
    assert harvest(portal, limit=100).left == 1
    assert harvest(portal, limit=100).read == 100, "it is due at once"
    assert (harvest(portal).read, len(rows(portal.house))) == (50, 250)


@ON_SQLITE
def test_a_token_that_is_known_no_more_starts_over_from_the_mark(
    portal: Portal, library: Library, oai_server: CatalogueServer
) -> None:
    harvest(portal, limit=100)
    oai_server.answer = _once(oai_server_error("badResumptionToken"), oai_server.answer)
    report = harvest(portal)
    assert (report.left, len(rows(portal.house))) == (0, 250)


@ON_SQLITE
@pytest.mark.parametrize(("granularity", "shape"), [("YYYY-MM-DD", 10), ("YYYY-MM-DDThh:mm:ssZ", 20)])
def test_dates_are_written_as_the_server_wants_them(
    portal: Portal, library: Library, oai_server: CatalogueServer, granularity: str, shape: int
) -> None:
    library.granularity = granularity
    harvest(portal)
    portal.clock.advance(minutes=61)
    assert harvest(portal).failed == {}
    since = dict(oai_server.asked[-1])["from"]
    assert len(since) == shape
    assert datetime.fromisoformat(since).date() <= datetime.now(UTC).date()


@ON_SQLITE
def test_sets_are_read_one_after_the_other(
    make_portal: MakePortal, oai_server: CatalogueServer, library: Library
) -> None:
    library.add(30, changed=datetime(2025, 1, 1, tzinfo=UTC), first=1001, sets=("new",))
    portal = make_portal(
        sources="lumme",
        source__lumme__kind="oai-pmh",
        source__lumme__url=f"{oai_server.url}/oai",
        source__lumme__sets="new nobody all",
        source__lumme__id_prefix="lumme.",
        source__lumme__libraries="lumme",
        source__lumme__baseline="no",
    )
    assert Harvesting(portal.house).run(portal.house.now(), 25).left == 1
    report = harvest(portal)
    assert (report.left, len(rows(portal.house))) == (0, 280)
    content = rows(portal.house)["lumme.KOHA-OAI:1001"].content or ""
    assert '"authors":["Canth, Minna"]' in content, "Dublin Core is read, too"
    assert '"libraries":["lumme"]' in content


def oai_server_error(code: str) -> Told:
    body = (
        '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2026-01-01T00:00:00Z</responseDate>'
        f'<error code="{code}">No.</error></OAI-PMH>'
    )
    return 200, {"Content-Type": "text/xml"}, body.encode()


def _once(first: Told, then: Callable[[Question], Told]) -> Callable[[Question], Told]:
    told: list[Told] = [first]
    return lambda question: told.pop() if told else then(question)
