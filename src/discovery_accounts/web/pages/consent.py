"""The first sign-in by an organisation: what would be transferred, to whom, and the person's answer (rules 4.5)."""

from pyramid.response import Response

from discovery_accounts.services.joining import Asked, Joining
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.sessions import BROWSER
from discovery_accounts.services.transfer import makes_patrons
from discovery_accounts.web import cookies as names
from discovery_accounts.web.pages.entered import open_session
from discovery_accounts.web.pages.provider_sign_in import card_notice
from discovery_accounts.web.pages.views import library_title
from discovery_accounts.web.problems import STATUS
from discovery_accounts.web.visit import Visit


def show(visit: Visit) -> Response:
    asked = Joining(visit.house).asked(visit.given_login_word)
    if asked is None:
        raise Problem(Code.ANSWER_NOT_EXPECTED)
    return _page(visit, asked)


def answer(visit: Visit) -> Response:
    """Yes or no; anything else asks again."""
    joining = Joining(visit.house)
    given = visit.form("answer")
    if _is_of_another_window(visit, joining):
        return show(visit)
    if given == "yes":
        joined = joining.agree(visit.given_login_word, visit.visitor(BROWSER))
        return open_session(visit, joined.signed_in, joined.return_to, card_notice(joined.transferred))
    if given == "no":
        login = joining.refuse(visit.given_login_word)
        response = visit.render(
            "consent_refused.html",
            section="sign_in",
            status=STATUS[Code.CONSENT_REFUSED],
            login_title=visit.login_title(login),
            library=library_title(visit, login.library) if login.library else None,
        )
        visit.cookies.drop(response, names.LOGIN)
        return response
    return show(visit)


def _is_of_another_window(visit: Visit, joining: Joining) -> bool:
    """Whether the answer is to a question that this browser's person was asked before the present one."""
    asked, shown = joining.asked(visit.given_login_word), visit.form("shown")
    return bool(shown) and asked is not None and shown != asked.mark


def _page(visit: Visit, asked: Asked) -> Response:
    return visit.render(
        "consent.html",
        section="sign_in",
        login_title=visit.login_title(asked.login),
        library=library_title(visit, asked.library) if asked.library else None,
        makes_patron=makes_patrons(visit.house, asked.login),
        mark=asked.mark,
        by_consent=asked.login.legal_basis == "consent",
        daily=asked.daily,
        fields=tuple((name, getattr(asked.person, name)) for name in asked.person.told),
    )
