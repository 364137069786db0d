"""Requests and answers are held to the description, and nothing that was sent is ever repeated."""

import io
import json
import logging
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyramid.request import Request

from discovery_accounts.web.api.validation import (
    JSON,
    MAX_BODY,
    ApiContract,
    FieldError,
    InvalidAnswer,
    InvalidRequest,
)

CONTRACT = ApiContract()
CANARY = "9Z7-CANARY"
CARD = "3a0f5c0e-51e9-4f5e-9d55-2f4f6a0d8b10"
SIGN_IN = {"library": "lumme", "card_number": "2900 0012 3456", "pin": "0000"}
LOAN = {
    "id": "3a0f5c0e51e94f5e9d552f4f6a0d8b10-NDcxMQ",
    "card": CARD,
    "library": "lumme",
    "title": CANARY,
    "author": None,
    "barcode": None,
    "checked_out_at": None,
    "due_at": "2026-11-30T23:59:00+02:00",
    "renewals": None,
    "renewable": None,
    "not_renewable_because": None,
}
LOANS = {
    "loans": [LOAN],
    "cards": [{"card": CARD, "state": "fresh", "standing": None, "as_of": "2026-11-20T07:21:00Z"}],
}


def _request(body: bytes = b"", query: str = "", content_type: str | None = JSON) -> Any:
    request = Request.blank(f"/x?{query}", method="POST", body=body)
    request.headers.pop("Content-Type", None)
    if content_type is not None:
        request.headers["Content-Type"] = content_type
    return request


def _send(operation_id: str, body: object) -> Any:
    return CONTRACT.check_request(_request(json.dumps(body).encode()), operation_id)


def _faults(operation_id: str, body: bytes, content_type: str | None = JSON) -> list[tuple[str, str]]:
    with pytest.raises(InvalidRequest) as caught:
        CONTRACT.check_request(_request(body, content_type=content_type), operation_id)
    assert (caught.value.status, caught.value.code) == (400, "invalid_request")
    return [(error.field, error.code) for error in caught.value.errors]


@pytest.mark.parametrize(
    ("operation_id", "body"),
    [
        ("signInByCard", SIGN_IN),
        ("linkCard", SIGN_IN),
        ("linkCard", {**SIGN_IN, "label": "Home", "relation": "looked_after", "scopes": ["loans", "renew"]}),
        ("changeCard", {"label": "Home"}),
        ("changeCard", {"pin": "0000", "label": "Home"}),
        ("changeAccount", {"name": ""}),
        ("changeAccount", {"name": "A", "language": "sv", "email": "reader@example.org"}),
        ("renewLoans", {"all": True}),
        ("renewLoans", {"loans": ["a"] * 500}),
    ],
)
def test_what_is_described_comes_through_unchanged(operation_id: str, body: object) -> None:
    assert _send(operation_id, body).body == body


