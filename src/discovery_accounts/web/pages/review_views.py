"""Reviews and the records they are about, from records of the services to what templates are given."""

from dataclasses import dataclass, field

from discovery_accounts.domain.new_record import clean_text
from discovery_accounts.domain.record_address import record_address
from discovery_accounts.domain.review import RecordKey, record_key
from discovery_accounts.services.reviews.shapes import OwnReview, Rating
from discovery_accounts.services.reviews.titles import title_of
from discovery_accounts.web.visit import Visit


@dataclass(frozen=True, slots=True)
class ReviewedRecord:
    """What a page is about. ``title`` is plain text, ``known_as`` the same, or empty where only its id is known;
    ``address`` is the record's in the catalogue, empty where the settings name none; ``query`` leads to our own
    pages about it, without the title: what somebody reads stands in no address."""

    title: str
    known_as: str
    address: str
    query: dict[str, str]


@dataclass(frozen=True, slots=True)
class OwnReviewView:
    """A review of one's own, with the record it is about."""

    review: OwnReview = field(repr=False)
    record: ReviewedRecord


@dataclass(frozen=True, slots=True)
class Bar:
    """How many gave so many stars; ``share`` is a percentage of all."""

    stars: int
    count: int
    share: int


def asked_record(visit: Visit) -> RecordKey:
    """The record that the address, or a posted form, names. Raises ``BadShape``."""
    return record_key(_given(visit, "source"), _given(visit, "record_id"))


def asked_title(visit: Visit) -> str:
    """What the page that leads here calls the record: shown, and kept for its reader; nothing to rely on."""
    return clean_text(_given(visit, "title"))[:300]


def _given(visit: Visit, name: str) -> str:
    return visit.form(name) if visit.request.method == "POST" else visit.request.GET.get(name, "")


def record_view(visit: Visit, record: RecordKey, title: str | None = None) -> ReviewedRecord:
    """By the title that the catalogue told us; else by ``title``, else by the record's id."""
    return named_record(visit, record, title_of(visit.house, record) or title)


def named_record(visit: Visit, record: RecordKey, title: str | None) -> ReviewedRecord:
    """By ``title`` as it is kept with a review, or by the record's id."""
    query = {"source": record.source, "record_id": record.record_id}
    return ReviewedRecord(title or record.record_id, title or "", _address(visit, record), query)


def own_view(visit: Visit, review: OwnReview) -> OwnReviewView:
    return OwnReviewView(review, named_record(visit, review.record, review.title))


def bars(rating: Rating) -> tuple[Bar, ...]:
    """The best first."""
    return tuple(
        Bar(stars, number, round(100 * number / rating.count) if rating.count else 0)
        for stars, number in sorted(rating.distribution.items(), reverse=True)
    )


def _address(visit: Visit, record: RecordKey) -> str:
    return record_address(visit.settings.record_url, record.source, record.record_id)
