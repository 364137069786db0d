"""Webhooks: nothing is believed before its signature was compared, and no body breaks anything."""

import base64
import hmac
import json

import pytest

from discovery_accounts.config.secret import Secret
from discovery_accounts.connectors.api import Capability, News, NewsKind, NotGenuine
from discovery_accounts.simulator.alma.webhooks import EVENTS, webhook

SECRET = "canary webhook secret ø"
USER = {
    "primary_id": "u57",
    "user_identifier": [
        {"id_type": {"value": "INST_ID"}, "value": "900057", "status": "ACTIVE"},
        {"id_type": {"value": "INST_ID"}, "value": "900001", "status": "INACTIVE"},
    ],
}
LOAN = {"action": "LOAN", "event": {"value": "LOAN_CREATED"}, "item_loan": {"user_id": "u57"}}
REQUEST = {"action": "REQUEST", "user_request": {"user_primary_id": "u57"}}


def signature(body, secret=SECRET):
    return base64.b64encode(hmac.digest(secret.encode(), body, "sha256")).decode()


def written(told):
    return json.dumps(told).encode()


def hear(alma, told, **settings):
    body = told if isinstance(told, bytes) else written(told)
    connector, transport = alma(**{"webhook_secret": Secret(SECRET)} | settings)
    heard = connector.news({"x-exl-signature": signature(body)}, body)
    assert transport.requests == []
    return heard


def user(method="UPDATE", event="USER_UPDATED", record=USER):
    return {
        "action": "USER",
        "event": {"value": event},
        "webhook_user": {"method": method, "cause": "UI", "user": record},
    }


@pytest.mark.parametrize(
    ("told", "news"),
    [
        (LOAN, (News("u57", NewsKind.LOANS),)),
        (
            LOAN | {"event": {"value": "LOAN_RETURNED"}},
            (News("u57", NewsKind.LOANS), News("u57", NewsKind.FEES)),
        ),
        (LOAN | {"event": "LOAN_CREATED"}, (News("u57", NewsKind.LOANS),)),
        (LOAN | {"event": None}, (News("u57", NewsKind.LOANS), News("u57", NewsKind.FEES))),
        (REQUEST, (News("u57", NewsKind.HOLDS),)),
        (user(), (News("u57", NewsKind.PATRON),)),
        (user("CREATE", "USER_CREATED"), (News("u57", NewsKind.PATRON),)),
        (user("DELETE", "USER_DELETED"), (News("u57", NewsKind.GONE),)),
        (user("DELETE", ""), (News("u57", NewsKind.GONE),)),
        (user("", "USER_DELETED"), (News("u57", NewsKind.GONE),)),
        ({"action": "JOB_END", "job_instance": {}}, ()),
        ({"action": "BIB", "bib": {"mms_id": "1"}}, ()),
    ],
)
def test_news_name_the_patron_and_what_changed(alma, told, news):
    assert hear(alma, told) == news


def test_a_message_that_comes_again_says_the_same(alma):
    assert hear(alma, LOAN) == hear(alma, LOAN)


@pytest.mark.parametrize("event", sorted(EVENTS))
def test_what_the_simulated_alma_sends_is_understood(alma, live, event):
    store = live().library.desk
    _, body = webhook(store, store.patron("u1001"), event)
    heard = hear(alma, body)
    assert {one.patron_id for one in heard} == ({"u1001"} if event != "job_end" else set())
    assert (NewsKind.GONE in {one.kind for one in heard}) is (event == "user_deleted")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-exl-signature": ""},
        {"x-exl-signature": signature(written(LOAN), "another secret")},
        {"x-exl-signature": signature(written(REQUEST))},
        {"x-exl-signature": signature(written(LOAN)).rstrip("=")},
        {"x-exl-signature": signature(written(LOAN)).lower()},
        {"x-exl-signature": "💥\udcff"},
        {"X-Exl-Signature": signature(written(LOAN))},
        {"signature": signature(written(LOAN))},
    ],
)
def test_without_the_right_signature_nothing_is_believed(alma, headers):
    connector, _ = alma(webhook_secret=Secret(SECRET))
    assert connector.news(headers, written(LOAN)) == NotGenuine()


def test_another_body_under_a_right_signature_is_not_believed(alma):
    connector, _ = alma(webhook_secret=Secret(SECRET))
    headers = {"x-exl-signature": signature(written(LOAN))}
    for body in (written(user("DELETE")), written(LOAN) + b" ", b"", written(LOAN)[:-1]):
        assert connector.news(headers, body) == NotGenuine()


def test_without_a_secret_no_webhook_is_believed(alma):
    connector, _ = alma()
    assert connector.news({"x-exl-signature": signature(written(LOAN), "")}, written(LOAN)) == NotGenuine()
    assert "webhook_secret" in connector.absent[Capability.HEAR_NEWS]
    assert Capability.HEAR_NEWS in alma(webhook_secret=Secret(SECRET))[0].capabilities


@pytest.mark.parametrize(
    "odd",
    [
        b"",
        b"null",
        b"[]",
        b'"LOAN"',
        b"{",
        b"\xff\xfe",
        b"<webhook/>",
        b"[" * 100_000,
        *(
            written(told)
            for told in (
                {"action": None},
                {"action": "LOAN"},
                {"action": "LOAN", "item_loan": None},
                {"action": "LOAN", "item_loan": {"user_id": None}},
                {"action": "LOAN", "item_loan": {"user_id": ["u57"]}},
                {"action": "LOAN", "item_loan": {"user_id": " "}},
                {"action": "REQUEST", "user_request": {}},
                {"action": "USER", "webhook_user": {"user": None}},
                {"action": "USER", "webhook_user": {"user": {}}},
                {"action": "USER", "webhook_user": []},
                user(record={"primary_id": 5}),
                user(record={"primary_id": "u57", "user_identifier": 5}),
                {"action": ["LOAN"], "item_loan": {"user_id": "u57"}},
            )
        ),
    ],
    ids=lambda body: repr(body[:40]),
)
def test_a_strange_body_says_nothing_and_breaks_nothing(alma, odd):
    assert hear(alma, odd) == ()


def test_where_another_identifier_is_permanent_only_users_can_be_named(alma):
    assert hear(alma, user("DELETE"), permanent_id="INST_ID") == (News("900057", NewsKind.GONE),)
    assert hear(alma, LOAN, permanent_id="INST_ID") == ()
    assert hear(alma, REQUEST, permanent_id="INST_ID") == ()


def test_the_question_whether_this_is_the_address_is_answered(alma):
    connector, _ = alma(webhook_secret=Secret(SECRET))
    assert connector.challenge({"challenge": "a b/ø"}) == {"challenge": "a b/ø"}


@pytest.mark.parametrize(
    "params", [{}, {"challenge": ""}, {"challenge": "x" * 201}, {"challenge": "a\nb"}, {"other": "x"}]
)
def test_what_is_no_question_has_no_answer(alma, params):
    assert alma(webhook_secret=Secret(SECRET))[0].challenge(params) is None


def test_neither_patron_nor_secret_is_shown(alma):
    connector, _ = alma(webhook_secret=Secret(SECRET))
    assert "u57" not in repr(hear(alma, LOAN))
    assert "canary" not in repr(connector._settings)
