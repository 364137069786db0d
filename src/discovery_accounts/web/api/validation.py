"""Holding requests and answers of the API to its description.

Each call's schemas are taken from the document once, at start. What is wrong is told by field and
code; a value that was sent is never repeated, so neither an answer nor a log can show a PIN.
"""

import json
import random
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend
from webob.request import BaseRequest

from discovery_accounts.web.api.document import closed, parameters_schema, resolved_operations

MAX_BODY = 64 * 1024  # bytes; the largest form or call of ours is far smaller
MAX_DEPTH = 16
MAX_ERRORS = 20
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class FieldError:
    """``field`` is a name of the document's, ``loans.3`` in a list, or empty for the whole request."""

    field: str
    code: str

    def __str__(self) -> str:
        return f"{self.field or 'request'} {self.code}"


class InvalidRequest(Exception):
    """A request that is not as described. ``status`` and ``code`` are those of the answer it gets."""

    def __init__(self, *errors: FieldError, status: int = 400, code: str = "invalid_request") -> None:
        super().__init__(f"{code}: {', '.join(map(str, errors))}" if errors else code)
        self.errors = errors
        self.status = status
        self.code = code


class InvalidAnswer(Exception):
    """An answer of ours that is not as described: a fault of ours, never of who asked."""

    def __init__(self, operation_id: str, status: int, *errors: FieldError) -> None:
        super().__init__(f"{operation_id} {status}: {', '.join(map(str, errors))}")
        self.operation_id = operation_id
        self.status = status
        self.errors = errors


@dataclass(frozen=True, slots=True)
class CheckedRequest:
    """``body`` is ``None`` where the call has none, or may come without and does; ``query`` has only parameters
    that are described."""

    body: Mapping[str, Any] | None = field(repr=False)
    query: Mapping[str, Any] = field(repr=False)


class ApiContract:
    """All calls of the document, ready to be checked. Made once a process; used by all its threads.

    ``answers`` is the share (0 to 1) of answers that is to be checked.
    """

    def __init__(self, answers: float = 1.0) -> None:
        self._share = answers
        self._calls = {operation_id: _Call(described) for operation_id, described in resolved_operations()}

    def check_request(
        self, request: BaseRequest, operation_id: str, path_params: Mapping[str, str] | None = None
    ) -> CheckedRequest:
        """What the request holds, as described. Raises ``InvalidRequest``.

        ``path_params`` are the values of the path template, when they are to be checked as well.
        Header fields are not looked at: token and session are the entrance's.
        """
        call = self._calls[operation_id]
        if path_params is not None and _errors(call.path, dict(path_params)):
            raise InvalidRequest(status=404, code=call.refused_as)
        query, errors = call.read_query(request)
        if errors:
            raise InvalidRequest(*errors)
        if call.files and request.content_type.lower() not in call.files:
            raise InvalidRequest(FieldError("", "content_type"))
        if call.body is None or (call.may_be_empty and not request.is_body_readable):
            return CheckedRequest(None, query)
        body, errors = _read_body(request, call.body)
        if any(error.code == "too_large" for error in errors):
            raise InvalidRequest(*errors, status=413, code="too_large")
        if errors:
            raise InvalidRequest(*errors)
        return CheckedRequest(body, query)

    def wants_answer(self) -> bool:
        """Whether the answer at hand is one of the share to be checked."""
        return random.random() < self._share  # noqa: S311 - a sample, not a secret

    def check_answer(
        self, operation_id: str, status: int, content_type: str | None, body: bytes | None
    ) -> None:
        """Raises ``InvalidAnswer`` unless status, content type and body are described for the call; ``None`` is a
        body that nobody has yet."""
        errors = self._answer_errors(self._calls[operation_id], status, content_type, body)
        if errors:
            raise InvalidAnswer(operation_id, status, *errors)

    @staticmethod
    def _answer_errors(
        call: "_Call", status: int, content_type: str | None, body: bytes | None
    ) -> tuple[FieldError, ...]:
        described = call.answers.get(str(status))
        if described is None:
            return (FieldError("", "unknown_status"),)
        if not described:
            return (FieldError("", "unexpected"),) if body else ()
        validator = described.get((content_type or "").partition(";")[0].strip().lower())
        if validator is None:
            return (FieldError("", "content_type"),)
        if body is None or not (content_type or "").partition(";")[0].strip().lower().endswith("json"):
            return ()  # a calendar: there is no more to hold it to than its type
        value, fault = _parse(body)
        return (FieldError("", fault),) if fault else _errors(validator, value)


