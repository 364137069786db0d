"""What is told of messages and of suggestions: kinds, channels, how far something is, why it was not taken."""

from discovery_accounts.domain.messages import Channel, MessageKind
from discovery_accounts.domain.suggestions import SuggestionReason, SuggestionState
from discovery_accounts.locale.marking import marked as _

MESSAGE_KINDS: dict[str, str] = {
    MessageKind.HOLD_READY: _("A hold can be fetched"),
    MessageKind.HOLD_CANCELLED: _("A hold was cancelled"),
    MessageKind.DUE: _("A loan is due today"),
    MessageKind.ADVANCE_NOTICE: _("A loan is due soon"),
    MessageKind.OVERDUE: _("A loan is overdue"),
    MessageKind.CHECKOUT: _("Receipt for what you borrow"),
    MessageKind.CHECKIN: _("Receipt for what you return"),
    MessageKind.RENEWAL: _("A loan was renewed"),
    MessageKind.NEW_ITEMS: _("New in the library"),
    MessageKind.CARD_EXPIRES: _("The card expires soon"),
}

CHANNELS: dict[str, str] = {
    Channel.EMAIL: _("E-mail"),
    Channel.SMS: _("Text message"),
    Channel.PUSH: _("In the library’s app"),
    Channel.PRINT: _("Letter"),
}

SUGGESTION_STATES: dict[str, str] = {
    SuggestionState.ASKED: _("Waiting"),
    SuggestionState.CHECKED: _("The library looks at it"),
    SuggestionState.ACCEPTED: _("Accepted"),
    SuggestionState.ORDERED: _("Ordered"),
    SuggestionState.AVAILABLE: _("In the library"),
    SuggestionState.REJECTED: _("Not bought"),
    SuggestionState.OTHER: _("With the library"),
}

SUGGESTION_REASONS: dict[str, tuple[str, str]] = {
    SuggestionReason.TOO_MANY: (
        _("You have as many suggestions waiting as the library takes"),
        _("Wait until it has answered one of them."),
    ),
    SuggestionReason.ALREADY_SUGGESTED: (
        _("You have suggested this already"),
        _("It is in the list below. The library will answer it."),
    ),
    SuggestionReason.FIELD_MISSING: (_("The library needs more"), _("Fill in what is marked.")),
    SuggestionReason.CARD_BLOCKED: (
        _("The card is blocked by the library"),
        _("The library can tell you more."),
    ),
    SuggestionReason.LIBRARY_SAYS_NO: (
        _("The library does not take this suggestion"),
        _("Ask the library for the reason."),
    ),
}
