"""The answer that opens a session in a browser."""

from pyramid.response import Response

from discovery_accounts.services.entering import SignedIn
from discovery_accounts.services.sessions import Sessions
from discovery_accounts.web import cookies as names
from discovery_accounts.web.visit import Visit


def open_session(visit: Visit, signed_in: SignedIn, return_to: str, notice: str | None = None) -> Response:
    """On to where the person came from. Always a new session token: one that was set before sign-in opens
    nothing (checklist W2)."""
    if visit.session_token:
        Sessions(visit.house).end_by_token(visit.session_token)
    if signed_in.came_back:
        notice = notice or "account_came_back"
    response = visit.redirect(visit.return_to(return_to, "loans"), notice)
    visit.cookies.set(response, names.SESSION, signed_in.opened.token)
    if signed_in.known_token is not None:
        visit.cookies.set(response, names.KNOWN, signed_in.known_token)
    visit.cookies.drop(response, names.VISITOR)
    visit.cookies.drop(response, names.LOGIN)
    return response
