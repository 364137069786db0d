"""Lists of a Koha tell nothing of renewability: the page asks for it after it is shown."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Route, expect

from tests.browser.person import Person

MOST = 20


@pytest.fixture
def held(person: Person) -> Iterator[list[Route]]:
    """Questions of the page, kept back until a test lets them go."""
    routes: list[Route] = []
    person.page.route("**/api/v1/loans/*", lambda route: routes.append(route))
    yield routes
    person.page.unroute_all(behavior="ignoreErrors")


def _until(person: Person, condition: Callable[[], bool]) -> None:
    for _ in range(200):
        if condition():
            return
        person.page.wait_for_timeout(10)
    raise AssertionError("it did not come to that")


def test_it_is_asked_after_the_page_is_shown_and_all_at_once(person: Person, held: list[Route]) -> None:
    person.sign_in("lumme", person.site.portal.patron("lumme"))
    loans = person.page.locator(".accounts-loan")
    expect(loans).to_have_count(6)
    _until(person, lambda: len(held) == 6)
    expect(loans.get_by_text("Asking the library…")).to_have_count(6)
    expect(loans.get_by_role("checkbox")).to_have_count(6)
    for route in held:
        route.continue_()
    expect(loans.get_by_text("Can be renewed", exact=True)).to_have_count(4)
    expect(loans.get_by_text("Can’t be renewed: Somebody else has a hold on it")).to_have_count(1)
    expect(loans.get_by_text("Can’t be renewed: Already renewed as many times as is allowed")).to_have_count(
        1
    )
    expect(loans.locator("input:visible")).to_have_count(4)


def test_of_many_loans_only_the_first_are_asked_for(person: Person, held: list[Route]) -> None:
    person.sign_in("lumme", person.site.portal.patron("lumme", "many_loans"))
    expect(person.page.locator(".accounts-loan")).to_have_count(230)
    _until(person, lambda: len(held) >= MOST)
    for route in held:
        route.continue_()
    expect(person.page.get_by_text("Asking the library…")).to_have_count(0)
    assert len(held) == MOST


def test_a_question_without_an_answer_leaves_the_loan_to_be_tried(person: Person, held: list[Route]) -> None:
    person.sign_in("lumme", person.site.portal.patron("lumme", "child"))
    _until(person, lambda: len(held) == 4)
    held[0].abort()
    for route in held[1:]:
        route.fulfill(status=503, content_type="application/problem+json", body="{}")
    loans = person.page.locator(".accounts-loan")
    expect(loans.get_by_text("Asking the library…")).to_have_count(0)
    expect(loans.get_by_role("checkbox")).to_have_count(4)
    person.complaints.clear()


def test_all_are_selected_but_those_that_cant_be_renewed(person: Person) -> None:
    person.sign_in("lumme", person.site.portal.patron("lumme"))
    expect(person.page.get_by_text("Can’t be renewed")).to_have_count(2)
    expect(person.page.get_by_text("Can be renewed", exact=True)).to_have_count(4)
    person.button("Select all").click()
    expect(person.page.locator("[data-status]")).to_have_text("Selected: 4")
    person.button("Select none").click()
    expect(person.page.locator("[data-status]")).to_have_text("")
