"""What everybody sees of a record's stars and reviews, and telling staff that a text is inappropriate."""

import uuid

from pyramid.response import Response

from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.locale.catalogues import translations
from discovery_accounts.locale.formats import Formats
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.reviews.own import OwnReviews
from discovery_accounts.services.reviews.ratings import Ratings
from discovery_accounts.services.reviews.reading import ShownReviews
from discovery_accounts.services.reviews.reporting import Reporting
from discovery_accounts.services.reviews.shapes import ShownReview
from discovery_accounts.web.pages.forms import form_page
from discovery_accounts.web.pages.review_views import (
    asked_record,
    asked_title,
    bars,
    record_view,
)
from discovery_accounts.web.pages.reviews import because
from discovery_accounts.web.pages.views import field
from discovery_accounts.web.places import read_place, write_place
from discovery_accounts.web.problems import Refusal
from discovery_accounts.web.review_words import REPORT_REASONS
from discovery_accounts.web.visit import Visit


def show(visit: Visit) -> Response:
    record, actor = asked_record(visit), visit.actor
    [rating] = Ratings(visit.house).of([record], actor)
    page = ShownReviews(visit.house).page(record, actor, read_place(visit.request.GET.get("after", "")))
    own = OwnReviews(visit.house).find(actor, record) if actor is not None else None
    average = rating.average
    return visit.render(
        "reviews_of.html",
        section="reviews",
        record=record_view(visit, record, asked_title(visit)),
        rating=rating,
        average="" if average is None else Formats(visit.language).number(average),
        bars=bars(rating),
        own=own,
        because=because(visit, own.because) if own else "",
        reviews=page.reviews,
        older=write_place(page.older),
    )


def show_report(visit: Visit) -> Response:
    return _form(visit, _asked(visit, visit.request.GET.get("review", "")), None)


def report(visit: Visit) -> Response:
    review = _asked(visit, visit.form("review"))
    try:
        Reporting(visit.house).report(visit.signed_in, review.id, visit.form("reason"), visit.form("message"))
    except (BadShape, Problem) as problem:
        if isinstance(problem, Problem) and problem.code is Code.NOT_FOUND:
            raise
        return _form(visit, review, problem)
    there = record_view(visit, review.record, asked_title(visit)).query
    return visit.redirect(visit.url("reviews_of", _query=there), "review_reported")


def _asked(visit: Visit, text: str) -> ShownReview:
    try:
        review_id = uuid.UUID(text)
    except ValueError:
        raise Refusal(404, Code.NOT_FOUND) from None
    return ShownReviews(visit.house).find(review_id, visit.signed_in)


def _form(visit: Visit, review: ShownReview, problem: Problem | BadShape | None) -> Response:
    say = translations(visit.language).gettext
    return form_page(
        visit,
        "review_report.html",
        problem,
        section="reviews",
        review=review,
        record=record_view(visit, review.record, asked_title(visit)),
        reasons=tuple((code, say(words)) for code, words in REPORT_REASONS.items()),
        reason=field(visit, "reason", problem),
        message=field(visit, "message", problem),
    )
