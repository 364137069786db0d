"""What a library holds of its patron: seen whole or masked, changed at once or by staff (rules 4.6, 4.7, 5.2)."""

import pytest
from sqlalchemy import update

from discovery_accounts.connectors.api import PatronDetails
from discovery_accounts.models import SignedInSession
from discovery_accounts.services import events
from tests.factories.codes import stepped_up
from tests.factories.own_data import (
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
from tests.factories.rows import events as events_of
from tests.fixtures.databases import ON_SQLITE

__all__ = ["own", "own_koha"]

pytestmark = ON_SQLITE
LIBRARIES = ("pretend", "lumme", "helka")


def weak(portal: Portal) -> None:
    """Everybody came by a code in a mail."""
    with portal.house.database.writing() as session:
        session.execute(update(SignedInSession).values(strength="weak", stepped_up_at=None))


def change(client: Client, card: str, status: int = 200, **fields: object) -> dict[str, object]:
    answer: dict[str, object] = client.call("PATCH", f"/cards/{card}/details", fields, status=status).json
    return answer


@pytest.mark.parametrize("library", LIBRARIES)
def test_the_holder_sees_what_the_library_holds(own: Portal, library: str) -> None:
    client, card = signed_in(own, library)
    told = client.call("GET", f"/cards/{card}/details", status=200).json
    assert told["details"]["email"] == somebody(own, library).email
    assert told["details"]["street"]
    assert told["details"]["family_name"]
    assert {"field": "email", "how": "direct"} in told["editable"]
    assert not told["masked"]
    browser, _ = signed_in_browser(own, library)
    page = browser.get(f"/cards/{card}/details").text
    assert told["details"]["street"] in page
    assert told["details"]["email"] in page


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_weak_sign_in_sees_it_masked_and_changes_nothing(own: Portal, library: str) -> None:
    client, card = signed_in(own, library)
    whole = client.call("GET", f"/cards/{card}/details").json["details"]
    browser, _ = signed_in_browser(own, library)
    weak(own)
    told = client.call("GET", f"/cards/{card}/details", status=200).json
    assert told["masked"]
    page = browser.get(f"/cards/{card}/details").text
    for name in ("email", "family_name", "street", "postal_code", "city"):
        if whole[name]:
            assert whole[name] not in told["details"][name]
            assert f">{whole[name]}<" not in page
    assert told["details"]["birth_date"] is told["details"]["messages"] is None
    assert change(client, card, 403, phone="0401")["code"] in {
        "step_up_required",
        "fresh_sign_in_required",
    }


@pytest.mark.parametrize("library", LIBRARIES)
def test_contact_data_changes_only_after_a_code(own: Portal, library: str) -> None:
    client, card = signed_in(own, library)
    own.koha.clear_calls()
    own.alma.clear_calls()
    assert change(client, card, 403, email="new@example.org")["code"] == "step_up_required"
    assert own.koha.count() == own.alma.count() == 0
    prove(client, own)
    old = somebody(own, library).email
    result = change(client, card, email="new@example.org")
    assert result == {"card": card, "code": "changed", "waiting": []}
    assert client.call("GET", f"/cards/{card}/details").json["details"]["email"] == "new@example.org"
    told = [subject for subject in subjects(own) if "contact" in subject or "yhteystie" in subject]
    assert [subject.split(":")[0] for subject in told] == [old]
    assert len(events_of(own.house, events.CONTACT_CHANGED)) == 1


@pytest.mark.parametrize("library", ["pretend", "lumme"])
def test_what_staff_must_look_at_waits_for_them(own: Portal, library: str) -> None:
    client, card = signed_in(own, library)
    stepped_up(own)
    result = change(client, card, street="Another Street 5")
    assert (result["code"], result["waiting"]) == ("waiting", ["street"])
    told = client.call("GET", f"/cards/{card}/details").json
    assert told["details"]["street"] != "Another Street 5"


def test_when_staff_agree_the_new_address_is_there(own: Portal) -> None:
    client, card = signed_in(own, "lumme")
    stepped_up(own)
    change(client, card, street="Another Street 5")
    own.koha.approve_changes(own.patron("lumme").patron_id)
    assert client.call("GET", f"/cards/{card}/details").json["details"]["street"] == "Another Street 5"


def test_what_is_so_already_is_not_sent(own: Portal) -> None:
    client, card = signed_in(own, "pretend")
    stepped_up(own)
    pretend(own).gate.calls.clear()
    assert change(client, card, email=reader(own).email, street="Library Street 1")["code"] == "unchanged"
    assert [call for call in pretend(own).gate.calls if call.kind == "act"] == []


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"country": "Norway"}, ("country", "refused")),
        ({"email": "no address"}, ("email", "bad_characters")),
        ({"street": "x" * 200}, ("street", "too_long")),
        ({"city": "a\u202eb"}, ("city", "bad_characters")),
    ],
)
def test_what_is_refused_is_told_at_its_field_and_nothing_changes(
    own: Portal, fields: dict[str, str], wrong: tuple[str, str]
) -> None:
    client, card = signed_in(own, "pretend")
    stepped_up(own)
    before = client.call("GET", f"/cards/{card}/details").json["details"]
    refused = change(client, card, 422, phone="0409999999", **fields)
    assert refused["code"] == "invalid_value"
    assert refused["errors"] == [{"field": wrong[0], "code": wrong[1]}]
    assert client.call("GET", f"/cards/{card}/details").json["details"] == before


