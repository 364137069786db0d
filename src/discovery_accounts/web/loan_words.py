"""What is told of a loan: when it is due, and why it can't be, or was not, renewed."""

from discovery_accounts.domain.due import Urgency
from discovery_accounts.locale.marking import marked as _

URGENCIES: dict[str, str] = {
    Urgency.OVERDUE: _("Overdue"),
    Urgency.TODAY: _("Due today"),
    Urgency.SOON: _("Due soon"),
    Urgency.LATER: _("Later"),
}

NOT_RENEWABLE: dict[str, str] = {
    "too_many_renewals": _("Already renewed as many times as is allowed"),
    "on_hold_for_another": _("Somebody else has a hold on it"),
    "too_soon": _("It is too early to renew"),
    "recalled": _("The library has asked for it back"),
    "overdue": _("It is too late to renew here; ask the library"),
    "card_blocked": _("The card is blocked by the library"),
    "card_expired": _("The card has expired"),
    "fees": _("There are unpaid fees"),
    "reference_only": _("This item can’t be renewed"),
    "renewed_automatically": _("The library renews it by itself"),
    "library_says_no": _("The library does not allow it"),
    "missing_scope": _("You can see this card’s loans but not renew them"),
    "pending_approval": _("The card’s holder has not agreed yet"),
    "no_such_card": _("The card is no longer in your account"),
    "no_such_loan": _("It is no longer on loan"),
    "not_answered": _("The library did not answer in time: check the due date before you try again"),
    "library_unavailable": _("The library does not answer just now"),
    "unavailable": _("The library does not answer just now"),
    "stale": _("The library does not answer just now"),
    "not_supported": _("This library does not let loans be renewed here"),
    "pin_changed": _("The card’s new PIN is needed first"),
    "pin_needed": _("The card’s PIN is needed first"),
    "not_a_patron": _("The library does not know this card any more"),
}
