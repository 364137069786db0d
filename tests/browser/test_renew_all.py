"""Renewing everything in one go, when one of the loans can't be renewed."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.person import Person
from tests.browser.serving import Served


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_all_are_renewed_but_the_one_that_somebody_waits_for(
    make_site: Callable[..., Served], meet: Callable[..., Person], scripts: bool
) -> None:
    person = meet(make_site(), java_script_enabled=scripts)
    portal, page = person.site.portal, person.page
    patron = portal.patron("lumme")
    # of the first three loans the third is held by somebody else
    portal.koha.set_loan_count(patron.patron_id, 3)
    person.sign_in("lumme", patron)
    person.go("/loans")
    loans = page.locator(".accounts-loan")
    expect(loans).to_have_count(3)
    before = loans.locator("time").evaluate_all("times => times.map(one => one.dateTime)")

    person.button("Renew all").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Some loans were renewed")
    refused = page.get_by_role("region", name="Not renewed").locator(".accounts-result")
    expect(refused).to_have_count(1)
    expect(refused).to_contain_text("Somebody else has a hold on it")
    expect(
        page.get_by_role("region", name="Renewed", exact=False).locator(".accounts-result-good")
    ).to_have_count(2)
    kept = refused.get_by_role("heading").inner_text()

    person.link("Back to the loans").click()
    expect(loans).to_have_count(3)
    after = loans.locator("time").evaluate_all("times => times.map(one => one.dateTime)")
    assert len(set(after) - set(before)) == 1  # two have the new date, one still has its own
    expect(loans.filter(has_text=kept)).to_have_count(1)
