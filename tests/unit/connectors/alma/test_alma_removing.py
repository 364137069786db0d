"""Alma users removed, unless something keeps them."""

import asyncio

import pytest

from discovery_accounts.connectors.api import NotAPatron, NotRemoved, Removed, UnexpectedAnswer, WrongPatron
from discovery_accounts.testing.replay import Recorded, json_answer

USER = "/almaws/v1/users/u57"
INTERNAL = {"primary_id": "u57", "record_type": {"value": "PUBLIC"}, "account_type": {"value": "INTERNAL"}}


def read(user):
    return Recorded("GET", USER, json_answer(user))


def sent(transport, method):
    return [request for request in transport.requests if request.method == method]


def owing(loans="0", fees="0.0", **more):
    return INTERNAL | {"loans": {"value": loans}, "fees": {"value": fees}} | more


def removed(answer):
    return Recorded("DELETE", USER, answer)


@pytest.mark.parametrize(
    ("user", "because"),
    [
        (owing(loans="230"), "open_loans"),
        (owing(fees="12.5"), "unpaid_fees"),
        (owing(fees=3), "unpaid_fees"),
        (owing(record_type={"value": "STAFF"}), "protected"),
    ],
)
def test_what_keeps_a_user_is_looked_for_first(alma, user, because):
    connector, transport = alma(read(user))
    assert asyncio.run(connector.remove_patron("u57")) == NotRemoved(because)
    assert sent(transport, "DELETE") == []
    assert transport.requests[0].params["expand"] == "loans,fees"


def test_without_the_numbers_nobody_is_removed(alma):
    connector, transport = alma(read(INTERNAL))
    with pytest.raises(UnexpectedAnswer):
        asyncio.run(connector.remove_patron("u57"))
    assert sent(transport, "DELETE") == []


def test_a_removal_and_its_refusals(alma, error):
    for answer, outcome in (
        (json_answer("", 204), Removed()),
        (error("401850"), NotRemoved("library_says_no")),
        (error("401890"), NotAPatron()),
    ):
        connector, transport = alma(read(owing()), removed(answer))
        assert asyncio.run(connector.remove_patron("u57")) == outcome
        assert len(sent(transport, "DELETE")) == 1


def test_another_user_is_never_removed(alma):
    connector, transport = alma(read(owing(primary_id="u1")))
    with pytest.raises(WrongPatron):
        asyncio.run(connector.remove_patron("u57"))
    assert sent(transport, "DELETE") == []
