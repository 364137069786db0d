"""The words for every code that a page can show, bound to one language; templates get it as ``words``."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from discovery_accounts.config.settings import LoginSettings
from discovery_accounts.domain.standing import Block, BlockCode, Standing
from discovery_accounts.locale.catalogues import translations
from discovery_accounts.locale.marking import marked as _
from discovery_accounts.services.favourites.order_words import ORDERS
from discovery_accounts.web.alert_words import ALERT_FIELD_ERRORS, EXAMPLES, FILTERS, FREQUENCIES
from discovery_accounts.web.card_words import BLOCKS, COLOURS, RELATIONS, SCOPES, STANDINGS, STATES
from discovery_accounts.web.family_words import UNSEEN
from discovery_accounts.web.favourite_transfer_words import FILE_ERRORS, FILE_FORMATS, REASONS
from discovery_accounts.web.favourite_words import FAVOURITE_FIELD_ERRORS, act_words
from discovery_accounts.web.fee_words import FEE_KINDS, FEE_LIMITS
from discovery_accounts.web.form_words import FIELD_ERRORS
from discovery_accounts.web.history_words import KEEPING
from discovery_accounts.web.hold_words import HOLD_LIMITS, HOLD_REASONS, HOLD_STATES
from discovery_accounts.web.loan_words import NOT_RENEWABLE, URGENCIES
from discovery_accounts.web.message_words import (
    CHANNELS,
    MESSAGE_KINDS,
    SUGGESTION_REASONS,
    SUGGESTION_STATES,
)
from discovery_accounts.web.notice_words import NOTICES
from discovery_accounts.web.own_words import (
    CARD_NOT_RENEWABLE,
    CONTACT_FIELDS,
    CONTACT_HELP,
    EDITING,
    LEFT_OUT,
    OWN_FIELD_ERRORS,
    OWN_PLACES,
)
from discovery_accounts.web.problem_words import PROBLEMS
from discovery_accounts.web.review_words import REVIEW_FIELD_ERRORS
from discovery_accounts.web.sign_in_words import LOGIN_KINDS, LOGIN_TITLES, PERSON_FIELDS, SESSION_KINDS
from discovery_accounts.web.staff_words import LOOK_REASONS, STAFF_ACTS, STAFF_FIELD_ERRORS

if TYPE_CHECKING:
    from discovery_accounts.web.pages.shapes import LoanView, Notice


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong, and what to do."""

    title: str
    text: str


