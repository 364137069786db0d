"""A refusal as a page in the reader's language, or as RFC 9457 problem details."""

import json

from pyramid.response import Response

from discovery_accounts.web import cookies as names
from discovery_accounts.web.problem_words import PROBLEMS
from discovery_accounts.web.problems import Refusal
from discovery_accounts.web.visit import Visit
from discovery_accounts.web.words import Words

_TRY_AGAIN = {429, 500, 503}


def problem_page(visit: Visit, refusal: Refusal) -> Response:
    """A page that says what is wrong and what to do; no session goes on to the sign-in page instead."""
    if refusal.code == "sign_in_required":
        code = "session_expired" if visit.session_token else "sign_in_required"
        if visit.request.method == "GET":
            return _to_sign_in(visit, code)
        refusal = Refusal(401, "session_expired")
    if refusal.code == "step_up_required":
        return visit.redirect(visit.url("step_up", _query={"return_to": visit.here}))
    response = visit.render(
        "problem.html",
        status=refusal.status,
        problem=str(refusal.code),
        retry=refusal.status in _TRY_AGAIN and visit.request.method == "GET",
        wait_minutes=refusal.wait_minutes,
    )
    return with_headers(response, refusal)


def problem_json(visit: Visit, refusal: Refusal) -> Response:
    """``application/problem+json`` with a stable ``code``; titles in the asker's language."""
    words = Words(visit.language).problem(str(refusal.code))
    body: dict[str, object] = {
        "type": f"urn:discovery-accounts:problem:{refusal.code}",
        "title": words.title,
        "status": refusal.status,
        "detail": words.text,
        "code": str(refusal.code),
    }
    if refusal.field is not None:
        body["field"] = refusal.field
    if refusal.at is not None:
        body |= {"at": refusal.at, "reason": refusal.errors[0][1]}
    if refusal.errors:
        body["errors"] = [{"field": field, "code": code} for field, code in refusal.errors]
    if refusal.reason is not None:
        body |= {"reason": refusal.reason, "detail": _why(visit, refusal)}
    if refusal.wait is not None:
        body["retry_after"] = refusal.wait
    response = Response(
        json.dumps(body, ensure_ascii=False).encode(),
        status=refusal.status,
        content_type="application/problem+json",
        charset="utf-8",
    )
    if refusal.status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="accounts"'
    return with_headers(response, refusal)


def _why(visit: Visit, refusal: Refusal) -> str:
    """What to do about it, from the reason."""
    words, own = Words(visit.language), f"{refusal.code}.{refusal.reason}"
    if own in PROBLEMS:
        return words.problem(own).text
    why = words.hold_reason(str(refusal.reason))
    return f"{why.title}. {why.text}"


def _to_sign_in(visit: Visit, code: str) -> Response:
    here = visit.request.path_qs
    notice = code if code == "session_expired" else None
    response = visit.redirect(visit.url("sign_in", _query={"return_to": here}), notice)
    if code == "session_expired":
        visit.cookies.drop(response, names.SESSION)
    return response


def with_headers(response: Response, refusal: Refusal | None) -> Response:
    """Say in seconds when to try again, where that is known (RFC 9110, 10.2.3), and what else may be asked of an
    address that does not have the method (15.5.6)."""
    if refusal is not None and refusal.wait is not None:
        response.headers["Retry-After"] = str(refusal.wait)
    if refusal is not None and refusal.allow:
        response.headers["Allow"] = ", ".join(refusal.allow)
    return response
