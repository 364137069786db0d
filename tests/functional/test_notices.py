"""What was sent to a person, by their libraries and by us."""

import pytest
from sqlalchemy import update

from discovery_accounts.models import SignedInSession
from discovery_accounts.services.letter_subjects import subject_of
from tests.factories.own_data import own, own_koha, pretend, prove, reader, signed_in, signed_in_browser
from tests.factories.portal import Portal
from tests.fixtures.databases import ON_SQLITE

__all__ = ["own", "own_koha"]

pytestmark = ON_SQLITE


@pytest.mark.parametrize(("library", "words"), [("pretend", "At Main Library."), ("lumme", "Your umbrella")])
def test_what_the_library_sent_is_listed(own: Portal, library: str, words: str) -> None:
    client, card = signed_in(own, library)
    notices = client.call("GET", "/notices", status=200).json["notices"]
    assert any(words in (one["text"] or "") and one["card"] == card for one in notices)
    browser, _ = signed_in_browser(own, library)
    assert words in browser.get("/notices").text


def test_ours_are_there_by_their_subject_and_the_newest_is_first(own: Portal) -> None:
    client, _ = signed_in(own, "pretend")
    prove(client, own)
    notices = client.call("GET", "/notices").json["notices"]
    assert notices[0]["card"] is None
    assert notices[0]["text"] is None
    assert notices[0]["delivered"] is True
    times = [one["sent_at"] for one in notices]
    assert times == sorted(times, reverse=True)
    browser, _ = signed_in_browser(own, "pretend")
    page = browser.get("/notices")
    assert subject_of("en", "step_up") in page.text
    assert page.html.find(class_="accounts-tag-failed"), "what could not be delivered says so"


def test_another_persons_messages_are_not_there(own: Portal) -> None:
    other, _ = signed_in(own, "pretend", "child")
    prove(other, own)
    client, _ = signed_in(own, "pretend")
    assert all(one["card"] is not None for one in client.call("GET", "/notices").json["notices"])


def test_a_weak_sign_in_sees_no_texts(own: Portal) -> None:
    browser, _ = signed_in_browser(own, "pretend")
    with own.house.database.writing() as session:
        session.execute(update(SignedInSession).values(strength="weak"))
    page = browser.get("/notices").text
    assert "Your hold is ready" in page
    assert "At Main Library." not in page


def test_a_library_without_a_list_and_one_that_is_silent_are_told_apart(own: Portal) -> None:
    client, card = signed_in(own, "helka")
    told = client.call("GET", "/notices", status=200).json
    assert told["cards"] == [{"card": card, "code": "not_supported"}]
    other, _ = signed_in(own, "lumme")
    own.koha.set_fault("error_503")
    assert other.call("GET", "/notices").json["cards"][0]["code"] == "library_unavailable"


def test_words_of_a_library_are_shown_as_text(own: Portal) -> None:
    pretend(own).send_notice(reader(own).patron_id, "<b>Fetch</b>", "<script>alert(1)</script>")
    browser, _ = signed_in_browser(own, "pretend")
    page = browser.get("/notices").text
    assert "&lt;b&gt;Fetch&lt;/b&gt;" in page
    assert "<script>alert" not in page
