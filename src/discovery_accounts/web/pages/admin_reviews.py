"""``/admin/reviews``: texts that wait or were reported are shown or hidden by staff."""

import uuid
from dataclasses import dataclass, field

from pyramid.response import Response

from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.locale.catalogues import translations
from discovery_accounts.security.permissions import Access, Permission
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.reviews.moderation import Moderation, Show
from discovery_accounts.services.reviews.shapes import Judged
from discovery_accounts.services.staff_entry import came_as_staff
from discovery_accounts.web.pages.admin_nav import access_for, admin_nav
from discovery_accounts.web.pages.forms import form_page
from discovery_accounts.web.pages.review_views import ReviewedRecord, named_record
from discovery_accounts.web.pages.shapes import Field
from discovery_accounts.web.places import read_place, write_place
from discovery_accounts.web.problems import Refusal
from discovery_accounts.web.review_words import HIDE_REASONS, REPORT_REASONS, REVIEW_STATES, SHOWS
from discovery_accounts.web.visit import Visit


@dataclass(frozen=True, slots=True)
class JudgedView:
    """A review with its own form: ``field`` is the name of its reason."""

    review: Judged = field(repr=False)
    record: ReviewedRecord
    state: str
    field: str
    reason: Field


def show(visit: Visit) -> Response:
    return _page(visit, access_for(visit, Permission.MODERATE_REVIEWS), None)


def act(visit: Visit) -> Response:
    access = access_for(visit, Permission.MODERATE_REVIEWS)
    member = came_as_staff(visit.house, visit.signed_in)
    if member is None:
        raise Problem(Code.SIGN_IN_NOT_STRONG_ENOUGH)
    review, service = _asked(visit), Moderation(visit.house)
    try:
        if visit.form("action") == "hide":
            service.hide(member, review, visit.form("seen"), visit.form(_name(review)))
        elif visit.form("action") == "show":
            service.show(member, review, visit.form("seen"))
        else:
            raise Refusal(400, "bad_request")
    except BadShape as problem:
        return _page(visit, access, problem)
    done = "review_hidden" if visit.form("action") == "hide" else "review_shown"
    return visit.redirect(visit.url("admin_reviews", _query={"show": _shown(visit).value}), done)


def _asked(visit: Visit) -> uuid.UUID:
    try:
        return uuid.UUID(visit.form("review"))
    except ValueError:
        raise Refusal(404, Code.NOT_FOUND) from None


def _name(review: uuid.UUID) -> str:
    return f"reason-{review.hex}"


def _shown(visit: Visit) -> Show:
    text = visit.form("show") or visit.request.GET.get("show", "")
    return Show(text) if text in set(Show) else Show.OPEN


def _page(visit: Visit, access: Access, problem: BadShape | None) -> Response:
    say, chosen = translations(visit.language).gettext, _shown(visit)
    page = Moderation(visit.house).page(chosen, read_place(visit.request.GET.get("after", "")))
    views = tuple(_view(visit, one, problem) for one in page.reviews)
    return form_page(
        visit,
        "admin_reviews.html",
        problem,
        section="admin",
        nav=admin_nav(visit, access, "admin_reviews"),
        show=chosen.value,
        shows=tuple((code, say(words)) for code, words in SHOWS.items()),
        reviews=views,
        faults=tuple((f"accounts-{one.field}", one.reason) for one in views),
        hide_reasons=tuple((code, say(words)) for code, words in HIDE_REASONS.items() if code != "reported"),
        reports_of={code: say(words) for code, words in REPORT_REASONS.items()},
        next=write_place(page.next),
    )


def _view(visit: Visit, one: Judged, problem: BadShape | None) -> JudgedView:
    name = _name(one.id)
    error = None
    if problem is not None and visit.form("review") == str(one.id):
        error = f"{problem.field}.{problem.code}"
    say = translations(visit.language).gettext
    return JudgedView(
        one,
        named_record(visit, one.record, one.title),
        say(REVIEW_STATES[one.state]),
        name,
        Field(visit.form(name), error),
    )
