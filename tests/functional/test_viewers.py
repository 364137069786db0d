"""A card's holder sees who can see it, and decides what each may do (rules 3.1, 3.2, 3.4)."""

import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import update

from discovery_accounts.models import Event, Identity, Link, OutboxMessage, ProviderEntity, SignedInSession
from discovery_accounts.services import outbox
from tests.factories.portal import Portal
from tests.factories.rows import events, rows
from tests.factories.viewing import SILENT, mails_to, shared, state_of


def test_l10_the_holder_sees_every_account_that_has_the_card(portal: Portal) -> None:
    case = shared(portal)
    case.another("no_loans")
    case.another("child")
    case.viewer.call("PATCH", "/account", {"name": "Ada"}, status=200)
    portal.clock.advance(seconds=90)
    case.viewer.call("GET", "/loans?refresh=1", status=200)
    mine, first, *others = case.viewers()
    assert (mine["self"], mine["holder"], mine["relation"]) == (True, True, "own")
    assert mine["signs_in_by"] == "LUMME-kirjastot"
    assert first | {"link": "", "since": "", "last_used": ""} == {
        "link": "",
        "name": "Ada",
        "signs_in_by": "Helka-kirjastot",
        "since": "",
        "last_used": "",
        "scopes": ["loans", "holds", "fees", "renew", "hold"],
        "self": False,
        "state": "active",
        "until": None,
        "holder": False,
        "relation": "looked_after",
    }
    assert first["last_used"] is not None
    assert [one["name"] for one in others] == [None, None]


def test_one_who_also_signs_in_by_the_card_is_in_the_list_as_holder(portal: Portal) -> None:
    case = shared(portal)
    with portal.house.database.writing() as session:
        link = session.get_one(Link, uuid.UUID(case.link))
        link.holder = True
    other = next(one for one in case.viewers() if not one["self"])
    assert other["holder"]
    assert "card" in other["scopes"]
    answer = case.holder.call("PATCH", case.path(case.link), {"scopes": ["loans"]}, status=422)
    assert answer.json["errors"] == [{"field": "scopes", "code": "of_holder"}]
    case.holder.call("DELETE", case.path(case.link), status=204)
    assert len(case.viewers()) == 1


def test_an_organisation_is_called_by_its_name_in_the_readers_language(portal: Portal) -> None:
    case = shared(portal)
    theirs = uuid.UUID(case.viewer.call("GET", "/account").json["id"])
    now = portal.clock()
    names = {"fi": "Esimerkkiyliopisto", "en": "Example University"}
    with portal.house.database.writing() as session:
        for later, entity in enumerate(("https://idp.example/known", "https://idp.example/unknown"), 1):
            way = {"login": "saml", "login_name": "haka", "issuer": entity, "subject": "one"}
            made = now + timedelta(seconds=later)
            session.add(Identity(account_id=theirs, created_at=made, last_used_at=made, **way))
        known = {"source": "haka", "entity_id": "https://idp.example/known", "names": names}
        session.add(ProviderEntity(metadata_xml=b"", words="", batch="", **known))
    other = next(one for one in case.viewers() if not one["self"])
    # the last by the kind of login alone: it is not among the settings, and nobody knows the organisation
    assert other["signs_in_by"] == "Helka-kirjastot, Example University, saml"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("DELETE", "", None),
        ("PATCH", "/{link}", {"scopes": ["loans"]}),
        ("DELETE", "/{link}", None),
        ("POST", "/{link}/approve", {}),
    ],
)
def test_l14_only_the_holder_decides_and_a_stranger_finds_nothing(
    portal: Portal, method: str, path: str, body: object
) -> None:
    case = shared(portal)
    address = case.path() + path.format(link=case.link)
    stranger = portal.signed_in_client("helka", "child")
    before = [(link.state, link.scopes) for link in rows(portal.house, Link)]
    portal.koha.clear_calls()
    portal.alma.clear_calls()
    portal.clock.advance(minutes=30)  # nobody learns by it how fresh a sign-in must be
    assert case.viewer.call(method, address, body, status=403).json["code"] == "holder_only"
    assert stranger.call(method, address, body, status=404).json["code"] == "no_such_card"
    assert (portal.koha.calls, portal.alma.calls) == ((), ())
    assert [(link.state, link.scopes) for link in rows(portal.house, Link)] == before