def test_an_empty_text_clears(own: Portal) -> None:
    client, card = signed_in(own, "pretend")
    stepped_up(own)
    assert change(client, card, phone="")["code"] == "changed"
    assert client.call("GET", f"/cards/{card}/details").json["details"]["phone"] is None


def test_the_page_asks_for_a_code_before_its_form_and_comes_back(own: Portal) -> None:
    browser, card = signed_in_browser(own, "pretend")
    to_form = browser.get(f"/cards/{card}/details").html.find("a", string="Change my details")
    assert to_form is not None
    asked = browser.get(str(to_form["href"]))
    assert asked.status_int == 303
    assert "/account/confirm?return_to=%2Fcards%2F" in asked.headers["Location"]
    stepped_up(own)
    form = browser.get(str(to_form["href"])).forms
    page = next(one for one in form.values() if one.action.endswith("/details"))
    page["pickup_alias"] = "Blue Otter"
    page["street"] = "Another Street 5"
    done = page.submit()
    assert done.headers["Location"].endswith(f"/cards/{card}/details")
    shown = done.follow().text
    assert "Blue Otter" in shown
    assert "a change waits for the library" in shown


def test_the_page_marks_what_was_refused_and_keeps_what_was_typed(own: Portal) -> None:
    browser, card = signed_in_browser(own, "pretend")
    stepped_up(own)
    page = browser.post(f"/cards/{card}/details", email="no address", city="Espoo")
    assert page.status_int == 422
    assert page.html.find(id="accounts-email")["aria-invalid"] == "true"
    assert page.html.find(id="accounts-city")["value"] == "Espoo"


def test_what_the_organisation_keeps_is_said_so(own: Portal) -> None:
    from discovery_accounts.models import Account, TransferConsent
    from tests.factories.rows import rows

    client, card = signed_in(own, "helka")
    [account] = rows(own.house, Account)
    own.house.gateway.change_patron(
        "helka", own.patron("helka").patron_id, PatronDetails(phone="0401234567"), deadline=10
    )
    with own.house.database.writing() as session:
        session.add(
            TransferConsent(
                account_id=account.id,
                login_name="uni",
                organisation="University",
                library="helka",
                legal_basis="consent",
                text_version="1",
                fields=["email", "phone"],
                given_at=own.clock(),
            )
        )
    told = client.call("GET", f"/cards/{card}/details").json
    editable = {one["field"] for one in told["editable"]}
    assert set(told["kept_by_organisation"]) == {"email", "phone"} - editable
