"""Past loans, what was sent, and suggestions: reached from where a person looks for them."""

import pytest

from tests.factories.own_data import own, own_koha, signed_in_browser
from tests.factories.portal import Portal
from tests.fixtures.databases import ON_SQLITE

__all__ = ["own", "own_koha"]

pytestmark = ON_SQLITE


@pytest.mark.parametrize("library", ["pretend", "lumme", "helka"])
@pytest.mark.parametrize("page", ["/", "/account"])
def test_the_home_page_and_the_account_lead_there(own: Portal, library: str, page: str) -> None:
    browser, _ = signed_in_browser(own, library)
    section = browser.get(page).html.find("section", {"aria-labelledby": "accounts-see-also"})
    links = [str(link["href"]) for link in section.find_all("a")]
    assert links[-2:] == ["/notices", "/suggestions"]
    assert [browser.get(link).status_int for link in links] == [200] * len(links)


@pytest.mark.parametrize("page", ["/notices", "/suggestions"])
def test_one_comes_back_to_the_account(own: Portal, page: str) -> None:
    browser, _ = signed_in_browser(own, "lumme")
    back = browser.get(page).html.find("p", class_="accounts-back")
    assert back.a["href"] == "/account"


def test_the_card_leads_to_its_own_past_loans(own: Portal) -> None:
    browser, card = signed_in_browser(own, "lumme")
    links = [str(link["href"]) for link in browser.get(f"/cards/{card}").html.main.find_all("a")]
    assert f"/history?card={card}" in links
    assert browser.get(f"/history?card={card}").status_int == 200
