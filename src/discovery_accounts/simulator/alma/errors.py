"""The error codes of Alma that the imitation gives, each by the operation it belongs to."""

from aiohttp import web

from discovery_accounts.simulator.alma.answers import error

GENERAL_ERROR = "General Error: An error has occurred while processing the request."


def user_not_found(request: web.Request, identifier: str, id_type: str) -> web.Response:
    """No such user: one code when any identifier would do, another when a type was named."""
    if id_type == "all_unique":
        return error(request, "401861", f"User with identifier {identifier} was not found.")
    return error(request, "401890", f"User with identifier {identifier} of type {id_type} was not found.")


def wrong_parameter(request: web.Request, name: str, value: str, allowed: str) -> web.Response:
    """A query value outside of what is allowed."""
    return error(request, "40166411", f"Parameter {name} ({value}) is not valid. Valid: {allowed}.")


def unauthorized(request: web.Request) -> web.Response:
    """An unknown key, or one without the right for this area."""
    return error(request, "UNAUTHORIZED", "API-key not defined or not configured to allow this API.", 401)


def too_many(request: web.Request) -> web.Response:
    """More calls in this second than the institution may make."""
    response = error(request, "PER_SECOND_THRESHOLD", "HTTP requests are more than allowed per second", 429)
    response.headers["Retry-After"] = "1"
    return response


def daily(request: web.Request) -> web.Response:
    """No calls left until midnight GMT."""
    return error(request, "DAILY_THRESHOLD", "HTTP requests are more than allowed per day", 429)