@pytest.mark.parametrize(
    ("operation_id", "body", "faults"),
    [
        ("signInByCard", {}, [("library", "missing"), ("card_number", "missing"), ("pin", "missing")]),
        ("signInByCard", [], [("", "wrong_type")]),
        ("signInByCard", None, [("", "wrong_type")]),
        ("signInByCard", {**SIGN_IN, "pin": ""}, [("pin", "missing")]),
        ("signInByCard", {**SIGN_IN, "pin": 1234}, [("pin", "wrong_type")]),
        ("signInByCard", {**SIGN_IN, "pin": None}, [("pin", "wrong_type")]),
        ("signInByCard", {**SIGN_IN, "pin": "0" * 129}, [("pin", "too_long")]),
        ("signInByCard", {**SIGN_IN, "card_number": "0" * 129}, [("card_number", "too_long")]),
        ("signInByCard", {**SIGN_IN, "pin": "12\0004"}, [("pin", "bad_characters")]),
        ("signInByCard", {**SIGN_IN, "pin": "\ud800"}, [("pin", "bad_characters")]),
        ("signInByCard", {**SIGN_IN, "extra": 1}, [("", "unexpected")]),
        ("linkCard", {**SIGN_IN, "label": "x" * 121}, [("label", "too_long")]),
        ("linkCard", {**SIGN_IN, "relation": "mine"}, [("relation", "unknown")]),
        ("linkCard", {**SIGN_IN, "scopes": []}, [("scopes", "missing")]),
        ("linkCard", {**SIGN_IN, "scopes": ["loans", "all"]}, [("scopes.1", "unknown")]),
        ("linkCard", {**SIGN_IN, "scopes": ["loans"] * 7}, [("scopes", "too_many")]),
        ("changeCard", {}, [("", "missing")]),
        ("changeAccount", {"language": "f"}, [("language", "too_short")]),
        ("changeAccount", {"email_verified": True}, [("", "unexpected")]),
        ("renewLoans", {"all": False}, [("all", "unknown")]),
        ("renewLoans", {"all": 1}, [("all", "wrong_type"), ("all", "unknown")]),
        ("renewLoans", {"loans": ["a"], "all": True}, [("", "too_many")]),
        ("renewLoans", {"loans": ["a", "b" * 401]}, [("loans.1", "too_long")]),
        ("renewLoans", {"loans": ["a"] * 501}, [("loans", "too_many")]),
    ],
)
def test_faults_are_told_by_field_and_code(
    operation_id: str, body: object, faults: list[tuple[str, str]]
) -> None:
    assert _faults(operation_id, json.dumps(body).encode()) == faults


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (b"", "not_json"),
        (b"{", "not_json"),
        (b'{"pin": NaN}', "not_json"),
        (b'{"pin": ' + b"1" * 5000 + b"}", "not_json"),
        (b'{"pin": "\xff"}', "not_json"),
        (b"\xef\xbb\xbf{}", "not_json"),
        ('{"pin": "1"}'.encode("utf-16"), "not_json"),
        (b"pin=1234&library=lumme", "not_json"),
        (b'{"pin": "1", "pin": "2"}', "duplicate_key"),
        (b'{"a": {"pin": "1", "pin": "2"}}', "duplicate_key"),
        (b"[" * 60_000, "too_deep"),
        (b"[" * 30_000 + b"]" * 30_000, "too_deep"),
        (b"[" * 20 + b"]" * 20, "too_deep"),
        (b'{"pin":' * 900 + b"1" + b"}" * 900, "too_deep"),
    ],
)
def test_a_body_that_cannot_be_read_is_one_fault(body: bytes, fault: str) -> None:
    assert _faults("signInByCard", body) == [("", fault)]


@pytest.mark.parametrize(
    "content_type", [None, "", "text/plain", "application/x-www-form-urlencoded", "json"]
)
def test_only_json_is_read(content_type: str | None) -> None:
    assert _faults("signInByCard", json.dumps(SIGN_IN).encode(), content_type) == [("", "content_type")]


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "Application/JSON"])
def test_json_may_name_its_charset(content_type: str) -> None:
    request = _request(json.dumps(SIGN_IN).encode(), content_type=content_type)
    assert CONTRACT.check_request(request, "signInByCard").body == SIGN_IN


def _chunked(request: Any) -> Any:
    request.content_length = None
    request.environ["wsgi.input_terminated"] = True
    return request


@pytest.mark.parametrize("length_known", [True, False])
def test_a_large_body_is_refused_without_reading_on(length_known: bool) -> None:
    request = _request(b" " * (MAX_BODY + 100_000))
    if not length_known:
        request = _chunked(request)
    with pytest.raises(InvalidRequest) as caught:
        CONTRACT.check_request(request, "signInByCard")
    assert (caught.value.status, caught.value.code) == (413, "too_large")
    assert request.environ["wsgi.input"].tell() <= MAX_BODY + io.DEFAULT_BUFFER_SIZE


def test_a_body_of_just_the_size_and_one_without_length_are_read() -> None:
    body = json.dumps(SIGN_IN).encode().ljust(MAX_BODY)
    assert CONTRACT.check_request(_request(body), "signInByCard").body == SIGN_IN
    assert CONTRACT.check_request(_chunked(_request(body)), "signInByCard").body == SIGN_IN


def test_a_sender_that_hangs_up_is_no_failure_of_ours() -> None:
    request = _request(b'{"library": "lu')
    request.environ |= {"CONTENT_LENGTH": "400", "webob.is_body_seekable": False}
    with pytest.raises(InvalidRequest, match="not_json"):
        CONTRACT.check_request(request, "signInByCard")


