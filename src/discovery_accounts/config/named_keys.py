"""The keys that every library and every login has, whatever its connector or kind."""

import re

from discovery_accounts.config import addresses, parsers
from discovery_accounts.config.keys import BadValue, Key, ReadContext
from discovery_accounts.config.register_keys import REGISTER_KEYS
from discovery_accounts.config.settings import LANGUAGES


def _pattern(given: str, context: ReadContext) -> re.Pattern[str]:
    """A regular expression of Python."""
    try:
        return re.compile(parsers.text(given, context))
    except (re.error, RecursionError, OverflowError):  # their text repeats the pattern
        raise BadValue("must be a regular expression of Python") from None


def _verifier(given: str, _context: ReadContext) -> str:
    """A kind of connector and the key of a library."""
    if not re.fullmatch(r"[a-z0-9_-]+:[a-z0-9_-]+", given):
        raise BadValue("must be the kind of a connector, a colon, and the key of a library of that kind")
    return given


NAME_KEYS = (
    Key("name", parsers.text, example="LUMME-kirjastot", help="Name shown to people."),
    *(
        Key(f"name.{language}", parsers.text, example="LUMME", help=f"The name in the language `{language}`.")
        for language in LANGUAGES
    ),
)

LIBRARY_KEYS = (
    Key("connector", parsers.text, required=True, example="koha", help="Which connector speaks to it."),
    *NAME_KEYS,
    Key(
        "url",
        addresses.url("https", "http", "sips", "sip"),
        example="https://koha.library.example/api",
        help="Base URL of its interface; the connector adds the version. SIP2: `sips://HOST:PORT`.",
    ),
    Key("timezone", parsers.zone, default="Europe/Helsinki", example="Europe/Oslo", help="Its time zone."),
    Key(
        "currency",
        parsers.currency,
        default="EUR",
        example="NOK",
        help="Currency of its fees (ISO 4217), where its interface does not name it.",
    ),
    Key(
        "lock_after",
        parsers.integer(2, 100),
        example="6",
        help="It locks a card after so many refused PINs; we stop one below. Left out: no such lock.",
    ),
    Key(
        "card_number_pattern",
        _pattern,
        example="[0-9]{11}",
        help="Regular expression (Python) that a whole card number must match, without spaces and dashes. "
        "Koha takes user names as well as card numbers, and refused PINs of the two would be counted apart; "
        "with a pattern only card numbers reach the library. Left out: whatever was typed does.",
    ),
    Key(
        "verify",
        _verifier,
        example="sip2:desk",
        help="Its patrons' PINs are checked by another library, `KIND:NAME`, which has its own "
        "`accounts.library.NAME` and need not be one of accounts.libraries: then nobody is shown it. Patrons are "
        "then found here by card number. Left out: it checks them itself.",
    ),
    Key("timeout", parsers.seconds(0.1, 60), default="2.0", example="2.0", help="Seconds for one call."),
    Key(
        "cache_seconds",
        parsers.seconds(0, 86400),
        default="60",
        example="60",
        help="Seconds an answer is shown without asking again.",
    ),
    Key(
        "breaker_seconds",
        parsers.seconds(1, 3600),
        default="20",
        example="20",
        help="Seconds a failing library is left alone before one trial call.",
    ),
    Key(
        "pin_storage",
        parsers.choice("encrypted", "none"),
        default="encrypted",
        example="none",
        help="`encrypted`, or `none`: the PIN is asked once per session and kept nowhere.",
    ),
    Key(
        "pin_reverify_minutes",
        parsers.integer(0, 1440),
        default="15",
        example="15",
        help="A PIN checked longer ago is checked again beside the reading; 0 = every reading.",
    ),
    Key(
        "linking",
        parsers.boolean,
        default="yes",
        example="no",
        help="Whether its cards may be linked to accounts of other people. With `no`, links that are there stay "
        "until `links policy --apply`.",
    ),
    Key(
        "approval",
        parsers.choice("never", "adults", "always"),
        default="never",
        example="adults",
        help="Whose links to somebody else's card wait for the holder's yes: `never`, those to `adults`' cards, or "
        "`always`. A patron without a known date of birth counts as an adult.",
    ),
    Key(
        "handover_age",
        parsers.integer(1, 30),
        default="15",
        example="13",
        help="Age in years at which a young patron decides alone who sees the card.",
    ),
    Key(
        "max_viewers",
        parsers.integer(1, 1000),
        default="10",
        example="5",
        help="Accounts that one of its cards may be linked to, the holder's own not counted.",
    ),
    Key(
        "idle_patron_months",
        parsers.integer(0, 1200),
        default="36",
        example="60",
        help="Months without any use of the card (loan, hold, sign-in) after which `run retire-patrons` has the "
        "library remove the patron; 0 = never.",
    ),
    Key(
        "university_months",
        parsers.integer(0, 1200),
        default="12",
        example="6",
        help="Months after the last valid day of a university account after which its patron is removed, unless the "
        "person wants to stay; 0 = never for that reason.",
    ),
    Key(
        "membership_months",
        parsers.integer(0, 1200),
        default="36",
        example="24",
        help="Months that a membership is valid; then it is renewed if the card was used within that time, else the "
        "patron is removed; 0 = memberships have no end.",
    ),
    Key(
        "retire_notice_days",
        parsers.integer(1, 365),
        default="30",
        example="60",
        help="Days before the removal of a patron on which the person is written to.",
    ),
    Key(
        "barcode",
        parsers.choice("code39", "code128", "none"),
        default="code128",
        example="code39",
        help="The barcode on its cards, as the machines at its desks read it; `none` shows the number alone.",
    ),
    Key(
        "insecure",
        parsers.boolean,
        default="false",
        example="true",
        help="Accept an unencrypted connection; warns.",
    ),
    Key(
        "max_in_flight",
        parsers.integer(1, 1000),
        default="96",
        example="96",
        help="Calls to this library under way at once.",
    ),
    Key(
        "test_card",
        parsers.text,
        example="99990000123",
        help="Number of a card of the library's own, with which the self-test looks whether patrons are found and "
        "their loans listed. Never a real person's: `libraries check` and the clock use it.",
    ),
    Key(
        "test_pin",
        parsers.secret,
        example="env:LIBRARY_TEST_PIN",
        secret=True,
        help="PIN of the test card. Sent once in a self-test; once refused it is not sent again until another "
        "card or PIN is set here.",
    ),
    *REGISTER_KEYS,
)

