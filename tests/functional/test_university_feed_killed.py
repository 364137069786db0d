"""``sync-patrons`` killed anywhere and started again: the same end, and no change told to the library twice but the one
that was under way (rules 5.1)."""

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from discovery_accounts.domain.person import Person
from discovery_accounts.jobs.runner import run_job
from discovery_accounts.models import FeedPatron, Identity, Membership
from discovery_accounts.services.job_table import Done
from discovery_accounts.services.university_feed import telling
from discovery_accounts.services.university_feed.order import carry_out
from tests.factories.kills import COMMIT, STATEMENT, Killed, killed
from tests.factories.portal import Portal
from tests.factories.rows import rows, write
from tests.factories.stand_in_provider import StandInProvider, stand_in, state_of
from tests.factories.together import PATIENT
from tests.fixtures.databases import ON_SQLITE

__all__ = ["stand_in"]

pytestmark = ON_SQLITE
Providers = dict[str, StandInProvider]
NAMES = tuple(f"reader{number}" for number in range(10))


@pytest.fixture
def portal(make_portal: Callable[..., Portal], stand_in: Providers) -> Portal:
    portal = make_portal(
        logins="card uni",
        login__card__kind="card",
        login__uni__kind="outside",
        login__uni__library="lumme",
        login__uni__match_on="attribute:EPPN",
        login__uni__make_patrons="yes",
        library__lumme__new_patron_category="HENKILO",
        library__lumme__new_patron_library="MAIN",
        **PATIENT,
    )
    for name in NAMES:
        person = Person(f"{name}@uni.example", name.title(), "Lind", None, None, f"{name}@uni.example")
        stand_in["uni"].says(subject=name, shared_id=f"{name}@uni.example", person=person)
        browser = portal.browser()
        state = state_of(browser.post("/sign-in/uni").headers["Location"])
        browser.get(f"/sign-in/uni/callback?state={state}")
        assert browser.post("/sign-in/consent", answer="yes").status_int == 303
    return portal


def people(portal: Portal, family_name: str) -> list[dict[str, Any]]:
    last = portal.clock().date().replace(month=12, day=31).isoformat()
    return [{"subject": name, "family_name": family_name, "valid_until": last} for name in NAMES]


def feed(portal: Portal, some: list[dict[str, Any]]) -> Path:
    path = portal.folder / "people.jsonl"
    path.write_text("".join(f"{json.dumps(one)}\n" for one in some))
    return path


def sync(portal: Portal, some: list[dict[str, Any]], **options: Any) -> Done:
    return run_job(portal.house, "sync-patrons", only=str(feed(portal, some)), **options).done


def changes(portal: Portal) -> Counter[str]:
    """How often each patron's record was changed at the library."""
    return Counter(
        call.path
        for call in portal.koha.calls
        if call.method in {"PUT", "PATCH", "POST"} and "/patrons/" in call.path
    )


def kept(portal: Portal) -> object:
    subjects = {one.id: one.subject for one in rows(portal.house, Identity)}
    of_feed = sorted(
        (subjects[one.identity_id], str(one.valid_until), tuple(one.locked), one.content_hash)
        for one in rows(portal.house, FeedPatron)
    )
    return of_feed, sorted((one.kind, str(one.valid_until)) for one in rows(portal.house, Membership))


@contextmanager
def killed_at_the_library(patch: pytest.MonkeyPatch, after: int) -> Iterator[None]:
    """When the library has done so many calls: before its answer is heard."""
    left, tell = [after], telling.tell

    def told(*given: Any) -> telling.Told:
        answer = tell(*given)
        left[0] -= 1
        if left[0] < 0:
            raise Killed
        return answer

    with patch.context() as inner:
        inner.setattr(telling, "tell", told)
        with suppress(Killed):
            yield


def run_killed(portal: Portal, path: Path, chance: random.Random, patch: pytest.MonkeyPatch) -> None:
    def go() -> None:
        carry_out(portal.house, str(path), portal.clock(), 1000, sure=False, dry_run=False)

    where = chance.choice(["library", STATEMENT, COMMIT])
    if where == "library":
        with killed_at_the_library(patch, chance.randrange(8)):
            go()
    else:
        with killed(portal.house, chance.randrange(60 if where == STATEMENT else 12), where):
            go()


@pytest.mark.parametrize("seed", range(4))
def test_killed_anywhere_the_end_is_the_same(
    portal: Portal, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    sync(portal, people(portal, "Lind-Berg"))
    quiet = kept(portal)
    write(portal.house, "DELETE FROM feed_patron")
    write(portal.house, "UPDATE membership SET kind = 'ordinary', valid_until = NULL")
    sync(portal, people(portal, "Lind"))
    portal.koha.clear_calls()
    chance, path = random.Random(seed), feed(portal, people(portal, "Lind-Berg"))
    for _ in range(4):
        run_killed(portal, path, chance, monkeypatch)
    last = sync(portal, people(portal, "Lind-Berg"))
    assert last.failed is None
    assert kept(portal) == quiet
    # told to the library, and the answer not noted: it is asked what it has, and not told again
    assert len(changes(portal)) == len(NAMES)
    assert set(changes(portal).values()) == {1}
    portal.koha.clear_calls()
    again = sync(portal, people(portal, "Lind-Berg"))
    assert {word: n for word, n in again.did.items() if n} == {"unchanged": len(NAMES)}
    assert portal.koha.calls == ()


def test_a_feed_that_would_end_more_than_one_in_twenty_changes_nothing_and_asks(portal: Portal) -> None:
    sync(portal, people(portal, "Lind-Berg"))
    before = kept(portal)
    portal.koha.clear_calls()
    done = sync(portal, people(portal, "Other")[1:])
    assert done.failed is not None
    assert "1 of 10" in done.failed
    assert "--yes" in done.failed
    assert (kept(portal), portal.koha.calls) == (before, ())


def test_who_has_an_ended_account_is_told_of_to_nobody(portal: Portal) -> None:
    sync(portal, people(portal, "Lind-Berg"))
    write(portal.house, "UPDATE account SET ended_at = last_sign_in_at, ended_because = 'time'")
    portal.koha.clear_calls()
    done = sync(portal, people(portal, "Other"))
    assert {word: n for word, n in done.did.items() if n} == {}
    assert portal.koha.calls == ()
