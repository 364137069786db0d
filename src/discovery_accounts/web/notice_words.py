"""What a page tells once, after something was done: without values and with them, where there may be some."""

from discovery_accounts.locale.marking import marked as _

NOTICES: dict[str, tuple[str, str | None]] = {
    "maintenance_posted": (_("The notice is kept. Patrons see it from its beginning to its end."), None),
    "maintenance_ended": (_("The notice has ended. Patrons no longer see it."), None),
    "card_linked": (_("The card is now in your account."), _("“%(label)s” is now in your account.")),
    "card_renamed": (_("The card has a new name."), _("The card is now called “%(label)s”.")),
    "card_removed": (
        _("The card and its PIN were removed from your account."),
        _("“%(label)s” and its PIN were removed from your account."),
    ),
    "pin_accepted": (_("The PIN was accepted."), _("The PIN of “%(label)s” was accepted.")),
    "signed_out": (_("You have signed out."), None),
    "signed_out_here": (
        _("You have signed out here. At your organisation you may still be signed in: close the browser."),
        None,
    ),
    "card_found": (_("Your library card was found and is in your account."), None),
    "card_made": (_("A library card was made for you and is in your account."), None),
    "card_not_found": (
        _("The library does not know you by your organisation yet. If you have a card, add it here."),
        None,
    ),
    "card_several": (
        _("The library has more than one card that could be yours. Ask at its desk, or add your card here."),
        None,
    ),
    "card_not_made": (
        _("The library could not make a card for you by itself. Ask at its desk, or add your card here."),
        None,
    ),
    "card_later": (
        _("The library does not answer just now. We look for your card when you sign in the next time."),
        None,
    ),
    "method_added": (_("It now opens this account too."), None),
    "method_removed": (_("It no longer opens this account."), None),
    "accounts_joined": (_("The two accounts are one now."), None),
    "nothing_added": (_("Nothing was changed."), None),
    "consent_withdrawn": (_("The transfer has ended, and this way of signing in with it."), None),
    "session_ended": (_("That device has been signed out."), None),
    "other_sessions_ended": (_("All other devices have been signed out."), None),
    "email_sent": (
        _("We sent a link to the new address. It is used once you have opened the link."),
        _("We sent a link to %(address)s. The address is used once you have opened the link."),
    ),
    "email_changed": (_("Your e-mail address has been changed."), None),
    "profile_saved": (_("Your changes were saved."), None),
    "language_changed": (_("The language has been changed."), None),
    "stepped_up": (_("Thank you. You can go on now."), None),
    "card_reopened": (_("The card is open again. Sign in with it now."), None),
    "factor_added": (_("The second proof is set up."), None),
    "factor_removed": (_("The second proof was removed."), None),
    "hold_placed": (_("The hold is placed. It is in the list below."), None),
    "hold_cancelled": (_("The hold is cancelled."), None),
    "hold_cancel_asked": (_("The library was asked to cancel the hold. Its staff will look at it."), None),
    "hold_pickup_changed": (_("The hold will be brought to the other place."), None),
    "hold_suspended": (_("The hold is suspended. Others go first."), None),
    "hold_resumed": (_("The hold is in the queue again."), None),
    "hold_not_answered": (
        _("The library did not answer. Look at the list before you try again."),
        None,
    ),
    "history_switched": (_("Your choice is in force."), None),
    "history_deleted": (_("The list of your past loans was deleted at the library."), None),
    "history_not_answered": (
        _("The library did not answer. Look at the list before you try again."),
        None,
    ),
    "contact_changed": (_("The library has your new details."), None),
    "contact_waiting": (
        _("The library has got your change. Its staff look at it before it is used."),
        None,
    ),
    "contact_unchanged": (_("Nothing was different, so nothing was sent."), None),
    "pin_set": (_("The PIN was changed at the library. Use the new one from now on."), None),
    "pin_recovered": (_("The PIN was changed. Sign in with the new one now."), None),
    "messaging_changed": (_("The library has your choices."), None),
    "messaging_unchanged": (_("Nothing was different, so nothing was sent."), None),
    "suggested": (_("The library has your suggestion."), None),
    "card_time_renewed": (_("The card’s time was renewed."), None),
    "card_time_asked": (_("The library was asked to renew the card’s time. It decides."), None),
    "sign_in_again_own": (
        _("Sign in once more first. It keeps others from changing your data on a device you left open."),
        None,
    ),
    "sign_in_again": (
        _("Sign in once more to add a card. It keeps others from doing it on a device you left open."),
        None,
    ),
}
