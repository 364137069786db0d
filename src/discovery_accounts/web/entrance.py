"""What every request of ours passes before its view, and every answer after it.

A view is registered with ``accounts=Door(...)``; this deriver leaves views without it alone, so a
host portal's views never notice us. In order: size and encoding are checked, a PIN in the address is
refused, somebody must be signed in where the door says so, a change must carry its token, a call must
be as it is described. Whatever is refused, here or by a service, becomes a page or JSON.
"""

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pyramid.httpexceptions import HTTPException
from pyramid.request import Request
from pyramid.response import Response

from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.services.house import House
from discovery_accounts.services.joining import Joining
from discovery_accounts.services.problems import Problem
from discovery_accounts.telemetry.log import event
from discovery_accounts.telemetry.redaction import confidential
from discovery_accounts.telemetry.request_id import request as in_request
from discovery_accounts.web import cookies as names
from discovery_accounts.web.api.calls import check_answer, check_request
from discovery_accounts.web.api.validation import MAX_BODY
from discovery_accounts.web.cors import allow_portals
from discovery_accounts.web.csrf import FORM_FIELD, HEADER, csrf_fits
from discovery_accounts.web.headers import guard_any, guard_page
from discovery_accounts.web.problem_answers import problem_json, problem_page
from discovery_accounts.web.problems import Refusal, refusal_of
from discovery_accounts.web.rendering import Pages
from discovery_accounts.web.visit import SECRET_FIELDS, Visit

