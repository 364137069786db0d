"""What a review may be: stars, a plain text, which record it is about; and when it is shown."""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.new_record import MOST_ID, MOST_SOURCE

FEWEST_STARS, MOST_STARS = 1, 5
MOST_TEXT = 10_000
"""Characters of a text: some five printed pages."""
MOST_MESSAGE = 1_000
"""Characters of what somebody who reports a review adds."""
REPORTS_THAT_HIDE = 3
"""So many people, and a text is hidden until staff have looked: one person must not be able to silence another,
and a text that several find inappropriate must not stand over a weekend. What staff have looked at stays."""

_SEEN_BY_NOBODY = {"Cc", "Cf", "Cs"}
_JOINERS = {"\u200c", "\u200d"}
"""They belong to words of some languages, and to pictures of several."""
_BETWEEN_LINES = {"Zl", "Zp"}


class Mode(StrEnum):
    """The setting ``reviews``."""

    SHOWN = "shown"
    CHECKED = "checked"
    NONE = "none"


class ReviewState(StrEnum):
    """``waiting`` is for staff to look at; like ``hidden``, it is shown to its writer only. Stars count always."""

    SHOWN = "shown"
    WAITING = "waiting"
    HIDDEN = "hidden"


class ReportReason(StrEnum):
    """What somebody finds wrong with a text."""

    OFFENSIVE = "offensive"
    PERSONAL_DATA = "personal_data"
    ADVERTISING = "advertising"
    OFF_TOPIC = "off_topic"
    OTHER = "other"


class HideReason(StrEnum):
    """Why staff do not show a text; its writer is told."""

    OFFENSIVE = "offensive"
    PERSONAL_DATA = "personal_data"
    ADVERTISING = "advertising"
    OFF_TOPIC = "off_topic"
    UNLAWFUL = "unlawful"


REPORTED = "reported"
"""Why a text waits though texts are shown at once: several people reported it."""


@dataclass(frozen=True, slots=True)
class RecordKey:
    """A record of a catalogue: its ``record_id`` is unique in its ``source``. Make it by ``record_key``."""

    source: str
    record_id: str


def record_key(source: str, record_id: str) -> RecordKey:
    """Both as the catalogue writes them. A source has no colon, for it stands before one where records are listed
    (``lumme:336``). Raises ``BadShape`` about ``source`` or ``record_id``."""
    for name, text, most in (("source", source, MOST_SOURCE), ("record_id", record_id, MOST_ID)):
        if not text.strip():
            raise BadShape(name, "missing")
        if len(text) > most:
            raise BadShape(name, "too_long")
        if {unicodedata.category(sign) for sign in text} & ({"Cc", "Cs"} | _BETWEEN_LINES):
            raise BadShape(name, "bad_characters")
    if ":" in source:
        raise BadShape("source", "bad_characters")
    return RecordKey(source, record_id)


def read_record_key(text: str) -> RecordKey:
    """From ``lumme:336``; what is after the first colon is the record's own. Raises ``BadShape`` about ``record``."""
    source, _, record_id = text.partition(":")
    try:
        return record_key(source, record_id)
    except BadShape as problem:
        raise BadShape("record", problem.code) from None


def check_stars(stars: int) -> int:
    """Raises ``BadShape`` about ``stars``."""
    if not FEWEST_STARS <= stars <= MOST_STARS:
        raise BadShape("stars", "unknown")
    return stars


def clean_lines(typed: str, field: str, most: int) -> str:
    """A plain text in lines, without signs that can't be seen, which turn what stands beside them around; no more
    than one empty line at a place. Empty where nothing is left. Raises ``BadShape`` about ``field``."""
    lines: list[str] = []
    for line in unicodedata.normalize("NFC", typed.replace("\t", " ")).splitlines():
        seen = "".join(sign for sign in line if _is_seen(sign)).rstrip()
        if seen.strip() or (lines and lines[-1]):
            lines.append(seen if seen.strip() else "")
    text = "\n".join(lines).strip()
    if len(text) > most:
        raise BadShape(field, "too_long")
    return text if set(text) - _JOINERS else ""


def state_after_change(mode: Mode, was: ReviewState) -> ReviewState:
    """Of a text that was written or changed. What staff hid, or have yet to look at, does not come to be shown by
    being changed; and what was shown waits anew where texts are looked at before."""
    if mode is Mode.SHOWN and was is ReviewState.SHOWN:
        return ReviewState.SHOWN
    return ReviewState.WAITING


def _is_seen(sign: str) -> bool:
    return sign in _JOINERS or unicodedata.category(sign) not in _SEEN_BY_NOBODY
