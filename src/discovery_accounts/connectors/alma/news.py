"""What Alma tells by itself: webhooks in JSON, signed with a secret that institution and portal share.

A message that was sent before says nothing new and does no harm: it only makes the portal look again.
"""

import base64
import hmac
import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from discovery_accounts.connectors.alma.records import User
from discovery_accounts.connectors.alma.settings import PRIMARY_ID, AlmaSettings
from discovery_accounts.connectors.api import News, NewsKind, NotGenuine, UnexpectedAnswer

SIGNATURE = "x-exl-signature"
_LONGEST_CHALLENGE = 200  # characters
_GONE = "DELETE"
# Whatever else happens to a loan may cost something.
_FREE = frozenset({"LOAN_CREATED"})


class Messages:
    """Reads webhooks. Nothing of one is believed before its signature was compared."""

    def __init__(self, settings: AlmaSettings) -> None:
        self._secret = settings.webhook_secret
        self._permanent = settings.permanent_id

    def challenge(self, params: Mapping[str, str]) -> Mapping[str, str] | None:
        """Alma's question, when the profile is activated, is answered by itself. It is not signed."""
        asked = params.get("challenge", "")
        plain = asked.isprintable() and 0 < len(asked) <= _LONGEST_CHALLENGE
        return {"challenge": asked} if plain else None

    def news(self, headers: Mapping[str, str], body: bytes) -> tuple[News, ...] | NotGenuine:
        """What is told of patrons. Nothing for a body that is not understood."""
        if not self._genuine(headers.get(SIGNATURE, ""), body):
            return NotGenuine()
        try:
            told = json.loads(body)
            return tuple(dict.fromkeys(self._read(told)))
        except (ValueError, RecursionError, UnexpectedAnswer, LookupError, TypeError, AttributeError):
            return ()

    def _genuine(self, signature: str, body: bytes) -> bool:
        if self._secret is None:
            return False
        secret = self._secret.reveal().encode(errors="surrogateescape")
        right = base64.b64encode(hmac.digest(secret, body, sha256))
        return hmac.compare_digest(right, signature.strip().encode(errors="surrogatepass"))

    def _read(self, told: Any) -> Iterator[News]:
        action = str(told["action"]).upper()
        event = told.get("event")
        event = str((event.get("value") if isinstance(event, dict) else event) or "").upper()
        if action == "USER":
            yield from self._of_user(told["webhook_user"], event)
        elif action == "LOAN":
            for patron_id in self._named(told["item_loan"]["user_id"]):
                yield News(patron_id, NewsKind.LOANS)
                if event not in _FREE:
                    yield News(patron_id, NewsKind.FEES)
        elif action == "REQUEST":
            for patron_id in self._named(told["user_request"]["user_primary_id"]):
                yield News(patron_id, NewsKind.HOLDS)

    def _of_user(self, told: Any, event: str) -> Iterator[News]:
        user = User(told["user"])
        gone = str(told.get("method") or "").upper() == _GONE or event.endswith("DELETED")
        for patron_id in user.numbers(self._permanent):
            yield News(patron_id, NewsKind.GONE if gone else NewsKind.PATRON)

    def _named(self, primary_id: Any) -> tuple[str, ...]:
        """Loans and requests name their owner by the primary id only. Where another identifier is permanent,
        whose they are can't be known without asking."""
        told = isinstance(primary_id, str) and bool(primary_id.strip())
        return (primary_id.strip(),) if told and self._permanent == PRIMARY_ID else ()
