"""Two universities, each with a feed of its own: neither has a say about the other's people (checklist L2)."""

import json
from collections.abc import Callable

import pytest

from discovery_accounts.domain.person import Person
from discovery_accounts.jobs.runner import run_job
from discovery_accounts.models import FeedPatron
from discovery_accounts.services.job_table import Done
from tests.factories.portal import Portal
from tests.factories.rows import count, rows, write
from tests.factories.stand_in_provider import StandInProvider, stand_in, state_of
from tests.fixtures.databases import ON_SQLITE

__all__ = ["stand_in"]

pytestmark = ON_SQLITE
Providers = dict[str, StandInProvider]
LOGINS = {
    f"login__{name}__{key}": value
    for name in ("uni", "poly")
    for key, value in {
        "kind": "outside",
        "library": "lumme",
        "match_on": "attribute:EPPN",
        "make_patrons": "yes",
    }.items()
}


@pytest.fixture
def portal(make_portal: Callable[..., Portal], stand_in: Providers) -> Portal:
    return make_portal(
        logins="card uni poly",
        login__card__kind="card",
        library__lumme__new_patron_category="HENKILO",
        library__lumme__new_patron_library="MAIN",
        **LOGINS,
    )


def joins(portal: Portal, stand_in: Providers, login: str, subject: str) -> None:
    person = Person(f"{subject}@{login}.example", subject.title(), "Lind", None, None, None)
    who = {"issuer": f"https://{login}.example", "subject": subject, "person": person}
    stand_in[login].says(**who, shared_id=f"{subject}@{login}.example")
    browser = portal.browser()
    state = state_of(browser.post(f"/sign-in/{login}").headers["Location"])
    browser.get(f"/sign-in/{login}/callback?state={state}")
    assert browser.post("/sign-in/consent", answer="yes").status_int == 303


def sync(portal: Portal, *people: dict[str, str], of: str | None = None, sure: bool = False) -> Done:
    path = portal.folder / "people.jsonl"
    path.write_text("".join(f"{json.dumps(one)}\n" for one in people))
    given = str(path) if of is None else f"{of}={path}"
    return run_job(portal.house, "sync-patrons", only=given, sure=sure).done


def test_a_feed_ends_nobody_of_another_university(portal: Portal, stand_in: Providers) -> None:
    joins(portal, stand_in, "uni", "ada")
    joins(portal, stand_in, "poly", "bo")
    ada, bo = {"subject": "ada", "login": "uni"}, {"subject": "bo", "login": "poly"}
    assert sync(portal, ada, bo).failed is None
    done = sync(portal, ada, sure=True)
    assert (done.failed, done.did["ended"]) == (None, 0)
    assert [row.valid_until for row in rows(portal.house, FeedPatron)] == [None, None]


def test_an_id_alone_is_nobody_s_where_there_are_several_universities(
    portal: Portal, stand_in: Providers
) -> None:
    joins(portal, stand_in, "poly", "bo")
    portal.koha.clear_calls()
    done = sync(portal, {"subject": "bo", "family_name": "Taken"})
    assert done.did["changed"] == 0
    assert done.kept["line 1: may name several people: tell `login` and `issuer`, too"] == 1
    assert portal.koha.calls == ()


def test_an_id_alone_is_nobody_s_where_several_organisations_sign_in_by_one_login(
    portal: Portal, stand_in: Providers
) -> None:
    joins(portal, stand_in, "poly", "bo")
    joins(portal, stand_in, "poly", "cy")
    write(portal.house, "UPDATE identity SET issuer = 'https://other.example' WHERE subject = 'cy'")
    done = sync(portal, {"subject": "cy", "login": "poly", "family_name": "Taken"})
    assert (done.did["changed"], done.kept["broken"]) == (0, 1)
    issuer = {"login": "poly", "issuer": "https://other.example"}
    assert sync(portal, {"subject": "cy", **issuer, "family_name": "Berg"}).did["changed"] == 1


def test_a_file_of_one_login_tells_of_its_own_people_only(portal: Portal, stand_in: Providers) -> None:
    joins(portal, stand_in, "uni", "ada")
    joins(portal, stand_in, "poly", "ada")
    portal.koha.clear_calls()
    foreign = sync(portal, {"subject": "ada", "login": "poly", "family_name": "Taken"}, of="uni")
    assert foreign.kept["line 1: of another login than uni"] == 1
    assert (portal.koha.calls, count(portal.house, FeedPatron)) == ((), 0)
    assert sync(portal, {"subject": "ada", "family_name": "Berg"}, of="uni").did["changed"] == 1
    assert [row.login_name for row in rows(portal.house, FeedPatron)] == ["uni"]


def test_the_share_that_may_end_is_of_each_university_s_people(
    portal: Portal, stand_in: Providers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("discovery_accounts.services.university_feed.sync.MOST_ENDINGS", 0.5)
    joins(portal, stand_in, "poly", "bo")
    joins(portal, stand_in, "uni", "ada")
    joins(portal, stand_in, "uni", "cy")
    gone = {"subject": "bo", "login": "poly", "valid_until": "2020-01-01"}
    assert "1 of 1" in str(sync(portal, gone).failed), "though it is one of three altogether"
