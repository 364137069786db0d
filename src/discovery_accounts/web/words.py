"""The words for every code that a page can show, bound to one language; templates get it as ``words``."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from discovery_accounts.config.settings import LoginSettings
from discovery_accounts.domain.cards import CardState, Relation, Scope
from discovery_accounts.domain.due import Urgency
from discovery_accounts.domain.standing import Block, BlockCode, Standing
from discovery_accounts.locale.catalogues import translations
from discovery_accounts.web.problem_words import PROBLEMS

if TYPE_CHECKING:
    from discovery_accounts.web.pages.shapes import LoanView, Notice


def _(message: str) -> str:
    """Marks words for the catalogues; they are translated where they are used."""
    return message


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong, and what to do."""

    title: str
    text: str


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
    Scope.HOLDS: _("See the reservations"),
    Scope.FEES: _("See the fees"),
    Scope.RENEW: _("Renew loans"),
    Scope.HOLD: _("Make and cancel reservations"),
    Scope.CARD: _("Show the card’s barcode"),
}

RELATIONS: dict[str, str] = {
    Relation.OWN: _("My own card"),
    Relation.LOOKED_AFTER: _("A card I look after"),
}

URGENCIES: dict[str, str] = {
    Urgency.OVERDUE: _("Overdue"),
    Urgency.TODAY: _("Due today"),
    Urgency.SOON: _("Due soon"),
    Urgency.LATER: _("Later"),
}

SESSION_KINDS: dict[str, str] = {"browser": _("Browser"), "api": _("App or program")}

LOGIN_KINDS: dict[str, str] = {
    "card": _("With your card number and PIN"),
    "oidc": _("You sign in with your organisation"),
    "saml": _("You sign in with your organisation"),
    "ldap": _("With your organisation’s user name and password"),
    "email": _("With a code that is sent to your e-mail"),
    "password": _("With a user name and password"),
}

LOGIN_TITLES: dict[str, str] = {
    "card": _("Library card"),
    "email": _("E-mail"),
    "password": _("Library staff"),
}

