"""Koha's door and the check of a PIN."""

import pytest

from discovery_accounts.simulator.server import SimulatedLibrary

CHECK = "/api/v1/auth/password/validation"


def pin(ask, pin_sent, **who):
    return ask.post(CHECK, body={"password": pin_sent} | (who or {"identifier": "21270000001"}))


def test_a_token_needs_the_right_credentials(koha, asking) -> None:
    ask = asking(koha)
    wrong = ask.post(
        "/api/v1/oauth/token",
        form={"grant_type": "client_credentials", "client_id": koha.client_id, "client_secret": "guess"},
    )
    assert (wrong.status, wrong.json) == (403, {"error": "unauthorized_client"})
    assert ask.post("/api/v1/oauth/token", form={"grant_type": "password"}).status == 400


def test_a_token_says_its_kind_and_age(koha, asking) -> None:
    given = asking(koha).post(
        "/api/v1/oauth/token",
        form={
            "grant_type": "client_credentials",
            "client_id": koha.client_id,
            "client_secret": koha.client_secret,
        },
    )
    assert given.json["token_type"] == "Bearer"
    assert given.json["expires_in"] == 3600


@pytest.mark.parametrize(
    ("header", "text"),
    [
        ({"Authorization": "Bearer wrong"}, "Authentication failure."),
        ({"Authorization": "Basic eDp5"}, "Basic authentication disabled"),
        ({}, "Authentication required."),
    ],
)
def test_without_a_good_token_nothing_is_answered(koha, asking, header, text) -> None:
    refused = asking(koha, header).get("/api/v1/patrons/101")
    assert (refused.status, refused.json) == (401, {"error": text})


def test_a_token_ends_after_its_seconds(koha_asker) -> None:
    with SimulatedLibrary("koha", patrons=2, token_seconds=0) as library:
        assert koha_asker(library).get("/api/v1/patrons/101").status == 401


def test_a_right_pin_is_a_201_with_the_patron(ask_koha) -> None:
    right = pin(ask_koha, "1234")
    assert right.status == 201
    assert right.json == {"cardnumber": "21270000001", "patron_id": 101, "userid": "reader1"}
    assert pin(ask_koha, "1234", userid="reader1").status == 201
    assert pin(ask_koha, "1234", userid="21270000001").status == 400


def test_a_wrong_pin_and_an_unknown_patron_look_alike(ask_koha, koha) -> None:
    wrong, unknown = pin(ask_koha, "0000"), pin(ask_koha, "1234", identifier="29999999999")
    assert wrong.status == unknown.status == 400
    assert wrong.json == unknown.json == {"error": "Validation failed"}
    assert [call.refused_pin for call in koha.calls] == [True, True]
    assert [call.patron_id for call in koha.calls] == ["101", None]


def test_both_or_neither_identifier_is_another_text(ask_koha, koha) -> None:
    for body in ({"password": "1234"}, {"password": "1234", "identifier": "reader1", "userid": "reader1"}):
        refused = ask_koha.post(CHECK, body=body)
        assert refused.status == 400
        assert refused.json["error"] != "Validation failed"
    assert not any(call.refused_pin for call in koha.calls)


def test_a_body_outside_the_schema_names_the_place(ask_koha) -> None:
    missing = ask_koha.post(CHECK, body={"identifier": "reader1"})
    assert missing.status == 400
    assert missing.json["errors"] == [{"message": "Missing property.", "path": "/body/password"}]
    assert ask_koha.post(CHECK, body=["x"]).status == 400
    assert ask_koha.post(CHECK, body={"identifier": 3, "password": "x"}).status == 400
    assert ask_koha.post(CHECK, body={"identifier": "x", "password": "x", "more": "x"}).status == 400


def test_too_many_wrong_pins_lock_and_a_right_one_resets(koha_asker) -> None:
    with SimulatedLibrary("koha", patrons=2, failed_login_attempts=3) as library:
        ask = koha_asker(library)
        for sent in ("0000", "0000", "1234", "0000", "0000", "1234"):
            assert pin(ask, sent).status == (201 if sent == "1234" else 400)
        for _ in range(3):
            assert pin(ask, "0000").json == {"error": "Validation failed"}
        locked = pin(ask, "1234")
        assert locked.status == 400
        assert locked.json["error"] != "Validation failed"
        assert library.calls[-1].refused_pin


def test_without_a_limit_nobody_is_locked(ask_koha) -> None:
    for _ in range(12):
        pin(ask_koha, "0000")
    assert pin(ask_koha, "1234").status == 201
