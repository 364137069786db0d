"""Setting up an authenticator app or a passkey: at the first sign-in, and more of them later."""

import uuid

from pyramid.response import Response

from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.login.password.totp import picture_of
from discovery_accounts.security.permissions import staff_access
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.second_factors import APP, SecondFactors
from discovery_accounts.services.sessions import BROWSER, require_fresh
from discovery_accounts.services.staff import Staff
from discovery_accounts.services.staff_invitations import StaffInvitations
from discovery_accounts.services.staff_sign_in import StaffSignIn
from discovery_accounts.services.staff_steps import StaffSteps
from discovery_accounts.web import cookies as names
from discovery_accounts.web.pages.entered import open_session
from discovery_accounts.web.pages.forms import form_page
from discovery_accounts.web.pages.shapes import Field
from discovery_accounts.web.pages.staff_sign_in import code_field, password_login, refused_code
from discovery_accounts.web.pages.views import field
from discovery_accounts.web.visit import Visit


def show(visit: Visit) -> Response:
    return _page(visit, None)


def set_up(visit: Visit) -> Response:
    """An app with its first code, or a new passkey; the form says which."""
    login = password_login(visit)
    staff, word, visitor = (
        StaffSignIn(visit.house, login),
        visit.given_login_word or "",
        visit.visitor(BROWSER),
    )
    return_to = StaffSteps(visit.house, login).enrolling(word, visit.actor).return_to
    try:
        if visit.form("action") == "passkey":
            answer, label = visit.form("answer"), visit.form("label")
            signed_in = staff.enrol_passkey(word, visit.actor, answer, label, visitor)
        else:
            signed_in = staff.enrol_app(word, visit.actor, visit.form("code"), visitor)
    except (Problem, BadShape) as problem:
        return _page(visit, problem)
    if signed_in is None:
        return visit.redirect(visit.url("admin_factors"), "factor_added")
    return open_session(visit, signed_in, return_to or visit.url("admin"), "factor_added")


def show_mine(visit: Visit) -> Response:
    """The second factors of who asks."""
    staff_access(visit.house, visit.signed_in)
    return visit.render(
        "admin_factors.html",
        section="admin",
        factors=_mine(visit).all(),
        fresh_needed=not visit.is_fresh,
    )


def change_mine(visit: Visit) -> Response:
    """Begin adding one, or remove one; both need a recent sign-in."""
    staff_access(visit.house, visit.signed_in)
    require_fresh(visit.house, visit.signed_in)
    mine = _mine(visit)
    if visit.form("action") == "remove":
        chosen = visit.form("factor")
        mine.remove(None if chosen == APP else _passkey_id(chosen))
        return visit.redirect(visit.url("admin_factors"), "factor_removed")
    login = StaffInvitations(visit.house).login()
    if login is None:
        raise Problem(Code.NOT_FOUND)
    StaffSteps(visit.house, login).begin(mine.member_id, visit.login_word, adds=True)
    response = visit.redirect(visit.url("second_factor_new", login=login.name))
    visit.cookies.set(response, names.LOGIN, visit.login_word)
    return response


def _mine(visit: Visit) -> SecondFactors:
    member_id = Staff(visit.house).member_of(visit.signed_in.account_id)
    if member_id is None:
        raise Problem(Code.NOT_FOUND)
    return SecondFactors(visit.house, member_id)


def _passkey_id(chosen: str) -> uuid.UUID:
    try:
        return uuid.UUID(chosen)
    except ValueError:
        raise Problem(Code.NOT_FOUND) from None


def _page(visit: Visit, problem: Problem | BadShape | None) -> Response:
    login = password_login(visit)
    steps = StaffSteps(visit.house, login)
    pending = steps.enrolling(visit.given_login_word, visit.actor)
    by_code = isinstance(problem, Problem) and problem.field == "code" and visit.form("action") != "passkey"
    label = field(visit, "label", problem if isinstance(problem, BadShape) else None)
    return form_page(
        visit,
        "second_factor_new.html",
        problem,
        section="admin" if pending.adds else "sign_in",
        login=login.name,
        adds=pending.adds,
        replaces=APP in pending.kinds,
        picture=picture_of(pending.app_address),
        app_address=pending.app_address,
        secret=" ".join(pending.secret[at : at + 4] for at in range(0, len(pending.secret), 4)),
        code=code_field(visit) if by_code else Field(),
        label=label if label.error else Field(label.value or visit.visitor(BROWSER).browser or ""),
        options=steps.options(pending),
        refused=refused_code(problem) if not by_code else None,
    )
