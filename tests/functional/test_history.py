"""Loans of the past: for the holder, in parts, kept or not as one chooses, and deleted for good."""

from collections.abc import Callable

import pytest

from discovery_accounts.connectors.api import HistoryKeeping, PastLoan
from discovery_accounts.services import events
from tests.factories.desks import card_of, quiet
from tests.factories.portal import Portal
from tests.factories.pretending import library_of, open_pretending, signed_in
from tests.factories.rows import events as events_of
from tests.fixtures.databases import ON_SQLITE

pytestmark = ON_SQLITE


@pytest.fixture
def pretending(make_portal: Callable[..., Portal]) -> Portal:
    return open_pretending(make_portal)


@pytest.mark.parametrize("library", ["lumme", "helka"])
def test_the_newest_return_comes_first(portal: Portal, library: str) -> None:
    client = portal.signed_in_client(library)
    answer = client.call("GET", f"/history?card={card_of(client, library)}", status=200).json
    returned = [loan["returned_at"] for loan in answer["history"]]
    assert len(returned) == 3
    assert returned == sorted(returned, reverse=True)
    assert answer["next"] is None
    assert (answer["keeping"] is None) == (library == "helka")
    page = portal.signed_in_browser(library).get("/history")
    assert len(page.html.select(".accounts-fee")) == 3
    assert bool(page.html.find("input", {"name": "keeping"})) == (library == "lumme")


def test_what_the_library_can_not_do_is_not_offered(portal: Portal) -> None:
    client = portal.signed_in_client("helka")
    card = card_of(client, "helka")
    quiet(portal)
    for method, path, body in (
        ("PATCH", "/history", {"card": card, "keeping": "kept"}),
        ("DELETE", f"/history?card={card}", None),
    ):
        assert client.call(method, path, body, status=501).json["code"] == "not_supported"
    assert portal.alma.count() == 0
    assert (
        not portal.signed_in_browser("helka")
        .get("/history")
        .html.select("main form:not(#accounts-favour):not(.accounts-review-link)")
    )


def test_keeping_is_chosen_and_the_list_deleted(pretending: Portal) -> None:
    client, browser = signed_in(pretending)
    card, library = card_of(client, "pretend"), library_of(pretending)
    person = library.people["p101"]
    done = browser.post("/history", action="keep", card=card, keeping="not_kept")
    assert done.status_int == 303
    assert "Your choice is in force." in browser.get(done.headers["Location"]).text
    assert person.keeping is HistoryKeeping.NOT_KEPT
    assert len(person.history) == 3
    switched = client.call("PATCH", "/history", {"card": card, "keeping": "kept"}, status=200).json
    assert (switched["code"], switched["keeping"]) == ("switched", "kept")
    assert "Delete them for good?" in browser.get("/history").text
    browser.post("/history", action="delete", card=card)
    assert not person.history
    assert "was deleted at the library" in browser.get(f"/history?card={card}").text
    assert client.call("DELETE", f"/history?card={card}", status=200).json["count"] == 0
    assert len(events_of(pretending.house, events.HISTORY_DELETED)) == 2
    assert len(events_of(pretending.house, events.HISTORY_SWITCHED)) == 2


def test_a_long_history_comes_in_parts(pretending: Portal) -> None:
    client, browser = signed_in(pretending)
    card, person = card_of(client, "pretend"), library_of(pretending).people["p101"]
    person.history[:] = [PastLoan(f"l{number}", f"Work {number}") for number in range(120)]
    seen: list[str] = []
    offset: int | None = 0
    while offset is not None:
        answer = client.call("GET", f"/history?card={card}&offset={offset}", status=200).json
        seen += [loan["title"] for loan in answer["history"]]
        offset = answer["next"]
    assert seen == [f"Work {number}" for number in range(120)]
    second = browser.get(browser.get("/history").html.find("a", rel="next")["href"])
    assert "51–100 of 120" in second.text
    assert second.html.find("a", rel="prev") is not None
    for nonsense in ("-1", "x", "1e9", "٣"):
        assert client.call("GET", f"/history?card={card}&offset={nonsense}").status_int in {400, 422}
        refused = browser.get(f"/history?card={card}&offset={nonsense}", expect_errors=True)
        assert refused.status_int in {400, 422}


@pytest.mark.parametrize(("action", "field"), [("keep", "nonsense"), ("keep", ""), ("explode", "kept")])
def test_nonsense_changes_nothing(pretending: Portal, action: str, field: str) -> None:
    client, browser = signed_in(pretending)
    person = library_of(pretending).people["p101"]
    keeping = person.keeping
    page = browser.post("/history", action=action, card=card_of(client, "pretend"), keeping=field)
    assert page.status_int in {400, 422}
    assert (person.keeping, len(person.history)) == (keeping, 3)
