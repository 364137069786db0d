"""What a link may not see or do, said on the page of all cards."""

from discovery_accounts.locale.marking import marked as _

UNSEEN: dict[str, str] = {
    "loans.missing_scope": _("You can’t see the loans of this card."),
    "holds.missing_scope": _("You can’t see the holds of this card."),
    "owed.missing_scope": _("You can’t see the fees of this card."),
    "loans.not_supported": _("This library does not show loans here. Use its own pages."),
    "holds.not_supported": _("This library does not show holds here. Use its own pages."),
    "owed.not_supported": _("This library does not show fees here. Use its own pages."),
    "renew.missing_scope": _("You can see the loans, but not renew them."),
}
