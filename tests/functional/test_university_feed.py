"""A university tells daily of its people: only what changed reaches the library (rules 5)."""

from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner

from discovery_accounts.cli import main
from discovery_accounts.jobs.runner import run_job
from discovery_accounts.models import FeedPatron, LibraryCard, Membership
from tests.factories.ages import days_pass
from tests.factories.codes import stepped_up
from tests.factories.portal import Portal
from tests.factories.rows import count, dump, rows, write
from tests.factories.stand_in_provider import StandInProvider, stand_in
from tests.factories.university import UNIVERSITY, feed, joins, on, run, sync, writes
from tests.fixtures.databases import ON_SQLITE

__all__ = ["stand_in"]

MakePortal = Callable[..., Portal]
Providers = dict[str, StandInProvider]


@pytest.fixture
def portal(make_portal: MakePortal, stand_in: Providers) -> Portal:
    return make_portal(**UNIVERSITY, languages="en fi")


def test_only_what_changed_reaches_the_library(portal: Portal, stand_in: Providers) -> None:
    joins(portal, stand_in["uni"])
    ada = {"subject": "ada", "family_name": "Lind-Berg", "valid_until": on(portal, 200)}
    assert sync(portal, ada, dry_run=True).did == {"changed": 1}
    assert count(portal.house, FeedPatron) == 0
    portal.koha.clear_calls()
    assert sync(portal, ada).did == {"changed": 1}
    assert writes(portal) == 1
    [row] = rows(portal.house, FeedPatron)
    assert row.locked == ["family_name"]
    assert str(row.valid_until) == ada["valid_until"]
    [membership] = rows(portal.house, Membership)
    assert (membership.kind, str(membership.valid_until)) == ("university", ada["valid_until"])
    portal.koha.clear_calls()
    assert sync(portal, ada).did == {"unchanged": 1}
    assert portal.koha.calls == ()
    assert sync(portal, {**ada, "valid_until": on(portal, 300)}).did == {"same": 1}
    assert writes(portal) == 0, "a later day is ours to know, not a change at the library"


@ON_SQLITE
def test_a_run_counts_the_people_it_comes_to(portal: Portal, stand_in: Providers) -> None:
    for subject in ("ada", "ben", "eve"):
        joins(portal, stand_in["uni"], subject)
    people = [{"subject": subject, "family_name": "Berg"} for subject in ("ada", "ben", "eve")]
    sync(portal, people[0])
    seen: list[tuple[int, int | None]] = []
    sync(portal, *people, {"subject": "nobody"}, progress=lambda done, of: seen.append((done, of)))
    assert sorted(set(seen)) == [(2, 3), (3, 3)], "who is unchanged needs no telling"


def test_nobody_without_a_transfer_in_force_is_told_of(portal: Portal, stand_in: Providers) -> None:
    joins(portal, stand_in["uni"])
    write(portal.house, "UPDATE transfer_consent SET withdrawn_at = given_at")
    portal.koha.clear_calls()
    done = sync(portal, {"subject": "ada", "family_name": "Other"}, {"subject": "nobody"})
    assert (done.did, done.kept) == ({}, {"no_transfer": 2})
    assert portal.koha.calls == ()
    assert count(portal.house, FeedPatron) == 0


@ON_SQLITE
def test_a_field_that_was_not_agreed_to_is_not_told(portal: Portal, stand_in: Providers) -> None:
    joins(portal, stand_in["uni"])
    sync(portal, {"subject": "ada", "phone": "+358401112222", "family_name": "Berg"})
    assert rows(portal.house, FeedPatron)[0].locked == ["family_name"]
    assert b"358401112222" not in dump(portal.house)
    assert all("358401112222" not in str(call) for call in portal.koha.calls)


@ON_SQLITE
def test_what_the_university_maintains_is_read_only_and_the_page_says_why(
    portal: Portal, stand_in: Providers
) -> None:
    browser = joins(portal, stand_in["uni"])
    browser.post("/language", language="en", return_to="/cards")
    [card] = rows(portal.house, LibraryCard)
    details = f"/cards/{card.id}/details"
    assert "change it there" not in browser.get(details).text
    done = sync(
        portal, {"subject": "ada", "language": "sv", "email": "ada.lind@university.example", "city": "Espoo"}
    )
    assert done.kept == {"the library does not take: city": 1}, "its staff would have to look at it every day"
    assert browser.get(details).text.count("Your organisation keeps this: change it there.") == 2
    stepped_up(portal)
    portal.koha.clear_calls()
    assert browser.post(details, email="other@university.example").status_int == 422
    assert writes(portal) == 0


@ON_SQLITE
def test_broken_rows_are_told_by_line_and_stop_nobody(portal: Portal, stand_in: Providers) -> None:
    joins(portal, stand_in["uni"], "ada")
    joins(portal, stand_in["uni"], "bo")
    path = feed(portal, {"subject": "ada", "family_name": "Berg"})
    path.write_text(f"{path.read_text()}no json\n" + '{"subject": "bo", "email": "x"}\n' + path.read_text())
    done = run(portal, "sync-patrons", only=str(path))
    assert done.did == {"changed": 1}
    assert done.kept == {
        "broken": 3,
        "line 2: not JSON": 1,
        "line 3: email: no address": 1,
        "line 4: the same person as in line 1": 1,
    }