def _hostile() -> list[tuple[str, bytes]]:
    """Bodies as large as may be, of what is slow to compare or wrong in as many places as possible."""
    lists: list[list[Any]] = [
        [{"a": n} for n in range(4500)],
        [[n] for n in range(7000)],
        list(range(9000)),
        [{}] * 15_000,
        ["x" * 400] * 150,
    ]
    fields = [("linkCard", "scopes"), ("renewLoans", "loans")]
    bodies = [(name, json.dumps({**SIGN_IN, field: each})) for name, field in fields for each in lists]
    bodies += [(name, json.dumps({str(n): n for n in range(3900)})) for name, _ in fields]
    return [(name, body.encode()) for name, body in bodies]


@pytest.mark.parametrize(("operation_id", "body"), _hostile())
def test_no_body_takes_long(operation_id: str, body: bytes) -> None:
    assert 50_000 < len(body) <= MAX_BODY
    started = time.process_time()
    faults = _faults(operation_id, body)
    assert time.process_time() - started < 0.5
    assert len(faults) <= 23


@pytest.mark.parametrize(
    "body",
    [
        json.dumps({**SIGN_IN, "pin": CANARY * 20}),
        json.dumps({**SIGN_IN, "pin": CANARY + "\0"}),
        json.dumps({**SIGN_IN, "pin": {"pin": CANARY}}),
        json.dumps({**SIGN_IN, "pin": [CANARY]}),
        json.dumps({**SIGN_IN, CANARY: 1}),
        json.dumps({**SIGN_IN, "PIN": CANARY}),
        json.dumps({"pin": CANARY}),
        json.dumps([CANARY]),
        json.dumps(CANARY),
        f'{{"pin": "{CANARY}", "pin": "{CANARY}"}}',
        f'{{"pin": "{CANARY}"',
        f"pin={CANARY}",
        f'{{"pin": "{CANARY}", "x": ' + "[" * 20_000,
        f'{{"pin": "{CANARY}", "x": ' + "[" * 50 + "]" * 50 + "}",
        f'{{"pin": "{CANARY}"}}\udcff',
    ],
)
def test_no_refusal_repeats_what_was_sent(body: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(InvalidRequest) as caught:
        CONTRACT.check_request(_request(body.encode(errors="surrogateescape")), "signInByCard")
    error = caught.value
    assert error.__context__ is None
    assert error.__cause__ is None
    assert error.__traceback__ is not None
    inside = error.__traceback__.tb_next  # without this test's own frame, which knows the canary
    told = traceback.TracebackException(InvalidRequest, error, inside, capture_locals=True)
    text = "".join([*told.format(), str(error), repr(error), repr(vars(error)), caplog.text])
    assert "CANARY" not in text


def test_a_checked_request_does_not_show_its_body() -> None:
    assert "0000" not in repr(_send("signInByCard", SIGN_IN))


_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["own", "loans", CARD]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from([*SIGN_IN, "label", "relation", "scopes", "loans", "all", "x"]), inner
        )
    ),
    max_leaves=12,
)


@given(_json, st.sampled_from(["signInByCard", "linkCard", "changeCard", "changeAccount", "renewLoans"]))
def test_any_json_is_taken_or_refused(value: Any, operation_id: str) -> None:
    try:
        checked = _send(operation_id, value)
    except InvalidRequest:
        return
    assert checked.body == value


@given(st.binary(max_size=300))
def test_any_bytes_are_taken_or_refused(body: bytes) -> None:
    assert _faults("signInByCard", body)


def _query(query: str) -> Any:
    return CONTRACT.check_request(_request(query=query), "listLoans").query


