"""``/account/export`` and ``/consents``: what is stored about oneself, and what one agreed to."""

import uuid
from typing import Any

from pyramid.response import Response

from discovery_accounts.services.agreeing import Agreeing, Question
from discovery_accounts.services.consents import Consent, Consents
from discovery_accounts.services.own_data.export import OwnExport
from discovery_accounts.services.problems import Code
from discovery_accounts.web.api.answers import answer, nothing, utc
from discovery_accounts.web.own_archive import sent
from discovery_accounts.web.visit import Visit


def export(visit: Visit) -> Response:
    return sent(visit, OwnExport(visit.house).start(visit.signed_in, visit.language))


def list_consents(visit: Visit) -> Response:
    consents = [_consent(one) for one in Consents(visit.house).list(visit.signed_in)]
    asked = [_question(one) for one in Agreeing(visit.house).questions(visit.signed_in)]
    return answer({"consents": consents, "asked": asked})


def agree(visit: Visit) -> Response:
    """Agree to a transfer by a way of signing in that the account knows."""
    body = visit.body
    given = Agreeing(visit.house).agree(
        visit.signed_in, uuid.UUID(body["way"]), body["text_version"], body["fields"]
    )
    return answer(_consent(Consents(visit.house).find(visit.signed_in, given)), 201)


def withdraw(visit: Visit) -> Response:
    """Take a consent back; the way of signing in that it opened is gone."""
    consent_id: uuid.UUID = visit.path_id("consent", Code.NOT_FOUND)
    Consents(visit.house).withdraw(visit.signed_in, consent_id)
    return nothing()


def _consent(one: Consent) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "login": one.login_name,
        "organisation": one.organisation,
        "library": one.library,
        "legal_basis": one.legal_basis,
        "text_version": one.text_version,
        "fields": list(one.fields),
        "given_at": utc(one.given_at),
        "withdrawn_at": utc(one.withdrawn_at),
        "only_way": one.only_way,
    }


def _question(one: Question) -> dict[str, Any]:
    return {
        "way": str(one.way),
        "login": one.login_name,
        "organisation": one.organisation,
        "library": one.library,
        "legal_basis": one.legal_basis,
        "text_version": one.text_version,
        "fields": list(one.fields),
    }
