"""The ways to sign in to one's account: add, remove, join two accounts; consents taken back."""

from functools import partial

from pyramid.response import Response

from discovery_accounts.config.settings import LoginSettings
from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.strength import Strength
from discovery_accounts.login.form import FormLogin
from discovery_accounts.login.provider import ProviderLogin
from discovery_accounts.services.consents import Consents
from discovery_accounts.services.form_sign_in import FormSignIn
from discovery_accounts.services.identities import Identities, require_sure
from discovery_accounts.services.merging import OTHER, Merging
from discovery_accounts.services.organisation_search import chooses_organisation
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.provider_sign_in import Errand, ProviderSignIn, Purpose
from discovery_accounts.services.sessions import BROWSER
from discovery_accounts.services.sign_in import SignIn
from discovery_accounts.web import cookies as names
from discovery_accounts.web.pages.forms import form_page
from discovery_accounts.web.pages.organisations import organisation_page
from discovery_accounts.web.pages.provider_sign_in import depart
from discovery_accounts.web.pages.shapes import Field
from discovery_accounts.web.pages.views import (
    chosen_library,
    library_choices,
    library_title,
    method_view,
    needed_field,
    sign_in_again,
)
from discovery_accounts.web.problems import Refusal, refusal_of
from discovery_accounts.web.visit import Visit


def show(visit: Visit) -> Response:
    """All ways to sign in, what may be added, and the consents behind them."""
    actor = visit.signed_in
    found = Identities(visit.house).list(actor)
    return visit.render(
        "methods.html",
        section="account",
        methods=tuple(method_view(visit, one) for one in found),
        logins=tuple((one.name, visit.login_title(one), one.kind) for one in _may_be_added(visit)),
        consents=tuple(
            (str(one.id), _login_title(visit, one.login_name, one.organisation), one)
            for one in Consents(visit.house).list(actor)
        ),
        library_title=lambda name: library_title(visit, name),
        doubt=_doubt(visit),
        sign_in_again=sign_in_again(visit, visit.url("methods")),
    )


def show_add(visit: Visit) -> Response:
    """The form of one way: a button that leads to the organisation, or what has to be typed."""
    return _add_page(visit, _login(visit), None)


def add(visit: Visit) -> Response:
    """Prove the other way now; it is added only after a page that names both (checklist O4)."""
    login, actor = _login(visit), visit.signed_in
    require_sure(visit.house, actor)
    try:
        if isinstance(visit.house.logins.get(login.name), ProviderLogin):
            return depart(visit, login.name, Errand(Purpose.ADD, "", actor.account_id))
        if login.kind == "card":
            claim = SignIn(visit.house).prove(
                login.name,
                chosen_library(visit),
                visit.form("card_number"),
                visit.form("pin"),
                visit.visitor(BROWSER),
            )
        else:
            _settings, claim = FormSignIn(visit.house).prove(
                login.name, visit.form("username"), visit.form("password"), visit.visitor(BROWSER)
            )
    except (Problem, BadShape) as problem:
        return _add_page(visit, login, problem)
    Identities(visit.house).keep_proof(actor, claim, login.name, visit.login_word)
    response = visit.redirect(visit.url("method_confirm"))
    visit.cookies.set(response, names.LOGIN, visit.login_word)
    return response


def show_confirm(visit: Visit) -> Response:
    """Both sides by name; where the way opens another account, what joining them would do."""
    actor = visit.signed_in
    adding = Identities(visit.house).adding(actor, visit.given_login_word)
    if adding is None:
        raise Problem(Code.ANSWER_NOT_EXPECTED)
    merge = Merging(visit.house).preview(actor, visit.given_login_word) if adding.other_account else None
    return visit.render(
        "method_confirm.html",
        section="account",
        adding=adding,
        title=_login_title(visit, adding.login_name, adding.issuer),
        issuer_title=library_title(visit, adding.issuer),
        mine=tuple(method_view(visit, one) for one in Identities(visit.house).list(actor)),
        merge=merge,
        theirs=tuple(method_view(visit, one) for one in merge.methods) if merge else (),
        library_title=lambda name: library_title(visit, name),
    )


