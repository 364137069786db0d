"""Purchase requests."""

import asyncio
from datetime import UTC, datetime

import pytest

from discovery_accounts.connectors.api import (
    LibraryError,
    NewSuggestion,
    NotAPatron,
    NotSuggested,
    Suggested,
    Suggestion,
    UnexpectedAnswer,
    WrongPatron,
)
from discovery_accounts.domain.suggestions import SuggestionReason, SuggestionState
from discovery_accounts.simulator.desk.records import Suggestion as DeskSuggestion
from discovery_accounts.testing.replay import Recorded, json_answer

PATH = "/almaws/v1/users/u57/purchase-requests"
WISH = NewSuggestion("Haugtussa", "Garborg, Arne", "Aschehoug", 1895, "978-82-03", "for the canary")


def row(**fields):
    return {
        "request_id": "5",
        "status": {"value": "IN_REVIEW"},
        "requester": {"value": "u57"},
        "resource_metadata": {"title": "Haugtussa /"},
    } | fields


def listed(*rows):
    return Recorded("GET", PATH, json_answer({"purchase_request": rows, "total_record_count": len(rows)}))


def test_suggestions_are_told_with_what_became_of_them(live):
    alma = live()
    ordered, rejected = alma.ask(lambda c: c.list_suggestions("u1001"))
    assert (ordered.state, rejected.state) == (SuggestionState.ACCEPTED, SuggestionState.REJECTED)
    assert rejected.reason == "Too dear for us."
    assert alma.ask(lambda c: c.list_suggestions("u1003")) == ()
    assert len(alma.library.calls) == 2


def test_a_suggestion_reaches_the_library_whole(live):
    alma = live()
    answer = alma.ask(lambda c: c.suggest("u1003", WISH))
    assert isinstance(answer, Suggested)
    (kept,) = alma.library.desk.records(DeskSuggestion, "u1003")
    assert (kept.title, kept.author, kept.publisher, kept.year, kept.isbn, kept.note) == (
        "Haugtussa",
        "Garborg, Arne",
        "Aschehoug",
        1895,
        "978-82-03",
        "for the canary",
    )
    assert alma.ask(lambda c: c.list_suggestions("u1003")) == (
        Suggestion(
            answer.suggestion_id,
            "Haugtussa",
            SuggestionState.CHECKED,
            "Garborg, Arne",
            datetime.now(UTC).date(),
        ),
    )
    assert alma.acts == ["POST"]


def test_what_is_not_told_is_not_sent(alma):
    connector, transport = alma(Recorded("POST", PATH, json_answer(row())))
    asyncio.run(connector.suggest("u57", NewSuggestion("Haugtussa")))
    assert transport.requests[0].json == {
        "format": {"value": "P"},
        "resource_metadata": {"citation_type": {"value": "BOOK"}, "title": "Haugtussa"},
    }


@pytest.mark.parametrize("title", ["", "  "])
def test_without_a_title_nothing_is_sent(live, title):
    alma = live()
    answer = alma.ask(lambda c: c.suggest("u1003", NewSuggestion(title)))
    assert answer == NotSuggested(SuggestionReason.FIELD_MISSING, ("title",))
    assert alma.calls() == []


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("APPROVED", SuggestionState.ACCEPTED),
        ("Rejected", SuggestionState.REJECTED),
        ("DEFERRED", SuggestionState.CHECKED),
        ("ON_A_WALK", SuggestionState.OTHER),
        (None, SuggestionState.OTHER),
    ],
)
def test_an_unknown_state_is_another(alma, status, state):
    connector, _ = alma(listed(row(status={"value": status})))
    (told,) = asyncio.run(connector.list_suggestions("u57"))
    assert told.state is state


def test_alma_says_no(alma, error):
    connector, _ = alma(Recorded("POST", PATH, error("60280")))
    answer = asyncio.run(connector.suggest("u57", WISH))
    assert answer == NotSuggested(SuggestionReason.LIBRARY_SAYS_NO)
    connector, _ = alma(Recorded("POST", PATH, error("402119")))
    with pytest.raises(UnexpectedAnswer):
        asyncio.run(connector.suggest("u57", WISH))


def test_what_is_somebody_elses_is_a_wrong_patron(alma):
    connector, _ = alma(
        listed(row(), row(request_id="6", requester={"value": "u58"})),
        Recorded("POST", PATH, json_answer(row(requester={"value": "u58"}))),
    )
    with pytest.raises(WrongPatron):
        asyncio.run(connector.list_suggestions("u57"))
    with pytest.raises(WrongPatron):
        asyncio.run(connector.suggest("u57", WISH))


def test_nobody_suggests_nothing(live):
    alma = live()
    assert alma.ask(lambda c: c.list_suggestions("nobody")) == NotAPatron()
    assert alma.ask(lambda c: c.suggest("nobody", WISH)) == NotAPatron()
    alma.library.clear_calls()
    assert alma.ask(lambda c: c.suggest("../u1001", WISH)) == NotAPatron()
    assert alma.calls() == []


@pytest.mark.parametrize("fault", ["error_500", "cut_connection", "garbage", "html", "wrong_key"])
def test_a_suggestion_that_fails_may_have_been_made_and_is_sent_once(live, fault):
    alma = live()
    alma.library.set_fault(fault, method="POST")
    with pytest.raises(LibraryError) as raised:
        alma.ask(lambda c: c.suggest("u1003", WISH))
    assert raised.value.sent
    assert "canary" not in str(raised.value)
    assert alma.acts == ["POST"]
