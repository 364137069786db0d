"""``/account/methods/confirm/code``: a code for the other account, before it is joined to this one."""

from pyramid.response import Response

from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.services.merging import Merging
from discovery_accounts.services.problems import Problem
from discovery_accounts.web.pages.step_up import code_page
from discovery_accounts.web.pages.views import typed_code
from discovery_accounts.web.visit import Visit


def show(visit: Visit) -> Response:
    return _page(visit, None)


def go_on(visit: Visit) -> Response:
    """Send a code, or take the one that was sent; the form says which."""
    merging, actor, word = Merging(visit.house), visit.signed_in, visit.given_login_word
    try:
        if visit.form("action") != "confirm":
            merging.ask_code(actor, word, visit.form("channel"), visit.language)
            return visit.redirect(visit.url("merge_code"))
        merging.give_code(actor, word, typed_code(visit))
    except (Problem, BadShape) as problem:
        return _page(visit, problem)
    return visit.redirect(visit.url("method_confirm"), "stepped_up")


def _page(visit: Visit, problem: Problem | BadShape | None) -> Response:
    _other, contacts = Merging(visit.house).contacts(visit.signed_in, visit.given_login_word)
    return code_page(visit, contacts, "merge_code", "", problem)
