"""``/link-letters/{token}``: what the one-time link in a mail to a card's holder opens. No session is needed;
looking changes nothing, only the form does."""

from pyramid.response import Response

from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.cards import LinkState
from discovery_accounts.domain.last_day import last_day_of
from discovery_accounts.services.letter_answers import Answer, LetterAnswers, LinkTold, Word
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.web.pages.forms import form_page
from discovery_accounts.web.pages.shapes import Field
from discovery_accounts.web.pages.viewer_shapes import ViewerView, view
from discovery_accounts.web.pages.viewers import chosen_scopes, is_silent
from discovery_accounts.web.pages.views import library_title
from discovery_accounts.web.problems import Refusal
from discovery_accounts.web.viewer_titles import signs_in_by
from discovery_accounts.web.visit import Visit


def show(visit: Visit) -> Response:
    try:
        told = LetterAnswers(visit.house).look(_token(visit))
    except Problem as problem:
        return _over(visit, problem)
    return _page(visit, told, None)


def answer(visit: Visit) -> Response:
    letters, token = LetterAnswers(visit.house), _token(visit)
    try:
        told = letters.look(token)
        word = _word(visit)
        letters.answer(token, word)
    except BadShape as problem:
        return _page(visit, told, problem)
    except Problem as problem:
        if problem.code is Code.LINK_EXPIRED:
            return _over(visit, problem)
        if problem.code is Code.LINKING_NOT_ALLOWED:
            return _page(visit, told, problem)
        raise
    return _secret(visit.render("link_letter.html", section="", done=word, over=False, told=told))


def _word(visit: Visit) -> Answer:
    try:
        word = Word(visit.form("answer"))
    except ValueError:
        raise Refusal(400, "bad_request") from None
    if word is Word.APPROVE:
        return Answer(word, scopes=chosen_scopes(visit))
    if word is Word.END:
        return Answer(word, silent=is_silent(visit), refuse=bool(visit.form("refuse")))
    return Answer(word)


def _token(visit: Visit) -> str:
    return str(visit.request.matchdict["token"])


def _page(visit: Visit, told: LinkTold, problem: Problem | BadShape | None) -> Response:
    response = form_page(
        visit,
        "link_letter.html",
        problem,
        section="",
        library_title=library_title(visit, told.library),
        viewer=_viewer(visit, told, problem),
        allowed=told.allowed,
        done=None,
        over=False,
    )
    return _secret(response)


def _viewer(visit: Visit, told: LinkTold, problem: Problem | BadShape | None) -> ViewerView:
    one = told.viewer
    wrong = isinstance(problem, BadShape)
    return view(
        one,
        1,
        signs_in_by(visit, [one])[str(one.link_id)],
        last_day_of(one.until, visit.zone_of(told.library)),
        chosen=frozenset(chosen_scopes(visit)) if wrong else None,
        until=Field(),
        wrong_scopes="scopes.missing" if wrong else None,
        waits=one.state is LinkState.PENDING,
    )


def _over(visit: Visit, problem: Problem) -> Response:
    if problem.code is not Code.LINK_EXPIRED:
        raise problem
    return _secret(visit.render("link_letter.html", section="", status=404, done=None, over=True))


def _secret(response: Response) -> Response:
    response.headers["Referrer-Policy"] = "no-referrer"  # the address of this page is a secret
    return response
