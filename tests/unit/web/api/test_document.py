"""The description of the API: sound in itself, and about the same things as the code."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from openapi_spec_validator import OpenAPIV31SpecValidator

from discovery_accounts.connectors.api import Capability, ContactField, HistoryKeeping, NotCardRenewable
from discovery_accounts.domain.barcode import Symbology
from discovery_accounts.domain.cards import CardState, Relation, Scope
from discovery_accounts.domain.fees import FeeKind
from discovery_accounts.domain.holds import HoldReason, HoldState
from discovery_accounts.domain.linking import Refused
from discovery_accounts.domain.messages import Channel, MessageKind
from discovery_accounts.domain.renewal import NotRenewable
from discovery_accounts.domain.review import REPORTED, HideReason, ReportReason, ReviewState
from discovery_accounts.domain.standing import BlockCode, Standing
from discovery_accounts.domain.suggestions import SuggestionReason, SuggestionState
from discovery_accounts.services.admission import CODES, STATES
from discovery_accounts.services.hold_outcomes import DONE
from discovery_accounts.services.invitations import LASTS, SHORTEST
from discovery_accounts.services.problems import Code
from discovery_accounts.services.renewals import (
    LIBRARY_UNAVAILABLE,
    MAX_LOANS,
    NO_SUCH_LOAN,
    NOT_ANSWERED,
    NOT_SUPPORTED,
    RENEWED,
)
from discovery_accounts.web.api.document import (
    DESCRIPTION,
    PATHS,
    merged,
    openapi_document,
    operations,
    resolved_operations,
)
from discovery_accounts.web.api.document import (
    SCHEMAS as SCHEMA_FILES,
)
from discovery_accounts.web.api.validation import FORMATS, JSON, ApiContract
from discovery_accounts.web.problems import STATUS
from discovery_accounts.web.routes import API, CALLS

DOCUMENT = openapi_document("/api/v1")
FOLDER = Path(str(DESCRIPTION))
FILES = sorted(FOLDER.rglob("*.yaml"))
FILES_OF = {
    "readCalendar": {"text/calendar"},
    "exportAccount": {"application/zip"},
    "exportLists": {
        "application/json",
        "application/x-research-info-systems",
        "application/x-bibtex",
        "text/csv",
    },
}
"""Calls that answer with a file, and the kinds it may have."""
UUID = "3a0f5c0e-51e9-4f5e-9d55-2f4f6a0d8b10"
SCHEMAS = DOCUMENT["components"]["schemas"]
CONTRACT = ApiContract()
CALLS_BY_ID = dict(resolved_operations())
REQUESTS = {
    name: call["requestBody"]["content"][JSON] for name, call in CALLS_BY_ID.items() if "requestBody" in call
}

STATUS_OF = STATUS | {
    "invalid_request": 400,
    "csrf_failed": 400,
    "pin_in_address": 400,
    "sign_in_required": 401,
    "method_not_allowed": 405,
    "too_large": 413,
    "server_error": 500,
    "hold_not_possible": 409,
    "hold_not_changed": 409,
    "card_not_renewed": 409,
    "suggestion_not_taken": 409,
}
ONLY_ON_PAGES = {
    Code.LINK_EXPIRED,
    Code.SIGN_IN_CANCELLED,
    Code.ANSWER_NOT_EXPECTED,
    Code.ANSWER_NOT_TRUSTED,
    Code.ATTRIBUTE_MISSING,
    Code.ORGANISATION_ACCOUNT_CLOSED,
    Code.SIGN_IN_NOT_STRONG_ENOUGH,
    Code.PROVIDER_UNAVAILABLE,
    Code.UNKNOWN_ORGANISATION,
    Code.CONSENT_REFUSED,
    Code.IDENTITY_OF_ANOTHER_ACCOUNT,
    Code.LAST_SIGN_IN_METHOD,
}


class _Loader(yaml.SafeLoader):
    """Refuses what YAML lets pass silently: the same key twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        assert len(keys) == len(set(keys)), node.start_mark
        return super().construct_mapping(node, deep)


def _walk(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
    for each in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _walk(each)


def _examples(content: dict[str, Any]) -> list[Any]:
    named = [each["value"] for each in content.get("examples", {}).values()]
    return [*named, content["example"]] if "example" in content else named


def test_the_document_is_valid_openapi_3_1() -> None:
    assert [error.message for error in OpenAPIV31SpecValidator(DOCUMENT).iter_errors()] == []


def _keywords(node: Any) -> Iterator[tuple[str, Any]]:
    """All names in the document with what they have, but for those in what is an example or a value itself."""
    for name, value in node.items() if isinstance(node, dict) else ():
        yield name, value
        if name not in {"example", "examples", "enum", "default"}:
            yield from _keywords(value)
    for value in node if isinstance(node, list) else ():
        yield from _keywords(value)


def test_no_description_is_cut_at_a_comma() -> None:
    # in a YAML mapping of one line, what stands after an unquoted comma is a name of its own, with nothing in it
    junk = [
        name for name, value in _keywords(DOCUMENT) if " " in name or (value is None and name != "default")
    ]
    assert junk == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(FOLDER)))