def everybody(portal: Portal, provider: StandInProvider, days: int = 100) -> list[dict[str, Any]]:
    names = ["ada", "bo", "cy"]
    for name in names:
        joins(portal, provider, name)
    people = [{"subject": name, "valid_until": on(portal, days)} for name in names]
    assert sync(portal, *people).failed is None
    return people


@ON_SQLITE
def test_a_feed_that_would_end_many_stops_and_asks(portal: Portal, stand_in: Providers) -> None:
    people = everybody(portal, stand_in["uni"])
    ended = [{**people[0], "valid_until": on(portal, -1)}, *people[1:]]
    done = sync(portal, *ended)
    assert done.failed is not None
    assert "1 of 3" in done.failed
    assert done.did == {}
    assert sync(portal).failed is not None, "an empty feed"
    runner = CliRunner()
    command = ["--config", portal.ini(), "run", "sync-patrons", str(feed(portal, *ended))]
    refused = runner.invoke(main, command)
    assert (refused.exit_code, "--yes" in refused.output) == (1, True)
    assert runner.invoke(main, [*command, "--yes", "--json"]).exit_code == 0
    assert sorted(str(row.valid_until) for row in rows(portal.house, Membership))[0] == on(portal, -1)
    again = sync(portal, *ended)
    assert (again.failed, again.did) == (None, {"unchanged": 3}), "who has ended does not end again"


@ON_SQLITE
def test_who_is_missing_has_ended_unless_a_broken_row_may_be_theirs(
    portal: Portal, stand_in: Providers
) -> None:
    people = everybody(portal, stand_in["uni"])
    path = feed(portal, *people[1:])
    path.write_text(f"{path.read_text()}broken\n")
    done = run(portal, "sync-patrons", only=str(path), sure=True)
    assert done.kept["missing, but a broken row may be theirs"] == 1
    assert "ended" not in done.did
    assert sync(portal, *people[1:], sure=True).did == {"unchanged": 2, "ended": 1}
    assert sync(portal, *people).did == {"unchanged": 2, "same": 1}, "and is valid again when told of again"


@ON_SQLITE
def test_what_the_library_did_not_hear_is_told_again(portal: Portal, stand_in: Providers) -> None:
    joins(portal, stand_in["uni"])
    ada = {"subject": "ada", "family_name": "Berg", "valid_until": on(portal, 100)}
    portal.koha.stop()
    done = sync(portal, ada)
    assert (done.did, done.kept) == ({}, {"no_answer": 1})
    assert str(rows(portal.house, Membership)[0].valid_until) == ada["valid_until"]
    portal.koha.start()
    days_pass(portal, 1)
    assert sync(portal, ada).did == {"changed": 1}
    assert sync(portal, ada).did == {"unchanged": 1}


@ON_SQLITE
def test_a_run_stopped_half_way_goes_on_where_it_was(portal: Portal, stand_in: Providers) -> None:
    for name in ("ada", "bo", "cy"):
        joins(portal, stand_in["uni"], name)
    people = [{"subject": name, "family_name": "Berg"} for name in ("ada", "bo", "cy")]
    first = sync(portal, *people, limit=1)
    assert (first.did, first.left) == ({"changed": 1}, 2)
    assert sync(portal, *people).did == {"changed": 2, "unchanged": 1}


@ON_SQLITE
def test_a_university_patron_who_wants_to_stay_becomes_an_ordinary_one(
    portal: Portal, stand_in: Providers
) -> None:
    browser = joins(portal, stand_in["uni"])
    ada = {"subject": "ada", "valid_until": on(portal, 10)}
    sync(portal, ada)
    page = browser.get("/account/memberships")
    assert "I want to stay" in page.text
    [row] = rows(portal.house, Membership)
    assert browser.post(f"/account/memberships/{row.id}/stay").status_int == 303
    assert "I want to stay" not in browser.get("/account/memberships").text
    days_pass(portal, 20)
    sync(portal, {**ada, "valid_until": on(portal, -1)}, sure=True)
    [row] = rows(portal.house, Membership)
    assert row.kind == "ordinary"
    assert row.stay_at is not None
    assert row.valid_until > portal.clock().date()


@ON_SQLITE
def test_a_university_patron_ends_a_year_after_the_last_valid_day(
    portal: Portal, stand_in: Providers
) -> None:
    joins(portal, stand_in["uni"])
    sync(portal, {"subject": "ada", "valid_until": on(portal, 1)})
    days_pass(portal, 365 - 60)
    assert run(portal, "retire-patrons").did == {}
    days_pass(portal, 40)
    assert run(portal, "retire-patrons").did == {"noticed": 1}
    run_job(portal.house, "send-mail")
    assert "Your time as a university patron" in portal.mails()[-1]
    before = len(portal.koha.patrons)
    days_pass(portal, 31)
    assert run(portal, "retire-patrons").did == {"removed": 1}
    assert len(portal.koha.patrons) in {before, before - 1}
