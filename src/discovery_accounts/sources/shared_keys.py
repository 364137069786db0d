"""Keys that several kinds of sources have, each said in one place."""

from discovery_accounts.config import parsers
from discovery_accounts.config.keys import Key

ID_PREFIX_KEY = Key(
    "id_prefix",
    parsers.text,
    default="",
    example="lumme.",
    help="Put before the ids of its records, as the discovery portal does.",
)
LIBRARIES_KEY = Key(
    "libraries",
    parsers.words,
    default="",
    example="lumme",
    help="Libraries that have everything in it, as alerts name them; added to what the records say.",
)


def timeout_key(seconds: int) -> Key:
    return Key(
        "timeout",
        parsers.seconds(1, 600),
        default=str(seconds),
        example=str(seconds),
        help="Seconds for a connection and for each piece of an answer; a whole answer may take three times as long.",
    )


def overlap_key(minutes: int, why: str) -> Key:
    return Key(
        "overlap_minutes",
        parsers.integer(0, 10080),
        default=str(minutes),
        example=str(minutes),
        help=f"How far before the last reading the next one begins: {why}.",
    )
