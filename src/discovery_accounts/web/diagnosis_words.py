"""What staff read of why a patron can't sign in; the codes are those of ``services.sign_in_diagnosis``."""

from discovery_accounts.locale.marking import marked as _
from discovery_accounts.services.sign_in_diagnosis_findings import Look, Reason

LOOKS: dict[str, str] = {
    Look.SHAPE: _("The number as it was typed"),
    Look.LOGIN: _("Signing in by card"),
    Look.LIBRARY: _("The library"),
    Look.COUNTERS: _("Wrong tries"),
    Look.RECORD: _("The patron at the library"),
    Look.STANDING: _("How the patron stands there"),
    Look.ACCOUNT: _("Account here"),
    Look.LINK: _("The card in the account"),
    Look.STORED_PIN: _("The PIN that is kept here"),
    Look.PIN: _("The PIN that was typed"),
}

REASONS: dict[str, str] = {
    Reason.AT_DESK: _("The patron is here at the desk"),
    Reason.CALLED: _("The patron called"),
    Reason.WROTE: _("The patron wrote"),
    Reason.FAULT: _("A fault that several patrons have"),
}

FINDINGS: dict[str, str] = {
    "shape.good": _("It can be a card number of this library."),
    "shape.too_long": _("It is too long for a card number."),
    "shape.bad_characters": _(
        "It has a character that no card number has. Was it scanned or copied with something?"
    ),
    "shape.pattern": _(
        "It does not look like a card number of this library. Is it a user name, or a card of another library?"
    ),
    "login.on": _("It is switched on."),
    "login.off": _("It is switched off: patrons sign in here in other ways only."),
    "library.answers": _("It answered last: %(last)s."),
    "library.not_asked": _("Nothing keeps us from asking it."),
    "library.silent": _(
        "It does not answer, and is left alone for a while. Nobody can sign in with its cards now."
    ),
    "library.faulty": _("Its settings are faulty. Nobody can sign in with its cards; tell IT."),
    "library.checks_no_pins": _("It checks no PINs for us, so nobody signs in with its cards."),
    "counters.free": _("No wrong tries keep this card from being tried now."),
    "counters.waits": _(
        "There were too many wrong tries with this card. Nothing is tried before: %(until)s."
    ),
    "counters.lock": _(
        "One more wrong PIN could lock the card at the library, so we stopped. Nothing is tried before: %(until)s. "
        "The patron can go on sooner by a code to the address on file."
    ),
    "counters.busy": _(
        "Too many wrong tries with all cards of this library. Nothing is tried before: %(until)s."
    ),
    "record.found": _("Exactly one patron has this number."),
    "record.none": _("No patron has this number. Was it mistyped, or has the card been removed or replaced?"),
    "record.renewed": _(
        "The card was replaced: the number that is valid now ends with %(last4)s. Use that one."
    ),
    "record.several": _(
        "Several patrons have this number. Until the library has put it right, nobody can use it."
    ),
    "record.no_answer": _("The library gave no answer (%(failure)s). Try again in a while."),
    "record.not_searchable": _("This library can’t be searched by number."),
    "standing.good": _("In good standing."),
    "standing.blocked": _("Blocked by the library. Signing in still works; loans can’t be renewed."),
    "standing.expired": _("The membership has expired. Signing in may still work; the library can renew it."),
    "standing.unknown": _("Not known, as no patron was found."),
    "account.there": _("There is one, since %(since)s. Last sign-in with this card: %(last)s."),
    "account.none": _("None yet: it is made at the first sign-in with this card."),
    "link.active": _("The card shows in its account."),
    "link.pending": _("The card waits for its holder’s yes."),
    "link.ended": _("The card was taken out of its account (%(at)s). Signing in still works."),
    "link.no_account": _("There is no account to show it in."),
    "link.none": _("The card is not in its account."),
    "stored_pin.good": _("It was accepted last: %(at)s."),
    "stored_pin.changed": _(
        "The library no longer accepts it: the patron has another PIN now, and has to give it."
    ),
    "stored_pin.no_pin_here": _("The library keeps no PIN for this patron."),
    "stored_pin.paused": _(
        "The library did not answer when it was checked. It is not sent before: %(until)s."
    ),
    "stored_pin.not_kept": _("This library does not let PINs be kept."),
    "stored_pin.none": _("None."),
    "pin.accepted": _("The library accepts it: with this number and this PIN signing in works."),
    "pin.refused": _("The library refuses it. It counts as a wrong try. The library can set a new PIN."),
    "pin.blocked": _(
        "The library refuses any PIN of this card now (%(reason)s). The library can open it again."
    ),
    "pin.none_there": _("The library keeps no PIN for this patron, so they can’t sign in with the card."),
    "pin.somebody_else": _("The library says that it belongs to another patron. Tell IT at once."),
    "pin.bad_shape": _("It can’t be a PIN."),
    "pin.no_answer": _("The library gave no answer (%(failure)s). Whether it is right is not known."),
    "pin.not_tried": _("Not tried, because of the wrong tries. Nothing is tried before: %(until)s."),
    "pin.no_use": _("Not tried: it could only be refused."),
    "pin.not_given": _("None was typed."),
}
"""A look that was not made has the words of ``NOT_LOOKED``."""

NOT_LOOKED = _("Not looked at, because of what is above.")