def test_l14_a_link_to_another_card_is_not_found(portal: Portal) -> None:
    case, other = shared(portal), shared(portal, "child", "no_loans")
    for method, more, body in (
        ("PATCH", "", {"scopes": ["loans"]}),
        ("DELETE", "", None),
        ("POST", "/approve", {}),
    ):
        answer = case.holder.call(method, case.path(other.link) + more, body, status=404)
        assert answer.json["code"] == "not_found"
    own = next(str(one["link"]) for one in case.viewers() if one["self"])
    assert case.holder.call("DELETE", case.path(own), status=422).json["errors"][0]["code"] == "own"
    assert len(other.viewers()) == 2


@pytest.mark.parametrize("act", ["change", "approve", "end", "end_all", "linking"])
def test_l4_deciding_needs_a_sign_in_of_the_last_minutes(portal: Portal, act: str) -> None:
    case = shared(portal)
    link = case.link
    calls = {
        "change": ("PATCH", case.path(link), {"scopes": ["loans"]}),
        "approve": ("POST", case.path(link, "approve"), {}),
        "end": ("DELETE", case.path(link), None),
        "end_all": ("DELETE", case.path(), None),
        "linking": ("PUT", f"/cards/{case.card}/linking", {"allowed": False}),
    }
    portal.clock.advance(minutes=6)
    assert case.holder.call(*calls[act], status=403).json["code"] == "fresh_sign_in_required"
    assert state_of(case.viewer, case.card) == "fresh"


def test_fewer_rights_are_in_force_at_once_for_what_is_kept_too(portal: Portal) -> None:
    case = shared(portal)
    loans = case.viewer.call("GET", f"/loans?card={case.card}", status=200).json["loans"]
    assert loans
    case.holder.call("PATCH", case.path(case.link), {"scopes": ["holds", "renew"]}, status=200)
    portal.koha.clear_calls()
    assert case.viewer.call("GET", f"/loans?card={case.card}", status=200).json["loans"] == []
    assert "checkouts" not in " ".join(call.path for call in portal.koha.calls)
    seen = next(one for one in case.viewers() if not one["self"])
    assert seen["scopes"] == ["holds"]  # renewing is of no use without the loans
    answer = case.viewer.call("POST", "/loans/renewals", {"loans": [loans[0]["id"]]}, status=207)
    assert [one["code"] for one in answer.json["results"]] == ["missing_scope"]


def test_a_page_under_way_shows_nothing_that_was_forbidden_meanwhile(
    make_portal: Callable[..., Portal],
) -> None:
    """It waits for another library still, when this one's answer is there already."""
    portal = make_portal(page_deadline="8", library__lumme__timeout="8", library__helka__timeout="8")
    case = shared(portal)
    link = case.link
    portal.koha.clear_calls()
    portal.alma.set_fault("hang")
    with ThreadPoolExecutor(1) as pool:
        page = pool.submit(case.viewer.call, "GET", "/loans?refresh=1")
        until_asked(portal)
        case.holder.call("PATCH", case.path(link), {"scopes": ["holds"]}, status=200)
        told = page.result().json
    assert {one["card"] for one in told["cards"]} > {case.card}
    assert [loan for loan in told["loans"] if loan["card"] == case.card] == []


def until_asked(portal: Portal) -> None:
    """Until the library was asked for loans."""
    for _ in range(1000):
        if any("checkouts" in call.path for call in portal.koha.calls):
            return
        time.sleep(0.01)
    raise AssertionError("nobody asked")


def test_l13_an_end_is_in_force_in_the_same_second(portal: Portal) -> None:
    """What is kept, and mail that waits, too."""
    case = shared(portal)
    link = uuid.UUID(case.link)
    assert case.viewer.call("GET", f"/loans?card={case.card}", status=200).json["loans"]
    with portal.house.database.writing() as session:
        waiting = outbox.Letter("digest", "reader@library.example", "Due", "soon", about=(link,))
        outbox.write(session, portal.house, waiting)
    portal.koha.clear_calls()
    case.holder.call("DELETE", case.path(str(link)) + SILENT, status=204)
    assert case.viewer.call("GET", "/loans", status=200).json["cards"] != []
    assert case.card not in case.viewer.call("GET", "/loans").text
    case.viewer.call("GET", f"/cards/{case.card}", status=404)
    assert portal.koha.calls == ()
    assert mails_to(portal, "reader@library.example") == []
    assert [row.state for row in rows(portal.house, OutboxMessage, kind="digest")] == ["withdrawn"]


