"""``/records/…/rating``, ``/records/…/reviews``, ``/ratings`` and ``/reviews``: stars and texts about records."""

from typing import Any

from pyramid.response import Response

from discovery_accounts.domain.review import RecordKey, read_record_key, record_key
from discovery_accounts.services.problems import Code
from discovery_accounts.services.reviews.own import OwnReviews
from discovery_accounts.services.reviews.ratings import Ratings
from discovery_accounts.services.reviews.reading import ShownReviews
from discovery_accounts.services.reviews.reporting import Reporting
from discovery_accounts.services.reviews.shapes import Draft, OwnReview, Rating, ShownReview
from discovery_accounts.web.api.answers import answer, nothing, utc
from discovery_accounts.web.places import read_place, write_place
from discovery_accounts.web.visit import Visit


def list_ratings(visit: Visit) -> Response:
    """Of all records of a list of results at once."""
    records = [read_record_key(text) for text in visit.request.GET.getall("record")]
    found = Ratings(visit.house).of(records, visit.actor)
    return answer({"ratings": [_rating(visit, one) for one in found]})


def show_rating(visit: Visit) -> Response:
    return answer(_rating_of(visit, _record(visit)))


def rate(visit: Visit) -> Response:
    record = _record(visit)
    OwnReviews(visit.house).rate(visit.signed_in, record, visit.body["stars"], visit.body.get("title") or "")
    return answer(_rating_of(visit, record))


def remove_rating(visit: Visit) -> Response:
    OwnReviews(visit.house).rate(visit.signed_in, _record(visit), None)
    return nothing()


def list_of_record(visit: Visit) -> Response:
    """The texts that everybody sees, and one's own as it is."""
    record, actor = _record(visit), visit.actor
    page = ShownReviews(visit.house).page(record, actor, read_place(visit.request.GET.get("after", "")))
    own = OwnReviews(visit.house).find(actor, record) if actor is not None else None
    return answer(
        {
            "reviews": [_shown(one) for one in page.reviews],
            "next": write_place(page.older),
            "own": _own(own) if own is not None else None,
        }
    )


def write(visit: Visit) -> Response:
    body = visit.body
    draft = Draft(
        text=body["text"],
        signed=body.get("signed", False),
        stars=body.get("stars"),
        keep_stars="stars" not in body,
        title=body.get("title") or "",
    )
    written = OwnReviews(visit.house).write(visit.signed_in, _record(visit), draft)
    return answer({"review": _own(written) if written is not None else None})


def remove_text(visit: Visit) -> Response:
    OwnReviews(visit.house).remove_text(visit.signed_in, _record(visit))
    return nothing()


def report(visit: Visit) -> Response:
    Reporting(visit.house).report(
        visit.signed_in,
        visit.path_id("review", Code.NOT_FOUND),
        visit.body["reason"],
        visit.body.get("message") or "",
        record=_record(visit),
    )
    return nothing()


def list_own(visit: Visit) -> Response:
    page = OwnReviews(visit.house).page(visit.signed_in, read_place(visit.request.GET.get("after", "")))
    return answer({"reviews": [_own(one) for one in page.reviews], "next": write_place(page.older)})


def _record(visit: Visit) -> RecordKey:
    return record_key(visit.request.matchdict["source"], visit.request.matchdict["record_id"])


def _rating_of(visit: Visit, record: RecordKey) -> dict[str, Any]:
    [found] = Ratings(visit.house).of([record], visit.actor)
    return _rating(visit, found)


def _rating(visit: Visit, found: Rating) -> dict[str, Any]:
    body = {
        "source": found.record.source,
        "record_id": found.record.record_id,
        "average": found.average,
        "count": found.count,
        "distribution": {str(stars): number for stars, number in found.distribution.items()},
        "reviews": found.texts,
    }
    return body if visit.actor is None else body | {"own": found.own}


def _shown(one: ShownReview) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "stars": one.stars,
        "text": one.text,
        "name": one.name,
        "own": one.own,
        "created_at": utc(one.created_at),
        "changed_at": utc(one.changed_at),
    }


def _own(one: OwnReview) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "source": one.record.source,
        "record_id": one.record.record_id,
        "title": one.title,
        "stars": one.stars,
        "text": one.text,
        "signed": one.signed,
        "state": one.state.value,
        "because": one.because,
        "created_at": utc(one.created_at),
        "changed_at": utc(one.changed_at),
    }