def test_no_key_stands_twice_and_yaml_made_no_dates_or_numbers_of_words(file: Path) -> None:
    loaded = yaml.load(file.read_text("utf-8"), _Loader)
    assert json.loads(json.dumps(loaded)) == loaded


@pytest.mark.parametrize(("folder", "listed"), [("paths", PATHS), ("schemas", SCHEMA_FILES)])
def test_no_file_of_the_description_is_left_out(folder: str, listed: tuple[str, ...]) -> None:
    assert {file.stem for file in FILES if file.parent.name == folder} == set(listed)


def test_a_name_that_two_files_describe_is_an_error() -> None:
    assert merged({"loans": {"Loan": {}}, "holds": {"Hold": {}}}) == {"Loan": {}, "Hold": {}}
    with pytest.raises(ValueError, match=r"holds\.yaml describes again: Loan"):
        merged({"loans": {"Loan": {}}, "holds": {"Loan": {}}})


def test_the_server_is_where_the_portal_has_mounted_the_api() -> None:
    assert openapi_document("/library/api/v1")["servers"][0]["url"] == "/library/api/v1"
    assert openapi_document("/api/v1")["servers"][0]["url"] == "/api/v1"


def test_what_is_described_is_what_is_registered() -> None:
    registered = {
        (method, route.path.removeprefix(API), door.operation)
        for route in CALLS
        for method, (_, door) in route.views.items()
    }
    assert {(each.method, each.path, each.operation_id) for each in operations()} == registered


def test_operation_ids_are_unique() -> None:
    assert len(operations()) == len(CALLS_BY_ID) == 103


@pytest.mark.parametrize("operation", operations(), ids=lambda operation: operation.operation_id)
def test_each_call_tells_what_a_client_has_to_reckon_with(operation: Any) -> None:
    call = CALLS_BY_ID[operation.operation_id]
    assert call["summary"]
    assert set(call["tags"]) <= {tag["name"] for tag in DOCUMENT["tags"]}
    answers = call["responses"]
    assert {"400", "413", "500"} <= set(answers)
    assert "401" in answers or call.get("security") == []
    assert any(status.startswith("2") for status in answers)
    tokens = [each for each in call["parameters"] if each["name"] == "X-CSRF-Token"]
    assert bool(tokens) == (operation.method != "GET")
    in_path = {each["name"] for each in call["parameters"] if each["in"] == "path"}
    assert in_path == set(re.findall(r"{(\w+)}", operation.path))
    for status, answer in answers.items():
        kinds = set(answer.get("content", {}))
        told = FILES_OF.get(operation.operation_id, {JSON})
        assert kinds == (
            {"application/problem+json"} if status >= "400" else set() if status in {"204", "304"} else told
        )


@pytest.mark.parametrize("operation_id", CALLS_BY_ID)
def test_a_code_is_told_of_at_the_status_it_has(operation_id: str) -> None:
    for status, answer in CALLS_BY_ID[operation_id]["responses"].items():
        if status >= "400":
            told = set(re.findall(r"`(\w+)`", answer["description"])) & set(STATUS_OF)
            assert told, status
            assert {STATUS_OF[code] for code in told} == {int(status)}


def test_every_code_a_problem_can_have_is_listed_and_told_of() -> None:
    listed = set(SCHEMAS["ProblemCode"]["enum"])
    assert listed == set(STATUS_OF) - ONLY_ON_PAGES
    answers = " ".join(each["description"] for each in DOCUMENT["components"]["responses"].values())
    told = set(re.findall(r"`(\w+)`", answers + DOCUMENT["info"]["description"]))
    assert listed <= told


def _renewal_codes() -> set[str]:
    own = {RENEWED, NOT_ANSWERED, NO_SUCH_LOAN, NOT_SUPPORTED, LIBRARY_UNAVAILABLE}
    refused = {code.value for code in (*CODES.values(), *STATES.values())} - {"no_such_card", "holder_only"}
    return own | refused | {reason.value for reason in NotRenewable}


