"""The register description is made from the settings, of one controller or of several (rules 9.1)."""

from collections.abc import Callable

import pytest

from tests.factories.portal import Portal
from tests.fixtures.databases import ON_SQLITE

pytestmark = ON_SQLITE
TOPICS = (
    "Who answers for the data",
    "What for",
    "What is kept",
    "Where it is from",
    "Who is given data",
    "Outside the EU and the EEA",
    "Automated decisions",
    "How long",
    "Your rights",
)


def page(portal: Portal, language: str = "en") -> str:
    return str(portal.browser().get("/privacy", headers={"Accept-Language": language}).text)


def test_it_has_every_topic_that_a_register_description_has(portal: Portal) -> None:
    text = page(portal)
    assert [topic for topic in TOPICS if f"<h2>{topic}</h2>" not in text] == []


def test_without_a_controller_in_the_settings_the_libraries_are_joint_ones(portal: Portal) -> None:
    text = page(portal)
    assert "Joint controllers" in text
    assert "<h3>LUMME-kirjastot</h3>" in text
    assert "A task in the public interest" in text
    assert "Nothing is transferred there." in text


def test_what_the_settings_say_is_told_in_the_language_of_who_reads(
    make_portal: Callable[..., Portal],
) -> None:
    portal = make_portal(
        register__controller="Esimerkin kaupunki",
        register__controller__en="City of Example",
        register__contact="privacy@library.example",
        register__officer="dpo@library.example",
        register__authority="tietosuoja.fi",
        register__legal_basis="contract",
        register__transfers="To a company in another country.",
        library__lumme__register__url="https://lumme.example/privacy",
    )
    text = page(portal)
    for told in (
        "City of Example",
        "privacy@library.example",
        "dpo@library.example",
        "tietosuoja.fi",
        "An agreement with you",
        "To a company in another country.",
    ):
        assert told in text, told
    assert "Joint controllers" not in text
    assert "Nothing is transferred there." not in text
    assert "Esimerkin kaupunki" in page(portal, "fi")


def test_a_library_with_a_controller_of_its_own_is_a_joint_one(make_portal: Callable[..., Portal]) -> None:
    portal = make_portal(
        register__controller="City of Example",
        library__helka__register__controller="University of Example",
        library__helka__register__legal_basis="consent",
        library__helka__register__url="https://helka.example/privacy",
        library__helka__pin_storage="none",
    )
    text = page(portal)
    assert "Joint controllers" in text
    assert "University of Example" in text
    assert "Your consent (GDPR" in text
    assert 'href="https://helka.example/privacy"' in text
    assert "PINs are kept nowhere" in text


@pytest.mark.parametrize("months", ["6", "24"])
def test_how_long_an_account_lasts_is_what_the_settings_say(
    make_portal: Callable[..., Portal], months: str
) -> None:
    portal = make_portal(retention__account_months=months)
    assert f"An account ends {months} months after the last sign-in." in page(portal)


def test_what_an_organisation_tells_may_come_every_day_where_it_goes_to_a_library(
    make_portal: Callable[..., Portal],
) -> None:
    login = {
        "login__uni__kind": "oidc",
        "login__uni__issuer": "https://op.university.example",
        "login__uni__client_id": "accounts",
        "login__uni__client_secret": "a-secret-of-theirs",
    }
    portal = make_portal(logins="card uni", login__card__kind="card", login__uni__library="lumme", **login)
    assert "What has changed of it may come every day." in page(portal)
    portal = make_portal(logins="card uni", login__card__kind="card", **login)
    assert "every day" not in page(portal)


def test_it_tells_how_one_is_forgotten_and_what_comes_back_until_then(portal: Portal) -> None:
    text = page(portal)
    rights = text.partition("<h2>Your rights</h2>")[2]
    assert "To be forgotten" in rights
    assert 'href="/account/end"' in rights
    assert "comes back at a sign-in within 14 days" in text


def test_it_tells_what_comes_of_a_date_of_birth(portal: Portal) -> None:
    kept, _, sources = page(portal).partition("<h2>Where it is from</h2>")
    assert "Of young patrons: the day from which they alone decide" in kept
    assert "the date of birth, of which only the day is kept" in sources.partition("<h2>")[0]


REMOVED = "are removed from the register by a program"
NEVER = dict.fromkeys(("idle_patron_months", "university_months", "membership_months"), "0")


def test_a_removal_by_a_program_is_told_of_the_libraries_that_have_it(
    make_portal: Callable[..., Portal],
) -> None:
    lumme = {f"library__lumme__{key}": value for key, value in NEVER.items()}
    text = page(make_portal(**lumme, library__helka__retire_notice_days="45"))
    [line] = [line for line in text.splitlines() if REMOVED in line]
    assert "Helka-kirjastot: patrons" in line
    assert "45 days before" in line


def test_where_no_library_removes_anybody_nothing_is_said_of_it(make_portal: Callable[..., Portal]) -> None:
    settings = {
        f"library__{name}__{key}": value for name in ("lumme", "helka") for key, value in NEVER.items()
    }
    assert REMOVED not in page(make_portal(**settings))


def test_what_is_kept_after_the_end_of_an_account_is_told_where_there_are_such_rules(
    make_portal: Callable[..., Portal],
) -> None:
    told = "number for the person is kept, encrypted"
    assert page(make_portal()).count(told) == 2
    never = {f"library__lumme__{key}_months": "0" for key in ("idle_patron", "university", "membership")}
    assert page(make_portal(**never)).count(told) == 1
