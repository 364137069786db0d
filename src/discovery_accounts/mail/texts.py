"""One text message, and how they leave: the contract of both ways.

What can become of a message is what can become of a mail: ``MailDelayed``, ``MailUndeliverable``,
``MailRejected``.
"""

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from discovery_accounts.domain.phone_number import is_e164
from discovery_accounts.mail.api import MailRejected, Mark, no_mark

LONGEST = 612  # characters; four parts of a concatenated message


@dataclass(frozen=True, slots=True)
class TextMessage:
    """A short text to one number (E.164, with its plus). ``id`` is the same when it is sent again.

    Raises ``MailRejected`` for anything that is no such number, and for an empty or overlong text.
    """

    number: str = field(repr=False)
    text: str = field(repr=False)
    id: str

    def __post_init__(self) -> None:
        if not is_e164(self.number):
            raise MailRejected("the number is not one telephone number")
        if not self.text.strip() or len(self.text) > LONGEST:
            raise MailRejected("the text is empty or too long")


class SendsTexts(Protocol):
    """What a session gives."""

    def send(self, message: TextMessage, mark: Mark = no_mark) -> None:
        """Send one message. Raises ``MailUndeliverable``, ``MailDelayed`` or ``MailInDoubt``."""
        ...


class Texts(Protocol):
    """Sends text messages; safe to share between threads."""

    def session(self) -> AbstractContextManager[SendsTexts]:
        """For many messages; for one thread only."""
        ...
