"""The page where people of a federation choose their organisation (checklist W1 for its forms)."""

from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from webtest import TestResponse

from tests.factories.federated import (
    entity_id,
    federated_portal,
    saml_settings,
    well_known,
    write_list,
)
from tests.factories.federation import Signer, entity
from tests.factories.portal import Portal
from tests.fixtures.databases import ON_SQLITE

pytestmark = [pytest.mark.saml, ON_SQLITE]
Open = Callable[..., Portal]
PAGE = "/sign-in/haka"


@pytest.fixture
def portal(make_portal: Open, federation: Signer, tmp_path: Path) -> Portal:
    return federated_portal(make_portal, tmp_path, federation, well_known(federation))


def choices(page: TestResponse) -> list[tuple[str, str]]:
    """Entity id and name of every button, in the order of the page."""
    soup = BeautifulSoup(page.text, "html.parser")
    for template in soup.find_all("template"):
        template.decompose()
    return [(str(button["value"]), _text(button)) for button in soup.select("button[name=organisation]")]


def _text(button: Tag) -> str:
    name = button.find("strong")
    assert name is not None
    return name.get_text()


def main(page: TestResponse) -> Tag:
    found = BeautifulSoup(page.text, "html.parser").find("main")
    assert isinstance(found, Tag)
    return found


def test_without_a_script_the_search_is_a_form_and_each_organisation_a_button(portal: Portal) -> None:
    browser = portal.browser()
    page = browser.get(PAGE + "?q=abo&return_to=/cards", headers={"Accept-Language": "sv"})
    assert choices(page) == [(entity_id("abo"), "Åbo Akademi"), (entity_id("turku"), "Åbo universitet")]
    form = main(page).select_one("form#accounts-organisation")
    assert form is not None
    assert form["action"] == PAGE
    assert [field["value"] for field in form.select("[name=return_to]")] == ["/cards"]
    search = main(page).select_one("form[method=get] [name=return_to]")
    assert search is not None
    assert search["value"] == "/cards"


def test_what_was_typed_is_text_and_stays_in_the_field(portal: Portal) -> None:
    page = portal.browser().get(PAGE, params={"q": '"><script>alert(1)</script>'})
    field = main(page).select_one("[name=q]")
    assert field is not None
    assert field["value"] == '"><script>alert(1)</script>'
    assert "<script>alert" not in page.text
    assert choices(page) == []


def test_names_of_the_federation_are_text(make_portal: Open, federation: Signer, tmp_path: Path) -> None:
    named = entity("https://idp.example/?a=1&b=2", {"en": 'A <b>bold</b> & "odd" name'})
    portal = federated_portal(make_portal, tmp_path, federation, [named, *well_known(federation)])
    page = portal.browser().get(PAGE + "?q=bold")
    assert choices(page) == [("https://idp.example/?a=1&b=2", 'A <b>bold</b> & "odd" name')]


def test_the_pages_script_gets_the_same_as_json(portal: Portal) -> None:
    answer = portal.browser().get(PAGE + "/organisations?q=abo", headers={"Accept-Language": "fi"})
    assert answer.content_type == "application/json"
    assert answer.json["organisations"][0] == {
        "id": entity_id("abo"),
        "name": "Åbo Akademi",
        "domain": "abo.example",
    }
    assert (answer.json["total"], answer.json["more"]) == (2, False)
    assert answer.json["told"]
    empty = portal.browser().get(PAGE + "/organisations").json
    assert (empty["told"], len(empty["organisations"])) == ("", 5)


def test_only_logins_with_organisations_have_them(portal: Portal) -> None:
    for path in ("/sign-in/card/organisations", "/sign-in/nothing/organisations"):
        assert portal.browser().get(path, expect_errors=True).status_int == 404


