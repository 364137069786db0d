"""Signing in by a code or link sent to the address on file. Every answer is the same, whoever is asked for."""

from pyramid.response import Response

from discovery_accounts.config.settings import LoginSettings
from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.email_address import masked
from discovery_accounts.services.email_sign_in import Asking, EmailSignIns
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.sessions import BROWSER
from discovery_accounts.web import cookies as names
from discovery_accounts.web.pages.entered import open_session
from discovery_accounts.web.pages.forms import form_page
from discovery_accounts.web.pages.shapes import Field
from discovery_accounts.web.pages.views import field, library_title, typed_code
from discovery_accounts.web.problems import Refusal
from discovery_accounts.web.visit import Visit


def show(visit: Visit, login: LoginSettings) -> Response:
    return _form(visit, login, visit.request.GET.get("return_to", ""))


def ask(visit: Visit, login: LoginSettings) -> Response:
    """Have a code sent, if exactly one patron is meant; and on to where it is given in, in any case."""
    asking = Asking(
        visit.form("email"), visit.form("card_number"), visit.language, visit.form("return_to")[:2000]
    )
    try:
        EmailSignIns(visit.house).ask(login, visit.login_word, asking, visit.address)
    except (Problem, BadShape) as problem:
        return _form(visit, login, asking.return_to, problem)
    return _asked(visit, login)


def show_code(visit: Visit) -> Response:
    login = _login(visit)
    asking = EmailSignIns(visit.house).asked(visit.given_login_word)
    if asking is None:
        return visit.redirect(visit.url("sign_in_with", login=login.name))
    return _code_page(visit, login, asking)


def give_code(visit: Visit) -> Response:
    """Sign in with the code; or ask once more, now with the card number."""
    login, sign_ins = _login(visit), EmailSignIns(visit.house)
    asking = sign_ins.asked(visit.given_login_word)
    if asking is None:
        raise Problem(Code.ANSWER_NOT_EXPECTED)
    try:
        if visit.form("action") == "again":
            again = Asking(asking.email, _needed_number(visit), visit.language, asking.return_to)
            sign_ins.ask(login, visit.login_word, again, visit.address)
            return _asked(visit, login)
        entered = sign_ins.by_code(visit.given_login_word, typed_code(visit), visit.visitor(BROWSER))
    except (Problem, BadShape) as problem:
        if isinstance(problem, Problem) and problem.code not in {Code.CODE_WRONG, Code.TOO_MANY_ATTEMPTS}:
            raise
        return _code_page(visit, login, asking, problem)
    return open_session(visit, entered.signed_in, entered.return_to)


def show_link(visit: Visit) -> Response:
    """What the link in the mail opens: a form, because looking must not sign anybody in."""
    login = _login(visit)
    offer = EmailSignIns(visit.house).offer(visit.request.matchdict["token"])
    response = visit.render(
        "sign_in_email_link.html",
        section="sign_in",
        login=login.name,
        token=visit.request.matchdict["token"],
        library_title=library_title(visit, offer.library),
        address_masked=offer.address_masked,
    )
    response.headers["Referrer-Policy"] = "no-referrer"  # the address of this page is a secret
    return response


def use_link(visit: Visit) -> Response:
    _login(visit)
    token = visit.request.matchdict["token"]
    entered = EmailSignIns(visit.house).by_link(token, visit.visitor(BROWSER))
    return open_session(visit, entered.signed_in, entered.return_to)


def _login(visit: Visit) -> LoginSettings:
    """The login of the address, which must be one by e-mail. Raises ``Refusal`` ``not_found``."""
    login = visit.settings.login(visit.request.matchdict["login"])
    if login is None or login.kind != "email":
        raise Refusal(404, "not_found")
    return login


def _needed_number(visit: Visit) -> str:
    if not visit.form("card_number").strip():
        raise BadShape("card_number", "missing")
    return visit.form("card_number")


def _asked(visit: Visit, login: LoginSettings) -> Response:
    response = visit.redirect(visit.url("email_code", login=login.name))
    visit.cookies.set(response, names.LOGIN, visit.login_word)
    return response


def _form(
    visit: Visit, login: LoginSettings, return_to: str, problem: Problem | BadShape | None = None
) -> Response:
    return form_page(
        visit,
        "sign_in_email.html",
        problem,
        section="sign_in",
        login=login.name,
        login_title=visit.login_title(login),
        email=field(visit, "email", problem),
        card_number=field(visit, "card_number", problem),
        return_to=return_to,
    )


def _code_page(
    visit: Visit, login: LoginSettings, asking: Asking, problem: Problem | BadShape | None = None
) -> Response:
    wrong = isinstance(problem, Problem) and problem.code is Code.CODE_WRONG
    return form_page(
        visit,
        "sign_in_email_code.html",
        problem,
        section="sign_in",
        login=login.name,
        address_masked=masked(asking.email),
        code=Field("", "code.wrong" if wrong else field(visit, "code", problem).error),
        card_number=field(visit, "card_number", problem),
        asks_again=visit.form("action") == "again",
        at_field=wrong,
    )
