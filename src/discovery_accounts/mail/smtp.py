"""Mail over SMTP (RFC 5321), encrypted by STARTTLS (RFC 3207) or from the start."""

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.utils import parseaddr

from discovery_accounts.config.settings import MailSettings
from discovery_accounts.mail.api import (
    MailDelayed,
    MailInDoubt,
    MailNotSent,
    MailUndeliverable,
    Mark,
    Message,
    RecipientRefused,
    no_mark,
)

_TIMEOUT = 20.0  # seconds, for the connection and for each answer
# "You must sign in or encrypt first" (RFC 4954, 3207): a fault of ours, not of the recipient's address
_OUR_FAULT = (530, 534, 535, 538)
_FINE, _TAKEN, _GO_ON, _GOES_AWAY = 250, (250, 251), 354, 421
_END = b".\r\n"
_LONE_DOT = re.compile(
    rb"^\.", re.MULTILINE
)  # RFC 5321 4.5.2: a line with nothing but a dot ends the message
_STATUS = re.compile(rb"([245]\.\d{1,3}\.\d{1,3})(?=\s|$)")


class SmtpMailer:
    """Sends by one mail server. ``context`` is for a server with a certificate of its own authority;
    the default verifies certificate and name against the system's authorities."""

    def __init__(
        self, settings: MailSettings, context: ssl.SSLContext | None = None, timeout: float = _TIMEOUT
    ) -> None:
        self._settings = settings
        self._context = context or ssl.create_default_context()
        self._timeout = timeout

    def send(self, message: Message, mark: Mark = no_mark) -> None:
        """Send one message over a connection of its own; raises as :meth:`SmtpSession.send`."""
        with self.session() as session:
            session.send(message, mark)

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

    def send(self, message: Message, mark: Mark = no_mark) -> None:
        """Send. Raises ``MailUndeliverable`` when the server refuses this message for good, ``MailInDoubt`` where it
        was given the text and went silent, ``MailDelayed`` in every other case; after the last two the
        connection is closed."""
        sender = parseaddr(self._settings.sender)[1]
        content = _LONE_DOT.sub(b"..", message.to_email(self._settings.sender).as_bytes())
        # Raised out here: smtplib's own exceptions quote the recipient, and a traceback would show them.
        self._raise(self._offer(sender, message.recipient, len(content)))
        try:
            mark()
        except BaseException:
            self.close()
            raise
        self._raise(self._give(content))

    def close(self) -> None:
        """Take leave of the server, if there is a connection."""
        server, self._server = self._server, None
        if server is not None:
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
            server.close()

    def _raise(self, failure: MailNotSent | None) -> None:
        if failure is None:
            return
        if isinstance(failure, MailDelayed | MailInDoubt):
            self.close()
        raise failure

    def _offer(self, sender: str, recipient: str, size: int) -> MailNotSent | None:
        """The envelope, up to where only the message itself is missing."""
        try:
            if self._server is None:
                self._server = self._connect(sender)
            server = self._server
            server.ehlo_or_helo_if_needed()
            code, words = server.mail(sender, [f"size={size}"] if server.has_extn("size") else [])
            if code != _FINE:
                return MailDelayed("SMTPSenderRefused", code, _status(words))
            code, words = server.rcpt(recipient)
            if code in _TAKEN:
                return None
            self._start_over(code)
            return _refused("recipient_refused", code, words, RecipientRefused)
        except (smtplib.SMTPException, OSError, ValueError) as error:
            return _failure(error)

    def _give(self, content: bytes) -> MailNotSent | None:
        assert self._server is not None
        given = False
        try:
            code, words = self._server.docmd("DATA")
            if code == _GO_ON:
                given = True
                self._server.send(content + _END)
                code, words = self._server.getreply()
            if given and code == _FINE:
                return None
            given = given and code < 0  # an answer without a number is none
            if given:
                return MailInDoubt("no_answer")
            self._start_over(code)
            return _refused("message_refused", code, words)
        except (smtplib.SMTPException, OSError, ValueError) as error:
            return MailInDoubt(type(error).__name__) if given else _failure(error)

    def _start_over(self, code: int) -> None:
        """Ready for the next message, unless the server has taken leave."""
        if code != _GOES_AWAY and self._server is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._server.rset()

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
    code = error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else None
    return MailDelayed(type(error).__name__, code)


def _refused(
    reason: str, code: int, words: bytes, for_good: type[MailUndeliverable] = MailUndeliverable
) -> MailNotSent:
    if 500 <= code < 600 and code not in _OUR_FAULT:
        return for_good(reason, code, _status(words))
    return MailDelayed(reason, code, _status(words))


def _status(words: bytes) -> str | None:
    """The enhanced status code at the start of an answer; nothing else of its words is kept."""
    found = _STATUS.match(words)
    return found.group(1).decode("ascii") if found else None
