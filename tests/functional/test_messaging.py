"""Which messages a library sends: seen, chosen, and never half chosen (rules 8)."""

import pytest

from discovery_accounts.connectors.api import TimedOut
from discovery_accounts.services import events
from tests.factories.codes import stepped_up
from tests.factories.own_data import own, own_koha, pretend, reader, signed_in, signed_in_browser
from tests.factories.portal import Client, Portal
from tests.factories.rows import events as events_of
from tests.fixtures.databases import ON_SQLITE

__all__ = ["own", "own_koha"]

pytestmark = ON_SQLITE
LIBRARIES = ("pretend", "lumme")


def give_number(portal: Portal, client: Client, card: str) -> None:
    """Without a number on file no library sends text messages."""
    stepped_up(portal)
    client.call("PATCH", f"/cards/{card}/details", {"sms_number": "0401234567"}, status=200)


def setting(client: Client, card: str, kind: str) -> dict[str, object]:
    messaging = client.call("GET", "/messaging", status=200).json["messaging"]
    settings = next(one["settings"] for one in messaging if one["card"] == card)
    found: dict[str, object] = next(one for one in settings if one["kind"] == kind)
    return found


@pytest.mark.parametrize("library", LIBRARIES)
def test_channels_and_days_are_chosen_and_the_rest_stays(own: Portal, library: str) -> None:
    client, card = signed_in(own, library)
    give_number(own, client, card)
    due = setting(client, card, "due")
    choice = {"kind": "advance_notice", "channels": ["email", "sms"], "days_ahead": 5, "digest": True}
    answer = client.call("PUT", "/messaging", {"card": card, "settings": [choice]}, status=200).json
    assert answer["code"] == "changed"
    now = setting(client, card, "advance_notice")
    assert {name: now[name] for name in choice} == choice
    assert setting(client, card, "due") == due
    assert len(events_of(own.house, events.MESSAGING_CHANGED)) == 1


@pytest.mark.parametrize("library", LIBRARIES)
def test_no_channel_is_a_choice_too(own: Portal, library: str) -> None:
    client, card = signed_in(own, library)
    body = {"card": card, "settings": [{"kind": "hold_ready", "channels": []}]}
    client.call("PUT", "/messaging", body, status=200)
    assert setting(client, card, "hold_ready")["channels"] == []


@pytest.mark.parametrize(
    "choice",
    [
        {"kind": "overdue", "channels": ["email"]},
        {"kind": "hold_ready", "channels": ["push"]},
        {"kind": "hold_ready", "days_ahead": 3},
        {"kind": "due", "digest": True, "days_ahead": 2},
        {"kind": "advance_notice", "days_ahead": 31},
        {"kind": "new_items", "channels": ["email"]},
    ],
)
def test_what_is_not_offered_is_refused_and_nothing_else_changes(
    own: Portal, choice: dict[str, object]
) -> None:
    client, card = signed_in(own, "pretend")
    before = client.call("GET", "/messaging").json
    body = {"card": card, "settings": [{"kind": "advance_notice", "channels": ["sms"]}, choice]}
    if choice["kind"] == "advance_notice":
        body["settings"] = [choice]
    answer = client.call("PUT", "/messaging", body, status=422).json
    assert answer["errors"] == [{"field": choice["kind"], "code": "refused"}]
    assert client.call("GET", "/messaging").json == before


def test_a_library_that_keeps_no_choices_says_so(own: Portal) -> None:
    client, card = signed_in(own, "helka")
    assert client.call("GET", "/messaging").json == {
        "messaging": [],
        "cards": [{"card": card, "code": "not_supported"}],
    }
    body = {"card": card, "settings": [{"kind": "due", "channels": ["email"]}]}
    assert client.call("PUT", "/messaging", body, status=501).json["code"] == "not_supported"
    browser, _ = signed_in_browser(own, "helka")
    page = browser.get(f"/cards/{card}").text
    assert f"/cards/{card}/messages" not in page
    assert "This library does not offer here:" in page


@pytest.mark.parametrize("library", LIBRARIES)
def test_the_page_saves_what_is_ticked(own: Portal, library: str) -> None:
    browser, card = signed_in_browser(own, library)
    client, _ = signed_in(own, library)
    assert "has no number of yours" in browser.get(f"/cards/{card}/messages").text
    give_number(own, client, card)
    path = f"/cards/{card}/messages"
    form = next(one for one in browser.get(path).forms.values() if one.action == path)
    form["advance_notice.days_ahead"] = "7"
    for box in form.fields["hold_ready.channel"]:
        box.checked = box._value == "sms"
    done = form.submit()
    assert done.headers["Location"].endswith(path)
    assert "The library has your choices." in done.follow().text
    assert setting(client, card, "hold_ready")["channels"] == ["sms"]
    assert setting(client, card, "advance_notice")["days_ahead"] == 7
    again = browser.get(path).forms
    unchanged = next(one for one in again.values() if one.action == path).submit()
    assert "Nothing was different" in unchanged.follow().text


@pytest.mark.parametrize("days", ["9" * 5000, "-1", "\u0663", "1e3", "99999999"])
def test_days_that_nobody_could_choose_change_nothing(own: Portal, days: str) -> None:
    browser, card = signed_in_browser(own, "pretend")
    client, _ = signed_in(own, "pretend")
    before = setting(client, card, "advance_notice")["days_ahead"]
    answer = browser.post(f"/cards/{card}/messages", **{"advance_notice.days_ahead": days})
    assert answer.status_int in {303, 422}
    assert setting(client, card, "advance_notice")["days_ahead"] == before


def test_the_number_for_text_messages_shows_its_end_only(own: Portal) -> None:
    pretend(own).people[reader(own).patron_id].contact["sms_number"] = "0401234567"
    browser, card = signed_in_browser(own, "pretend")
    page = browser.get(f"/cards/{card}/messages").text
    assert "…67" in page
    assert "0401234567" not in page


@pytest.mark.parametrize("done", [True, False])
def test_an_answer_that_is_lost_is_looked_up_and_not_sent_again(own: Portal, done: bool) -> None:
    client, card = signed_in(own, "pretend")
    library = pretend(own)
    library.gate.calls.clear()
    library.gate.fail(TimedOut, acts_only=True, done=done)
    body = {"card": card, "settings": [{"kind": "due", "channels": ["sms"]}]}
    answer = client.call("PUT", "/messaging", body, status=200 if done else 202).json
    assert answer["code"] == ("changed" if done else "not_answered")
    assert len([call for call in library.gate.calls if call.kind == "act"]) == 1
