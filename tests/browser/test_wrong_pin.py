"""What a person meets who mistypes."""

from playwright.sync_api import Page, expect

from tests.browser.person import Person


def _try(person: Person, number: str, pin: str) -> None:
    page = person.page
    page.get_by_label("Library", exact=True).select_option("lumme")
    page.get_by_label("Card number").fill(number)
    page.get_by_label("PIN").fill(pin)
    person.button("Sign in").click()


def _summary(page: Page) -> str:
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(page).to_have_title("Error: Sign in – My library")
    return summary.inner_text()


def test_a_wrong_pin_is_told_first_and_only_the_pin_is_typed_again(person: Person) -> None:
    patron = person.site.portal.patron("lumme")
    person.go("/sign-in/card?return_to=/cards")
    _try(person, patron.card_number, "0000")
    assert "do not match" in _summary(person.page)
    expect(person.page.get_by_label("Card number")).to_have_value(patron.card_number)
    expect(person.page.get_by_label("PIN")).to_have_value("")
    person.page.get_by_label("PIN").fill(patron.pin)
    person.button("Sign in").click()
    expect(person.page.get_by_role("heading", level=1)).to_have_text("Cards")


def test_an_unknown_card_looks_the_same(person: Person) -> None:
    person.go("/sign-in/card")
    _try(person, person.site.portal.patron("lumme").card_number, "0000")
    wrong = _summary(person.page)
    _try(person, "29990000001", "0000")
    assert _summary(person.page) == wrong


def test_everything_that_is_missing_is_told_at_once_and_leads_to_its_field(person: Person) -> None:
    person.go("/sign-in/card")
    person.button("Sign in").click()
    assert _summary(person.page).split("\n")[1:] == [
        "Choose the library.",
        "Type the card number.",
        "Type the PIN.",
    ]
    person.page.get_by_role("alert").get_by_role("link", name="Type the card number.").click()
    expect(person.page.get_by_label("Card number")).to_be_focused()


def test_after_too_many_tries_the_page_says_how_long_to_wait(person: Person) -> None:
    portal = person.site.portal
    person.go("/sign-in/card")
    for _ in range(portal.house.settings.limits.card + 1):
        _try(person, portal.patron("lumme").card_number, "0000")
        _summary(person.page)
    assert "Try again in 1 minute." in _summary(person.page)