log = logging.getLogger(__name__)

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
LARGEST_OF_ANYBODY = 1024 * 1024
"""Bytes that are taken into memory before it is known who sends them."""
MOST_FIELDS = 1000
"""Of a form that is larger than that."""
_BOUNDARY = re.compile(r"boundary\s*=([^;]*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Door:
    """``kind`` is ``page``, ``api`` or ``plain``; ``open_to_all`` needs nobody signed in;
    ``csrf`` false is for what changes nothing whatever the method; ``operation`` is the call's name in the API's
    description."""

    kind: str = "page"
    open_to_all: bool = False
    csrf: bool = True
    max_body: int = MAX_BODY
    operation: str | None = None


def entrance(view: Callable[..., Any], info: Any) -> Callable[..., Any]:
    """View deriver: see the module."""
    door: Door | None = info.options.get("accounts")
    if door is None:
        return view

    def entered(context: Any, request: Request) -> Response:
        registry = request.registry
        visit = Visit(request, registry[House], registry[Pages])
        request.accounts_visit = visit
        with in_request(request.headers.get("X-Request-ID")) as request_id:
            response = _answer(view, context, visit, door)
        response.headers["X-Request-ID"] = request_id
        _guard(response, visit, door)
        return response

    return entered


entrance.options = ("accounts",)  # type: ignore[attr-defined]  # read by Pyramid


def _answer(view: Callable[..., Any], context: Any, visit: Visit, door: Door) -> Response:
    try:
        _check_size(visit, door.max_body)
        _check_encoding(visit)
        with confidential(*_secrets(visit)):
            try:
                if _should_ask_first(visit, door):
                    return visit.redirect(visit.url("consent"))
                _admit(visit, door)
                if door.operation is not None:
                    visit.body = check_request(visit, door.operation)
                with confidential(*[visit.body.get(name) for name in SECRET_FIELDS]):
                    response: Response = view(context, visit.request)
            except (Problem, BadShape) as problem:
                raise refusal_of(problem) from None
            except (Refusal, HTTPException):
                raise
            except Exception:  # noqa: BLE001 (whatever it is, the person gets a page and the log the cause)
                event(log, "request.failed", level=logging.ERROR, exc_info=True)
                raise Refusal(500, "server_error") from None
    except Refusal as refusal:
        response = problem_json(visit, refusal) if door.kind == "api" else problem_page(visit, refusal)
    if door.operation is not None:
        return check_answer(visit, door.operation, response)
    return response


def _check_size(visit: Visit, most: int) -> None:
    """Read what was sent, no further than it may go. Into memory: WebOb would put it into a temporary file. A door
    for files takes none of somebody who is not signed in, whom it will send away."""
    request = visit.request
    if most > LARGEST_OF_ANYBODY and visit.actor is None:
        request.body = b""
        request.environ["CONTENT_TYPE"] = ""
        return
    length = request.content_length
    if length is not None and length > most:
        raise Refusal(413, "too_large")
    if request.method not in SAFE_METHODS and request.is_body_readable:
        body = request.body_file.read(most + 1)
        request.body = body[:most]
        if len(body) > most or _has_many_fields(request, request.body):
            raise Refusal(413, "too_large")


def _has_many_fields(request: Request, body: bytes) -> bool:
    """Whether a body that is large only because of a file is made of fields instead: each takes a hundred times its
    room in memory."""
    if len(body) <= LARGEST_OF_ANYBODY:
        return False
    kind = request.headers.get("Content-Type", "").lower()
    if "multipart/" not in kind:
        return "urlencoded" in kind
    marks = [one.strip().strip('"') for one in _BOUNDARY.findall(request.headers["Content-Type"])]
    return not all(marks) or sum(body.count(b"--" + one.encode()) for one in marks) > MOST_FIELDS


def _check_encoding(visit: Visit) -> None:
    """An address or a form that is no UTF-8, or says so, is no request of ours; WebOb would fail on it later, and a
    database on a NUL."""
    environ = visit.request.environ
    try:
        _ = visit.request.POST
        # no text of ours has it, and PostgreSQL takes none that does
        odd = "\0" in environ["PATH_INFO"] or "\0" in "".join(map("".join, visit.request.GET.items()))
    except (ValueError, LookupError, DeprecationWarning):
        # WebOb raises the warning for another charset of a form, LookupError for one of its parts
        odd = True
    if odd:
        # the page that says so must not stumble over it again
        environ["QUERY_STRING"] = environ["CONTENT_TYPE"] = ""
        raise Refusal(400, "invalid_request") from None


def _admit(visit: Visit, door: Door) -> None:
    request = visit.request
    if visit.has_secret_in_address:
        raise Refusal(400, "pin_in_address")
    if not door.open_to_all:
        _ = visit.signed_in
    if request.method not in SAFE_METHODS and door.csrf and not visit.bearer:
        if door.kind == "api" and visit.session_token is None:
            return  # nobody's cookie is used, so nobody can be made to send it
        sent = request.headers.get(HEADER) or (visit.form(FORM_FIELD) if door.kind == "page" else None)
        if not csrf_fits(visit.house.vault, _csrf_cookie(visit), sent):
            raise Refusal(400, "csrf_failed")


def _should_ask_first(visit: Visit, door: Door) -> bool:
    """Whether this browser's person has proved who they are, but not answered yet what may be transferred."""
    if door.kind != "page" or door.open_to_all or visit.request.method != "GET" or visit.actor is not None:
        return False
    return Joining(visit.house).asked(visit.given_login_word) is not None


def _csrf_cookie(visit: Visit) -> str | None:
    if visit.session_token and visit.actor:
        return visit.session_token
    return visit.cookies.get(visit.request.cookies, names.VISITOR)


def _secrets(visit: Visit) -> list[str]:
    """What was typed into secret fields: no log line of this request may show it."""
    request = visit.request
    found = [*request.GET.items(), *request.POST.items()]
    return [value for name, value in found if name in SECRET_FIELDS and isinstance(value, str) and value]


def _guard(response: Response, visit: Visit, door: Door) -> None:
    https = visit.settings.public_url.startswith("https:")
    if door.kind == "page":
        guard_page(
            response,
            visit.nonce,
            visit.settings.portal_origins,
            https=https,
            form_targets=visit.form_targets,
            worker=visit.runs_worker,
            manifest=visit.alone,
        )
    else:
        guard_any(response, https=https)
    if door.kind == "api":
        response.headers["Link"] = f'<{visit.url("api_description")}>; rel="describedby"'
        allow_portals(visit.request, response, visit.settings.portal_origins)
