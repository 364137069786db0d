"""Every page in every state, on a narrow screen: nothing serious for axe in light and dark, nothing to scroll
sideways, and no complaint of the browser (a broken content policy is one; see ``meet``)."""

from collections.abc import Callable

import pytest

from tests.browser.person import Person
from tests.browser.serving import Served
from tests.browser.tours import TOURS

NARROW = {"width": 320, "height": 640}
LANGUAGES = {
    "signed out": "nb-NO",
    "cards and loans": "fi-FI",
    "holds and fees": "sv-FI",
    "trouble": "sv-FI",
    "account": "en-GB",
}


@pytest.mark.parametrize("tour", TOURS)
def test_every_page_is_for_everybody(site: Served, meet: Callable[..., Person], tour: str) -> None:
    person = meet(site, viewport=NARROW, locale=LANGUAGES[tour])
    faults = [fault for stop in TOURS[tour](person) for fault in _faults(person, stop)]
    assert faults == []
    assert person.page.locator("html").get_attribute("lang") == LANGUAGES[tour][:2]


def _faults(person: Person, stop: str) -> list[str]:
    found = person.barriers()
    if wider := person.overflow():
        found.append(f"{wider} px wider than the screen")
    return [f"{stop}: {fault}" for fault in found]
