"""Staff sign in: password, second factor, and the one-time link by which both are set up."""

from pyramid.response import Response

from discovery_accounts.config.settings import LoginSettings
from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.services.entering import SignedIn
from discovery_accounts.services.problems import Problem
from discovery_accounts.services.sessions import BROWSER
from discovery_accounts.services.staff_invitations import StaffInvitations
from discovery_accounts.services.staff_sign_in import StaffSignIn
from discovery_accounts.services.staff_steps import StaffSteps
from discovery_accounts.web import cookies as names
from discovery_accounts.web.pages.entered import open_session
from discovery_accounts.web.pages.forms import form_page, user_name_page
from discovery_accounts.web.pages.shapes import Field
from discovery_accounts.web.pages.views import field
from discovery_accounts.web.problems import Refusal, refusal_of
from discovery_accounts.web.visit import Visit


def show(visit: Visit, login: LoginSettings) -> Response:
    return user_name_page(visit, "sign_in_password.html", login, None)


def sign_in(visit: Visit, login: LoginSettings) -> Response:
    """The password; then on to the second factor."""
    try:
        StaffSignIn(visit.house, login).by_password(
            visit.form("username"),
            visit.form("password"),
            visit.address,
            visit.login_word,
            visit.form("return_to"),
        )
    except (Problem, BadShape) as problem:
        return user_name_page(visit, "sign_in_password.html", login, problem)
    return _on_to_second_factor(visit, login)


def show_second_factor(visit: Visit) -> Response:
    return _second_factor_page(visit, password_login(visit), None)


def give_second_factor(visit: Visit) -> Response:
    """A code of the app, or what the browser made of a passkey; the form says which."""
    login = password_login(visit)
    staff, visitor = StaffSignIn(visit.house, login), visit.visitor(BROWSER)
    word = visit.given_login_word or ""
    return_to = StaffSteps(visit.house, login).pending(word).return_to
    try:
        if visit.form("action") == "passkey":
            signed_in = staff.by_passkey(word, visit.form("answer"), visitor)
        else:
            signed_in = staff.by_code(word, visit.form("code"), visitor)
    except Problem as problem:
        return _second_factor_page(visit, login, problem)
    return _open(visit, signed_in, return_to)


def show_invitation(visit: Visit) -> Response:
    """What the one-time link in the mail opens: a form, because looking must change nothing."""
    return _invitation_page(visit, None)


def accept_invitation(visit: Visit) -> Response:
    """Set the password; the second factor is next."""
    login = password_login(visit)
    token = visit.request.matchdict["token"]
    try:
        member_id = StaffInvitations(visit.house).accept(login.name, token, _typed_twice(visit))
    except BadShape as problem:
        return _invitation_page(visit, problem)
    StaffSteps(visit.house, login).begin(member_id, visit.login_word)
    return _on_to_second_factor(visit, login)


def password_login(visit: Visit) -> LoginSettings:
    """The login of the address, which must be one by password. Raises ``Refusal`` ``not_found``."""
    login = visit.settings.login(visit.request.matchdict["login"])
    if login is None or login.kind != "password":
        raise Refusal(404, "not_found")
    return login


def _typed_twice(visit: Visit) -> str:
    """The new password, from two fields of one name. Raises ``BadShape``."""
    typed = visit.request.POST.getall("password")
    if len(typed) != 2 or typed[0] != typed[1]:
        raise BadShape("password", "not_the_same")
    return str(typed[0])


def _on_to_second_factor(visit: Visit, login: LoginSettings) -> Response:
    pending = StaffSteps(visit.house, login).pending(visit.login_word)
    route = "second_factor_new" if pending.enrols else "second_factor"
    response = visit.redirect(visit.url(route, login=login.name))
    visit.cookies.set(response, names.LOGIN, visit.login_word)
    return response


def _open(visit: Visit, signed_in: SignedIn, return_to: str) -> Response:
    return open_session(visit, signed_in, return_to or visit.url("admin"))


def _second_factor_page(visit: Visit, login: LoginSettings, problem: Problem | None) -> Response:
    steps = StaffSteps(visit.house, login)
    pending = steps.pending(visit.given_login_word)
    if pending.enrols or pending.adds:
        return visit.redirect(visit.url("second_factor_new", login=login.name))
    by_code = problem is not None and problem.field == "code" and visit.form("action") != "passkey"
    return form_page(
        visit,
        "second_factor.html",
        problem,
        section="sign_in",
        login=login.name,
        kinds=pending.kinds,
        code=code_field(visit) if by_code else Field(),
        options=steps.options(pending),
        refused=refused_code(problem) if not by_code else None,
    )


def _invitation_page(visit: Visit, problem: BadShape | None) -> Response:
    login = password_login(visit)
    invitation = StaffInvitations(visit.house).look(login.name, visit.request.matchdict["token"])
    response = visit.render(
        "staff_invitation.html",
        section="sign_in",
        status=refusal_of(problem).status if problem else 200,
        name=invitation.name,
        email=invitation.email,
        password=Field("", field(visit, "password", problem).error),
    )
    response.headers["Referrer-Policy"] = "no-referrer"  # the address of this page is a secret
    return response


def code_field(visit: Visit) -> Field:
    """The field of a code that was refused; what was typed is never given back."""
    return Field("", "code.wrong" if visit.form("code").strip() else "code.missing")


def refused_code(problem: Problem | BadShape | None) -> str | None:
    """What the box at the top of the page is about, if there is to be one."""
    if problem is None or isinstance(problem, BadShape):
        return None
    return "passkey_refused" if problem.field == "code" else str(problem.code)