def confirm(visit: Visit) -> Response:
    """Add the way, or join the accounts; what the person pressed must be what they were shown."""
    actor, word = visit.signed_in, visit.given_login_word
    action = visit.form("action")
    adding, shown = Identities(visit.house).adding(actor, word), visit.form("shown")
    if shown and adding is not None and shown != adding.mark:  # of another window: look at this one first
        return visit.redirect(visit.url("method_confirm"))
    if action == "add":
        Identities(visit.house).add(actor, word)
        notice = "method_added"
    elif action == "merge":
        try:
            Merging(visit.house).merge(actor, word)
        except Problem as problem:
            if problem.detail != OTHER:
                raise
            return visit.redirect(visit.url("merge_code"))
        notice = "accounts_joined"
    elif action == "no":
        Identities(visit.house).take(actor, word)
        notice = "nothing_added"
    else:
        raise Refusal(400, "bad_request")
    response = visit.redirect(visit.url("methods"), notice)
    visit.cookies.drop(response, names.LOGIN)
    return response


def show_remove(visit: Visit) -> Response:
    identity = visit.path_id("identity", Code.NOT_FOUND)
    methods = Identities(visit.house).list(visit.signed_in)
    method = next((one for one in methods if one.id == identity), None)
    if method is None:
        raise Problem(Code.NOT_FOUND)
    return visit.render(
        "method_remove.html",
        section="account",
        method=method_view(visit, method),
        only=len(methods) == 1,
        doubt=_doubt(visit),
        sign_in_again=sign_in_again(visit, visit.url("methods")),
    )


def remove(visit: Visit) -> Response:
    Identities(visit.house).remove(visit.signed_in, visit.path_id("identity", Code.NOT_FOUND))
    return visit.redirect(visit.url("methods"), "method_removed")


def show_withdraw(visit: Visit) -> Response:
    consent = Consents(visit.house).find(visit.signed_in, visit.path_id("consent", Code.NOT_FOUND))
    return visit.render(
        "consent_withdraw.html",
        section="account",
        consent=consent,
        title=_login_title(visit, consent.login_name, consent.organisation),
        library=library_title(visit, consent.library) if consent.library else None,
        fresh_needed=_fresh_needed(visit),
        sign_in_again=sign_in_again(visit, visit.url("methods")),
    )


def withdraw(visit: Visit) -> Response:
    Consents(visit.house).withdraw(visit.signed_in, visit.path_id("consent", Code.NOT_FOUND))
    return visit.redirect(visit.url("methods"), "consent_withdrawn")


def _may_be_added(visit: Visit) -> tuple[LoginSettings, ...]:
    """Logins that prove enough to open an account for good: not a code in a mail, not staff passwords."""
    opened = visit.house.logins
    return tuple(
        login
        for login in visit.settings.logins
        if login.kind == "card"
        or (isinstance(opened.get(login.name), ProviderLogin | FormLogin) and login.kind != "password")
    )


def _login(visit: Visit) -> LoginSettings:
    name = visit.request.matchdict["login"]
    for login in _may_be_added(visit):
        if login.name == name:
            return login
    raise Refusal(404, "not_found")


def _add_page(visit: Visit, login: LoginSettings, problem: Problem | BadShape | None) -> Response:
    refusal = refusal_of(problem) if problem else None
    provider = isinstance(visit.house.logins.get(login.name), ProviderLogin)
    if provider:
        visit.form_targets = ProviderSignIn(visit.house).destinations(login.name)
        if not _doubt(visit) and chooses_organisation(visit.house, login):
            return organisation_page(visit, login, refused=refusal, adding=True)
    field = partial(needed_field, visit, problem=problem) if problem else _empty
    return form_page(
        visit,
        "method_add.html",
        problem,
        section="account",
        login=login.name,
        login_title=visit.login_title(login),
        kind="provider" if provider else "card" if login.kind == "card" else "form",
        libraries=library_choices(visit),
        library=field("library"),
        card_number=field("card_number"),
        pin=field("pin"),
        username=field("username"),
        password=field("password"),
        doubt=_doubt(visit),
        sign_in_again=sign_in_again(visit, visit.url("methods")),
    )


def _empty(_name: str) -> Field:
    return Field()


def _doubt(visit: Visit) -> str | None:
    """Why this person may not change how they sign in before they have signed in otherwise, or again; as
    ``require_sure`` has it."""
    if not visit.signed_in.strength.at_least(Strength.NORMAL):
        return "weak"
    return "old" if _fresh_needed(visit) else None


def _fresh_needed(visit: Visit) -> bool:
    return not visit.is_fresh


def _login_title(visit: Visit, login_name: str, otherwise: str) -> str:
    login = visit.settings.login(login_name)
    return visit.login_title(login) if login else otherwise
