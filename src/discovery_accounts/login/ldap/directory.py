"""A directory of several servers: who has a user name, and whether a password is theirs.

Search first, then bind by the name that the search gave (RFC 4513). A server that can't be asked is
left for the next one; a refused password ends it there, so that one try is counted once.
"""

import logging
import re
import secrets
import ssl
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TypeVar

from discovery_accounts.login.ldap.attributes import MICROSOFT_IDS
from discovery_accounts.login.ldap.conversation import (
    SIZE_LIMIT_EXCEEDED,
    SUCCESS,
    Conversation,
    Found,
    Result,
    ServerDown,
)
from discovery_accounts.login.ldap.settings import USERNAME, LdapSettings, Server
from discovery_accounts.login.provider import ProviderFailure
from discovery_accounts.telemetry.log import event

log = logging.getLogger(__name__)

T = TypeVar("T")

REST = 30.0
"""Seconds for which a server that did not answer is asked last."""

SEVERAL = "several_entries"
"""Why there is nobody where more than one entry is theirs."""
_NO_SUCH_OBJECT = 32
_INVALID_CREDENTIALS = 49
# timeLimitExceeded, busy, unavailable, other: this server, now
_ANOTHER_MAY = {3, 51, 52, 80}
# strongerAuthRequired, confidentialityRequired
_WANTS_TLS = {8, 13}
# constraintViolation, noSuchObject, inappropriateAuthentication, insufficientAccessRights, unwillingToPerform
_CLOSED = {19, _NO_SUCH_OBJECT, 48, 50, 53}
# What Active Directory adds to result 49, for IT; people are told the same for all
_AD_WORD = re.compile(r"\bdata ([0-9a-f]{3,4})\b")
_AD_REASONS = {
    "530": "not_at_this_time",
    "531": "not_from_here",
    "532": "password_expired",
    "533": "account_disabled",
    "701": "account_expired",
    "773": "password_must_change",
    "775": "account_locked",
}
_PLAIN = re.compile(r"[A-Za-z0-9]")


@dataclass(frozen=True, slots=True)
class Entry:
    """The one entry of a user name, and the server that has it."""

    found: Found
    server: Server

    @property
    def attributes(self) -> Mapping[str, tuple[bytes, ...]]:
        return self.found.attributes


@dataclass(frozen=True, slots=True)
class Nobody:
    """No one entry; ``reason`` is for IT."""

    reason: str


