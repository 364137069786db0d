"""A holder lets nobody add the card any more: told only to who proves the card (rules 3.4, checklist B5)."""

from discovery_accounts.models import Link
from tests.factories.portal import Client, Portal
from tests.factories.rows import count
from tests.factories.viewing import Shared, shared, signed_in, state_of


def refuse(case: Shared, *, allowed: bool = False) -> None:
    path = f"/cards/{case.card}/linking"
    answer = case.holder.call("PUT", path, {"allowed": allowed}, status=200)
    assert answer.json == {"allowed": allowed}
    seen = case.holder.call("GET", f"/cards/{case.card}", status=200).json
    assert seen["linking_allowed"] is allowed
    assert case.viewer.call("GET", f"/cards/{case.card}", status=200).json["linking_allowed"] is None


def wrong(client: Client, number: str) -> tuple[int, bytes, str]:
    body = {"library": "lumme", "card_number": number, "pin": "no-such-pin"}
    answer = client.call("POST", "/cards", body)
    return answer.status_int, answer.body, answer.content_type


def test_refusing_ends_nothing_and_keeps_new_ones_out(portal: Portal) -> None:
    case = shared(portal)
    refuse(case)
    assert state_of(case.viewer, case.card) == "fresh"
    late = signed_in(portal, "helka", "no_loans")
    links = count(portal.house, Link)
    answer = late.link("lumme", portal.patron("lumme"), status=403)
    assert answer.json["code"] == "linking_not_allowed"
    assert count(portal.house, Link) == links
    refuse(case, allowed=True)
    late.link("lumme", portal.patron("lumme"))


def test_b5_with_a_wrong_pin_such_a_card_is_like_any_other(portal: Portal) -> None:
    """Byte for byte like a card that may be linked, and like one that does not exist."""
    case = shared(portal)
    refuse(case)
    answers = {
        wrong(signed_in(portal, "helka", kind), number)
        for kind, number in (
            ("no_loans", portal.patron("lumme").card_number),
            ("child", portal.patron("lumme", "child").card_number),
            ("blocked", "29000000000"),
        )
    }
    assert len(answers) == 1
    assert next(iter(answers))[0] == 422


def test_a_card_that_was_removed_by_its_holder_comes_back_though_refused(portal: Portal) -> None:
    case = shared(portal)
    refuse(case)
    case.holder.call("DELETE", f"/cards/{case.card}", status=204)
    case.holder.link("lumme", portal.patron("lumme"))
    assert case.holder.call("GET", f"/cards/{case.card}").json["linking_allowed"] is False
