"""What each refusal is over HTTP. One table; pages and API both use it."""

import math
from collections.abc import Mapping

from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.services.problems import Code, Problem

STATUS: Mapping[str, int] = {
    Code.SIGN_IN_REFUSED: 401,
    Code.TOO_MANY_ATTEMPTS: 429,
    Code.CARD_LOCKED: 429,
    Code.LIBRARY_UNAVAILABLE: 503,
    Code.UNKNOWN_LIBRARY: 422,
    Code.INVALID_VALUE: 422,
    Code.NO_PIN_HERE: 422,
    Code.PIN_REJECTED: 422,
    Code.CARD_ALREADY_LINKED: 409,
    Code.LINKING_NOT_ALLOWED: 403,
    Code.NO_SUCH_CARD: 404,
    Code.NO_SUCH_LOAN: 404,
    Code.NO_SUCH_HOLD: 404,
    Code.HOLDER_ONLY: 403,
    Code.NOT_FOUND: 404,
    Code.PENDING_APPROVAL: 403,
    Code.MISSING_SCOPE: 403,
    Code.CARD_BLOCKED: 403,
    Code.CARD_EXPIRED: 403,
    Code.PIN_NEEDED: 409,
    Code.PIN_CHANGED: 409,
    Code.NOT_A_PATRON: 409,
    Code.NOT_SUPPORTED: 501,
    Code.FRESH_SIGN_IN_REQUIRED: 403,
    Code.LINK_EXPIRED: 404,
    Code.SIGN_IN_CANCELLED: 403,
    Code.ANSWER_NOT_EXPECTED: 400,
    Code.ANSWER_NOT_TRUSTED: 400,
    Code.ATTRIBUTE_MISSING: 403,
    Code.ORGANISATION_ACCOUNT_CLOSED: 403,
    Code.SIGN_IN_NOT_STRONG_ENOUGH: 403,
    Code.PROVIDER_UNAVAILABLE: 503,
    Code.UNKNOWN_ORGANISATION: 422,
    Code.CONSENT_REFUSED: 403,
    Code.STEP_UP_REQUIRED: 403,
    Code.IDENTITY_OF_ANOTHER_ACCOUNT: 409,
    Code.LAST_SIGN_IN_METHOD: 409,
    Code.CODE_WRONG: 422,
    Code.INVITATION_NOT_VALID: 404,
}


class Refusal(Exception):
    """An answer that is a "no": status, code, and what a person or program needs with it.

    ``errors`` are (field, code) pairs; ``wait`` is in whole seconds; ``reason`` is the library's, a further code.
    ``at`` is at which character of ``field``, counted from 0; ``allow`` are the methods that an address has
    (RFC 9110 15.5.6).
    """

    def __init__(
        self,
        status: int,
        code: str,
        *,
        field: str | None = None,
        errors: tuple[tuple[str, str], ...] = (),
        wait: int | None = None,
        reason: str | None = None,
        at: int | None = None,
        allow: tuple[str, ...] = (),
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.field = field
        self.errors = errors
        self.wait = wait
        self.reason = reason
        self.at = at
        self.allow = allow

    @property
    def wait_minutes(self) -> int | None:
        return None if self.wait is None else max(1, math.ceil(self.wait / 60))


def refusal_of(problem: Problem | BadShape) -> Refusal:
    """What a service's "no" is over HTTP."""
    if isinstance(problem, BadShape):
        wrong = ((problem.field, problem.code),)
        return Refusal(422, Code.INVALID_VALUE, field=problem.field, errors=wrong, at=problem.at)
    wait = None if problem.wait is None else max(1, math.ceil(problem.wait.total_seconds()))
    errors = ((problem.field, problem.code.value),) if problem.field else ()
    reason = problem.detail if problem.code is Code.LINKING_NOT_ALLOWED else None
    return Refusal(
        STATUS[problem.code], problem.code, field=problem.field, errors=errors, wait=wait, reason=reason
    )
