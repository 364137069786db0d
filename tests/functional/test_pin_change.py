"""Another PIN by the old one: at the library, in our copies, and nowhere else (rules 2.4, 4.7)."""

import pytest

from discovery_accounts.models import Credential, SignedInSession
from discovery_accounts.services import events
from tests.factories.codes import stepped_up
from tests.factories.own_data import (
    connector,
    own,
    own_koha,
    pretend,
    prove,
    reader,
    signed_in,
    signed_in_browser,
    somebody,
    subjects,
)
from tests.factories.portal import Client, Portal
from tests.factories.refusals import refused
from tests.factories.rows import dump, rows
from tests.factories.rows import events as events_of
from tests.fixtures.databases import ON_SQLITE

__all__ = ["own", "own_koha"]

NEW = "83461957"
LIBRARIES = ("pretend", "lumme", "helka")


def change(client: Client, card: str, old: str, new: str = NEW, status: int = 200) -> dict[str, object]:
    body = {"old_pin": old, "new_pin": new}
    answer: dict[str, object] = client.call("POST", f"/cards/{card}/pin", body, status=status).json
    return answer


def pin_of(portal: Portal, library: str) -> str:
    return str(somebody(portal, library).pin)


@pytest.mark.parametrize("library", LIBRARIES)
def test_the_new_pin_is_in_force_here_and_there(own: Portal, library: str) -> None:
    client, card = signed_in(own, library)
    old, number = pin_of(own, library), somebody(own, library).card_number
    assert change(client, card, old, status=403)["code"] == "step_up_required"
    prove(client, own)
    assert change(client, card, old) == {"card": card, "code": "changed"}
    assert pin_of(own, library) == NEW
    own.clock.advance(minutes=20)
    loans = client.call("GET", "/loans?refresh=1").json
    assert loans["cards"][0]["state"] == "fresh"
    body = {"library": library, "card_number": number, "pin": old}
    own.client().call("POST", "/sessions", body, status=401)
    own.client().call("POST", "/sessions", {**body, "pin": NEW}, status=201)
    assert len(events_of(own.house, events.PIN_SET)) == 1


@pytest.mark.parametrize("library", LIBRARIES)
def test_the_address_on_file_is_told(own: Portal, library: str) -> None:
    client, card = signed_in(own, library)
    stepped_up(own)
    change(client, card, pin_of(own, library))
    assert [line.split(":")[0] for line in subjects(own)] == [somebody(own, library).email]


def test_others_who_stored_the_old_pin_see_nothing_until_they_give_the_new_one(own: Portal) -> None:
    carer, _ = signed_in(own, "lumme")
    linked = carer.link("pretend", reader(own)).json["id"]
    assert carer.call("GET", f"/loans?card={linked}").json["cards"][0]["state"] == "fresh"
    client, card = signed_in(own, "pretend")
    stepped_up(own)
    change(client, card, pin_of(own, "pretend"))
    told = carer.call("GET", f"/loans?card={linked}").json
    assert (told["loans"], told["cards"][0]["state"]) == ([], "pin_changed")
    carer.call("PATCH", f"/cards/{linked}", {"pin": NEW}, status=200)


def test_a_wrong_old_pin_changes_nothing_and_is_counted_once(own: Portal) -> None:
    client, card = signed_in(own, "lumme")
    stepped_up(own)
    own.koha.clear_calls()
    answer = change(client, card, "0000", status=422)
    assert (answer["code"], answer["field"]) == ("pin_rejected", "old_pin")
    assert refused(own.koha) == 1
    assert pin_of(own, "lumme") != NEW


def test_guessing_ends_before_the_library_would_lock_the_card(own: Portal) -> None:
    client, card = signed_in(own, "lumme")
    stepped_up(own)
    own.koha.clear_calls()
    answers = [
        client.call("POST", f"/cards/{card}/pin", {"old_pin": "0000", "new_pin": NEW}) for _ in range(8)
    ]
    assert {one.status_int for one in answers} == {422, 429}
    assert answers[-1].json["code"] in {"card_locked", "too_many_attempts"}
    assert refused(own.koha) <= 5
    own.client().sign_in("helka", own.patron("helka"))
    own.clock.advance(hours=25)
    own.signed_in_client("lumme")


@ON_SQLITE
@pytest.mark.parametrize(
    ("new", "code"),
    [("1", "too_short"), ("x" * 80, "too_long"), (" 4711 ", "blanks"), ("1111", "too_simple")],
)
def test_what_is_wrong_with_the_new_pin_is_told_and_the_old_one_stays(
    own: Portal, new: str, code: str
) -> None:
    client, card = signed_in(own, "pretend")
    stepped_up(own)
    old = pin_of(own, "pretend")
    answer = change(client, card, old, new, status=422)
    assert answer["errors"] == [{"field": "new_pin", "code": code}]
    assert pin_of(own, "pretend") == old


