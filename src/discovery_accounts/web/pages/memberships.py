"""``/account/memberships``: where one is a patron, until when and why; and the wish to stay (rules 5.3)."""

from dataclasses import dataclass
from datetime import date, datetime

from pyramid.response import Response

from discovery_accounts.locale.catalogues import translations
from discovery_accounts.services.problems import Code
from discovery_accounts.services.retention.memberships import MembershipInfo, Memberships
from discovery_accounts.web.membership_words import KEPT
from discovery_accounts.web.pages.views import library_title
from discovery_accounts.web.visit import Visit


@dataclass(frozen=True, slots=True)
class MembershipView:
    """What the page shows of one; ``why`` in words."""

    id: str
    library: str
    university: bool
    since: datetime
    valid_until: date | None
    stays: bool
    may_stay: bool
    noticed_at: datetime | None
    ended_at: datetime | None
    ends_on: date | None
    why: str


def show(visit: Visit) -> Response:
    found = Memberships(visit.house).list(visit.signed_in)
    return visit.render(
        "memberships.html", section="account", memberships=tuple(_view(visit, one) for one in found)
    )


def stay(visit: Visit) -> Response:
    Memberships(visit.house).stay(visit.signed_in, visit.path_id("membership", Code.NOT_FOUND))
    return visit.redirect(visit.url("memberships"), "membership_stays")


def _view(visit: Visit, one: MembershipInfo) -> MembershipView:
    why = KEPT[one.because] if one.because is not None else None
    return MembershipView(
        str(one.id),
        library_title(visit, one.library),
        one.kind.value == "university",
        one.since,
        one.valid_until,
        one.stay_at is not None,
        one.may_stay,
        one.noticed_at,
        one.ended_at,
        one.ends_on,
        translations(visit.language).gettext(why) if why else "",
    )