class Words:
    """The tables of ``*_words.py`` in one language. A code without words gets general ones, never an empty line."""

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

    def colour(self, number: int) -> str:
        """What a card's colour is called."""
        return self._gettext(COLOURS[number])

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

    def hold_state(self, state: str) -> str:
        return self._gettext(HOLD_STATES[state])

    def hold_reason(self, code: str) -> Problem:
        """Why a hold can't be placed or changed, and what to do."""
        title, text = HOLD_REASONS.get(code, HOLD_REASONS["library_says_no"])
        return Problem(self._gettext(title), self._gettext(text))

    def hold_limit(self, code: str) -> str:
        """What can't be done with the holds of a card."""
        return self._gettext(HOLD_LIMITS[code])

    def unseen(self, code: str) -> str:
        """What can't be seen of a card, or done with it, on the page of all cards."""
        return self._gettext(UNSEEN[code])

    def fee_kind(self, kind: str) -> str:
        return self._gettext(FEE_KINDS[kind])

    def fee_limit(self, code: str) -> str:
        """Why a card's fees are not shown."""
        return self._gettext(FEE_LIMITS[code])

    def keeping(self, code: str) -> str:
        """Whether loans are kept after they are returned, as a choice."""
        return self._gettext(KEEPING[code][0])

    def keeping_help(self, code: str) -> str:
        return self._gettext(KEEPING[code][1])

    def person_field(self, name: str) -> str:
        """What a field that an organisation tells is called."""
        return self._gettext(PERSON_FIELDS[name])

    def field_error(self, code: str) -> str:
        tables = (
            FIELD_ERRORS,
            OWN_FIELD_ERRORS,
            STAFF_FIELD_ERRORS,
            FAVOURITE_FIELD_ERRORS,
            FILE_ERRORS,
            REVIEW_FIELD_ERRORS,
            ALERT_FIELD_ERRORS,
        )
        for table in tables:
            if code in table:
                return self._gettext(table[code])
        return self._gettext(_("Check this field."))

    def look_reason(self, code: str) -> str:
        """Why staff looked, said to whom they looked at; empty for none that has words."""
        return self._gettext(LOOK_REASONS[code]) if code in LOOK_REASONS else ""

    def staff_act(self, code: str) -> str:
        """What staff did to a card or an account, said to its holder; empty when they only looked."""
        return self._gettext(STAFF_ACTS[code]) if code in STAFF_ACTS else ""

    def file_format(self, name: str) -> Problem:
        """A kind of file of favourites, and what it is for."""
        title, text = FILE_FORMATS[name]
        return Problem(self._gettext(title), self._gettext(text))

    def import_reason(self, code: str) -> str:
        """Why something in a file of favourites was not taken in."""
        return self._gettext(REASONS[code])

    def own_place(self, code: str) -> Problem:
        """A place where a card's holder can go: its name, and what is there."""
        title, text = OWN_PLACES[code]
        return Problem(self._gettext(title), self._gettext(text))

    def left_out(self, code: str) -> str:
        """Why a card can't be in the message about all cards."""
        return self._gettext(LEFT_OUT[code])

    def contact_field(self, name: str) -> str:
        return self._gettext(CONTACT_FIELDS[name])

    def contact_help(self, name: str, editing: str) -> str:
        """What a field is for, and how it changes."""
        texts = [CONTACT_HELP.get(name), EDITING[editing] if editing == "approval" else None]
        return " ".join(self._gettext(text) for text in texts if text)

    def card_not_renewable(self, code: str) -> str:
        """Why the time of a card can't be, or was not, renewed."""
        return self._gettext(CARD_NOT_RENEWABLE.get(code, CARD_NOT_RENEWABLE["library_says_no"]))

    def message_kind(self, code: str) -> str:
        return self._gettext(MESSAGE_KINDS[code])

    def channel(self, code: str) -> str:
        return self._gettext(CHANNELS[code])

    def suggestion_state(self, code: str) -> str:
        return self._gettext(SUGGESTION_STATES[code])

    def suggestion_reason(self, code: str) -> Problem:
        """Why a suggestion was not taken, and what to do."""
        title, text = SUGGESTION_REASONS.get(code, SUGGESTION_REASONS["library_says_no"])
        return Problem(self._gettext(title), self._gettext(text))

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

    def alert_frequency(self, code: str) -> str:
        """How often an alert is mailed; ``weekly-0`` is every Monday."""
        return self._gettext(FREQUENCIES[code])

    def alert_filter(self, name: str) -> str:
        return self._gettext(FILTERS[name])

    def alert_examples(self) -> tuple[tuple[str, str], ...]:
        """Queries, and what each finds."""
        return tuple((self._gettext(query), self._gettext(meaning)) for query, meaning in EXAMPLES)

    def favourite_order(self, code: str) -> str:
        """What a list of favourites is ordered by."""
        return self._gettext(ORDERS[code])

    def favourite_act(self, kind: str, items: int, already: int) -> str:
        """What was just done to favourites."""
        return act_words(self._ngettext, kind, items, already)

    def wait(self, minutes: int) -> str:
        """When to try again; from two hours on in hours, rounded up."""
        ngettext = self._ngettext
        if minutes >= 120:
            hours = -(-minutes // 60)
            text = ngettext("Try again in %(count)s hour.", "Try again in %(count)s hours.", hours)
            return text % {"count": hours}
        text = ngettext("Try again in %(count)s minute.", "Try again in %(count)s minutes.", minutes)
        return text % {"count": minutes}