class _Call:
    """One operation: what its path, query and body must be, and its answers by status and content type."""

    def __init__(self, described: Mapping[str, Any]) -> None:
        parameters = described["parameters"]
        self.path = _validator(parameters_schema(parameters, "path"))
        self.may_be_empty = not described.get("requestBody", {}).get("required", False)
        self.refused_as = next(
            (each["x-refused-as"] for each in parameters if each["in"] == "path"), "not_found"
        )
        query = parameters_schema(parameters, "query")
        self._query = _validator(query)
        self._lists = {name: schema["type"] == "array" for name, schema in query["properties"].items()}
        content = described.get("requestBody", {}).get("content", {})
        # a call that takes other kinds, too, takes a file, which it reads by itself
        self.body = _validator(content[JSON]["schema"]) if list(content) == [JSON] else None
        self.files = frozenset(content) if self.body is None else frozenset()
        self.answers = {
            status: {
                kind: _validator(closed(each["schema"])) for kind, each in answer.get("content", {}).items()
            }
            for status, answer in described["responses"].items()
        }

    def read_query(self, request: BaseRequest) -> tuple[dict[str, Any], tuple[FieldError, ...]]:
        """The described parameters that were sent, as text or lists of text, and what is wrong."""
        if not self._lists:
            return {}, ()
        try:
            sent = {name: request.GET.getall(name) for name in self._lists}
        except UnicodeDecodeError:
            return {}, (FieldError("", "bad_characters"),)
        repeated = [name for name, values in sent.items() if len(values) > 1 and not self._lists[name]]
        if repeated:
            return {}, tuple(FieldError(name, "repeated") for name in repeated)
        query = {name: values if self._lists[name] else values[0] for name, values in sent.items() if values}
        return query, _errors(self._query, query)


def _read_body(request: BaseRequest, validator: Any) -> tuple[Any, tuple[FieldError, ...]]:
    """The body's value, or what is wrong with it."""
    if request.content_type.lower() != JSON:
        return None, (FieldError("", "content_type"),)
    length = request.content_length
    if length is not None and length > MAX_BODY:
        return None, (FieldError("", "too_large"),)
    try:
        # without a length the body is read no further than it takes to see that it is too long
        raw = request.body if length is not None else request.body_file.read(MAX_BODY + 1)
    except OSError:  # the sender hung up
        raw = b""
    if len(raw) > MAX_BODY:
        return None, (FieldError("", "too_large"),)
    value, fault = _parse(raw)
    if not fault and _is_deep(value):
        fault = "too_deep"
    errors = (FieldError("", fault),) if fault else _errors(validator, value)
    return (None, errors) if errors else (value, ())


class _DuplicateKey(ValueError):
    pass


def _parse(raw: bytes) -> tuple[Any, str | None]:
    """A JSON text's value, or what is wrong with it; exceptions would carry the text along."""
    try:
        return json.loads(raw.decode(), object_pairs_hook=_unique, parse_constant=_no_constant), None
    except _DuplicateKey:
        return None, "duplicate_key"
    except ValueError:
        return None, "not_json"
    except RecursionError:
        return None, "too_deep"


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise _DuplicateKey
    return value


def _no_constant(_name: str) -> None:
    raise ValueError  # NaN and Infinity are no JSON


def _is_deep(value: Any) -> bool:
    """Whether lists and objects stand in one another further than any request of ours needs."""
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [inner for outer in level for inner in _inside(outer)]
    return bool(level)


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


_CODES = {
    "required": "missing",
    "minProperties": "missing",
    "minItems": "missing",
    "additionalProperties": "unexpected",
    "enum": "unknown",
    "const": "unknown",
    "type": "wrong_type",
    "format": "bad_format",
    "minLength": "too_short",
    "maxLength": "too_long",
    "maxItems": "too_many",
    "maxProperties": "too_many",
}


def _errors(validator: Any, value: Any) -> tuple[FieldError, ...]:
    found = islice(validator.iter_errors(value), MAX_ERRORS)
    return tuple(dict.fromkeys(each for error in found for each in _field_errors(error)))


def _field_errors(error: ValidationError) -> Iterator[FieldError]:
    # Names along the path are the document's own, for nothing else is looked into. The name of what
    # is unexpected is left out: whoever sends a PIN as a name must not see it again.
    path = [str(part) for part in error.absolute_path]
    if error.validator == "required":
        names: Any = error.validator_value
        present: Any = error.instance
        yield from (FieldError(".".join([*path, name]), "missing") for name in names if name not in present)
        return
    code = _CODES.get(str(error.validator), "wrong_value")
    if code == "too_short" and not error.instance:
        code = "missing"
    elif code == "wrong_type" and isinstance(error.instance, str) and not _is_text(None, error.instance):
        code = "bad_characters"
    yield FieldError(".".join(path), code)


def _is_text(_checker: Any, value: Any) -> bool:
    """A string that can be stored and sent on: no NUL, no half of a surrogate pair."""
    return isinstance(value, str) and "\0" not in value and not _SURROGATE.search(value)


_SURROGATE = re.compile("[\ud800-\udfff]")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)", re.ASCII)


def _is_uuid(value: object) -> bool:
    return not isinstance(value, str) or bool(_UUID.fullmatch(value))


def _is_date(value: object) -> bool:
    return not isinstance(value, str) or bool(_DATE.fullmatch(value) and date.fromisoformat(value))


def _is_date_time(value: object) -> bool:
    return not isinstance(value, str) or bool(_DATE_TIME.fullmatch(value) and datetime.fromisoformat(value))


FORMATS = FormatChecker(formats=())
"""Those that are really checked, stricter than JSON Schema's usual ones and none left out silently."""
for _name, _check in (("uuid", _is_uuid), ("date", _is_date), ("date-time", _is_date_time)):
    FORMATS.checks(_name, ValueError)(_check)

_TYPES = Draft202012Validator.TYPE_CHECKER.redefine("string", _is_text)
_Validator = extend(Draft202012Validator, type_checker=_TYPES)  # type: ignore[no-untyped-call]  # no types there


def _validator(schema: Mapping[str, Any]) -> Any:
    return _Validator(schema, format_checker=FORMATS)
