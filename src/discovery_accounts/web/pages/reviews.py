"""One's own stars and reviews: the list, the form, and the question before they are deleted."""

from pyramid.response import Response

from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.masking import mask_name
from discovery_accounts.domain.review import Mode
from discovery_accounts.locale.catalogues import translations
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.reviews.own import OwnReviews
from discovery_accounts.services.reviews.shapes import Draft, OwnReview
from discovery_accounts.services.reviews.switch import mode_of
from discovery_accounts.web.pages.forms import form_page
from discovery_accounts.web.pages.review_views import (
    asked_record,
    asked_title,
    own_view,
    record_view,
)
from discovery_accounts.web.pages.shapes import Field
from discovery_accounts.web.pages.views import field
from discovery_accounts.web.places import read_place, write_place
from discovery_accounts.web.review_words import HIDE_REASONS
from discovery_accounts.web.visit import Visit

_STARS = {str(number): number for number in range(1, 6)}


def show(visit: Visit) -> Response:
    after = read_place(visit.request.GET.get("after", ""))
    page = OwnReviews(visit.house).page(visit.signed_in, after)
    return visit.render(
        "reviews.html",
        section="account",
        reviews=tuple(own_view(visit, one) for one in page.reviews),
        reasons={code: because(visit, code) for code in HIDE_REASONS},
        older=write_place(page.older),
    )


def show_form(visit: Visit) -> Response:
    mine = OwnReviews(visit.house).find(visit.signed_in, asked_record(visit))
    return _form(visit, mine, None)


def to_reviews(visit: Visit) -> Response:
    """Where a page that only a button opens leads when it is loaded anew."""
    return visit.redirect(visit.url("reviews"))


def begin(visit: Visit) -> Response:
    """The form, from a button beside the record, which tells its title without an address that holds it."""
    mine = OwnReviews(visit.house).find(visit.signed_in, asked_record(visit))
    return _form(visit, mine, None)


def save(visit: Visit) -> Response:
    """Stars, text, or both. A name that may not be shown to whoever is signed in stands as it was."""
    actor, record, service = visit.signed_in, asked_record(visit), OwnReviews(visit.house)
    mine = service.find(actor, record)
    signed = visit.form("signed") == "yes" if actor.sees_all else bool(mine and mine.signed)
    try:
        draft = Draft(
            text=visit.form("text"),
            signed=signed and actor.name is not None,
            stars=_stars(visit),
            title=asked_title(visit),
        )
        _require_something(draft)
        written = service.write(actor, record, draft)
    except (BadShape, Problem) as problem:
        return _form(visit, mine, problem)
    waits = written is not None and written.text is not None and written.state.value != "shown"
    return visit.redirect(visit.url("reviews"), "review_waits" if waits else "review_saved")


def show_remove(visit: Visit) -> Response:
    """Looking changes nothing: here is the button."""
    record = asked_record(visit)
    mine = OwnReviews(visit.house).find(visit.signed_in, record)
    if mine is None:
        raise Problem(Code.NOT_FOUND)
    view = record_view(visit, record, mine.title)
    return visit.render("review_remove.html", section="account", mine=mine, record=view)


def remove(visit: Visit) -> Response:
    if not OwnReviews(visit.house).remove(visit.signed_in, asked_record(visit)):
        raise Problem(Code.NOT_FOUND)
    return visit.redirect(visit.url("reviews"), "review_deleted")


def because(visit: Visit, code: str | None) -> str:
    """Why a text is not shown, in words; empty for none."""
    words = HIDE_REASONS.get(code or "")
    return translations(visit.language).gettext(words) if words else ""


def _require_something(draft: Draft) -> None:
    """An empty form deletes nothing: there is a button for that."""
    if draft.stars is None and not draft.text.strip():
        raise BadShape("stars", "nothing")


def _stars(visit: Visit) -> int | None:
    typed = visit.form("stars")
    if not typed:
        return None
    if typed not in _STARS:
        raise BadShape("stars", "unknown")
    return _STARS[typed]


def _form(visit: Visit, mine: OwnReview | None, problem: Problem | BadShape | None) -> Response:
    actor = visit.signed_in
    posted = problem is not None
    stars = Field(str(mine.stars or "") if mine else "")
    text = Field((mine.text or "") if mine else "")
    name = actor.name
    if name is not None and not actor.sees_all:
        # one that stands there already is told masked; a new one is not offered
        name = None
    return form_page(
        visit,
        "review_write.html",
        problem,
        section="account",
        mine=mine,
        because=because(visit, mine.because) if mine else "",
        record=record_view(visit, asked_record(visit), asked_title(visit) or (mine.title if mine else None)),
        stars=field(visit, "stars", problem) if posted else stars,
        text=field(visit, "text", problem) if posted else text,
        signed=visit.form("signed") == "yes" if posted else bool(mine and mine.signed),
        signed_field=field(visit, "signed", problem),
        name=name,
        signed_as=mask_name(actor.name) if actor.name and mine and mine.signed and not name else None,
        checked=mode_of(visit.house) is Mode.CHECKED,
    )
