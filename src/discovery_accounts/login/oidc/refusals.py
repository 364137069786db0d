"""What a provider's error codes mean: a no to the person, or a fault in the settings on one side."""

from discovery_accounts.login.claim import NoClaim, Why
from discovery_accounts.login.oidc.wire import word
from discovery_accounts.login.provider import ProviderFailure

_OUR_FAULT = frozenset(
    (
        "invalid_client",
        "invalid_redirect_uri",
        "invalid_request",
        "invalid_scope",
        "invalid_target",
        "unauthorized_client",
        "unsupported_grant_type",
        "unsupported_response_type",
    )
)
_ITS_FAULT = frozenset(("server_error", "temporarily_unavailable"))
_NOES = frozenset(
    (
        "access_denied",
        "account_selection_required",
        "consent_required",
        "interaction_required",
        "login_required",
    )
)
"""Words that become part of a reason. No others: the browser brings them, so anybody can make up as many as
they like, and reasons are counted by name."""
_TOO_WEAK = "unmet_authentication_requirements"


def refused_at_sign_in(error: str) -> NoClaim:
    """The browser came back with ``error`` in place of a code. Raises ``ProviderFailure`` when it is not
    the person who was refused (RFC 6749, section 4.1.2.1; OpenID Connect Core 1.0, section 3.1.2.6)."""
    said = word(error)
    _raise_failure(said)
    if said == _TOO_WEAK:
        return NoClaim(said, Why.NOT_STRONG_ENOUGH)
    return NoClaim(f"provider_{said if said in _NOES else 'unknown'}", Why.CANCELLED)


def refused_code(error: object) -> NoClaim:
    """The provider refused the code, which may be old, used before, or begun by another browser; any
    other refusal is raised as ``ProviderFailure`` (RFC 6749, section 5.2)."""
    said = word(error)
    if said == "invalid_grant":
        return NoClaim("code_refused", Why.NOT_EXPECTED)
    _raise_failure(said)
    raise ProviderFailure("provider_error", said)


def _raise_failure(said: str) -> None:
    if said in _OUR_FAULT:
        raise ProviderFailure("client_refused", said)
    if said in _ITS_FAULT:
        raise ProviderFailure("provider_error", said)
