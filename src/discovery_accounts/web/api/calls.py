"""Holding every call to the contract: requests before anything of them is used, answers before they leave."""

import logging
from collections.abc import Mapping
from typing import Any

from pyramid.response import Response

from discovery_accounts.telemetry.log import event
from discovery_accounts.web.api.validation import ApiContract, InvalidAnswer, InvalidRequest
from discovery_accounts.web.problem_answers import problem_json
from discovery_accounts.web.problems import Refusal
from discovery_accounts.web.visit import Visit

log = logging.getLogger(__name__)


def check_request(visit: Visit, operation: str) -> Mapping[str, Any]:
    """The body of a request that fits the contract; empty where the operation has none. Raises ``Refusal``."""
    contract: ApiContract = visit.request.registry[ApiContract]
    try:
        return contract.check_request(visit.request, operation, visit.request.matchdict).body or {}
    except InvalidRequest as invalid:
        errors = tuple((error.field, error.code) for error in invalid.errors)
        raise Refusal(invalid.status, invalid.code, errors=errors) from None


def check_answer(visit: Visit, operation: str, response: Response) -> Response:
    """The answer, if it fits the contract or is not of the share that is checked; else a 500.

    An answer that breaks the contract is a fault of ours: clients must not learn to live with it. One that is
    written while it is sent is held to its status and type only: to look into it would be to have it in memory.
    """
    contract: ApiContract = visit.request.registry[ApiContract]
    if not contract.wants_answer():
        return response
    try:
        body = None if _is_streamed(response) else response.body
        contract.check_answer(operation, response.status_int, response.content_type, body)
    except InvalidAnswer as invalid:
        event(log, "answer.breaks_contract", level=logging.ERROR, operation=operation, problem=str(invalid))
        return problem_json(visit, Refusal(500, "server_error"))
    return response


def _is_streamed(response: Response) -> bool:
    return not isinstance(response.app_iter, (list, tuple))
