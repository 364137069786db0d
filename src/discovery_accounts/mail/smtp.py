"""Mail over SMTP (RFC 5321), encrypted by STARTTLS (RFC 3207) or from the start."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.utils import parseaddr

from discovery_accounts.config.settings import MailSettings
from discovery_accounts.mail.api import MailDelayed, MailNotSent, MailUndeliverable, Message

_TIMEOUT = 20.0  # seconds, for the connection and for each answer
# "You must sign in or encrypt first" (RFC 4954, 3207): a fault of ours, not of the recipient's address
_OUR_FAULT = (530, 534, 535, 538)


class SmtpMailer:
    """Sends by one mail server. ``context`` is for a server with a certificate of its own authority;
    the default verifies certificate and name against the system's authorities."""

    def __init__(
        self, settings: MailSettings, context: ssl.SSLContext | None = None, timeout: float = _TIMEOUT
    ) -> None:
        self._settings = settings
        self._context = context or ssl.create_default_context()
        self._timeout = timeout

    def send(self, message: Message) -> None:
        """Send one message over a connection of its own; raises as :meth:`SmtpSession.send`."""
        with self.session() as session:
            session.send(message)

    @contextmanager
    def session(self) -> Iterator["SmtpSession"]:
        """One connection for many messages, made with the first of them."""
        session = SmtpSession(self._settings, self._context, self._timeout)
        try:
            yield session
        finally:
            session.close()


class SmtpSession:
    """One connection; for one thread. A lost connection is made anew for the next message."""

    def __init__(self, settings: MailSettings, context: ssl.SSLContext, timeout: float) -> None:
        self._settings = settings
        self._context = context
        self._timeout = timeout
        self._server: smtplib.SMTP | None = None

    def send(self, message: Message) -> None:
        """Send. Raises ``MailUndeliverable`` when the server refuses this message for good,
        ``MailDelayed`` in every other case, with the connection closed."""
        sender = parseaddr(self._settings.sender)[1]
        content = message.to_email(self._settings.sender).as_bytes()
        try:
            if self._server is None:
                self._server = self._connect(sender)
            self._server.sendmail(sender, [message.recipient], content)
            failure = None
        except (smtplib.SMTPException, OSError, ValueError) as error:
            failure = _failure(error)
        # Raised out here: smtplib's own exceptions quote the recipient, and a traceback would show them.
        if failure is not None:
            if isinstance(failure, MailDelayed):
                self.close()
            raise failure

    def close(self) -> None:
        """Take leave of the server, if there is a connection."""
        server, self._server = self._server, None
        if server is not None:
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
            server.close()

    def _connect(self, sender: str) -> smtplib.SMTP:
        place, host = self._settings, sender.rpartition("@")[2]  # a name of ours, without asking the DNS
        server: smtplib.SMTP
        if place.tls:
            server = smtplib.SMTP_SSL(
                place.host, place.port, host, timeout=self._timeout, context=self._context
            )
        else:
            server = smtplib.SMTP(place.host, place.port, host, timeout=self._timeout)
        try:
            if place.starttls:
                server.starttls(context=self._context)  # raises when the server does not offer it
            if place.user and place.password:
                server.login(place.user, place.password.reveal())
        except BaseException:
            server.close()
            raise
        return server


def _failure(error: Exception) -> MailNotSent:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = max((code for code, _ in error.recipients.values()), default=0)
        return _refused("recipient_refused", code)
    if isinstance(error, smtplib.SMTPDataError):
        return _refused("message_refused", error.smtp_code)
    if isinstance(error, smtplib.SMTPResponseException):
        return MailDelayed(type(error).__name__, error.smtp_code)
    return MailDelayed(type(error).__name__)


def _refused(reason: str, code: int) -> MailNotSent:
    if 500 <= code < 600 and code not in _OUR_FAULT:
        return MailUndeliverable(reason, code)
    return MailDelayed(reason, code)
