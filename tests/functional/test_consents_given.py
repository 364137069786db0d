"""Agreeing to a transfer by call: only what is asked, to the text as it is now, and no more than agreed (rules 4.5)."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from discovery_accounts.domain.feed_person import DAILY
from discovery_accounts.domain.person import FIELDS
from discovery_accounts.models import Identity, TransferConsent
from discovery_accounts.services import agreeing, events
from discovery_accounts.services.joining import TEXT_VERSION
from tests.factories.codes import stepped_up
from tests.factories.own_data import prove
from tests.factories.portal import Browser, Client, Portal
from tests.factories.rows import events as events_of
from tests.factories.rows import rows, write
from tests.factories.stand_in_provider import ISSUER, StandInProvider, stand_in, state_of
from tests.fixtures.databases import ON_SQLITE

__all__ = ["stand_in"]

Providers = dict[str, StandInProvider]


@pytest.fixture
def portal(make_portal: Callable[..., Portal], stand_in: Providers) -> Portal:
    return make_portal(
        logins="card uni",
        login__card__kind="card",
        login__uni__kind="outside",
        login__uni__library="helka",
    )


def reader(portal: Portal) -> Client:
    """Signed in by card; a way by the university is in the account, and nobody agreed to its transfer."""
    client = portal.signed_in_client()
    with portal.house.database.writing() as session:
        card = session.query(Identity).one()
        session.add(
            Identity(
                account_id=card.account_id,
                login="outside",
                issuer=ISSUER,
                subject="ada",
                login_name="uni",
                created_at=card.created_at,
                last_used_at=card.created_at,
            )
        )
    return client


def asked(client: Client) -> list[dict[str, Any]]:
    return list(client.call("GET", "/consents", status=200).json["asked"])


def answer(client: Client, **other: Any) -> dict[str, Any]:
    [question] = asked(client)
    return {"way": question["way"], "text_version": question["text_version"], "fields": ["email"], **other}


def test_who_never_agreed_is_asked_and_agrees_to_some_fields(portal: Portal) -> None:
    client = reader(portal)
    prove(client, portal)
    [question] = asked(client)
    assert (question["login"], question["library"], question["text_version"]) == (
        "uni",
        "helka",
        TEXT_VERSION,
    )
    assert question["fields"] == [*FIELDS, *DAILY]
    given = client.call(
        "POST", "/consents", answer(client, fields=["street", "email", "user_name"]), status=201
    ).json
    assert (given["fields"], given["withdrawn_at"]) == (["user_name", "email", "street"], None)
    told = client.call("GET", "/consents", status=200).json
    assert (told["consents"], told["asked"]) == ([given], [])
    [row] = rows(portal.house, TransferConsent)
    assert (str(row.identity_id), row.organisation) == (question["way"], ISSUER)
    assert [one.library for one in events_of(portal.house, events.CONSENT_GIVEN)] == ["helka"]
    assert client.call("POST", "/consents", {**question_of(given), "way": question["way"]}).status_int == 404


def question_of(given: dict[str, Any]) -> dict[str, Any]:
    return {"text_version": given["text_version"], "fields": given["fields"]}


@ON_SQLITE
def test_an_earlier_text_and_fields_that_are_not_named_are_refused(portal: Portal) -> None:
    client = reader(portal)
    prove(client, portal)
    for wrong, field in (
        ({"text_version": "2020-01"}, "text_version"),
        ({"fields": ["diagnosis"]}, "fields"),
    ):
        refused = client.call("POST", "/consents", answer(client, **wrong), status=422).json
        assert (refused["code"], [one["field"] for one in refused["errors"]]) == ("invalid_value", [field])
    client.call("POST", "/consents", answer(client, fields=[]), status=400)
    assert rows(portal.house, TransferConsent) == []


@ON_SQLITE
def test_a_newer_text_is_asked_about_and_its_consent_takes_the_place_of_the_old_one(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = reader(portal)
    prove(client, portal)
    client.call("POST", "/consents", answer(client, fields=["email", "phone"]), status=201)
    write(portal.house, "UPDATE transfer_consent SET text_version = '2020-01'")
    client.call("POST", "/consents", answer(client), status=201)
    newest, old = client.call("GET", "/consents", status=200).json["consents"]
    assert (newest["fields"], newest["withdrawn_at"]) == (["email"], None)
    assert old["withdrawn_at"] is not None
    monkeypatch.setattr(agreeing, "TEXT_VERSION", "2030-01")
    assert len(asked(client)) == 1


@ON_SQLITE
def test_it_takes_a_code_and_nobody_agrees_for_somebody_else(portal: Portal) -> None:
    client = reader(portal)
    wanted = answer(client)
    assert client.call("POST", "/consents", wanted, status=403).json["code"] == "step_up_required"
    other = portal.signed_in_client("helka", "child")
    stepped_up(portal)
    assert other.call("POST", "/consents", wanted, status=404).json["code"] == "not_found"
    assert asked(other) == []
    unknown = {**wanted, "way": str(uuid.uuid4())}
    assert client.call("POST", "/consents", unknown, status=404).json["code"] == "not_found"


@ON_SQLITE
def test_taking_one_back_takes_back_all_of_its_way(portal: Portal) -> None:
    client = reader(portal)
    prove(client, portal)
    given = client.call("POST", "/consents", answer(client), status=201).json["id"]
    with portal.house.database.writing() as session:
        one = session.query(TransferConsent).one()
        values = {name: getattr(one, name) for name in one.__table__.columns.keys() if name != "id"}  # noqa: SIM118
        session.add(TransferConsent(**{**values, "library": "lumme"}))
    client.call("DELETE", f"/consents/{given}", status=204)
    assert all(one.withdrawn_at is not None for one in rows(portal.house, TransferConsent))
    assert asked(client) == []


def by_university(portal: Portal, provider: StandInProvider) -> Browser:
    browser = portal.browser()
    provider.says(subject="ada")
    state = state_of(browser.post("/sign-in/uni").headers["Location"])
    browser.get(f"/sign-in/uni/callback?state={state}")
    return browser


@ON_SQLITE
def test_the_consent_of_a_first_sign_in_is_not_given_by_call(portal: Portal, stand_in: Providers) -> None:
    browser = by_university(portal, stand_in["uni"])
    answered = browser.app.post_json("/api/v1/consents", {}, expect_errors=True)
    assert answered.status_int == 401
    assert rows(portal.house, TransferConsent) == rows(portal.house, Identity) == []


@ON_SQLITE
def test_who_agreed_by_call_is_not_asked_again_at_the_next_sign_in(
    portal: Portal, stand_in: Providers
) -> None:
    client = reader(portal)
    assert by_university(portal, stand_in["uni"]).get("/sign-in/consent").status_int == 200
    prove(client, portal)
    client.call("POST", "/consents", answer(client), status=201)
    assert by_university(portal, stand_in["uni"]).get("/account").status_int == 200
