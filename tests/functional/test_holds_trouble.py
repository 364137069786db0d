"""Whatever a library does to an act on a hold: one call, the right state, the right words, nothing half done."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from discovery_accounts.services import events
from discovery_accounts.simulator.faults import FAULTS
from tests.factories.desks import (
    FREE,
    PAUSED,
    QUEUED,
    at_desk,
    card_of,
    hold_of,
    listed,
    quiet,
    record_id,
    simulated,
)
from tests.factories.portal import Client, Portal
from tests.factories.rows import events as events_of
from tests.fixtures.databases import ON_SQLITE

pytestmark = ON_SQLITE

AT_THE_DOOR = {"too_many", "wrong_key", "daily_threshold", "expired_token"}
"""The library says that it did nothing: it does not know us, or asks us to wait."""
MAY_BE_DONE = {"slow_drip", "cut_connection", "other_patron"}
"""The library does what was asked, and its answer is spoilt."""


@dataclass(frozen=True)
class Act:
    """An act by its call of ours, and the library's: its method, and what its path holds."""

    name: str
    hold: int | None
    ours: str
    body: dict[str, Any] | None
    theirs: dict[str, str]
    done: Callable[[dict[int, Any]], bool]


ACTS = (
    Act(
        "place",
        None,
        "POST",
        {"pickup": "MAIN"},
        {"lumme": "POST", "helka": "POST"},
        lambda desk: any(hold.biblio_id == FREE for hold in desk.values()),
    ),
    Act(
        "cancel",
        QUEUED,
        "DELETE",
        None,
        {"lumme": "DELETE", "helka": "DELETE"},
        lambda desk: QUEUED not in desk,
    ),
    Act(
        "change pickup",
        QUEUED,
        "PATCH",
        {"pickup": "MAIN"},
        {"lumme": "PUT", "helka": "PUT"},
        # where patrons are mixed up, the simulated Alma changes the other's
        lambda desk: QUEUED not in desk or desk[QUEUED].branch == "MAIN",
    ),
    Act(
        "suspend",
        QUEUED,
        "PATCH",
        {"suspended": True},
        {"lumme": "POST"},
        lambda desk: desk[QUEUED].suspended,
    ),
    Act(
        "resume",
        PAUSED,
        "PATCH",
        {"suspended": False},
        {"lumme": "DELETE"},
        lambda desk: not desk[PAUSED].suspended,
    ),
)
ONLY = {"expired_token": "lumme", "daily_threshold": "helka"}
CASES = [
    pytest.param(library, act, fault, id=f"{library}-{act.name}-{fault}")
    for act in ACTS
    for library in act.theirs
    for fault in FAULTS
    if ONLY.get(fault, library) == library
]


@pytest.fixture
def hurried(make_portal: Callable[..., Portal]) -> Portal:
    """One that waits for nobody long."""
    return make_portal(
        page_deadline="0.8",
        act_deadline="1",
        library__lumme__timeout="0.4",
        library__helka__timeout="0.4",
    )


def ask(client: Client, act: Act, library: str, hold: str | None) -> Any:
    if hold is not None:
        return client.call(act.ours, f"/holds/{hold}", act.body)
    body = {**(act.body or {}), "card": card_of(client, library), "record_id": record_id(library, FREE)}
    return client.call("POST", "/holds", body)


