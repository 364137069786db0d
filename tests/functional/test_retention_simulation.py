"""IT tries a policy out: how many would end in each coming month (rules 6)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup

from discovery_accounts.domain.retention import Policy
from discovery_accounts.models import Membership
from discovery_accounts.services.retention.simulation import simulate
from tests.factories.ages import days_pass
from tests.factories.portal import Portal
from tests.factories.rows import count, rows
from tests.factories.staff import LOGINS, colleague
from tests.fixtures.databases import ON_SQLITE

PATH = "/admin/retention"


@pytest.fixture
def portal(make_portal: Callable[..., Portal]) -> Portal:
    return make_portal(**LOGINS)


def test_counts_are_by_the_month_in_which_the_time_is_over(portal: Portal) -> None:
    portal.signed_in_client("lumme", "good")
    portal.signed_in_client("lumme", "child")
    days_pass(portal, 100)
    portal.signed_in_client("helka", "good")
    before = count(portal.house, Membership)
    found = simulate(portal.house, Policy.IDLE_ACCOUNT, 6)
    assert (found.of, found.total) == (3, 3)
    assert sorted(one.count for one in found.endings if one.count) == [1, 2]
    assert simulate(portal.house, Policy.IDLE_ACCOUNT, 36).total == 0
    assert simulate(portal.house, Policy.IDLE_ACCOUNT, 1).endings[0].count == 2, "overdue: this month"
    unused = simulate(portal.house, Policy.IDLE_PATRON, 6, "lumme")
    assert (unused.of, unused.total) == (2, 2)
    assert simulate(portal.house, Policy.UNIVERSITY_ENDED, 12).of == 0
    with portal.house.database.writing() as session:
        row = session.get_one(Membership, rows(portal.house, Membership)[0].id)
        row.kind, row.valid_until = "university", portal.clock().date() + timedelta(days=40)
    university = simulate(portal.house, Policy.UNIVERSITY_ENDED, 1)
    assert (university.of, university.total) == (1, 1)
    assert count(portal.house, Membership) == before


@ON_SQLITE
def test_the_page_draws_and_tells_the_same_as_a_table(portal: Portal) -> None:
    portal.signed_in_client("lumme")
    browser = colleague(portal, role="it").sign_in()
    browser.post("/language", language="en")
    page = BeautifulSoup(browser.get(f"{PATH}?policy=idle_account&months=12").text, "html.parser")
    drawing = page.find("svg", {"class": "accounts-chart"})
    assert drawing is not None
    assert drawing["role"] == "img"
    assert len(drawing.find_all("rect")) == 1
    numbers = [int(cell.text) for cell in page.select("table.accounts-table td")]
    assert len(numbers) == 13
    assert sum(numbers) >= 1


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