SOURCE_KEYS = (
    Key("kind", parsers.text, required=True, example="koha", help="Which kind of source it is."),
    *NAME_KEYS,
    Key(
        "every_minutes",
        parsers.integer(5, 10080),
        default="60",
        example="60",
        help="How often it is read; one that asks to be left alone is read later.",
    ),
    Key(
        "new_days",
        parsers.integer(1, 365),
        default="30",
        example="30",
        help="Of records that say when they were first indexed, those of so many last days are new.",
    ),
    Key(
        "baseline",
        parsers.boolean,
        default="yes",
        example="no",
        help="Whether what it has when it is first read is known as old, and nothing is told of it. `no` for a source "
        "of new items only.",
    ),
)

LOGIN_KEYS = (
    Key("kind", parsers.text, required=True, example="card", help="Which kind of login it is."),
    *NAME_KEYS,
    Key(
        "library",
        parsers.text,
        example="helka",
        help="Library where patrons are matched or made. Left out: none, cards are linked by hand.",
    ),
    Key(
        "match_on",
        parsers.text,
        example="userid",
        help="Field of the library's patrons that holds the permanent id which library and provider share; "
        "the connector says which there are. A patron is taken over when exactly one has it. Left out: none is.",
    ),
    Key(
        "make_patrons",
        parsers.boolean,
        default="false",
        example="true",
        help="Whether a patron is made in the library when none was found, after the person's consent.",
    ),
    Key(
        "legal_basis",
        parsers.choice("consent", "public_task"),
        default="consent",
        example="public_task",
        help="On which ground data is transferred at the first sign-in: `consent`, or `public_task` where a "
        "public body could not ask freely.",
    ),
)
