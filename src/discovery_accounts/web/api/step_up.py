"""``/step-up``: one more proof within a session, by a code."""

from pyramid.response import Response

from discovery_accounts.services.codes import LASTS
from discovery_accounts.services.step_up import StepUps
from discovery_accounts.web import cookies as names
from discovery_accounts.web.api.answers import answer, utc
from discovery_accounts.web.visit import Visit


def ask(visit: Visit) -> Response:
    contact = StepUps(visit.house).ask(visit.signed_in, visit.body["channel"], visit.language)
    body = {
        "channel": contact.channel.value,
        "sent_to": contact.masked,
        "expires_in": int(LASTS.total_seconds()),
    }
    return answer(body, status=202)


def verify(visit: Visit) -> Response:
    """A browser's session gets a new token with it, in its cookie; a program keeps the one it has."""
    token = StepUps(visit.house).verify(visit.signed_in, visit.body["code"])
    response = answer({"stepped_up_at": utc(visit.house.now())})
    if token is not None:
        visit.cookies.set(response, names.SESSION, token)
    return response
