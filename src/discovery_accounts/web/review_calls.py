"""Every call about reviews, in one table."""

from discovery_accounts.web.api import reviews
from discovery_accounts.web.route import API, Route, call

_RECORD = f"{API}/records/{{source}}/{{record_id}}"

REVIEW_CALLS: tuple[Route, ...] = (
    Route(
        "api_ratings",
        f"{API}/ratings",
        {"GET": (reviews.list_ratings, call("listRatings", open_to_all=True))},
    ),
    Route("api_own_reviews", f"{API}/reviews", {"GET": (reviews.list_own, call("listOwnReviews"))}),
    Route(
        "api_rating",
        f"{_RECORD}/rating",
        {
            "GET": (reviews.show_rating, call("showRating", open_to_all=True)),
            "PUT": (reviews.rate, call("rate")),
            "DELETE": (reviews.remove_rating, call("removeRating")),
        },
    ),
    Route(
        "api_reviews",
        f"{_RECORD}/reviews",
        {
            "GET": (reviews.list_of_record, call("listReviews", open_to_all=True)),
            "PUT": (reviews.write, call("writeReview")),
            "DELETE": (reviews.remove_text, call("removeReview")),
        },
    ),
    Route(
        "api_review_report",
        f"{_RECORD}/reviews/{{review}}/report",
        {"POST": (reviews.report, call("reportReview"))},
    ),
)
