"""What is told of a card: how it is, why it is blocked, what may be done with it."""

from discovery_accounts.domain.cards import CardState, Relation, Scope
from discovery_accounts.domain.standing import BlockCode, Standing
from discovery_accounts.locale.marking import marked as _

STATES: dict[str, tuple[str, str]] = {
    CardState.FRESH: (_("In order"), ""),
    CardState.STALE: (
        _("The library did not answer"),
        _("You see what the library told earlier. It may have changed since."),
    ),
    CardState.UNAVAILABLE: (
        _("The library does not answer"),
        _("There is nothing wrong with the card. Try again in a while."),
    ),
    CardState.PIN_NEEDED: (
        _("The PIN is asked each time"),
        _("This library does not let PINs be kept. Give the PIN to see this card until you sign out."),
    ),
    CardState.PIN_CHANGED: (
        _("The PIN is no longer accepted"),
        _("It was probably changed at the library. The card stays in your account: give the new PIN."),
    ),
    CardState.NOT_A_PATRON: (
        _("No longer a card of this library"),
        _("The library does not know this card any more. You can remove it, or ask the library."),
    ),
    CardState.PENDING_APPROVAL: (
        _("Waiting for the card’s holder"),
        _("The holder has to agree before you can see this card."),
    ),
}

STANDINGS: dict[str, str] = {
    Standing.GOOD: _("In order"),
    Standing.BLOCKED: _("Blocked by the library"),
    Standing.EXPIRED: _("The card has expired"),
}

BLOCKS: dict[str, str] = {
    BlockCode.CARD_EXPIRED: _("The card has expired. The library can renew it."),
    BlockCode.RESTRICTED: _("The library has put a restriction on the card."),
    BlockCode.CARD_LOST: _("The card has been reported lost."),
    BlockCode.ADDRESS_UNKNOWN: _("The library does not have a valid address. Tell it the new one."),
    BlockCode.FEES: _("There are unpaid fees."),
    BlockCode.OVERDUES: _("There are overdue loans."),
    BlockCode.INACTIVE: _("The card is not in use. Ask the library."),
    BlockCode.LIBRARY_SAYS: _("Ask the library for the reason."),
}

SCOPES: dict[str, str] = {
    Scope.LOANS: _("See the loans"),
    Scope.HOLDS: _("See the holds"),
    Scope.FEES: _("See the fees"),
    Scope.RENEW: _("Renew loans"),
    Scope.HOLD: _("Place and cancel holds"),
    Scope.CARD: _("Show the card’s barcode"),
}

COLOURS: dict[int, str] = {
    1: _("Blue"),
    2: _("Orange"),
    3: _("Green"),
    4: _("Purple"),
    5: _("Gold"),
    6: _("Pink"),
    7: _("Grey"),
    8: _("Turquoise"),
}

RELATIONS: dict[str, str] = {
    Relation.OWN: _("My own card"),
    Relation.LOOKED_AFTER: _("A card I look after"),
}
