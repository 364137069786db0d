"""The archive tells what others did and that staff looked, to whom it was done; what was done in silence it does not
(rules 3.4, 3.7, checklist D2)."""

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from discovery_accounts.services import events as words
from tests.factories.portal import Client, Portal
from tests.factories.staff import LOGINS, colleague
from tests.factories.viewing import SILENT, Shared, shared
from tests.fixtures.databases import ON_SQLITE

pytestmark = ON_SQLITE


@pytest.fixture
def portal(make_portal: Callable[..., Portal]) -> Portal:
    return make_portal(**LOGINS)


@pytest.fixture
def case(portal: Portal) -> Shared:
    return shared(portal)


def archive(client: Client) -> dict[str, Any]:
    answer = client.call("GET", "/account/export", status=200)
    with zipfile.ZipFile(io.BytesIO(answer.body)) as packed:
        told: dict[str, Any] = json.loads(packed.read("account.json"))
    return told


def told_of(rows: list[dict[str, Any]], word: str) -> list[dict[str, Any]]:
    return [row for row in rows if row["word"] == word]


def test_d2_the_holder_is_told_what_others_did_with_the_card(case: Shared) -> None:
    case.viewer.call("GET", f"/loans?card={case.card}", status=200)
    told = archive(case.holder)
    looks = told_of(told["card_events"], words.LINK_LOOKED)
    assert {row["card_id"] for row in looks} == {case.card}
    assert told_of(told["card_events"], words.LINKED)
    assert not told_of(told["events"], words.LINK_LOOKED), "it was not the holder"
    assert len(told["viewers"]) == 1


def test_who_looked_at_anothers_card_is_told_only_their_own_part(case: Shared) -> None:
    case.holder.call("GET", "/loans", status=200)
    told = archive(case.viewer)
    assert [row for row in told["card_events"] if row["card_id"] == case.card] == []
    assert told["viewers"] == []


def test_d2_the_person_is_told_that_staff_looked_and_why_and_nobody_else_is(
    portal: Portal, case: Shared
) -> None:
    desk = colleague(portal, role="helpdesk", library="lumme").sign_in()
    number = portal.patron("lumme").card_number
    find = {"action": "find", "library": "lumme", "card_number": number, "present": "1"}
    ticket = desk.post("/admin/own-data", **find, reason="asked").html.find("input", {"name": "ticket"})
    desk.post("/admin/own-data", action="hand_over", ticket=ticket["value"], reason="fault", theirs="1")
    looks = archive(case.holder)["looks"]
    [shown], [copied] = told_of(looks, words.DATA_SHOWN), told_of(looks, words.DATA_HANDED_OVER)
    assert (shown["library"], shown["reason"]) == ("lumme", "asked")
    assert (copied["library"], copied["reason"]) == ("lumme", "fault")
    assert archive(case.viewer)["looks"] == []


@pytest.mark.parametrize("how", [SILENT, ""])
def test_a_link_that_the_holder_ended_is_told_to_the_holder_alone(case: Shared, how: str) -> None:
    before = archive(case.viewer)
    assert case.link in {row["id"] for row in before["links"]}
    link = case.link
    case.holder.call("DELETE", case.path(link) + how, status=204)
    after = archive(case.viewer)
    assert link not in {row["id"] for row in after["links"]}
    for part in ("events", "card_events", "looks"):
        assert told_of(after[part], words.UNLINKED) == [], part
    assert [row for row in after["pins"] if row["link_id"] == link] == []
    assert len(told_of(archive(case.holder)["events"], words.UNLINKED)) == 1
