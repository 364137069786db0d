"""Every call of the API that takes an id, with the ids of somebody else: 404, and no library hears of it (L14)."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from discovery_accounts.models import Base
from discovery_accounts.web.api.document import operations, resolved_operations
from tests.factories.codes import stepped_up
from tests.factories.desks import quiet, silent
from tests.factories.own_data import own, own_koha, signed_in
from tests.factories.portal import Client, Portal
from tests.factories.rows import count
from tests.factories.strangers import ACTS, IN_QUERY_OR_BODY, Asked, Ids, every_call, leaked, nobodys
from tests.fixtures.databases import ON_SQLITE

__all__ = ["own", "own_koha"]

CODES = {"no_such_card", "no_such_loan", "no_such_hold", "not_found", "invitation_not_valid"}
OF_A_CATALOGUE = {"source", "record_id"}
"""Ids of records, which are nobody's."""
OTHERS_TABLES = (
    "link",
    "library_card",
    "invitation",
    "feed",
    "account",
    "identity",
    "credential",
    "digest",
    "alert",
    "review_report",
)


def test_every_call_that_takes_an_id_is_in_the_table() -> None:
    """A new call with an id in its address, its query or its body has to be thought of here."""
    described = dict(resolved_operations())
    with_id = {
        operation.operation_id
        for operation in operations()
        if set(re.findall(r"{(\w+)}", operation.path)) - OF_A_CATALOGUE
        or set(_names(described[operation.operation_id])) & IN_QUERY_OR_BODY
    }
    assert set(ACTS) == with_id


def test_every_act_of_the_table_is_a_call_that_there_is() -> None:
    there = {(one.operation_id, one.method, re.sub(r"{\w+}", "{}", one.path)) for one in operations()}
    asked = {
        (name, method, re.sub(r"{\w+}", "{}", path.partition("?")[0]))
        for name, acts in ACTS.items()
        for method, path, _ in acts
    }
    assert asked <= there


def _names(described: Any) -> Iterator[str]:
    """Of the query, and of everything in the body that is asked for."""
    yield from (one["name"] for one in described["parameters"] if one["in"] == "query")
    yield from _properties(described.get("requestBody", {}))


def _properties(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from node["properties"] if isinstance(node.get("properties"), dict) else ()
    for each in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _properties(each)


def counted(portal: Portal) -> dict[str, int]:
    """Rows of the tables in which something of somebody else's could come or go."""
    tables = {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers}
    return {name: count(portal.house, tables[name]) for name in OTHERS_TABLES}


def told(client: Client, asked: Asked) -> tuple[int, str]:
    answer = client.call(asked.method, asked.path, asked.body)
    if answer.status_int == 207:
        [result] = answer.json["results"]
        return 404, result["code"]
    return answer.status_int, answer.json["code"]


def found_out(client: Client, ids: Ids) -> dict[tuple[str, str], tuple[int, str]]:
    """What was answered otherwise than that there is no such thing."""
    answers = [(asked, told(client, asked)) for asked in every_call(ids)]
    return {
        (asked.operation, asked.path): answer
        for asked, answer in answers
        if answer[0] != 404 or answer[1] not in CODES
    }


def test_l14_for_each_act_and_each_strangers_id_404_and_no_call_to_a_library(own: Portal) -> None:
    ids = leaked(own)
    thief, card = signed_in(own, "lumme", "no_loans")
    stepped_up(own)
    before = counted(own)
    quiet(own)
    assert found_out(thief, {**ids, "own": [card]}) == {}
    assert silent(own)
    assert counted(own) == before


@ON_SQLITE
@pytest.mark.parametrize("minutes", [0, 9], ids=["just signed in", "a while ago"])
def test_l14_a_strangers_id_and_one_that_nobody_has_are_answered_alike(own: Portal, minutes: int) -> None:
    """What is asked for before an act, such as a fresh sign-in, tells nobody which ids there are."""
    ids = leaked(own)
    thief, card = signed_in(own, "lumme", "no_loans")
    stepped_up(own)
    own.clock.advance(minutes=minutes)
    quiet(own)
    answers = []
    for some in ({name: found[:1] for name, found in ids.items()}, nobodys()):
        some["own"] = [card]
        answers.append([(asked.operation, *told(thief, asked)) for asked in every_call(some)])
    assert answers[0] == answers[1]
    assert {status for _, status, _ in answers[0]} == ({404} if minutes == 0 else {404, 403})
    assert silent(own)
