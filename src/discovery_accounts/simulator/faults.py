"""Faults on demand: what can go wrong, and the rules that say which calls it happens to."""

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock

#: Every fault by name. In brackets the only kind of library that has it.
FAULTS: Mapping[str, str] = {
    "hang": "never answers; the call is recorded when it arrives",
    "slow_drip": "sends the headers at once and then one byte of the true answer a second",
    "error_500": "500 in the system's own shape; nothing is done",
    "error_503": "503 as in maintenance; nothing is done",
    "too_many": "429 with `Retry-After: 1`; nothing is done",
    "cut_connection": "does what was asked, then closes in the middle of the body (or before an empty one)",
    "garbage": "200 with JSON that ends too early",
    "html": "200 with a web page in place of data",
    "other_patron": "answers with the record and loans of another patron",
    "wrong_key": "refuses our own key, secret or token",
    "expired_token": "(koha) forgets every token it gave; happens once unless `times` says otherwise",
    "daily_threshold": "(alma) 429 DAILY_THRESHOLD",
}
_ONLY = {"expired_token": "koha", "daily_threshold": "alma"}
_NOT_FOR_TOKENS = frozenset({"expired_token"})


class UnknownFaultError(ValueError):
    """The library has no fault of that name; the message lists those it has."""


@dataclass(slots=True)
class _Rule:
    kind: str
    path_contains: str
    left: int | None
    method: str


class Faults:
    """The faults that are in force. The first rule that fits a call is the one that happens."""

    def __init__(self, library: str) -> None:
        self._library = library
        self._rules: list[_Rule] = []
        self._lock = Lock()

    def names(self) -> list[str]:
        """The faults this library can have."""
        return [name for name in FAULTS if _ONLY.get(name, self._library) == self._library]

    def set(self, kind: str, path_contains: str = "", times: int | None = None, method: str = "") -> None:
        """Puts a fault in force for the next `times` calls, or until cleared, whose path holds that text
        and whose method is that one, if one is given.

        The text is looked for in path and query as sent. Setting the same fault for the same text
        and method again replaces it. Raises `UnknownFaultError`.
        """
        if kind not in self.names():
            raise UnknownFaultError(f"no fault {kind!r}; there are: {', '.join(self.names())}")
        if kind == "expired_token" and times is None:
            times = 1
        if times is not None and times < 1:
            raise ValueError("times is 1 or more")
        with self._lock:
            self._rules = [
                rule
                for rule in self._rules
                if (rule.kind, rule.path_contains, rule.method) != (kind, path_contains, method)
            ]
            self._rules.append(_Rule(kind, path_contains, times, method))

    def clear(self) -> None:
        """Everything works again. Calls that hang already go on hanging."""
        with self._lock:
            self._rules = []

    def take(self, path: str, method: str = "") -> str | None:
        """The fault that happens to a call of that path and query, counted as used, or `None`."""
        if not self._rules:
            return None
        with self._lock:
            for rule in self._rules:
                if rule.path_contains not in path or rule.method not in ("", method):
                    continue
                if rule.kind in _NOT_FOR_TOKENS and path.endswith("/oauth/token"):
                    continue
                self._use(rule)
                return rule.kind
        return None

    def _use(self, rule: _Rule) -> None:
        if rule.left is not None:
            rule.left -= 1
            if rule.left == 0:
                self._rules = [other for other in self._rules if other is not rule]
