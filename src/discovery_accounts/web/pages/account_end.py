"""``/account/end``: ending one's account, after it was shown what goes and what stays."""

from pyramid.response import Response

from discovery_accounts.domain.account_ending import Reviews
from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.services.endings.asked import AskedEndings, titles
from discovery_accounts.web import cookies as names
from discovery_accounts.web.pages.own_views import asked_to_prove
from discovery_accounts.web.pages.shapes import Field
from discovery_accounts.web.pages.views import field
from discovery_accounts.web.visit import Visit


def show(visit: Visit) -> Response:
    """Looking needs no proof; the button does."""
    return _page(visit, None)


def end(visit: Visit) -> Response:
    """At once, and for good."""
    if (asked := asked_to_prove(visit, visit.url("account_end"))) is not None:
        return asked
    try:
        AskedEndings(visit.house).end(visit.signed_in, visit.form("reviews"), visit.language)
    except BadShape as problem:
        return _page(visit, problem)
    goodbye = visit.redirect(visit.url("account_ended"))
    visit.cookies.drop(goodbye, names.SESSION)
    # as at signing out: what the browser keeps of us goes, too
    goodbye.headers["Clear-Site-Data"] = '"cache", "storage"' if visit.alone else '"cache"'
    return goodbye


def ended(visit: Visit) -> Response:
    """A plain page for whoever has no account any more; whoever has one is led to it."""
    if visit.actor is not None:
        return visit.redirect(visit.url("account"))
    return visit.render("account_ended.html")


def _page(visit: Visit, problem: BadShape | None) -> Response:
    goes = AskedEndings(visit.house).what_goes(visit.signed_in)
    chosen = visit.form("reviews") if problem is not None else Reviews.KEEP.value
    return visit.render(
        "account_end.html",
        section="account",
        status=422 if problem is not None else 200,
        goes=goes,
        libraries=titles(visit.house, goes.libraries, visit.language),
        reviews=field(visit, "reviews", problem) if problem is not None else Field(chosen),
        keep=Reviews.KEEP.value,
        delete=Reviews.DELETE.value,
    )