def test_a_query_has_what_is_described_and_nothing_else() -> None:
    assert _query("") == {}
    assert _query(f"card={CARD}") == {"card": [CARD]}
    assert _query(f"card={CARD}&card={CARD.upper()}&refresh=1&_=7") == {
        "card": [CARD, CARD.upper()],
        "refresh": "1",
    }


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("card=7", ("card.0", "bad_format")),
        ("card=", ("card.0", "bad_format")),
        ("&".join([f"card={CARD}"] * 101), ("card", "too_many")),
        ("refresh=yes", ("refresh", "unknown")),
        ("refresh=1&refresh=1", ("refresh", "repeated")),
        ("card=%00", ("card.0", "bad_characters")),
        ("card=%ff", ("", "bad_characters")),
        ("%ff", ("", "bad_characters")),
    ],
)
def test_a_query_that_is_not_as_described_is_refused(query: str, fault: tuple[str, str]) -> None:
    with pytest.raises(InvalidRequest) as caught:
        _query(query)
    assert FieldError(*fault) in caught.value.errors
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    ("operation_id", "path", "code"),
    [
        ("showCard", {"card": "7"}, "no_such_card"),
        ("showCard", {"card": CARD.replace("-", "")}, "no_such_card"),
        ("showCard", {}, "no_such_card"),
        ("showLoan", {"loan": "x" * 401}, "no_such_loan"),
        ("endSession", {"session": CARD + "\n"}, "not_found"),
    ],
)
def test_an_id_that_cannot_be_one_is_not_found(operation_id: str, path: dict[str, str], code: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        CONTRACT.check_request(_request(), operation_id, path)
    assert (caught.value.status, caught.value.code, caught.value.errors) == (404, code, ())


def test_an_id_of_the_right_shape_passes_beside_the_portals_own_path_values() -> None:
    CONTRACT.check_request(_request(), "showCard", {"card": CARD, "tenant": "north"})


def _answer(body: object, status: int = 200, kind: str | None = "application/json; charset=utf-8") -> None:
    CONTRACT.check_answer("listLoans", status, kind, json.dumps(body).encode())


def _problem(**more: object) -> dict[str, object]:
    return {"type": "urn:x", "title": "T", "status": 401, "code": "sign_in_required", **more}


def test_answers_as_described_pass() -> None:
    _answer(LOANS)
    _answer(_problem(detail="D"), 401, "application/problem+json; charset=utf-8")
    _answer(
        _problem(field="pin", errors=[{"field": "pin", "code": "missing"}]), 400, "application/problem+json"
    )
    CONTRACT.check_answer("endSession", 204, None, b"")


@pytest.mark.parametrize(
    ("body", "status", "kind", "fault"),
    [
        (LOANS, 418, JSON, ("", "unknown_status")),
        (LOANS, 200, "text/html", ("", "content_type")),
        (LOANS, 200, None, ("", "content_type")),
        (_problem(), 401, JSON, ("", "content_type")),
        (_problem(code=CANARY), 401, "application/problem+json", ("code", "unknown")),
        (LOANS | {CANARY: []}, 200, JSON, ("", "unexpected")),
        (LOANS | {"loans": [LOAN | {CANARY: CANARY}]}, 200, JSON, ("loans.0", "unexpected")),
        (LOANS | {"loans": [LOAN, LOAN | {"due_at": CANARY}]}, 200, JSON, ("loans.1.due_at", "bad_format")),
        (LOANS | {"loans": [LOAN | {"card": CANARY}]}, 200, JSON, ("loans.0.card", "bad_format")),
        (LOANS | {"loans": [LOAN | {"renewals": CANARY}]}, 200, JSON, ("loans.0.renewals", "wrong_type")),
        ({"loans": [LOAN]}, 200, JSON, ("cards", "missing")),
    ],
)
def test_answers_that_are_not_as_described_are_found(
    body: object, status: int, kind: str | None, fault: tuple[str, str]
) -> None:
    with pytest.raises(InvalidAnswer) as caught:
        _answer(body, status, kind)
    assert caught.value.errors == (FieldError(*fault),)
    assert str(caught.value) == f"listLoans {status}: {FieldError(*fault)}"
    assert "CANARY" not in str(caught.value) + repr(caught.value)


def test_an_answer_without_content_has_none() -> None:
    with pytest.raises(InvalidAnswer, match="unexpected"):
        CONTRACT.check_answer("endSession", 204, JSON, b"{}")


def test_an_answer_that_is_no_json_is_found() -> None:
    with pytest.raises(InvalidAnswer, match="request not_json"):
        CONTRACT.check_answer("listLoans", 200, JSON, b"<html>")


def test_the_share_of_answers_is_kept() -> None:
    always, half, never = ApiContract(), ApiContract(0.5), ApiContract(0.0)
    assert all(always.wants_answer() for _ in range(1000))
    assert not any(never.wants_answer() for _ in range(1000))
    assert 0 < sum(half.wants_answer() for _ in range(1000)) < 1000


def test_threads_share_one_contract() -> None:
    def check(number: int) -> bool:
        body = {**SIGN_IN, "library": f"library{number}"}
        bad = _faults("signInByCard", json.dumps({**body, "pin": number}).encode())
        return bool(_send("signInByCard", body).body == body and bad == [("pin", "wrong_type")])

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(check, range(400)))
