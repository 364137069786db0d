"""What every refusal is called, and what to do about it; pages and problem details use the same words."""

from discovery_accounts.locale.marking import marked as _

PROBLEMS: dict[str, tuple[str, str]] = {
    "sign_in_refused": (
        _("The card number and PIN do not match"),
        _("Check both and try again. If you have forgotten the PIN, your library can give you a new one."),
    ),
    "password_refused": (
        _("The user name and password do not match"),
        _("Check both and try again. If you have forgotten the password, your organisation can help."),
    ),
    "passkey_refused": (
        _("The passkey did not work"),
        _(
            "Try again, or use another way. A passkey works only on the page and for the person it was made for."
        ),
    ),
    "sign_in_required": (_("Sign in first"), _("This page is shown when you have signed in.")),
    "too_many_attempts": (
        _("Too many tries"),
        _("To protect the card, we do not take more tries just now."),
    ),
    "too_many_codes": (
        _("Too many codes"),
        _("To protect you from unwanted messages, we do not send more just now."),
    ),
    "library_unavailable": (
        _("The library does not answer"),
        _("There is nothing wrong with your card or PIN. Try again in a while."),
    ),
    "no_pin_here": (
        _("The library has no PIN for this card"),
        _("Ask your library for a PIN. Then come back here."),
    ),
    "csrf_failed": (
        _("The page had been open too long"),
        _("Nothing was changed. Open the page again and do it once more."),
    ),
    "session_expired": (
        _("You have been signed out"),
        _("You were away for a while, or were signed out from another device. Sign in to go on."),
    ),
    "not_found": (_("This page does not exist"), _("Check the address, or start from the front page.")),
    "bad_request": (
        _("We did not understand the request"),
        _("Nothing was changed. Go back to the page and try again."),
    ),
    "invalid_request": (_("Something is missing or wrong"), _("Correct the fields that are marked.")),
    "unknown_library": (_("We do not know this library"), _("Choose a library from the list.")),
    "card_already_linked": (
        _("This card is already in your account"),
        _("You find it among your cards. If it does not work, give its PIN there."),
    ),
    "pin_rejected": (
        _("The library did not accept the PIN"),
        _("Check it and try again. After several wrong PINs the library may close the card."),
    ),
    "linking_not_allowed": (
        _("This card can’t be added"),
        _("Its holder or the library does not allow it. Ask them."),
    ),
    "linking_not_allowed.library": (
        _("This library does not allow that"),
        _("Its cards can be seen only by signing in with them. Ask the library if that is not right."),
    ),
    "linking_not_allowed.holder": (
        _("Nobody can add this card"),
        _("Its holder has chosen so. Only the holder can change it, on the page “Who can see this card”."),
    ),
    "linking_not_allowed.staff": (
        _("The library has stopped this"),
        _("Its staff do not let this card be added here. Ask the library."),
    ),
    "linking_not_allowed.too_many_viewers": (
        _("The card is in many accounts already"),
        _("The library does not allow more. The card’s holder can end one that is no longer needed."),
    ),
    "linking_not_allowed.too_many_cards": (
        _("Your account has as many cards as it can have"),
        _("Remove one that you no longer need, then add this one."),
    ),
    "fresh_sign_in_required": (
        _("Sign in once more"),
        _("This change needs a recent sign-in. It keeps others from making it on a device you left open."),
    ),
    "step_up_required": (
        _("Confirm that it is you"),
        _("This change needs a code that is sent to you."),
    ),
    "pin_in_address": (
        _("A PIN was in the address"),
        _("We did not use it, as others can easily see addresses. Have the PIN changed at the library."),
    ),
    "method_not_allowed": (
        _("This address can’t be used like that"),
        _("Nothing was changed. Start from the front page."),
    ),
    "server_error": (
        _("Something went wrong"),
        _("The fault is ours, not yours. Try again in a moment."),
    ),
    "settings_faulty": (
        _("This library is not available"),
        _("It has not been set up correctly here. Tell your library."),
    ),
    "link_expired": (
        _("The link no longer works"),
        _("It has been used already, or it is too old. Ask for a new one."),
    ),
    "sign_in_cancelled": (
        _("You were not signed in"),
        _("Signing in was stopped at your organisation. Nothing was transferred. You can try again."),
    ),
    "answer_not_expected": (
        _("This sign-in is over"),
        _("It took too long, was used already, or began in another browser. Start again from here."),
    ),
    "answer_not_trusted": (
        _("We could not trust the answer"),
        _(
            "What your organisation sent could not be verified, so you were not signed in. "
            "Try again, or tell your library."
        ),
    ),
    "attribute_missing": (
        _("Your organisation did not tell us enough"),
        _(
            "Without a permanent identifier we would not know you the next time. "
            "Tell your library; it can settle this with your organisation."
        ),
    ),
    "organisation_account_closed": (
        _("Your account at the organisation is closed"),
        _("It is no longer valid there. You can sign in another way, or ask at the library."),
    ),
    "sign_in_not_strong_enough": (
        _("Sign in once more, in a stronger way"),
        _("The library asks for a stronger or more recent proof of who you are than your organisation gave."),
    ),
    "provider_unavailable": (
        _("This way of signing in does not answer just now"),
        _("It is not your fault. Try again in a while, or sign in another way."),
    ),
    "unknown_organisation": (
        _("We do not know this organisation"),
        _("Choose your home organisation from the list."),
    ),
    "consent_refused": (
        _("You were not signed in, and nothing was transferred"),
        _(
            "To use the library without the transfer, register at its desk: take an identity document with you. "
            "Then sign in with your library card."
        ),
    ),
    "identity_of_another_account": (
        _("This way of signing in opens another account"),
        _("If both accounts are yours, you can join them on the account page."),
    ),
    "last_sign_in_method": (
        _("This is your only way to sign in"),
        _("Without it you could not come back. Add another one first."),
    ),
    "invitation_not_valid": (
        _("This invitation can’t be used"),
        _(
            "Check what you typed. A code works once, for ten minutes: then ask the card’s holder for a new one."
        ),
    ),
    "code_wrong": (_("The code is not right"), _("Check the code in the newest message and try again.")),
    "card_locked": (
        _("The card is closed for now"),
        _("There were too many wrong PINs. Wait before you try again, or ask the library to open the card."),
    ),
    "missing_scope": (
        _("You can’t do this with the card"),
        _("The card is in your account without the right to do this."),
    ),
    "no_such_card": (
        _("There is no such card in your account"),
        _("It may have been removed. You find your cards on the cards page."),
    ),
    "holder_only": (
        _("Only the card’s holder can do this"),
        _("Loan history, contact details, messages and PINs are never shown or changed through a link."),
    ),
    "no_such_hold": (_("There is no such hold"), _("It may have been fetched or cancelled already.")),
    "hold_not_possible": (_("The library does not take this hold"), _("The reason is told beside it.")),
    "hold_not_changed": (_("The hold is as it was"), _("The reason is told beside it.")),
    "card_not_renewed": (_("The card’s time was not renewed"), _("The reason is told beside it.")),
    "suggestion_not_taken": (
        _("The library does not take this suggestion"),
        _("The reason is told beside it."),
    ),
    "no_such_loan": (_("There is no such loan"), _("It may have been returned already.")),
    "pending_approval": (
        _("The card’s holder has not agreed yet"),
        _("You can see the card when the holder has agreed."),
    ),
    "card_blocked": (
        _("The card is blocked by the library"),
        _("You can see loans and holds, but not renew or place any. The library can tell you more."),
    ),
    "card_expired": (
        _("The card has expired"),
        _("You can see loans and holds, but not renew or place any. The library can renew the card."),
    ),
    "not_answered": (
        _("The library did not answer in time"),
        _("It may have been done. Look at the page again before you repeat it."),
    ),
    "invalid_value": (_("Something is missing or wrong"), _("Correct the fields that are marked.")),
    "pin_needed": (
        _("The card’s PIN is needed first"),
        _("This library does not let PINs be kept. Give the PIN to see this card until you sign out."),
    ),
    "pin_changed": (
        _("The PIN is no longer accepted"),
        _("It was probably changed at the library. The card stays in your account: give the new PIN."),
    ),
    "not_a_patron": (
        _("No longer a card of this library"),
        _("The library does not know this card any more. You can remove it, or ask the library."),
    ),
    "not_supported": (
        _("This library does not offer that here"),
        _("Ask the library, or use its own pages."),
    ),
    "too_large": (_("That was too much at once"), _("Nothing was changed. Try again with less.")),
}
