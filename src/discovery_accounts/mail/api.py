"""One message, and what can become of it.

A message has exactly one recipient: nobody ever sees who else was written to. The outbox gives
every message an id when it is written, so a message sent twice can be recognised as one.
"""

import re
import uuid
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from typing import Protocol

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,255}")
_MESSAGE_ID = re.compile(r"<[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+>")
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
# Not str.isprintable: it refuses the no-break spaces that numbers are grouped with in Nordic languages
_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_OURS = (
    "from",
    "to",
    "cc",
    "bcc",
    "sender",
    "subject",
    "date",
    "message-id",
    "mime-version",
    "auto-submitted",
)
_LONGEST = 900  # characters; RFC 5322 allows 998 a line, the name of the header included


class MailRejected(ValueError):
    """The message can't be built: a line break in a header, an address that is none. Never sent."""


class MailNotSent(Exception):
    """The message was not sent. ``code`` is the SMTP status where there is one, ``status`` the enhanced one
    (RFC 3463, such as ``5.1.1``).

    The server's own words are left out: they often repeat the address.
    """

    def __init__(self, reason: str, code: int | None = None, status: str | None = None) -> None:
        super().__init__(reason if code is None else f"{reason} ({code})")
        self.reason = reason
        self.code = code
        self.status = status


class MailDelayed(MailNotSent):
    """Not sent now, but it may work later: no connection, a busy server, a fault in our settings."""


class MailUndeliverable(MailNotSent):
    """The mail server refuses this message for good; trying again is of no use."""


class RecipientRefused(MailUndeliverable):
    """The mail server refuses this recipient for good, before it was given the message."""


class MailInDoubt(MailNotSent):
    """The server was given the message, or a part of it, and did not answer: nobody knows whether it arrives."""


Mark = Callable[[], None]
"""Called once nothing but giving the message to the server is left to do. What it raises goes on to the caller,
and the message is not given."""


def no_mark() -> None:
    """For messages of which nobody keeps account."""


class _Policy(EmailPolicy):
    """Leaves headers of plain ASCII on one line. The standard policy encodes a long word that can't be
    folded, and no mail program understands an encoded ``List-Unsubscribe``."""

    def fold(self, name: str, value: str) -> str:
        return self._whole(name, value) or super().fold(name, value)

    def fold_binary(self, name: str, value: str) -> bytes:
        whole = self._whole(name, value)
        return whole.encode("ascii") if whole else super().fold_binary(name, value)

    def _whole(self, name: str, value: str) -> str | None:
        if not value.isascii() or len(value) > _LONGEST or "\r" in value or "\n" in value:
            return None
        return f"{name}: {value}{self.linesep}"


_POLICY = _Policy(linesep="\r\n", cte_type="7bit")


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one address; ``html`` is an alternative to ``text``, never without it.

    Raises ``MailRejected`` for control characters in anything that becomes a header, for a recipient
    that is not exactly one address, and for extra ``headers`` that are ours to set.
    """

    recipient: str = field(repr=False)
    subject: str = field(repr=False)
    text: str = field(repr=False)
    html: str | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    message_id: str = field(default_factory=lambda: new_message_id("localhost"))

    def __post_init__(self) -> None:
        if not _ADDRESS.fullmatch(self.recipient):
            raise MailRejected("the recipient is not one mail address")
        if not _MESSAGE_ID.fullmatch(self.message_id) or len(self.message_id) > 200:
            raise MailRejected("the message id is not <word@host>")
        if _BREAKS.search(self.subject):
            raise MailRejected("the subject holds a line break or control character")
        if _SURROGATE.search(self.text) or _SURROGATE.search(self.html or ""):
            raise MailRejected("the text holds half a character")
        for name, value in self.headers.items():
            if not _HEADER.fullmatch(name) or name.lower() in _OURS or name.lower().startswith("content-"):
                raise MailRejected("a header has a name that may not be set")
            if _BREAKS.search(value) or len(value) > _LONGEST:
                raise MailRejected(f"the header {name} holds a line break or is too long")

    def to_email(self, sender: str, now: datetime | None = None) -> EmailMessage:
        """The message as it is sent, from ``sender`` (an address, or ``Name <address>``).

        It is marked as automatic (RFC 3834), so that no holiday reply comes back.
        """
        if _BREAKS.search(sender):
            raise MailRejected("the sender holds a line break or control character")
        mail = EmailMessage(policy=_POLICY)
        mail["From"] = sender
        mail["To"] = self.recipient
        mail["Subject"] = self.subject
        mail["Date"] = format_datetime(now or datetime.now(UTC))
        mail["Message-ID"] = self.message_id
        mail["Auto-Submitted"] = "auto-generated"
        for name, value in self.headers.items():
            mail[name] = value
        # Quoted-printable passes every server, and what is in a file of mail can be read and searched.
        mail.set_content(self.text, cte="quoted-printable")
        if self.html is not None:
            mail.add_alternative(self.html, subtype="html", cte="quoted-printable")
        return mail


class Mailer(Protocol):
    """Sends messages; safe to share between threads."""

    def send(self, message: Message, mark: Mark = no_mark) -> None:
        """Send one message. Raises ``MailUndeliverable``, ``MailDelayed`` or ``MailInDoubt``."""
        ...

    def session(self) -> AbstractContextManager["Sends"]:
        """For many messages: what is given back sends over one connection. For one thread only."""
        ...


class Sends(Protocol):
    """What a session gives."""

    def send(self, message: Message, mark: Mark = no_mark) -> None: ...


def new_message_id(host: str) -> str:
    """A new id for a message; ``host`` is where it comes from, usually that of the sender."""
    return f"<{uuid.uuid4().hex}@{host}>"
