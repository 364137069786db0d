"""What a fee is for, and why none are shown."""

from discovery_accounts.domain.fees import FeeKind
from discovery_accounts.locale.marking import marked as _

FEE_KINDS: dict[str, str] = {
    FeeKind.OVERDUE: _("Returned late"),
    FeeKind.LOST: _("Lost"),
    FeeKind.REPLACEMENT: _("Replacement"),
    FeeKind.HOLD: _("Hold"),
    FeeKind.MEMBERSHIP: _("Membership"),
    FeeKind.CARD: _("New card"),
    FeeKind.RENTAL: _("Rental"),
    FeeKind.NOTICE: _("Reminder"),
    FeeKind.PROCESSING: _("Handling"),
    FeeKind.INTERLIBRARY: _("Interlibrary loan"),
    FeeKind.MANUAL: _("Charged by the library"),
    FeeKind.OTHER: _("Other"),
}

FEE_LIMITS: dict[str, str] = {
    "missing_scope": _("You may not see the fees of this card."),
    "not_supported": _("This library does not show fees here. Use its own pages."),
}
