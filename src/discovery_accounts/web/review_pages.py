"""Every page about reviews, in one table."""

from discovery_accounts.web.entrance import Door
from discovery_accounts.web.pages import review_record, reviews
from discovery_accounts.web.route import OPEN, PAGE, Route

# 10,000 characters of any script, as a form sends them
_TEXT = Door(max_body=160 * 1024)

REVIEW_PAGES: tuple[Route, ...] = (
    Route("reviews", "/reviews", {"GET": (reviews.show, PAGE)}),
    Route(
        "review_begin", "/reviews/begin", {"GET": (reviews.to_reviews, PAGE), "POST": (reviews.begin, PAGE)}
    ),
    Route(
        "review_write", "/reviews/write", {"GET": (reviews.show_form, PAGE), "POST": (reviews.save, _TEXT)}
    ),
    Route(
        "review_remove",
        "/reviews/remove",
        {"GET": (reviews.show_remove, PAGE), "POST": (reviews.remove, PAGE)},
    ),
    Route("reviews_of", "/reviews/of", {"GET": (review_record.show, OPEN)}),
    Route(
        "review_report",
        "/reviews/report",
        {"GET": (review_record.show_report, PAGE), "POST": (review_record.report, PAGE)},
    ),
)
