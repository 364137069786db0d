"""Reports of mail servers about mail they could not deliver (RFC 3464), read from what comes back to our address.

Anybody can send anything there: what is no such report, or is broken, is nothing. Of a report only the id of our
message and the code of why are used.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.errors import MessageError
from email.message import Message
from email.policy import compat32
from pathlib import Path

from discovery_accounts.domain.bounce import kind_of
from discovery_accounts.services.bounces import Bounce, Bounces, Heard
from discovery_accounts.services.house import House

MOST_BYTES = 1_000_000
"""Of one report; the rest is not read. Headers of the mail that came back stand before its body."""
NO_REPORT = "no_report"

_ENHANCED = 5  # characters at least, "5.1.1"


def read_report(content: bytes) -> Bounce | None:
    """What a report says; ``None`` for anything that does not say that a mail of ours failed for good. A report that a
    mail is delayed is none: the server still tries."""
    try:
        return _read(message_from_bytes(content[:MOST_BYTES], policy=compat32))
    except (MessageError, LookupError, ValueError, TypeError, AttributeError, RecursionError):
        return None


def hear_report(house: House, content: bytes, now: datetime) -> str:
    """The code of what was done about it: one of ``Heard``, or ``NO_REPORT``."""
    bounce = read_report(content)
    return NO_REPORT if bounce is None else Bounces(house).hear(bounce, now).value


@dataclass(frozen=True, slots=True)
class FolderReport:
    """How many reports were ``heard`` of mail of ours, how many files were ``other``, and how many are left."""

    heard: int = 0
    other: int = 0
    left: int = 0


class BounceFolder:
    """A Maildir into which the mail server delivers what comes back. What was read is moved from ``new`` to ``cur``;
    a worker that dies before that reads it again, which changes nothing."""

    def __init__(self, house: House, folder: Path) -> None:
        self._house = house
        self._new, self._cur = folder / "new", folder / "cur"

    def count(self) -> int:
        """Raises ``OSError``."""
        return sum(1 for _ in self._waiting())

    def read(self, now: datetime, limit: int) -> FolderReport:
        """Raises ``OSError`` where the folder can't be read."""
        heard = other = left = 0
        for path in self._waiting():
            if heard + other >= limit:
                left += 1
                continue
            with suppress(FileNotFoundError):  # another worker was quicker
                with path.open("rb") as file:
                    content = file.read(MOST_BYTES)
                outcome = hear_report(self._house, content, now)
                self._cur.mkdir(mode=0o700, exist_ok=True)
                path.rename(self._cur / f"{path.name.partition(':')[0]}:2,S")
                if outcome in (NO_REPORT, Heard.NOT_OURS):
                    other += 1
                else:
                    heard += 1
        return FolderReport(heard, other, left)

    def _waiting(self) -> Iterator[Path]:
        with os.scandir(self._new) as found:
            names = sorted(one.name for one in found if one.is_file(follow_symlinks=False))
        return (self._new / name for name in names if not name.startswith("."))


def _read(mail: Message) -> Bounce | None:
    if mail.get_content_type() != "multipart/report":
        return None
    codes = [code for part in mail.walk() if (code := _failure(part)) is not None]
    ids = [found for part in mail.walk() if (found := _original_id(part)) is not None]
    if not codes or not ids:
        return None
    return Bounce(ids[0], kind_of(None, codes[0]))


def _failure(part: Message) -> str | None:
    """The status of a part about one recipient, if it says that delivery failed."""
    if part.get("Action") is None or str(part["Action"]).strip().lower() != "failed":
        return None
    status = str(part.get("Status", "")).split()
    return status[0] if status and len(status[0]) >= _ENHANCED else "5.0.0"


def _original_id(part: Message) -> str | None:
    """The id of the mail that came back: of it whole, or of its headers alone."""
    payload = part.get_payload()
    if part.get_content_type() == "message/rfc822" and isinstance(payload, list):
        inner = payload[0] if payload else None
        return str(inner["Message-ID"]) if isinstance(inner, Message) and inner["Message-ID"] else None
    if part.get_content_type() == "text/rfc822-headers":
        raw = part.get_payload(decode=True)
        if isinstance(raw, bytes):
            headers = message_from_bytes(raw, policy=compat32)
            return str(headers["Message-ID"]) if headers["Message-ID"] else None
    return None
