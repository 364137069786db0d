"""What the library tells by itself: a JSON body, signed with the secret of the settings."""

import hmac
import json
from collections.abc import Mapping

from discovery_accounts.connectors.api import News, NewsKind, NotGenuine
from discovery_accounts.connectors.memory.verbs import Verbs

SIGNATURE = "x-library-signature"
_CHALLENGE = "challenge"


class NewsVerbs(Verbs):
    """``HearsNews``."""

    def challenge(self, params: Mapping[str, str]) -> Mapping[str, str] | None:
        """What was asked is answered as it is."""
        return {_CHALLENGE: params[_CHALLENGE]} if _CHALLENGE in params else None

    def news(self, headers: Mapping[str, str], body: bytes) -> tuple[News, ...] | NotGenuine:
        """One piece of news a body: ``{"patron": id, "kind": "loans"}``."""
        right = self._signature(body)
        if not hmac.compare_digest(headers.get(SIGNATURE, "").encode(errors="replace"), right.encode()):
            return NotGenuine()
        try:
            told = json.loads(body)
            return (News(str(told["patron"]), NewsKind(told["kind"])),)
        except (ValueError, TypeError, KeyError, RecursionError):
            return ()

    def write_news(self, patron_id: str, kind: NewsKind) -> tuple[Mapping[str, str], bytes]:
        """Headers and body of a genuine message, for tests."""
        body = json.dumps({"patron": patron_id, "kind": kind}).encode()
        return {SIGNATURE: self._signature(body)}, body

    def _signature(self, body: bytes) -> str:
        return hmac.digest(self.library.settings.news_secret.reveal().encode(), body, "sha256").hex()