NOT_RENEWABLE: dict[str, str] = {
    "too_many_renewals": _("Already renewed as many times as is allowed"),
    "on_hold_for_another": _("Somebody else has reserved it"),
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

NOTICES: dict[str, tuple[str, str | None]] = {
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
    "sign_in_again": (
        _("Sign in once more to add a card. It keeps others from doing it on a device you left open."),
        None,
    ),
}

PERSON_FIELDS: dict[str, str] = {
    "user_name": _("User name"),
    "given_names": _("Given names"),
    "family_name": _("Family name"),
    "identity_code": _("Personal identity code"),
    "phone": _("Phone number"),
    "email": _("E-mail"),
}

FIELD_ERRORS: dict[str, str] = {
    "username.missing": _("Type your user name."),
    "username.too_long": _("The user name is too long."),
    "username.bad_characters": _("The user name has a character that can’t be part of it."),
    "password.missing": _("Type your password."),
    "password.too_long": _("The password is too long."),
    "password.too_short": _("Use at least 12 characters."),
    "password.too_common": _(
        "Others would come upon this one soon. Choose words that do not belong together."
    ),
    "password.not_the_same": _("The two are not the same. Type the new password twice."),
    "password.bad_characters": _("The password has a character that can’t be part of it."),
    "organisation.unknown": _("Choose your home organisation from the list."),
    "card_number.missing": _("Type the card number."),
    "card_number.too_long": _("The card number is too long."),
    "card_number.bad_characters": _("Use only the numbers and letters that are on the card."),
    "pin.missing": _("Type the PIN."),
    "pin.too_long": _("The PIN is too long."),
    "pin.bad_characters": _("The PIN has a character that can’t be part of it."),
    "pin.other_digits": _("Type the digits 0–9. Your keyboard makes digits of another script."),
    "label.missing": _("Give the card a name."),
    "label.too_long": _("The name can have at most 60 characters."),
    "label.bad_characters": _("The name has a character that can’t be shown."),
    "name.missing": _("Type your name."),
    "name.too_long": _("The name is too long."),
    "name.bad_characters": _("The name has a character that can’t be shown."),
    "email.missing": _("Type an e-mail address."),
    "email.too_long": _("The e-mail address is too long."),
    "email.bad_characters": _("Check the address: it should be like name@example.org."),
    "library.missing": _("Choose the library."),
    "library.unknown": _("Choose a library from the list."),
    "library.unavailable": _("This library is not available just now."),
    "relation.missing": _("Choose whose card it is."),
    "channel.missing": _("Choose how the code is sent."),
    "channel.unavailable": _("A code can’t be sent that way just now. Choose another, or try again later."),
    "code.missing": _("Type the code."),
    "code.wrong": _("The code is not right. Check it and try again."),
}


class Words:
    """All the tables above in one language. A code without words gets general ones, never an empty line."""

    def __init__(self, language: str) -> None:
        found = translations(language)
        self._gettext = found.gettext
        self._ngettext = found.ngettext

    def state(self, code: str) -> str:
        """A card's state, short."""
        return self._gettext(STATES[code][0])

    def state_help(self, code: str) -> str:
        """What the state means and what to do; empty when there is nothing to say."""
        text = STATES[code][1]
        return self._gettext(text) if text else ""

    def standing(self, code: str) -> str:
        return self._gettext(STANDINGS[code])

    def block(self, block: Block) -> str:
        """Why a card is blocked; the library's own words follow as they are."""
        if block.text and block.code is BlockCode.LIBRARY_SAYS:
            return self._gettext(_("The library says: “%(text)s”")) % {"text": block.text}
        words = self._gettext(BLOCKS[block.code])
        return f"{words} “{block.text}”" if block.text else words

    def scope(self, scope: str) -> str:
        return self._gettext(SCOPES[scope])

    def relation(self, relation: str) -> str:
        return self._gettext(RELATIONS[relation])

    def urgency(self, code: str) -> str:
        return self._gettext(URGENCIES[code])

    def session_kind(self, kind: str) -> str:
        return self._gettext(SESSION_KINDS.get(kind, SESSION_KINDS["api"]))

    def login_kind(self, kind: str) -> str:
        """How this way of signing in works; empty for a kind without words."""
        text = LOGIN_KINDS.get(kind)
        return self._gettext(text) if text else ""

    def login_title(self, login: LoginSettings) -> str:
        """What a login without a name of its own is called."""
        text = LOGIN_TITLES.get(login.kind)
        return self._gettext(text) if text else login.name

    def not_renewable(self, code: str) -> str:
        """Why a loan can't be, or was not, renewed."""
        return self._gettext(NOT_RENEWABLE.get(code, NOT_RENEWABLE["library_says_no"]))

    def why_not(self, loan: "LoanView") -> str:
        """Why this loan can't be renewed, from what is known of it and its card."""
        if loan.not_renewable_because:
            return self.not_renewable(loan.not_renewable_because)
        if loan.renewable is False:
            return self.not_renewable("library_says_no")
        if loan.card.standing in {Standing.BLOCKED, Standing.EXPIRED}:
            return self.not_renewable(f"card_{loan.card.standing}")
        if loan.card.state in NOT_RENEWABLE:
            return self.not_renewable(loan.card.state)
        return self.not_renewable("missing_scope")

    def not_renewable_json(self) -> str:
        """All reasons, code to words, for the page's script."""
        reasons = {code: self._gettext(text) for code, text in NOT_RENEWABLE.items()}
        return json.dumps(reasons, ensure_ascii=False)

    def person_field(self, name: str) -> str:
        """What a field that an organisation tells is called."""
        return self._gettext(PERSON_FIELDS[name])

    def field_error(self, code: str) -> str:
        return self._gettext(FIELD_ERRORS.get(code, _("Check this field.")))

    def notice(self, notice: "Notice") -> str:
        """A notice with its values; a problem's code gives the problem's words."""
        if notice.code not in NOTICES:
            problem = self.problem(notice.code)
            return f"{problem.title}. {problem.text}"
        plain, named = NOTICES[notice.code]
        if named is not None:
            try:
                return self._gettext(named) % notice.values
            except KeyError:
                pass
        return self._gettext(plain)

    def problem(self, code: str) -> Problem:
        title, text = PROBLEMS.get(code, PROBLEMS["server_error"])
        return Problem(self._gettext(title), self._gettext(text))

    def organisations(self, shown: int, total: int) -> str:
        """How many organisations were found, and what to do about it."""
        if not total:
            return self._gettext(
                _("No organisation fits. Check the spelling, or type another part of the name.")
            )
        if total > shown:
            more = _("The first %(shown)s of %(total)s organisations. Type more of the name to find yours.")
            return self._gettext(more) % {"shown": shown, "total": total}
        ngettext = self._ngettext
        text = ngettext("%(count)s organisation found.", "%(count)s organisations found.", total)
        return text % {"count": total}

    def wait(self, minutes: int) -> str:
        """When to try again; from two hours on in hours, rounded up."""
        ngettext = self._ngettext
        if minutes >= 120:
            hours = -(-minutes // 60)
            text = ngettext("Try again in %(count)s hour.", "Try again in %(count)s hours.", hours)
            return text % {"count": hours}
        text = ngettext("Try again in %(count)s minute.", "Try again in %(count)s minutes.", minutes)
        return text % {"count": minutes}
