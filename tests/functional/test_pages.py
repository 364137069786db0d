"""What pages say between two of them: notices, signing in again, a card's name in the reader's language."""

from tests.factories.portal import Portal


def test_signing_in_again_has_the_library_chosen(portal: Portal) -> None:
    browser = portal.signed_in_browser("helka")
    portal.clock.advance(minutes=6)
    answer = browser.get("/cards/link")
    assert "chosen=helka" in answer.headers["Location"]
    form = browser.get(answer.headers["Location"]).html
    assert form.select_one("#accounts-library option[selected]")["value"] == "helka"
    assert form.select_one("main input[name=return_to]")["value"] == "/cards/link"
    assert form.select_one(".accounts-notice.accounts-box-info")
    assert "chosen=helka" in browser.get("/account").text


def test_who_was_away_too_long_is_told_so_at_the_sign_in(portal: Portal) -> None:
    browser = portal.signed_in_browser()
    portal.clock.advance(minutes=31)
    answer = browser.get("/loans")
    while answer.status_int == 303:
        answer = browser.get(answer.headers["Location"])
    assert answer.html.select_one(".accounts-notice.accounts-box-info")


def test_a_card_named_after_its_library_is_so_in_the_readers_language(portal: Portal) -> None:
    browser = portal.signed_in_browser("lumme")
    for language in ("sv", "en"):
        browser.post("/language", language=language)
        title = portal.house.library("lumme").title(language)
        assert browser.get("/cards").html.select_one(".accounts-card h2").get_text(strip=True) == title


def test_the_way_on_after_too_many_tries_has_the_library_chosen(portal: Portal) -> None:
    browser = portal.browser()
    page = browser.get("/sign-in/card/reopen?chosen=helka").html
    assert page.select_one("#accounts-library option[selected]")["value"] == "helka"
