"""The account: name, language, e-mail address, sessions."""

from datetime import datetime

from pyramid.response import Response

from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.email_address import masked
from discovery_accounts.services.accounts import Accounts
from discovery_accounts.services.identities import Identities
from discovery_accounts.services.looks import Look, looks_at
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.sessions import Sessions
from discovery_accounts.services.staff import Staff
from discovery_accounts.web import cookies as names
from discovery_accounts.web.pages.own_views import shared_places
from discovery_accounts.web.pages.shapes import Field, SessionView
from discovery_accounts.web.pages.views import field, library_title, method_view, sign_in_again
from discovery_accounts.web.problems import refusal_of
from discovery_accounts.web.visit import Visit


def show(visit: Visit) -> Response:
    return _page(visit, None)


def save(visit: Visit) -> Response:
    language = visit.form("language") or None
    name = visit.form("name") if "name" in visit.request.POST else None  # not asked for while it is masked
    try:
        Accounts(visit.house).save_profile(visit.signed_in, name=name, language=language)
    except BadShape as problem:
        return _page(visit, problem)
    response = visit.redirect(visit.url("account"), "profile_saved")
    if language:
        visit.cookies.set(response, names.LANGUAGE, language)
    return response


def change_email(visit: Visit) -> Response:
    """Ask for another address, or to try once more the one that mail came back from; it is used when the link sent to
    it was opened."""
    accounts, link_base = Accounts(visit.house), email_link_base(visit)
    try:
        if visit.form("again"):
            accounts.ask_email_again(visit.signed_in, visit.language, link_base)
        else:
            accounts.ask_email_change(visit.signed_in, visit.form("email"), visit.language, link_base)
    except BadShape as problem:
        return _page(visit, problem)
    return visit.redirect(visit.url("account"), "email_sent")


def email_link_base(visit: Visit) -> str:
    """What a one-time link in a mail begins with: from the settings, never from the request's Host header."""
    return visit.settings.public_url + visit.url("account_email")[len(visit.root) :]


def show_email(visit: Visit) -> Response:
    """What the one-time link in the mail opens: a form, because looking must change nothing."""
    pending = Accounts(visit.house).pending_change(visit.request.matchdict["token"])
    return _email_page(visit, pending.address, needs_code=pending.needs_code)


def confirm_email(visit: Visit) -> Response:
    accounts = Accounts(visit.house)
    token = visit.request.matchdict["token"]
    pending = accounts.pending_change(token)
    try:
        accounts.confirm_email(token, visit.form("code"))
    except Problem as problem:
        if problem.code is not Code.CODE_WRONG:
            raise
        code = Field("", "code.wrong" if visit.form("code") else "code.missing")
        return _email_page(visit, pending.address, needs_code=True, code=code, status=422)
    return _email_page(visit, pending.address, done=True)


def end_session(visit: Visit) -> Response:
    Sessions(visit.house).end(visit.signed_in, visit.path_id("session", Code.NOT_FOUND))
    return visit.redirect(visit.url("account"), "session_ended")


def end_other_sessions(visit: Visit) -> Response:
    Sessions(visit.house).end_others(visit.signed_in)
    return visit.redirect(visit.url("account"), "other_sessions_ended")


def _page(visit: Visit, problem: BadShape | None) -> Response:
    actor = visit.signed_in
    accounts = Accounts(visit.house)
    info = accounts.info(actor)
    posted_name = problem is not None and "name" in visit.request.POST
    return visit.render(
        "account.html",
        section="account",
        status=refusal_of(problem).status if problem else 200,
        name=field(visit, "name", problem) if posted_name else Field(info.name or ""),
        email=info.email,
        email_source=info.email_source,
        email_verified=info.email_verified,
        pending_email=info.pending_email,
        mail_returns=info.mail_returns,
        change_needs_code=info.change_needs_code,
        new_email=field(visit, "email", problem),
        sessions=tuple(
            SessionView(str(one.id), one.kind, one.browser, one.created_at, one.last_seen_at, one.current)
            for one in Sessions(visit.house).list(actor)
        ),
        methods=tuple(method_view(visit, one) for one in Identities(visit.house).list(actor)),
        sign_in_again=sign_in_again(visit, visit.url("account")),
        fresh_needed=not visit.is_fresh,
        looks=look_views(visit),
        places=shared_places(visit),
        is_staff=bool(Staff(visit.house).grants_of(actor.account_id)),
    )


def look_views(visit: Visit) -> tuple[tuple[datetime, str | None, str, str], ...]:
    """The last looks of staff: when, of which library, the code of why and of what they did."""
    return tuple(
        (look.at, library_title(visit, look.library) if look.library else None, look.reason, _act(look))
        for look in looks_at(visit.house, visit.signed_in)
    )


def _email_page(
    visit: Visit,
    address: str,
    *,
    needs_code: bool = False,
    done: bool = False,
    code: Field | None = None,
    status: int = 200,
) -> Response:
    response = visit.render(
        "email_confirm.html",
        section="account",
        status=status,
        address_masked=masked(address),
        needs_code=needs_code,
        code=code or Field(),
        done=done,
        refused=None,
    )
    response.headers["Referrer-Policy"] = "no-referrer"  # the address of this page is a secret
    return response


def _act(look: Look) -> str:
    """The code of what staff did, apart from looking: to a card, which is of a library, or to the account."""
    return f"{look.what}.{'card' if look.library else 'account'}"
