"""A "no" that reaches a person: a stable code, and what is needed to say it well.

What a code means over HTTP, and its words, is decided in ``web``.
"""

from datetime import timedelta
from enum import StrEnum


class Code(StrEnum):
    """Stable codes of refusals, used by the API and as ``data-code`` on pages."""

    SIGN_IN_REFUSED = "sign_in_refused"
    TOO_MANY_ATTEMPTS = "too_many_attempts"
    CARD_LOCKED = "card_locked"
    LIBRARY_UNAVAILABLE = "library_unavailable"
    UNKNOWN_LIBRARY = "unknown_library"
    INVALID_VALUE = "invalid_value"
    NO_PIN_HERE = "no_pin_here"
    PIN_REJECTED = "pin_rejected"
    CARD_ALREADY_LINKED = "card_already_linked"
    LINKING_NOT_ALLOWED = "linking_not_allowed"
    NO_SUCH_CARD = "no_such_card"
    NO_SUCH_LOAN = "no_such_loan"
    NO_SUCH_HOLD = "no_such_hold"
    NOT_FOUND = "not_found"
    PENDING_APPROVAL = "pending_approval"
    MISSING_SCOPE = "missing_scope"
    HOLDER_ONLY = "holder_only"
    CARD_BLOCKED = "card_blocked"
    CARD_EXPIRED = "card_expired"
    PIN_NEEDED = "pin_needed"
    PIN_CHANGED = "pin_changed"
    NOT_A_PATRON = "not_a_patron"
    NOT_SUPPORTED = "not_supported"
    FRESH_SIGN_IN_REQUIRED = "fresh_sign_in_required"
    LINK_EXPIRED = "link_expired"
    SIGN_IN_CANCELLED = "sign_in_cancelled"
    ANSWER_NOT_EXPECTED = "answer_not_expected"
    ANSWER_NOT_TRUSTED = "answer_not_trusted"
    ATTRIBUTE_MISSING = "attribute_missing"
    ORGANISATION_ACCOUNT_CLOSED = "organisation_account_closed"
    SIGN_IN_NOT_STRONG_ENOUGH = "sign_in_not_strong_enough"
    PROVIDER_UNAVAILABLE = "provider_unavailable"
    UNKNOWN_ORGANISATION = "unknown_organisation"
    CONSENT_REFUSED = "consent_refused"
    STEP_UP_REQUIRED = "step_up_required"
    IDENTITY_OF_ANOTHER_ACCOUNT = "identity_of_another_account"
    LAST_SIGN_IN_METHOD = "last_sign_in_method"
    CODE_WRONG = "code_wrong"
    INVITATION_NOT_VALID = "invitation_not_valid"


class Problem(Exception):
    """``field`` names the field that is wrong, ``wait`` how long to wait, ``detail`` a further code."""

    def __init__(
        self,
        code: Code,
        *,
        field: str | None = None,
        detail: str | None = None,
        wait: timedelta | None = None,
    ) -> None:
        super().__init__(code.value)
        self.code = code
        self.field = field
        self.detail = detail
        self.wait = wait
