"""What a Koha patron suggests to buy."""

import asyncio
from datetime import date

import pytest

from discovery_accounts.connectors.api import (
    LibraryError,
    NewSuggestion,
    NotAPatron,
    NotSuggested,
    Refused,
    Suggested,
    UnexpectedAnswer,
    WrongPatron,
)
from discovery_accounts.domain.suggestions import SuggestionReason, SuggestionState
from discovery_accounts.testing.replay import Recorded, json_answer

PATH = "/v1/suggestions"
NEW = NewSuggestion("A new work", "Wright, A.", "Press", 2031, "951-0-00000-0", "For the course")
RECORD = Recorded("GET", "/v1/patrons/57", json_answer({"patron_id": 57, "library_id": "MAIN"}))


def row(**more):
    return {"suggestion_id": 7, "suggested_by": 57, "title": "A work?", "status": "ASKED"} | more


@pytest.fixture
def library(live):
    return live()


def listed(library, patron_id="101"):
    return library.ask(lambda c: c.list_suggestions(patron_id))


def suggest(library, new=NEW, patron_id="101"):
    return library.ask(lambda c: c.suggest(patron_id, new))


def test_what_was_suggested_and_how_far_it_is(library):
    told = listed(library)
    assert [(one.title, one.author, one.state, one.reason) for one in told] == [
        ("Norrtullsligan", "Wägner, Elin", SuggestionState.ORDERED, None),
        ("A very dear facsimile", None, SuggestionState.REJECTED, "Too dear for us."),
    ]
    assert told[0].suggested_on > told[1].suggested_on
    assert len(library.calls()) == 1


def test_a_new_one_is_in_the_list_with_all_that_was_told(library):
    made = suggest(library)
    assert isinstance(made, Suggested)
    first = listed(library)[0]
    assert (first.suggestion_id, first.title, first.state) == (
        made.suggestion_id,
        NEW.title,
        SuggestionState.ASKED,
    )
    assert len(library.calls("POST")) == 1


def test_the_same_one_is_not_suggested_twice_unless_it_is_over(library):
    again = NewSuggestion(" norrtullsligan", "WÄGNER,  Elin")
    assert suggest(library, again) == NotSuggested(SuggestionReason.ALREADY_SUGGESTED)
    assert library.calls("POST") == []
    assert isinstance(suggest(library, NewSuggestion("A very dear facsimile")), Suggested)


def test_a_title_is_needed(library):
    missing = NotSuggested(SuggestionReason.FIELD_MISSING, ("title",))
    assert suggest(library, NewSuggestion("  ")) == missing
    assert library.calls() == []


@pytest.mark.parametrize("patron_id", ["99999", "0", "1 or 1", ""])
def test_nobody_suggests_nothing(library, patron_id):
    assert listed(library, patron_id) == NotAPatron()
    assert suggest(library, patron_id=patron_id) == NotAPatron()
    assert library.calls("POST") == []


def test_a_patron_without_any_is_no_stranger(library):
    assert listed(library, "103") == ()


def test_somebody_elses_are_never_shown(library):
    library.library.set_fault("other_patron", path_contains="/suggestions")
    with pytest.raises(WrongPatron):
        listed(library)
    library.library.clear_faults()
    library.library.set_fault("other_patron", method="POST", path_contains="/suggestions")
    with pytest.raises(WrongPatron):
        suggest(library)
    assert len(library.calls("POST")) == 1


def test_one_that_broke_is_not_sent_again_and_stands_in_the_list(library):
    library.library.set_fault("cut_connection", method="POST", path_contains="/suggestions")
    with pytest.raises(LibraryError) as failed:
        suggest(library)
    assert failed.value.sent
    assert len(library.calls("POST")) == 1
    assert listed(library)[0].title == NEW.title
    assert suggest(library) == NotSuggested(SuggestionReason.ALREADY_SUGGESTED)


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("ASKED", SuggestionState.ASKED),
        ("CHECKED", SuggestionState.CHECKED),
        ("ACCEPTED", SuggestionState.ACCEPTED),
        ("ORDERED", SuggestionState.ORDERED),
        ("AVAILABLE", SuggestionState.AVAILABLE),
        ("REJECTED", SuggestionState.REJECTED),
        ("WAITS_FOR_MONEY", SuggestionState.OTHER),
        (None, SuggestionState.OTHER),
    ],
)
def test_kohas_words(koha, word, state):
    connector, _ = koha(Recorded("GET", PATH, json_answer([row(status=word, suggestion_date="2030-04-05")])))
    (told,) = asyncio.run(connector.list_suggestions("57"))
    assert (told.state, told.title, told.suggested_on) == (state, "A work?", date(2030, 4, 5))


def test_one_patron_is_asked_for_and_all_of_theirs(koha):
    connector, transport = koha(Recorded("GET", PATH, json_answer([row()])))
    asyncio.run(connector.list_suggestions("57"))
    asked = transport.requests[-1].params
    assert (asked["q"], asked["_per_page"]) == ('{"suggested_by": 57}', "-1")


def test_what_is_posted(koha):
    connector, transport = koha(
        RECORD, Recorded("GET", PATH, json_answer([])), Recorded("POST", PATH, json_answer(row(), 201))
    )
    assert asyncio.run(connector.suggest("57", NEW)) == Suggested("7")
    assert transport.requests[-1].json == {
        "suggested_by": 57,
        "title": "A new work",
        "author": "Wright, A.",
        "publisher_code": "Press",
        "copyright_date": 2031,
        "isbn": "951-0-00000-0",
        "note": "For the course",
        "library_id": "MAIN",
    }


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (
            json_answer({"error": "x", "required_permissions": {"suggestions": "suggestions_manage"}}, 403),
            Refused,
        ),
        (json_answer({"errors": [{"path": "/body/title", "message": "A new work"}]}, 400), UnexpectedAnswer),
        (json_answer({"suggestion_id": 7, "suggested_by": None}, 201), WrongPatron),
    ],
)
def test_what_is_no_answer(koha, answer, failure):
    connector, _ = koha(RECORD, Recorded("GET", PATH, json_answer([])), Recorded("POST", PATH, answer))
    with pytest.raises(failure) as raised:
        asyncio.run(connector.suggest("57", NEW))
    assert "A new work" not in str(raised.value)


def test_the_library_says_no(koha):
    no = json_answer({"error": "No more of them"}, 400)
    connector, _ = koha(RECORD, Recorded("GET", PATH, json_answer([])), Recorded("POST", PATH, no))
    assert asyncio.run(connector.suggest("57", NEW)) == NotSuggested(SuggestionReason.LIBRARY_SAYS_NO)


@pytest.mark.parametrize(
    "answer", [json_answer({}), json_answer([row(suggested_by=None)]), json_answer([], 404)]
)
def test_a_list_that_is_none(koha, answer):
    connector, _ = koha(Recorded("GET", PATH, answer))
    with pytest.raises(UnexpectedAnswer):
        asyncio.run(connector.list_suggestions("57"))