@pytest.mark.parametrize(
    ("listed", "words"),
    [
        (SCHEMAS["Relation"], set(Relation)),
        (SCHEMAS["Scope"], set(Scope)),
        (SCHEMAS["LinkingRefusal"], set(Refused)),
        (SCHEMAS["CardState"], set(CardState)),
        (SCHEMAS["Standing"], {*Standing, None}),
        (SCHEMAS["BlockCode"], set(BlockCode)),
        (SCHEMAS["NotRenewable"], {*NotRenewable, None}),
        (SCHEMAS["RenewalCode"], _renewal_codes()),
        (SCHEMAS["Symbology"], set(Symbology)),
        (SCHEMAS["HoldState"], set(HoldState)),
        (SCHEMAS["HoldReason"], set(HoldReason)),
        (SCHEMAS["HoldDone"]["properties"]["code"], set(DONE)),
        (SCHEMAS["FeeKind"], set(FeeKind)),
        (SCHEMAS["HistoryKeeping"], set(HistoryKeeping)),
        (SCHEMAS["ContactFieldName"], set(ContactField)),
        (SCHEMAS["MessageKind"], set(MessageKind)),
        (SCHEMAS["Channel"], set(Channel)),
        (SCHEMAS["Suggestion"]["properties"]["state"], set(SuggestionState)),
        (SCHEMAS["SuggestionReason"], set(SuggestionReason)),
        (SCHEMAS["NotCardRenewable"], set(NotCardRenewable)),
        (SCHEMAS["CardTerms"]["properties"]["not_renewable_because"], {*NotCardRenewable, None}),
        (SCHEMAS["ReviewState"], set(ReviewState)),
        (SCHEMAS["OwnReview"]["properties"]["because"], {*HideReason, REPORTED, None}),
        (SCHEMAS["NewReviewReport"]["properties"]["reason"], set(ReportReason)),
        (SCHEMAS["Library"]["properties"]["capabilities"]["items"], set(Capability)),
    ],
)
def test_listed_words_are_those_of_the_code(listed: dict[str, Any], words: set[str | None]) -> None:
    assert set(listed["enum"]) == words
    assert len(listed["enum"]) == len(words)


def test_limits_are_those_of_the_code() -> None:
    assert SCHEMAS["RenewalRequest"]["properties"]["loans"]["maxItems"] == MAX_LOANS
    assert SCHEMAS["LinkScopes"]["maxItems"] == len(Scope)
    lasts = SCHEMAS["NewInvitation"]["properties"]["expires_in"]
    assert (lasts["minimum"], lasts["maximum"]) == (SHORTEST.total_seconds(), LASTS.total_seconds())


@pytest.mark.parametrize("operation_id", REQUESTS)
def test_requests_are_strict_and_cheap_to_check(operation_id: str) -> None:
    for schema in _walk(REQUESTS[operation_id]["schema"]):
        if schema.get("type") == "object":
            # names that are data are judged by who reads them, and are few
            assert schema["additionalProperties"] is False or "maxProperties" in schema
        if schema.get("type") == "string":
            assert "maxLength" in schema or "enum" in schema
        if schema.get("type") == "array":
            assert "maxItems" in schema
        # a pattern can be slow and tells of a PIN's shape; items that can't be sorted are compared pair by pair
        assert not {"pattern", "uniqueItems", "contains"} & set(schema)


def test_no_format_is_left_unchecked() -> None:
    schemas = (node for node in _walk(DOCUMENT) if "type" in node and isinstance(node.get("format"), str))
    used = {node["format"] for node in schemas}
    assert used - {"password"} == set(FORMATS.checkers)


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("uuid", [UUID, UUID.upper()], [UUID[:-1], UUID + "\n", f"{{{UUID}}}", UUID.replace("-", ""), "x"]),
        ("date", ["2028-02-29"], ["2026-02-29", "2026-2-9", "20260209", "2026-11-30\n", "٢٠٢٦-11-30"]),
        (
            "date-time",
            ["2026-11-30T23:59:00+02:00", "2026-11-30T23:59:00Z", "2026-11-30T23:59:00.123456Z"],
            [
                "2026-11-30T23:59:00",
                "2026-11-30",
                "2026-11-31T23:59:00Z",
                "2026-11-30 23:59:00Z",
                "2026-11-30T24:01:00Z",
                "2026-11-30T23:59:00Z\n",
                "2026-11-30T23:59:00+24:00",
                "0000-11-30T23:59:00Z",
            ],
        ),
    ],
)
def test_formats_are_really_checked(kind: str, good: list[str], bad: list[str]) -> None:
    assert [value for value in good if not FORMATS.conforms(value, kind)] == []
    assert [value for value in bad if FORMATS.conforms(value, kind)] == []


@pytest.mark.parametrize("operation_id", CALLS_BY_ID)
def test_examples_of_answers_fit_their_schemas(operation_id: str) -> None:
    for status, answer in CALLS_BY_ID[operation_id]["responses"].items():
        for kind, content in answer.get("content", {}).items():
            for example in _examples(content):
                CONTRACT.check_answer(operation_id, int(status), kind, json.dumps(example).encode())


def test_the_document_fits_its_own_description() -> None:
    CONTRACT.check_answer("showDescription", 200, JSON, json.dumps(DOCUMENT).encode())
