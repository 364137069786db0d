"""What is told of a hold: how far it is, what was done to it, and why something can't be."""

from discovery_accounts.domain.holds import HoldReason, HoldState
from discovery_accounts.locale.marking import marked as _

HOLD_STATES: dict[str, str] = {
    HoldState.READY: _("Ready to fetch"),
    HoldState.IN_TRANSIT: _("On its way"),
    HoldState.IN_PROCESSING: _("Being made ready"),
    HoldState.WAITING: _("In the queue"),
    HoldState.SUSPENDED: _("Suspended"),
    HoldState.CANCELLING: _("Being cancelled"),
}

HOLD_REASONS: dict[str, tuple[str, str]] = {
    HoldReason.TOO_MANY_HOLDS: (
        _("There are as many holds on the card as the library allows"),
        _("Cancel one that you no longer need, then try again."),
    ),
    HoldReason.TOO_MANY_ON_RECORD: (
        _("There are as many holds on this title as the library allows for one card"),
        _("Wait until you have got the first of them."),
    ),
    HoldReason.ALREADY_HELD: (
        _("It is on hold with this card already"),
        _("You find it among your holds."),
    ),
    HoldReason.ALREADY_ON_LOAN: (
        _("It is on loan with this card already"),
        _("You find it among your loans. You may be able to renew it."),
    ),
    HoldReason.NO_ITEMS: (
        _("The library has no copy that could be put on hold"),
        _("Ask the library, or look for another edition."),
    ),
    HoldReason.NOT_FOR_LOAN: (
        _("It is not for loan"),
        _("You can probably read it at the library."),
    ),
    HoldReason.ON_SHELF: (
        _("It is on the shelf now"),
        _("The library does not take holds on what is on the shelf: fetch it from there."),
    ),
    HoldReason.AGE_RESTRICTED: (
        _("It is not lent to a reader of this age"),
        _("Ask the library, or use another card."),
    ),
    HoldReason.ITEM_NOT_CHOSEN: (
        _("A single volume or copy has to be chosen"),
        _("Go back to the catalogue and place the hold on the one you want."),
    ),
    HoldReason.PICKUP_NOT_ALLOWED: (
        _("It can’t be fetched from that place"),
        _("Choose another place."),
    ),
    HoldReason.NO_SUCH_RECORD: (
        _("The library does not have this title"),
        _("It may have been removed from the collection. Look again in the catalogue."),
    ),
    HoldReason.CARD_BLOCKED: (
        _("The card is blocked by the library"),
        _("Ask the library what to do."),
    ),
    HoldReason.CARD_EXPIRED: (
        _("The card has expired"),
        _("The library can renew it."),
    ),
    HoldReason.CARD_LOST: (
        _("The card has been reported lost"),
        _("Ask the library for a new card."),
    ),
    HoldReason.FEES: (
        _("There are unpaid fees on the card"),
        _("Pay them first: you find them on the page of fees."),
    ),
    HoldReason.ADDRESS_UNKNOWN: (
        _("The library does not have a valid address for the card"),
        _("Tell the library the new address."),
    ),
    HoldReason.TOO_LATE: (
        _("It is too late to change this hold"),
        _("It may be on its way or ready already. Ask the library."),
    ),
    HoldReason.BAD_DATE: (
        _("The library does not take this date"),
        _("Choose another date."),
    ),
    HoldReason.LIBRARY_SAYS_NO: (
        _("The library does not allow it"),
        _("Ask the library for the reason."),
    ),
}

HOLD_LIMITS: dict[str, str] = {
    "missing_scope": _("You may not see the holds of this card."),
    "not_supported": _("This library does not show holds here. Use its own pages."),
    "see_only": _("You may see the holds of this card, but not change them."),
    "no_cancel": _("Holds can’t be cancelled here. Ask the library."),
    "no_pickup": _("The place of pickup can’t be changed here. Ask the library."),
    "no_suspend": _("Holds can’t be suspended here."),
}
"""What can't be done with holds of a card, where the button would be missed."""