class Directory:
    """May be asked from many threads. Raises ``ProviderFailure`` when it can't be asked at all."""

    def __init__(self, login: str, settings: LdapSettings, context: ssl.SSLContext) -> None:
        self._login = login
        self._settings = settings
        self._context = context
        self._resting: dict[Server, float] = {}
        self._trial = threading.Lock()

    def find(self, username: str) -> Entry | Nobody:
        """Whose user name this is. Raises ``ProviderFailure`` also when our own account is refused."""
        condition = self._settings.filter.replace(USERNAME, escaped(username))
        return self._ask(lambda conversation: self._look_up(conversation, condition))

    def find_subject(self, attribute: str, subject: str) -> Entry | Nobody:
        """Whose id this is, as ``attributes.identifier`` wrote it. Raises as ``find``."""
        return self._ask(lambda one: self._look_up(one, f"({attribute}={_id_escaped(attribute, subject)})"))

    def refusal(self, entry: Entry, password: str) -> str | None:
        """``None`` when the password is the entry's, else why not, for IT."""
        return _verdict(self._bind(entry.found.dn, password, entry.server))

    def refuse_nobody(self) -> None:
        """Takes the time of a refused password: nobody is to learn by the clock which user names exist.

        Binds by a name that does not exist, so that no account's tries are counted.
        """
        dn = f"cn=nobody-{secrets.token_hex(8)},{self._settings.base_dn}"
        self._bind(dn, secrets.token_urlsafe(12), None)

    def converse(self, server: Server) -> Conversation:
        """A connection to one server, for who wants to look at that very one."""
        context = self._context if self._settings.encrypted(server) else None
        return Conversation(server, context, self._settings.timeout)

    def enter(self, conversation: Conversation) -> None:
        """Bind as the account that looks people up, if there is one."""
        dn, password = self._settings.bind_dn, self._settings.bind_password
        if dn is None or password is None:
            return
        result = conversation.bind(dn, password.reveal())
        if result.code in _ANOTHER_MAY:
            raise ServerDown("busy", str(result))
        if result.code in _WANTS_TLS:
            raise ProviderFailure("tls_required", str(result))
        if result.code != SUCCESS:
            raise ProviderFailure("bind_refused", str(result))

    def search(
        self, conversation: Conversation, condition: str, limit: int, *, names_only: bool = False
    ) -> tuple[Result, tuple[Found, ...]]:
        """As the conversation's; what is no answer raises."""
        settings = self._settings
        result, found = conversation.search(
            settings.base_dn, condition, settings.wanted, limit, names_only=names_only
        )
        if result.code in _ANOTHER_MAY:
            raise ServerDown("busy", str(result))
        if result.code == _NO_SUCH_OBJECT:
            raise ProviderFailure("base_missing", str(result))
        if result.code not in (SUCCESS, SIZE_LIMIT_EXCEEDED):
            raise ProviderFailure("search_refused", str(result))
        return result, found

    def _look_up(self, conversation: Conversation, condition: str) -> Entry | Nobody:
        self.enter(conversation)
        result, found = self.search(conversation, condition, limit=2)
        if result.code == SIZE_LIMIT_EXCEEDED or len(found) > 1:
            return Nobody(SEVERAL)
        return Entry(found[0], conversation.server) if found else Nobody("unknown_name")

    def _bind(self, dn: str, password: str, first: Server | None) -> Result:
        """The directory's answer to one try, which is made once, whatever comes of it."""

        def asked(conversation: Conversation) -> Result:
            try:
                result = conversation.bind(dn, password)
            except ServerDown as failure:  # the try may have been counted there
                raise ServerDown(failure.code, failure.detail, told=True) from None
            if result.code in _ANOTHER_MAY:
                raise ServerDown("busy", str(result))
            return result

        return self._ask(asked, first)

    def _ask(self, question: Callable[[Conversation], T], first: Server | None = None) -> T:
        """The answer of the first server that can be asked, beginning with ``first``."""
        failure = ServerDown("unreachable")
        with self._turn(first) as servers:
            for server in servers:
                try:
                    with self.converse(server) as conversation:
                        answer = question(conversation)
                except ServerDown as down:
                    self._rest(server, down)
                    failure = down
                    if down.told:
                        break
                else:
                    self._resting.pop(server, None)
                    return answer
        raise ProviderFailure(failure.code, failure.detail)

    @contextmanager
    def _turn(self, first: Server | None) -> Iterator[Sequence[Server]]:
        """The servers, those at rest last. While all are, one thread tries and the others don't wait with it."""
        now = time.monotonic()
        resting = {server for server, until in list(self._resting.items()) if until > now}
        servers = sorted(self._settings.servers, key=lambda server: (server in resting, server != first))
        if len(resting) < len(servers):
            yield servers
        elif self._trial.acquire(blocking=False):
            try:
                yield servers
            finally:
                self._trial.release()
        else:
            raise ProviderFailure("unreachable", "no server answered lately")

    def _rest(self, server: Server, down: ServerDown) -> None:
        self._resting[server] = time.monotonic() + REST
        event(
            log,
            "login.server_down",
            level=logging.WARNING,
            login=self._login,
            server=str(server),
            code=down.code,
            detail=down.detail,
        )


def escaped(username: str) -> str:
    """For a place in a filter (RFC 4515): every byte that is no plain letter or digit by its number."""
    return "".join(
        each if _PLAIN.fullmatch(each) else "".join(f"\\{byte:02x}" for byte in each.encode())
        for each in username
    )


def _id_escaped(attribute: str, subject: str) -> str:
    """Ids of Microsoft's are bytes there, and were written as text by us."""
    if attribute.lower() in MICROSOFT_IDS:
        with suppress(ValueError):
            return "".join(f"\\{byte:02x}" for byte in uuid.UUID(subject).bytes_le)
    return escaped(subject)


def _verdict(result: Result) -> str | None:
    if result.code == SUCCESS:
        return None
    if result.code == _INVALID_CREDENTIALS:
        word = _AD_WORD.search(result.message)
        return _AD_REASONS.get(word[1], "wrong_password") if word else "wrong_password"
    if result.code in _CLOSED:
        return f"refused_by_directory_{result.code}"
    raise ProviderFailure("tls_required" if result.code in _WANTS_TLS else "unexpected_answer", str(result))