@pytest.mark.parametrize(("library", "act", "fault"), CASES)
def test_each_fault_at_each_act(hurried: Portal, library: str, act: Act, fault: str) -> None:
    portal = hurried
    client = portal.signed_in_client(library)
    hold = hold_of(client, library, act.hold) if act.hold else None
    listed(client, library)
    before = at_desk(portal, library)
    theirs = simulated(portal, library)
    path = "/holds" if library == "lumme" else "/requests"
    quiet(portal)
    theirs.set_fault(fault, path_contains=path, method=act.theirs[library], times=1)
    answer = ask(client, act, library, hold)
    theirs.clear_faults()

    sent = [call for call in theirs.calls if call.method == act.theirs[library] and path in call.path]
    if fault in AT_THE_DOOR:  # nobody looked at it, so it may be sent once more
        assert {call.status for call in sent[:-1]} <= {401, 429}
        assert len(sent) <= 2
    else:
        assert len(sent) == 1
    assert answer.status_int in {200, 201, 202, 503}, answer.text
    assert "json" in answer.content_type
    after = at_desk(portal, library)
    done = act.done(after)
    if not done:
        assert after == before
    code = answer.json["code"]
    if answer.status_int in {200, 201}:
        assert done
        assert code in {"placed", "cancelled", "cancel_asked", "pickup_changed", "suspended", "resumed"}
    elif fault == "too_many":  # waiting as asked may take longer than we have
        assert (answer.status_int, code) in {(202, "not_answered"), (503, "library_unavailable")}
        assert not done
    elif fault in AT_THE_DOOR:
        assert (answer.status_int, code, done) == (503, "library_unavailable", False)
    else:
        assert (answer.status_int, code) == (202, "not_answered")
        assert not done or fault in MAY_BE_DONE
    if answer.status_int != 503:
        word = events.HOLD_PLACED if act.name == "place" else None
        if word:
            assert len(events_of(portal.house, word)) == 1
    # what is shown afterwards is the library's list as it is, never what was kept of before
    assert set(listed(client, library)) == set(after)


@pytest.mark.parametrize("library", ["lumme", "helka"])
def test_without_an_answer_the_page_tells_to_look_at_the_list(hurried: Portal, library: str) -> None:
    browser = hurried.signed_in_browser(library)
    browser.post("/language", language="en")
    hold = hold_of(hurried.signed_in_client(library), library)
    theirs = simulated(hurried, library)
    theirs.set_fault("error_500", method="DELETE", times=1)
    answer = browser.post(f"/holds/{hold}/cancel")
    assert answer.status_int == 303
    page = browser.get(answer.headers["Location"])
    assert "The library did not answer. Look at the list before you try again." in page.text
    assert hold in page.text


def test_what_was_done_though_the_answer_was_lost_is_told_as_done(hurried: Portal) -> None:
    client = hurried.signed_in_client()
    hold = hold_of(client, "lumme")
    hurried.koha.set_fault("cut_connection", path_contains="/holds", method="DELETE", times=1)
    answer = client.call("DELETE", f"/holds/{hold}", status=200)
    assert answer.json["code"] == "cancelled"


@pytest.mark.parametrize("library", ["lumme", "helka"])
def test_a_library_that_is_gone_is_told_on_the_page_and_nothing_typed_is_lost(
    hurried: Portal, library: str
) -> None:
    browser, client = hurried.signed_in_browser(library), hurried.signed_in_client(library)
    browser.post("/language", language="en")
    card, hold = card_of(client, library), hold_of(client, library)
    simulated(hurried, library).stop()
    typed = {"record_id": record_id(library, FREE), "card": card, "pickup": "EAST", "note": "Large print"}
    page = browser.post("/holds/new", **typed, wanted_until="2027-05-31")
    assert page.status_int in {303, 503}
    if page.status_int == 503:
        assert page.html.main["data-code"] == "library_unavailable"
        assert page.html.find("textarea").text.strip() == "Large print"
        assert page.html.find("input", {"name": "wanted_until"})["value"] == "2027-05-31"
        assert page.html.find("input", {"name": "pickup"})["value"] == "EAST"
    page = browser.post(f"/holds/{hold}/cancel")
    assert page.status_int == 503
    assert page.html.main["data-code"] == "library_unavailable"
    assert browser.get(f"/holds/{hold}/pickup", expect_errors=True).status_int == 503
    simulated(hurried, library).start()
    assert hold_of(client, library) == hold


def test_p9_an_answer_about_somebody_else_is_written_down_and_never_shown(hurried: Portal) -> None:
    client = hurried.signed_in_client()
    listed(client, "lumme")
    hurried.koha.set_fault("other_patron", path_contains="/holds", method="GET")
    answer = client.call("GET", "/holds?refresh=1", status=200).json
    childs = {hold.biblio_id for hold in at_desk(hurried, "lumme", "child").values()}
    assert childs
    assert not {int(hold["record_id"]) for hold in answer["holds"]} & childs
    assert events_of(hurried.house, events.WRONG_PATRON)