def test_a_choice_leads_to_the_organisation_and_is_remembered(portal: Portal) -> None:
    browser = portal.browser()
    for short in ("hels", "abo", "turku", "tromso", "abo"):
        answer = browser.post(PAGE, organisation=entity_id(short))
        assert answer.status_int == 303
        assert answer.location.startswith(entity_id(short) + "/sso?")
    remembered = choices(browser.get(PAGE + "?q=nothing"))
    assert [each for each, _ in remembered] == [entity_id(short) for short in ("abo", "tromso", "turku")]
    cookie = next(line for line in answer.headers.getall("Set-Cookie") if "accounts_organisations" in line)
    assert "SameSite=Lax" in cookie
    assert "HttpOnly" in cookie
    assert f"Max-Age={180 * 24 * 3600}" in cookie


def test_w1_what_was_chosen_is_forgotten_by_a_form_with_its_token(portal: Portal) -> None:
    browser = portal.browser()
    browser.post(PAGE, organisation=entity_id("hels"))
    refused = browser.post(PAGE + "/organisations", csrf_token="wrong")
    assert refused.status_int == 400
    assert choices(browser.get(PAGE + "?q=nothing"))
    answer = browser.post(PAGE + "/organisations", return_to="/cards")
    assert (answer.status_int, answer.location) == (303, "http://localhost/sign-in/haka?return_to=%2Fcards")
    assert choices(browser.get(PAGE + "?q=nothing")) == []


def test_a_cookie_of_somebody_elses_making_does_no_harm(portal: Portal) -> None:
    browser = portal.browser()
    for value in ("x", "..", "A" * 16, "a" * 150, "%00<>"):
        browser.app.set_cookie("accounts_organisations", value)
        assert choices(browser.get(PAGE + "?q=nothing")) == []


def test_an_organisation_nobody_knows_is_refused_on_the_same_page(portal: Portal) -> None:
    browser = portal.browser()
    answer = browser.post(PAGE, organisation="https://idp.evil.example", return_to="/cards")
    assert (answer.status_int, main(answer)["data-code"]) == (422, "unknown_organisation")
    assert "idp.evil.example" not in answer.text
    kept = main(answer).select_one("form#accounts-organisation [name=return_to]")
    assert kept is not None
    assert kept["value"] == "/cards"
    assert "accounts_organisations" not in str(answer.headers.getall("Set-Cookie"))
    none = browser.post(PAGE)
    assert none.status_int in {422, 503}


def test_a_list_that_was_never_read_is_asked_for_and_people_are_told_to_wait(
    make_portal: Open, federation: Signer, tmp_path: Path
) -> None:
    path = tmp_path / "federation.xml"
    write_list(path, federation, well_known(federation))
    settings = saml_settings(tmp_path, metadata_file=path, metadata_certificate=federation.pinned)
    portal = make_portal(**settings)
    hurried: list[str] = []
    portal.house.hurry.listen(hurried.append)
    page = portal.browser().get(PAGE, expect_errors=True)
    assert (page.status_int, main(page)["data-code"]) == (503, "organisations_not_read")
    assert hurried == ["refresh-metadata"]


def test_with_one_organisation_there_is_nothing_to_choose(
    make_portal: Open, federation: Signer, tmp_path: Path
) -> None:
    portal = federated_portal(make_portal, tmp_path, federation, well_known(federation)[:1])
    page = portal.browser().get(PAGE)
    assert choices(page) == []
    assert portal.browser().post(PAGE).location.startswith(entity_id("hels"))


def test_who_adds_a_way_of_signing_in_chooses_too(portal: Portal) -> None:
    browser = portal.signed_in_browser()
    page = browser.get("/account/methods/add/haka?q=helsinki", headers={"Accept-Language": "fi"})
    assert choices(page) == [(entity_id("hels"), "Helsingin yliopisto")]
    form = main(page).select_one("form#accounts-organisation")
    assert form is not None
    answer = browser.post(str(form["action"]), organisation=entity_id("hels"))
    assert answer.location.startswith(entity_id("hels") + "/sso?")
    refused = browser.post(str(form["action"]), organisation="https://idp.evil.example")
    assert (refused.status_int, main(refused)["data-code"]) == (422, "unknown_organisation")


def test_the_form_may_lead_to_organisations_and_nowhere_unencrypted(portal: Portal) -> None:
    policy = portal.browser().get(PAGE).headers["Content-Security-Policy"]
    (target,) = [part for part in policy.split(";") if "form-action" in part]
    assert "'self'" in target
    assert "https:" in target
