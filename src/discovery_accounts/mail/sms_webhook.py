"""Text messages posted as JSON to an address: ``{"id", "to", "text"}`` with a bearer token.

``Idempotency-Key`` is the message's id, so a service can tell a message that is sent again, because
its first answer was lost, from another one.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import requests

from discovery_accounts.config.secret import Secret
from discovery_accounts.mail.api import MailDelayed, MailNotSent, MailUndeliverable, Mark, no_mark
from discovery_accounts.mail.texts import TextMessage

_TIMEOUT = (5.0, 10.0)  # seconds: for the connection, and between two parts of the answer
_NEVER = (400, 409, 410, 413, 422)
"""The service won't take this message. Other refusals (401, 403, 404) are about our settings, which IT
may mend before the message is over."""


class WebhookTexts:
    """``verify`` is a file of authorities, for a service with one of its own; certificates are always checked."""

    def __init__(
        self, url: str, secret: Secret, *, verify: str | bool = True, timeout: tuple[float, float] = _TIMEOUT
    ) -> None:
        self._url = url
        self._secret = secret
        self._verify = verify
        self._timeout = timeout

    @contextmanager
    def session(self) -> Iterator["WebhookSession"]:
        with requests.Session() as http:
            http.trust_env = False  # neither proxies nor passwords come from the environment
            http.verify = self._verify
            http.headers["Authorization"] = f"Bearer {self._secret.reveal()}"
            yield WebhookSession(http, self._url, self._timeout)


class WebhookSession:
    def __init__(self, http: requests.Session, url: str, timeout: tuple[float, float]) -> None:
        self._http = http
        self._url = url
        self._timeout = timeout

    def send(self, message: TextMessage, mark: Mark = no_mark) -> None:
        """An answer that does not come is no doubt: sent again, the message has the same key."""
        mark()
        body = {"id": message.id, "to": message.number, "text": message.text}
        headers = {"Idempotency-Key": message.id}
        failure: MailNotSent | None = None
        try:
            # no redirects: the token and the number are for this address; nothing of the body is read
            with self._http.post(
                self._url,
                json=body,
                headers=headers,
                timeout=self._timeout,
                allow_redirects=False,
                stream=True,
            ) as answer:
                failure = _failure(answer.status_code)
        except (requests.RequestException, OSError) as error:
            failure = MailDelayed(type(error).__name__)
        if failure is not None:
            raise failure  # out here: the exceptions of requests hold the request, and with it the number


def _failure(status: int) -> MailNotSent | None:
    if 200 <= status < 300:
        return None
    if status in _NEVER:
        return MailUndeliverable("message_refused", status)
    return MailDelayed("not_taken", status)
