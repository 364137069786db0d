"""Signing in at an identity provider: the button that leads there, and the ways back."""

from pyramid.response import Response

from discovery_accounts.config.settings import LoginSettings
from discovery_accounts.login.claim import Attribute
from discovery_accounts.login.provider import Answer
from discovery_accounts.services.arriving import Arrived, Asking
from discovery_accounts.services.leaving import Leaving
from discovery_accounts.services.organisation_search import chooses_organisation
from discovery_accounts.services.problems import Problem
from discovery_accounts.services.provider_sign_in import Errand, Outcome, ProviderSignIn, Purpose, ToConfirm
from discovery_accounts.services.sessions import BROWSER
from discovery_accounts.services.transfer import Transferred
from discovery_accounts.web import cookies as names
from discovery_accounts.web.pages.entered import open_session
from discovery_accounts.web.pages.organisations import organisation_page, remember
from discovery_accounts.web.problems import Refusal, refusal_of
from discovery_accounts.web.visit import Visit


def show(visit: Visit, login: LoginSettings) -> Response:
    """What will happen, and the button; for a federation, the choice of the organisation."""
    return _page(visit, login, None)


def sign_in(visit: Visit, login: LoginSettings) -> Response:
    """To the provider."""
    errand = Errand(Purpose.SIGN_IN, visit.form("return_to"))
    try:
        return depart(visit, login.name, errand)
    except Problem as problem:
        return _page(visit, login, problem)


def depart(visit: Visit, login_name: str, errand: Errand) -> Response:
    """303 to the provider; this browser holds the word by which the answer is its own."""
    url = ProviderSignIn(visit.house).begin(
        login_name,
        visit.login_word,
        errand,
        visit.language,
        visit.form("organisation") or None,
        visit.address,
    )
    response = visit.redirect(url)
    visit.cookies.set(response, names.LOGIN, visit.login_word)
    if visit.form("organisation"):
        remember(visit, response, visit.form("organisation"))
    return response


def callback(visit: Visit) -> Response:
    """The provider's answer in the address."""
    login_name = visit.request.matchdict["login"]
    outcome = ProviderSignIn(visit.house).answered(
        login_name, _answer(visit), visit.given_login_word, visit.visitor(BROWSER), visit.actor
    )
    return _arrive(visit, login_name, outcome)


def receive(visit: Visit) -> Response:
    """The provider's answer in a form that its page posted. Our cookies are not with it, as it comes from
    another site; so the browser comes once more, to a page of ours."""
    login_name = visit.request.matchdict["login"]
    ticket = ProviderSignIn(visit.house).received(login_name, _answer(visit))
    return visit.redirect(visit.url("sign_in_finish", login=login_name, _query={"ticket": ticket}))


def finish(visit: Visit) -> Response:
    login_name = visit.request.matchdict["login"]
    outcome = ProviderSignIn(visit.house).collected(
        login_name,
        visit.request.GET.get("ticket", ""),
        visit.login_word,
        visit.visitor(BROWSER),
        visit.actor,
    )
    response = _arrive(visit, login_name, outcome)
    if isinstance(outcome, Asking):
        visit.cookies.set(response, names.LOGIN, visit.login_word)
    return response


def metadata(visit: Visit) -> Response:
    """What we are, for the federation's register."""
    login = visit.house.logins.get(visit.request.matchdict["login"])
    if not hasattr(login, "metadata_xml"):
        raise Refusal(404, "not_found")
    return Response(login.metadata_xml(), content_type="application/samlmetadata+xml")


def logout(visit: Visit) -> Response:
    """Single logout by the browser: the provider's order, or its answer to ours."""
    login_name = visit.request.matchdict["login"]
    answer = _answer(visit)
    if "SAMLRequest" in answer.fields:
        ordered = Leaving(visit.house).told_to_end(login_name, answer)
        return visit.redirect(ordered.reply or visit.url("home"))
    return _signed_out(visit, login_name, answer)


def signed_out(visit: Visit) -> Response:
    """Back from ending the session at the provider."""
    return _signed_out(visit, visit.request.matchdict["login"], _answer(visit))


def end_sessions(visit: Visit) -> Response:
    """The provider itself tells us that a session ended (OpenID Connect Back-Channel Logout 1.0)."""
    try:
        Leaving(visit.house).told_to_end(visit.request.matchdict["login"], _answer(visit))
    except Problem as problem:
        status = 400 if refusal_of(problem).status < 500 else 503
        return Response(
            json_body={"error": "invalid_request", "error_description": str(problem)}, status=status
        )
    return Response(status=200, content_type="text/plain")


def go_onward(visit: Visit, url: str) -> Response:
    """A page that leads to the provider by itself. Not a redirect: browsers hold the answer to a form
    against the policy of the page with the form, and every page has the button that signs out."""
    response = visit.render("sign_out_onward.html", section="sign_out", onward=url, signed_out_here=True)
    response.headers["Refresh"] = f"0; url={url}"
    return response


def _signed_out(visit: Visit, login_name: str, answer: Answer) -> Response:
    ended = Leaving(visit.house).returned(login_name, answer)
    if visit.actor is not None:  # a link somebody was sent: who is signed in must not be told otherwise
        return visit.redirect(visit.url("home"))
    return visit.redirect(visit.url("home"), "signed_out" if ended else "signed_out_here")


def _answer(visit: Visit) -> Answer:
    given = visit.request.POST if visit.request.method == "POST" else visit.request.GET
    fields = {name: value for name, value in given.items() if isinstance(value, str)}
    return Answer(fields, visit.request.query_string)


def _arrive(visit: Visit, login_name: str, outcome: Outcome) -> Response:
    if isinstance(outcome, Arrived):
        return arrived(visit, outcome)
    if isinstance(outcome, Asking):
        return visit.redirect(visit.url("consent"))
    if isinstance(outcome, ToConfirm):
        return visit.redirect(visit.url("method_confirm"))
    return show_attributes(visit, login_name, outcome.attributes)


def show_attributes(visit: Visit, login_name: str, attributes: tuple[Attribute, ...]) -> Response:
    """What came, for IT trying out the settings; nobody was signed in by it."""
    return visit.render("attributes.html", section="admin", login=login_name, attributes=attributes)


def arrived(visit: Visit, outcome: Arrived) -> Response:
    """Signed in; with a word about the card, where there is something to tell."""
    return open_session(visit, outcome.signed_in, outcome.return_to, card_notice(outcome.transferred))


def card_notice(transferred: Transferred) -> str | None:
    return None if transferred is Transferred.NOTHING else transferred.value


def _page(visit: Visit, login: LoginSettings, problem: Problem | None) -> Response:
    refusal = refusal_of(problem) if problem else None
    visit.form_targets = ProviderSignIn(visit.house).destinations(login.name)
    if chooses_organisation(visit.house, login):
        return organisation_page(visit, login, refused=refusal)
    return visit.render(
        "sign_in_provider.html",
        section="sign_in",
        status=refusal.status if refusal else 200,
        login=login.name,
        login_title=visit.login_title(login),
        return_to=visit.form("return_to") or visit.request.GET.get("return_to", ""),
        refused=refusal.code if refusal else None,
        retry=refusal is not None,
    )
