"""IT tries a policy out: how many would end in each coming month (rules 6)."""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup

from discovery_accounts.domain.retention import Policy
from discovery_accounts.models import Account, Membership
from discovery_accounts.services.retention.simulation import simulate
from tests.factories.portal import Portal
from tests.factories.rows import count
from tests.factories.staff import LOGINS, colleague
from tests.fixtures.databases import ON_SQLITE

PATH = "/admin/retention"


@pytest.fixture
def portal(make_portal: Callable[..., Portal]) -> Portal:
    return make_portal(**LOGINS)


def patrons(portal: Portal, library: str, number: int, days: int = 0, valid: int | None = None) -> None:
    """People with a membership who signed in so many days ago; of a university, if ``valid`` for so many days."""
    at = portal.clock() - timedelta(days=days)
    with portal.house.database.writing() as session:
        for _ in range(number):
            account = Account(id=uuid.uuid4(), created_at=at, last_sign_in_at=at)
            session.add(account)
            session.flush()
            session.add(
                Membership(
                    id=uuid.uuid4(),
                    account_id=account.id,
                    library=library,
                    since=at,
                    kind="ordinary" if valid is None else "university",
                    valid_until=None if valid is None else portal.clock().date() + timedelta(days=valid),
                    look_at=at,
                )
            )


def counted(portal: Portal, policy: Policy, months: int, library: str | None = None) -> list[int]:
    return [one.count for one in simulate(portal.house, policy, months, None, library).endings]


def test_counts_are_by_the_month_in_which_the_time_is_over(portal: Portal) -> None:
    patrons(portal, "lumme", 20, days=100)
    patrons(portal, "helka", 30)
    before = count(portal.house, Membership)
    assert counted(portal, Policy.IDLE_ACCOUNT, 6) == [20, 30]
    [late] = simulate(portal.house, Policy.IDLE_ACCOUNT, 36, None).endings
    assert (late.last, late.count) == (None, 20), "empty months before them are counted with them"
    overdue = simulate(portal.house, Policy.IDLE_ACCOUNT, 1, None)
    assert (overdue.of, overdue.endings[0].count) == (50, 20), "overdue: this month"
    assert overdue.endings[0].first == portal.clock().date().replace(day=1)
    assert counted(portal, Policy.IDLE_PATRON, 6, "lumme") == [20]
    assert simulate(portal.house, Policy.UNIVERSITY_ENDED, 12, None).of == 0
    patrons(portal, "lumme", 12, valid=40)
    university = simulate(portal.house, Policy.UNIVERSITY_ENDED, 1, None)
    assert (university.of, university.total, university.libraries) == (12, 12, ("lumme",))
    assert count(portal.house, Membership) == before + 12


@ON_SQLITE
def test_no_number_of_months_tells_one_person_from_the_others(portal: Portal) -> None:
    patrons(portal, "lumme", 30, days=400)
    patrons(portal, "lumme", 1, days=200)
    patrons(portal, "lumme", 30, days=10)
    sums: set[int] = set()
    for months in range(1, 121):
        told = counted(portal, Policy.IDLE_PATRON, months, "lumme")
        assert all(number >= 10 for number in told), months
        sums |= {sum(told[:some]) for some in range(len(told) + 1)}
    assert min(abs(one - other) for one in sums for other in sums if one != other) >= 10


@ON_SQLITE
def test_a_small_library_is_not_the_difference_of_all_and_the_others(portal: Portal) -> None:
    patrons(portal, "lumme", 40)
    patrons(portal, "helka", 1)
    for library in ("lumme", "helka", None):
        assert counted(portal, Policy.IDLE_PATRON, 6, library) == [41]
    assert simulate(portal.house, Policy.IDLE_PATRON, 6, {"helka"}, "helka").of == 0


@ON_SQLITE
def test_somebody_who_comes_is_not_the_difference_of_two_looks(portal: Portal) -> None:
    patrons(portal, "lumme", 40)
    assert counted(portal, Policy.IDLE_ACCOUNT, 6) == [40]
    patrons(portal, "lumme", 1)
    assert counted(portal, Policy.IDLE_ACCOUNT, 6) == [40]
    portal.clock.advance(hours=25)
    assert counted(portal, Policy.IDLE_ACCOUNT, 6) == [41]


@ON_SQLITE
def test_a_grant_of_one_library_counts_no_other(portal: Portal) -> None:
    patrons(portal, "lumme", 40)
    patrons(portal, "helka", 30)
    browser = colleague(portal, role="it", library="helka").sign_in()
    browser.post("/language", language="en")
    for address in ("", "&library=lumme", "&library=helka"):
        page = BeautifulSoup(browser.get(f"{PATH}?policy=idle_patron&months=12{address}").text, "html.parser")
        assert [cell.text for cell in page.select("table.accounts-table td")] == ["30"]
        assert [one["value"] for one in page.select("select[name=library] option")] == ["", "helka"]


@ON_SQLITE
def test_the_page_draws_and_tells_the_same_as_a_table(portal: Portal) -> None:
    patrons(portal, "lumme", 40)
    patrons(portal, "lumme", 20, days=100)
    browser = colleague(portal, role="it").sign_in()
    browser.post("/language", language="en")
    page = BeautifulSoup(browser.get(f"{PATH}?policy=idle_patron&months=12").text, "html.parser")
    drawing = page.find("svg", {"class": "accounts-chart"})
    assert drawing is not None
    assert drawing["role"] == "img"
    assert len(drawing.find_all("rect")) == 2
    assert [int(cell.text) for cell in page.select("table.accounts-table td")] == [20, 40]
    assert "60 of 60 would end in the months below." in page.text


@ON_SQLITE
def test_too_few_are_not_counted(portal: Portal) -> None:
    patrons(portal, "lumme", 9)
    browser = colleague(portal, role="it").sign_in()
    browser.post("/language", language="en")
    page = BeautifulSoup(browser.get(f"{PATH}?policy=idle_patron&months=12").text, "html.parser")
    assert "Too few to be shown." in page.text
    assert page.find("table") is None


@ON_SQLITE
@pytest.mark.parametrize("months", ["0", "-1", "x", "121", "99999999999", "١٢"])
def test_what_is_no_number_of_months_is_said_at_the_field(portal: Portal, months: str) -> None:
    browser = colleague(portal, role="it").sign_in()
    answer = browser.app.get(PATH, {"months": months}, expect_errors=True)
    assert answer.status_int == 422
    assert 'id="accounts-months-error"' in answer.text


@ON_SQLITE
def test_others_do_not_find_the_page(portal: Portal) -> None:
    for browser in (portal.signed_in_browser(), colleague(portal, role="helpdesk").sign_in()):
        assert browser.app.get(PATH, expect_errors=True).status_int == 404