def test_ending_all_leaves_the_holders_own(portal: Portal) -> None:
    case = shared(portal)
    third = case.another("no_loans")
    case.holder.call("DELETE", case.path(), status=204)
    assert [one["self"] for one in case.viewers()] == [True]
    for client in (case.viewer, third):
        client.call("GET", f"/cards/{case.card}", status=404)
    assert state_of(case.holder, case.card) == "fresh"
    told = mails_to(portal, portal.patron("helka", "good").email)
    assert len(told) == 1
    ended = events(portal.house, "link.ended")
    assert [(event.detail or {})["by"] for event in ended] == ["holder", "holder"]


def test_a_last_day_ends_the_link_after_it(portal: Portal) -> None:
    case = shared(portal)
    day = portal.clock().date().replace(year=portal.clock().year + 1)
    seen = case.holder.call("PATCH", case.path(case.link), {"until": day.isoformat()}, status=200).json
    assert seen["until"].startswith(day.isoformat())  # midnight in Finland is the evening before in UTC
    assert seen["scopes"] == ["loans", "holds", "fees", "renew", "hold"]
    case.holder.call("PATCH", case.path(case.link), {"until": None}, status=200)
    moment = portal.clock().replace(microsecond=0)
    at = moment.isoformat().replace("+00:00", "Z")
    answer = case.holder.call("PATCH", case.path(case.link), {"until": at}, status=422)
    assert answer.json["errors"] == [{"field": "until", "code": "past"}]
    soon = moment.replace(year=moment.year + 1).isoformat()
    case.holder.call("PATCH", case.path(case.link), {"until": soon}, status=200)
    link = case.link
    assert state_of(case.viewer, case.card) == "fresh"
    with portal.house.database.writing() as session:
        session.get_one(Link, uuid.UUID(link)).until = portal.clock()
    case.viewer.call("GET", f"/cards/{case.card}", status=404)
    assert len(case.viewers()) == 1


@pytest.mark.parametrize(
    "until", ["tomorrow", "2027-02-30", "2027-05-31T10:00:00", "2027-05-31Tx", "9999-12-31", ""]
)
def test_a_last_day_that_is_none_is_refused(portal: Portal, until: str) -> None:
    case = shared(portal)
    answer = case.holder.call("PATCH", case.path(case.link), {"until": until})
    assert answer.status_int == (200 if until == "" else 422)


def test_a_weak_sign_in_sees_masked_names_and_decides_nothing(portal: Portal) -> None:
    case = shared(portal)
    case.viewer.call("PATCH", "/account", {"name": "Ada Lovelace"}, status=200)
    link = case.link
    weaken(portal)
    other = next(one for one in case.viewers() if not one["self"])
    assert (other["name"], other["signs_in_by"]) == ("A… L…", None)
    answer = case.holder.call("DELETE", case.path(link), status=403)
    assert answer.json["code"] == "step_up_required"
    assert len(case.viewers()) == 2


def weaken(portal: Portal) -> None:
    with portal.house.database.writing() as session:
        session.execute(update(SignedInSession).values(strength="weak"))


def test_d1_every_word_of_the_holder_is_written_down(portal: Portal) -> None:
    case = shared(portal)
    link = case.link
    mine = uuid.UUID(case.holder.call("GET", "/account").json["id"])
    case.holder.call("PATCH", case.path(link), {"scopes": ["loans"]}, status=200)
    case.holder.call("POST", case.path(link, "approve"), {}, status=200)
    case.holder.call("PUT", f"/cards/{case.card}/linking", {"allowed": False}, status=200)
    case.holder.call("PUT", f"/cards/{case.card}/linking", {"allowed": True}, status=200)
    case.holder.call("DELETE", case.path(link) + SILENT, status=204)
    words = ["link.changed", "link.approved", "linking.forbidden", "linking.allowed", "link.ended"]
    written = [event for event in rows(portal.house, Event) if event.word in words]
    assert sorted(event.word for event in written) == sorted(words)
    assert {event.account_id for event in written} == {mine}
    assert {str(event.card_id) for event in written} == {case.card}
    (ended,) = (event for event in written if event.word == "link.ended")
    assert ended.detail == {"link": link, "by": "holder", "silent": True}
    (changed,) = (event for event in written if event.word == "link.changed")
    assert changed.detail == {"link": link, "scopes": "loans", "until": None}


def test_l15_the_holder_of_one_card_learns_nothing_of_another(portal: Portal) -> None:
    first, second = shared(portal), shared(portal, "child", "no_loans")
    first.holder.call("GET", second.path(), status=404)
    second.holder.call("DELETE", first.path(), status=404)
    assert (len(first.viewers()), len(second.viewers())) == (2, 2)
