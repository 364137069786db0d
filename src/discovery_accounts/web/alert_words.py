"""What is told of new-item alerts: how often, what is wrong with a query, and how one is written."""

from discovery_accounts.locale.marking import marked as _

FREQUENCIES: dict[str, str] = {
    "instant": _("As soon as something is found"),
    "daily": _("Every day"),
    "weekly-0": _("Every week, on Mondays"),
    "weekly-1": _("Every week, on Tuesdays"),
    "weekly-2": _("Every week, on Wednesdays"),
    "weekly-3": _("Every week, on Thursdays"),
    "weekly-4": _("Every week, on Fridays"),
    "weekly-5": _("Every week, on Saturdays"),
    "weekly-6": _("Every week, on Sundays"),
}
"""How often an alert is mailed, as a choice; a day of the week counts from Monday."""

FILTERS: dict[str, str] = {
    "format": _("Format"),
    "languages": _("Language of the item"),
    "libraries": _("Library"),
    "branches": _("Branch"),
    "audience": _("For whom"),
}

_FILTER_ERRORS = {
    "unknown": _("There is no such filter."),
    "bad_shape": _("Check this field."),
    "too_many": _("Choose at most 100 values."),
    "too_long": _("A value can have at most 100 characters."),
    "bad_characters": _("A value has a character that can’t be part of it."),
}

ALERT_FIELD_ERRORS: dict[str, str] = {
    "query.too_long": _("The words can have at most 2,000 characters."),
    "query.bad_characters": _("There is a character in it that can’t be searched for."),
    "query.unbalanced_quotes": _("A quotation mark has no second one."),
    "query.unbalanced_parentheses": _("A parenthesis has no second one."),
    "query.nothing_inside": _("There is nothing in the parentheses."),
    "query.nothing_left": _("Type at least one word to look for."),
    "query.nothing_before": _("AND and OR stand between two words."),
    "query.nothing_after": _("A word is missing after this one."),
    "query.only_not": _("Say what you want, too: not only what you do not want."),
    "query.unknown_field": _(
        "Before a colon stands author, subject or title. Put a text with a colon in quotation marks."
    ),
    "query.star_too_early": _("At least two letters stand before a *."),
    "query.star_inside": _("A * stands only at the end of a word."),
    "query.too_many_terms": _("There are too many words: at most 64."),
    "query.too_deep": _("There are too many parentheses within each other: at most 16."),
    "query.too_many_alerts": _("You have 200 alerts, and can’t have more. End one you no longer need."),
    "frequency.unknown": _("Choose how often."),
    "weekday.unknown": _("Choose how often."),
    "language.unknown": _("Choose one of the languages."),
    "by_email.no_email": _(
        "Add an e-mail address to your account first: there is none that we could write to."
    ),
    "paused_until.bad_format": _("Write the date like this: 2027-05-31."),
    "paused_until.past": _("Choose a day after today."),
    **{f"filters.{name}.{code}": text for name in FILTERS for code, text in _FILTER_ERRORS.items()},
}

EXAMPLES: tuple[tuple[str, str], ...] = (
    (_("moomin winter"), _("Both words, anywhere in author, subject or title.")),
    (_('"the summer book"'), _("These words, next to each other in this order.")),
    (_("author:jansson"), _("The word in the author. Or subject: in the subject, title: in the title.")),
    (_("cats OR dogs"), _("One of them, or both. Write OR in capital letters.")),
    (
        _("gardening NOT roses"),
        _("The first word, without the second. A minus before a word says the same as NOT."),
    ),
    (_("illustr*"), _("All words that begin so.")),
    (_("(cats OR dogs) author:pratchett"), _("Parentheses hold together what belongs together.")),
)
"""How a query is written: an example in the reader's language, and what it finds."""
