"""What the page of insight says of its tables and their bands."""

from collections.abc import Callable

from discovery_accounts.domain.small_groups import UNKNOWN
from discovery_accounts.locale.marking import marked as _
from discovery_accounts.services.insight.shapes import EARLIER, Subject

TITLES: dict[Subject, str] = {
    Subject.SIGN_INS: _("Members by their last sign-in"),
    Subject.JOINED: _("Members by the month of their first sign-in"),
    Subject.CARDS: _("Members by the number of cards in their account"),
    Subject.ALERTS: _("Members by the number of their new-item alerts"),
    Subject.LOANS: _("Members by the number of their loans"),
    Subject.AGES: _("Members by age"),
    Subject.IMPORTED: _("Counted elsewhere: %(kind)s"),
}

_BANDS: dict[tuple[Subject, str], str] = {
    (Subject.SIGN_INS, "30"): _("within 30 days"),
    (Subject.SIGN_INS, "90"): _("31 to 90 days ago"),
    (Subject.SIGN_INS, "180"): _("91 to 180 days ago"),
    (Subject.SIGN_INS, "365"): _("181 to 365 days ago"),
    (Subject.SIGN_INS, "older"): _("longer ago"),
    (Subject.JOINED, EARLIER): _("earlier"),
    (Subject.LOANS, UNKNOWN): _("not known"),
    (Subject.AGES, UNKNOWN): _("not known"),
}


def band_title(say: Callable[[str], str], subject: Subject, names: tuple[str, ...]) -> str:
    """A band, or several that were merged, in words."""
    titles = [_one(say, subject, name) for name in names]
    if subject in {Subject.JOINED, Subject.IMPORTED} and len(titles) > 1:
        if EARLIER in names:
            return say(_("until %(month)s")) % {"month": titles[-1]}
        return f"{titles[0]}–{titles[-1]}"
    return " + ".join(titles)


def _one(say: Callable[[str], str], subject: Subject, name: str) -> str:
    if (subject, name) in _BANDS:
        return say(_BANDS[subject, name])
    if subject in {Subject.JOINED, Subject.IMPORTED}:
        year, _dash, month = name.partition("-")
        return f"{int(month)}/{year}"
    return name.removeprefix("loans-").removeprefix("age-").replace("-", "–")
