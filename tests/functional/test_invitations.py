"""Linking without sharing a PIN: the holder's code, for one set of rights, once, for ten minutes (rules 3.5)."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from discovery_accounts.domain.invitation_code import ALPHABET
from discovery_accounts.jobs.runner import run_job
from discovery_accounts.models import Credential, Event, Invitation, Link, OutboxMessage
from discovery_accounts.services import events
from tests.factories.own_data import signed_in
from tests.factories.people import ten_people
from tests.factories.portal import Client, Portal
from tests.factories.rows import count, rows
from tests.factories.together import PATIENT, together
from tests.fixtures.databases import ON_SQLITE

SCOPES = ["loans", "holds"]


def holder(portal: Portal, library: str = "lumme", kind: str = "good") -> tuple[Client, str]:
    client = portal.signed_in_client(library, kind)
    [card] = client.call("GET", "/cards", status=200).json["cards"]
    return client, card["id"]


def invite(client: Client, card: str, **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = client.call(
        "POST", f"/cards/{card}/invitations", {"scopes": SCOPES, **more}, status=201
    ).json
    return made


def accept(client: Client, code: str, status: int | None = None, **body: str) -> Any:
    return client.call("POST", f"/invitations/{code}/accept", body, status=status)


def not_valid(answer: Any) -> bool:
    return bool(answer.status_int == 404 and answer.json["code"] == "invitation_not_valid")


def test_a_code_gives_the_card_with_its_rights_and_no_pin(portal: Portal) -> None:
    owner, card = holder(portal)
    made = invite(owner, card)
    assert made["scopes"] == SCOPES
    assert made["url"].endswith(f"/invitations/{made['code']}")
    viewer = portal.signed_in_client("helka")
    linked = accept(viewer, made["code"], 201, label="Elsa").json
    assert (linked["id"], linked["label"], linked["holder"]) == (card, "Elsa", False)
    assert (linked["scopes"], linked["relation"], linked["state"]) == (SCOPES, "looked_after", "fresh")
    assert card in {one["card"] for one in viewer.call("GET", "/loans", status=200).json["loans"]}
    [link] = rows(portal.house, Link, holder=False)
    assert link.proof == "invitation"
    assert count(portal.house, Credential, link_id=link.id) == 0
    assert viewer.call("PATCH", f"/holds/{uuid.uuid4()}", {"suspended": True}).status_int == 404
    assert count(portal.house, OutboxMessage, kind="card_linked") == 1, "the holder is told as of every link"


def test_a_code_is_used_once(portal: Portal) -> None:
    owner, card = holder(portal)
    code = invite(owner, card)["code"]
    accept(portal.signed_in_client("helka"), code, 201)
    other = portal.signed_in_client("helka", "no_loans")
    assert not_valid(accept(other, code))
    assert count(portal.house, Link, holder=False) == 1
    assert owner.call("GET", f"/cards/{card}/invitations").json == {"invitations": []}


def test_ten_who_give_one_code_at_the_same_moment_are_one(make_portal: Callable[..., Portal]) -> None:
    portal = make_portal(**PATIENT)
    owner, card = holder(portal)
    code = invite(owner, card)["code"]
    clients = ten_people(portal)
    answers = together(len(clients), lambda number: accept(clients[number], code).status_int)
    assert sorted(answers) == [201] + [404] * (len(clients) - 1)
    assert count(portal.house, Link, holder=False) == 1


def test_typed_in_any_case_with_or_without_its_dash(portal: Portal) -> None:
    owner, card = holder(portal)
    code = invite(owner, card)["code"]
    assert set(code) <= set(ALPHABET) | {"-"}
    accept(portal.signed_in_client("helka"), code.lower().replace("-", " "), 201)


def test_over_after_ten_minutes_or_sooner(portal: Portal) -> None:
    owner, card = holder(portal)
    viewer = portal.signed_in_client("helka")
    short = invite(owner, card, expires_in=60)["code"]
    long = invite(owner, card)["code"]
    portal.clock.advance(seconds=61)
    assert not_valid(accept(viewer, short))
    assert len(owner.call("GET", f"/cards/{card}/invitations").json["invitations"]) == 1
    portal.clock.advance(minutes=9)
    viewer.sign_in("helka", portal.patron("helka"))
    assert not_valid(accept(viewer, long))
    assert owner.call("GET", f"/cards/{card}/invitations").json == {"invitations": []}


@pytest.mark.parametrize("by", ["code", "id"])
def test_revoked_by_its_code_or_id(portal: Portal, by: str) -> None:
    owner, card = holder(portal)
    made = invite(owner, card)
    [listed] = owner.call("GET", f"/cards/{card}/invitations", status=200).json["invitations"]
    assert listed["id"] == made["id"]
    assert "code" not in listed
    owner.call("DELETE", f"/cards/{card}/invitations/{made[by]}", status=204)
    assert not_valid(accept(portal.signed_in_client("helka"), made["code"]))
    assert not_valid(owner.call("DELETE", f"/cards/{card}/invitations/{made[by]}"))


def test_the_database_does_not_know_the_code(portal: Portal) -> None:
    owner, card = holder(portal)
    code = invite(owner, card)["code"]
    [row] = rows(portal.house, Invitation)
    assert row.code_hash == portal.house.vault.keyed_hash("invitation", code.replace("-", ""))
    kept = " ".join(str(getattr(row, column.name)) for column in Invitation.__table__.columns)
    assert code not in kept
    assert code.replace("-", "") not in kept


def test_nobody_but_the_holder_invites_lists_or_revokes(portal: Portal) -> None:
    owner, card = holder(portal)
    made = invite(owner, card)
    viewer = portal.signed_in_client("helka")
    accept(viewer, made["code"], 201)
    second = invite(owner, card)
    for client, code in (
        (viewer, "holder_only"),
        (portal.signed_in_client("helka", "child"), "no_such_card"),
    ):
        answers = [
            client.call("POST", f"/cards/{card}/invitations", {"scopes": SCOPES}),
            client.call("GET", f"/cards/{card}/invitations"),
            client.call("DELETE", f"/cards/{card}/invitations/{second['id']}"),
        ]
        assert {answer.json["code"] for answer in answers} == {code}
    assert count(portal.house, Invitation) == 2


def test_one_card_holder_does_not_revoke_anothers(portal: Portal) -> None:
    owner, card = holder(portal)
    made = invite(owner, card)
    other, theirs = holder(portal, "helka")
    assert not_valid(other.call("DELETE", f"/cards/{theirs}/invitations/{made['id']}"))
    accept(other, made["code"], 201)


def test_ones_own_invitation_and_a_card_one_has_are_no_news(portal: Portal) -> None:
    owner, card = holder(portal)
    code = invite(owner, card)["code"]
    assert accept(owner, code).json["code"] == "card_already_linked"
    viewer = portal.signed_in_client("helka")
    accept(viewer, code, 201)
    assert accept(viewer, invite(owner, card)["code"]).json["code"] == "card_already_linked"


def test_an_ended_link_comes_back_with_the_holders_yes(portal: Portal) -> None:
    owner, card = holder(portal)
    viewer = portal.signed_in_client("helka")
    accept(viewer, invite(owner, card)["code"], 201)
    [link] = rows(portal.house, Link, holder=False)
    owner.call("DELETE", f"/cards/{card}/viewers/{link.id}", status=204)
    assert viewer.call("GET", f"/cards/{card}").status_int == 404
    again = accept(viewer, invite(owner, card, scopes=["fees"])["code"], 201).json
    assert (again["state"], again["scopes"]) == ("fresh", ["fees"])


def test_refusing_everybody_and_inviting_somebody_do_not_go_together(portal: Portal) -> None:
    owner, card = holder(portal)
    code = invite(owner, card)["code"]
    owner.call("PUT", f"/cards/{card}/linking", {"allowed": False}, status=200)
    assert owner.call("GET", f"/cards/{card}/invitations").json["invitations"] == []
    refused = owner.call("POST", f"/cards/{card}/invitations", {"scopes": SCOPES}, status=403).json
    assert (refused["code"], refused["reason"]) == ("linking_not_allowed", "holder")
    viewer = portal.signed_in_client("helka")
    late = accept(viewer, code, 403).json
    assert (late["code"], late["reason"]) == ("linking_not_allowed", "holder")
    owner.call("PUT", f"/cards/{card}/linking", {"allowed": True}, status=200)
    accept(viewer, code, 201)


def test_an_invitation_works_where_everybody_else_has_to_wait(make_portal: Callable[..., Portal]) -> None:
    portal = make_portal(library__lumme__approval="always")
    owner, card = holder(portal)
    assert accept(portal.signed_in_client("helka"), invite(owner, card)["code"], 201).json["state"] == "fresh"


def test_the_librarys_limits_hold_for_who_is_invited(make_portal: Callable[..., Portal]) -> None:
    portal = make_portal(library__lumme__max_viewers="1")
    owner, card = holder(portal)
    first, second = invite(owner, card)["code"], invite(owner, card)["code"]
    accept(portal.signed_in_client("helka"), first, 201)
    refused = accept(portal.signed_in_client("helka", "child"), second, 403).json
    assert refused["reason"] == "too_many_viewers"
    assert "ei salli enempää" in refused["detail"]
    assert count(portal.house, Invitation, used_at=None) == 1, "it is not used up by a refusal"


def test_no_invitation_where_the_library_allows_no_linking(make_portal: Callable[..., Portal]) -> None:
    portal = make_portal(library__lumme__linking="no")
    owner, card = holder(portal)
    refused = owner.call("POST", f"/cards/{card}/invitations", {"scopes": SCOPES}, status=403).json
    assert (refused["code"], refused["reason"]) == ("linking_not_allowed", "library")


def test_who_does_not_hold_the_card_any_more_has_invited_nobody(portal: Portal) -> None:
    owner, card = holder(portal)
    owner.link("helka", portal.patron("helka", "child"))
    code = invite(owner, card)["code"]
    owner.call("DELETE", f"/cards/{card}", status=204)
    assert not_valid(accept(portal.signed_in_client("helka"), code))


def test_l4_inviting_and_accepting_need_a_fresh_sign_in(portal: Portal) -> None:
    owner, card = holder(portal)
    viewer = portal.signed_in_client("helka")
    portal.clock.advance(minutes=6)
    refused = owner.call("POST", f"/cards/{card}/invitations", {"scopes": SCOPES}, status=403)
    assert refused.json["code"] == "fresh_sign_in_required"
    owner.sign_in("lumme", portal.patron("lumme"))
    code = invite(owner, card)["code"]
    assert accept(viewer, code, 403).json["code"] == "fresh_sign_in_required"
    viewer.sign_in("helka", portal.patron("helka"))
    accept(viewer, code, 201)


def test_b1_wrong_codes_are_counted_for_the_account_and_stop_a_right_one(portal: Portal) -> None:
    owner, card = holder(portal)
    code = invite(owner, card)["code"]
    guesser = portal.client(REMOTE_ADDR="192.0.2.99")
    guesser.sign_in("helka", portal.patron("helka"))
    answers = [accept(guesser, "CDFGH-JKMN" + sign) for sign in ALPHABET[:10]]
    assert all(map(not_valid, answers))
    refused = accept(guesser, code)
    assert (refused.status_int, refused.json["code"]) == (429, "too_many_attempts")
    assert int(refused.headers["Retry-After"]) > 0
    accept(portal.signed_in_client("helka", "child"), code, 201)


@ON_SQLITE
def test_right_codes_are_not_counted(portal: Portal) -> None:
    owner, card = holder(portal)
    viewer = portal.signed_in_client("helka")
    for _ in range(12):
        accept(viewer, invite(owner, card)["code"], 201)
        viewer.call("DELETE", f"/cards/{card}", status=204)


@ON_SQLITE
def test_an_end_is_kept_to_the_last_day_in_the_librarys_zone(portal: Portal) -> None:
    owner, card = holder(portal)
    day = (portal.clock() + timedelta(days=30)).date().isoformat()
    made = invite(owner, card, until=day)
    linked = accept(portal.signed_in_client("helka"), made["code"], 201).json
    assert linked["until"] == made["until"]
    assert linked["until"].startswith(day)
    assert linked["until"].endswith(("T22:00:00Z", "T21:00:00Z")), "midnight in Helsinki"


@ON_SQLITE
@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"scopes": []}, 400),
        ({"scopes": ["history"]}, 400),
        ({"scopes": ["renew"]}, 422),
        ({"scopes": SCOPES, "expires_in": 601}, 400),
        ({"scopes": SCOPES, "expires_in": 59}, 400),
        ({"scopes": SCOPES, "until": "2020-01-01"}, 422),
        ({"scopes": SCOPES, "until": "soon"}, 422),
        ({}, 400),
    ],
)
def test_what_is_no_invitation_is_refused(portal: Portal, body: dict[str, Any], status: int) -> None:
    owner, card = holder(portal)
    owner.call("POST", f"/cards/{card}/invitations", body, status=status)
    assert count(portal.house, Invitation) == 0


@ON_SQLITE
def test_a_library_that_does_not_answer_uses_no_invitation_up(portal: Portal) -> None:
    owner, card = holder(portal)
    code = invite(owner, card)["code"]
    viewer = portal.signed_in_client("helka")
    portal.koha.set_fault("error_503")
    assert accept(viewer, code).json["code"] == "library_unavailable"
    assert count(portal.house, Link, holder=False) == 0
    portal.koha.clear_faults()
    accept(viewer, code, 201)


@ON_SQLITE
def test_d1_each_step_is_in_the_audit_without_the_code(portal: Portal) -> None:
    owner, card = holder(portal)
    made, second = invite(owner, card), invite(owner, card)
    owner.call("DELETE", f"/cards/{card}/invitations/{second['code']}", status=204)
    viewer = portal.signed_in_client("helka")
    accept(viewer, "CDFGH-JKMNP")
    accept(viewer, made["code"], 201)
    told = rows(portal.house, Event)
    words = {row.word for row in told}
    assert {
        events.INVITED, events.INVITATION_REVOKED, events.INVITATION_TAKEN, events.LINKED, events.LINK_REFUSED
    } <= words  # fmt: skip
    assert made["code"][:5] not in " ".join(str(row.detail) for row in told)


@ON_SQLITE
def test_a_library_that_tells_nothing_without_a_pin_has_no_invitations(
    make_portal: Callable[..., Portal],
) -> None:
    portal = make_portal(
        libraries="lumme helka pretend",
        library__pretend__connector="memory",
        library__pretend__name="Pretend Library",
        library__pretend__reads_without_pin="no",
    )
    owner, card = signed_in(portal, "pretend")
    refused = owner.call("POST", f"/cards/{card}/invitations", {"scopes": SCOPES}, status=501)
    assert refused.json["code"] == "not_supported"


@ON_SQLITE
def test_the_hourly_job_removes_what_is_over(portal: Portal) -> None:
    owner, card = holder(portal)
    invite(owner, card)
    portal.clock.advance(minutes=11)
    run_job(portal.house, "purge-sessions")
    assert count(portal.house, Invitation) == 0