@ON_SQLITE
def test_the_page_wants_it_twice_and_gives_no_pin_back(own: Portal) -> None:
    browser, card = signed_in_browser(own, "pretend")
    path, old = f"/cards/{card}/pin", pin_of(own, "pretend")
    assert "/account/confirm" in browser.get(path).headers["Location"]
    stepped_up(own)
    page = browser.get(path)
    assert "At least 4 characters." in page.text
    wrong = browser.post(path, old_pin=old, new_pin=NEW, new_pin_again="9999")
    assert wrong.status_int == 422
    assert wrong.html.find(id="accounts-new-pin-again")["aria-invalid"] == "true"
    refused_page = browser.post(path, old_pin="0000", new_pin=NEW, new_pin_again=NEW)
    assert refused_page.html.main["data-code"] == "pin_rejected"
    for answer in (wrong, refused_page):
        assert NEW not in answer.text
        assert f'value="{old}"' not in answer.text
    done = browser.post(path, old_pin=old, new_pin=NEW, new_pin_again=NEW)
    assert done.headers["Location"].endswith(f"/cards/{card}")
    assert "The PIN was changed at the library." in done.follow().text
    assert pin_of(own, "pretend") == NEW


@ON_SQLITE
@pytest.mark.parametrize("name", ["old_pin", "new_pin", "new_pin_again"])
def test_a_pin_in_the_address_is_refused_and_not_repeated(own: Portal, name: str) -> None:
    browser, card = signed_in_browser(own, "pretend")
    stepped_up(own)
    answer = browser.get(f"/cards/{card}/pin?{name}={NEW}", expect_errors=True)
    assert answer.status_int == 400
    assert NEW not in answer.text


@ON_SQLITE
@pytest.mark.parametrize("library", LIBRARIES)
def test_no_log_and_no_table_holds_either_pin(
    own: Portal, library: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    client, card = signed_in(own, library)
    old = "60318274"
    stepped_up(own)
    change(client, card, pin_of(own, library), old)
    change(client, card, old)
    change(client, card, "99551133", "44220077", status=422)
    for pin in (old, NEW, "99551133", "44220077"):
        assert pin.encode() not in dump(own.house)
        assert pin not in caplog.text
        assert all(pin not in mail for mail in own.mails())


@ON_SQLITE
def test_an_answer_that_is_lost_is_found_out_by_the_new_pin_and_the_change_is_sent_once(own: Portal) -> None:
    from discovery_accounts.connectors.api import TimedOut

    client, card = signed_in(own, "pretend")
    stepped_up(own)
    old, library = pin_of(own, "pretend"), pretend(own)
    library.gate.calls.clear()
    library.gate.fail(TimedOut, acts_only=True, done=True)
    assert change(client, card, old)["code"] == "changed"
    assert [call.subject for call in library.gate.calls if call.kind == "act"] == ["pin"]
    library.gate.mend()
    own.clock.advance(minutes=20)
    assert client.call("GET", "/loans?refresh=1").json["cards"][0]["state"] == "fresh"


@ON_SQLITE
def test_where_nobody_knows_nothing_is_claimed(own: Portal) -> None:
    from discovery_accounts.connectors.api import TimedOut

    client, card = signed_in(own, "pretend")
    stepped_up(own)
    old, library = pin_of(own, "pretend"), pretend(own)
    library.gate.fail(TimedOut)
    library.gate.calls.clear()
    # the check of the old PIN is a reading, so the line is cut for acts alone
    library.gate.fail(TimedOut, acts_only=True)
    assert change(client, card, old, status=202)["code"] == "not_answered"
    assert len([call for call in library.gate.calls if call.kind == "act"]) == 1
    library.gate.mend()
    assert client.call("GET", "/loans?refresh=1").json["cards"][0]["state"] == "fresh"
    assert connector(own).library.people[reader(own).patron_id].pin == old


@ON_SQLITE
def test_with_no_pin_stored_none_is_stored_by_a_change(own: Portal) -> None:
    client, card = signed_in(own, "pretend")
    from sqlalchemy import delete

    with own.house.database.writing() as session:
        session.execute(delete(Credential))
        session.connection().exec_driver_sql("UPDATE link SET proof = 'federation'")
    stepped_up(own)
    change(client, card, pin_of(own, "pretend"))
    assert rows(own.house, Credential) == []


@ON_SQLITE
@pytest.mark.parametrize(("chosen", "left"), [({"end_others": "1"}, 1), ({}, 2)])
def test_w3_a_new_pin_offers_to_end_all_other_sessions(
    own: Portal, chosen: dict[str, str], left: int
) -> None:
    browser, card = signed_in_browser(own, "pretend")
    signed_in_browser(own, "pretend")
    stepped_up(own)
    assert browser.get(f"/cards/{card}/pin").html.select_one("[name=end_others]").has_attr("checked")
    pins = {"old_pin": pin_of(own, "pretend"), "new_pin": NEW, "new_pin_again": NEW}
    assert browser.post(f"/cards/{card}/pin", **pins, **chosen).status_int == 303
    assert len(rows(own.house, SignedInSession)) == left
    assert browser.get("/cards").status_int == 200
