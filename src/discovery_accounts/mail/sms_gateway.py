"""Text messages through a mail gateway: a mail to the number at the gateway's domain."""

from collections.abc import Iterator
from contextlib import contextmanager

from discovery_accounts.mail.api import Mailer, Mark, Message, Sends, no_mark
from discovery_accounts.mail.texts import TextMessage


class SmtpGatewayTexts:
    """``358401234567@sms.example``, with the text alone: gateways send what stands in the subject, too."""

    def __init__(self, mailer: Mailer, domain: str) -> None:
        self._mailer = mailer
        self._domain = domain

    @contextmanager
    def session(self) -> Iterator["SmtpGatewaySession"]:
        with self._mailer.session() as mailer:
            yield SmtpGatewaySession(mailer, self._domain)


class SmtpGatewaySession:
    def __init__(self, mailer: Sends, domain: str) -> None:
        self._mailer = mailer
        self._domain = domain

    def send(self, message: TextMessage, mark: Mark = no_mark) -> None:
        recipient = f"{message.number.removeprefix('+')}@{self._domain}"
        host = self._domain.rstrip(".")
        self._mailer.send(Message(recipient, "", message.text, message_id=f"<{message.id}@{host}>"), mark)
