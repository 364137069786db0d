"""What pages say of reviews: reasons, states, and what is wrong with a field of their forms."""

from discovery_accounts.domain.review import REPORTED, HideReason, ReportReason, ReviewState
from discovery_accounts.locale.marking import marked as _
from discovery_accounts.services.reviews.moderation import Show

REPORT_REASONS: dict[str, str] = {
    ReportReason.OFFENSIVE: _("It is offensive, or incites hatred"),
    ReportReason.PERSONAL_DATA: _("It tells private things about somebody"),
    ReportReason.ADVERTISING: _("It is advertising"),
    ReportReason.OFF_TOPIC: _("It is not about this work"),
    ReportReason.OTHER: _("Something else"),
}

HIDE_REASONS: dict[str, str] = {
    HideReason.OFFENSIVE: _("it is offensive"),
    HideReason.PERSONAL_DATA: _("it tells private things about somebody"),
    HideReason.ADVERTISING: _("it is advertising"),
    HideReason.OFF_TOPIC: _("it is not about this work"),
    HideReason.UNLAWFUL: _("it is against the law"),
    REPORTED: _("several readers reported it"),
}

REVIEW_STATES: dict[str, str] = {
    ReviewState.SHOWN: _("Shown"),
    ReviewState.WAITING: _("Waits"),
    ReviewState.HIDDEN: _("Hidden"),
}

SHOWS: dict[str, str] = {
    Show.OPEN: _("To look at"),
    Show.HIDDEN: _("Hidden"),
    Show.SHOWN: _("Shown"),
}

REVIEW_FIELD_ERRORS: dict[str, str] = {
    "stars.unknown": _("Choose 1 to 5 stars."),
    "stars.nothing": _("Give stars, or write something."),
    "text.too_long": _("The text can have at most 10,000 characters."),
    "signed.no_name": _("Your account has no name. Give one on the account page first."),
    "reason.not_chosen": _("Choose what is wrong with it."),
    "reason.unknown": _("Choose what is wrong with it."),
    "reason.own": _("It is your own. You can change or delete it."),
    "message.too_long": _("The message can have at most 1,000 characters."),
    "hide_reason.missing": _("Choose why it is hidden."),
    "hide_reason.unknown": _("Choose why it is hidden."),
    "review.changed": _("The text was changed meanwhile. Read it again, then decide."),
}
