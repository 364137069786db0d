"""``/sessions``: signing in by card, and one's own sessions."""

from pyramid.response import Response

from discovery_accounts.services.problems import Code
from discovery_accounts.services.sessions import API, Sessions
from discovery_accounts.services.sign_in import SignIn
from discovery_accounts.web.api.answers import answer, nothing, session_json
from discovery_accounts.web.problems import Refusal
from discovery_accounts.web.visit import Visit


def sign_in(visit: Visit) -> Response:
    body = visit.body
    login = next((login.name for login in visit.settings.logins if login.kind == "card"), None)
    if login is None:
        raise Refusal(404, Code.NOT_FOUND)
    signed_in = SignIn(visit.house).by_card(
        login, body["library"], body["card_number"], body["pin"], visit.visitor(API)
    )
    opened = signed_in.opened
    return answer(
        {
            "access_token": opened.token,
            "token_type": "Bearer",
            "expires_in": opened.expires_in,
            "account": {"id": str(opened.account_id)},
        },
        status=201,
    )


def list_all(visit: Visit) -> Response:
    sessions = Sessions(visit.house).list(visit.signed_in)
    return answer({"sessions": [session_json(session) for session in sessions]})


def end(visit: Visit) -> Response:
    Sessions(visit.house).end(visit.signed_in, visit.path_id("session", Code.NOT_FOUND))
    return nothing()


def end_current(visit: Visit) -> Response:
    Sessions(visit.house).end(visit.signed_in, visit.signed_in.session_id)
    return nothing()
