"""Where a reading by OAI-PMH is, and whether it moves at all."""

import json
from dataclasses import asdict, dataclass, replace

from discovery_accounts.sources.api import SourceFailed
from discovery_accounts.sources.circles import START, Watch, read_watch, stepped

_MOST_EMPTY = 20


@dataclass(frozen=True, slots=True)
class Place:
    """``since`` is what the list was asked for from, ``began`` the server's time at the first page; ``set_at`` is
    which of the sets is read, ``token`` where in it. ``empty`` counts pages without records in a row."""

    since: str | None = None
    began: str = ""
    set_at: int = 0
    token: str | None = None
    empty: int = 0
    watch: Watch = START

    def to_json(self) -> str:
        return json.dumps(asdict(self), separators=(",", ":"))

    def moved(self, token: str, has_items: bool) -> "Place":
        """At the token's page. Raises ``SourceFailed`` where the list has come back to where it was."""
        empty = 0 if has_items else self.empty + 1
        if empty > _MOST_EMPTY:
            raise SourceFailed("nothing_comes")
        return replace(self, token=token, empty=empty, watch=stepped(self.watch, token))

    def next_set(self) -> "Place":
        return Place(self.since, self.began, self.set_at + 1)


def read_place(text: str | None) -> Place | None:
    """``None`` where the text is none of ours."""
    try:
        told = json.loads(text or "")
        place = Place(**{**told, "watch": read_watch(told["watch"])})
    except (ValueError, TypeError, LookupError, RecursionError):
        return None
    texts = (place.since or "", place.began, place.token or "")
    numbers = (place.set_at, place.empty)
    sound = all(isinstance(one, str) for one in texts) and all(
        type(one) is int and one >= 0 for one in numbers
    )
    return place if sound else None
